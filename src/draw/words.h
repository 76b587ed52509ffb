/* words.h - what a plot shows, said in a sentence or two: for those who hear it, and for logs. */
#ifndef DRAW_WORDS_H
#define DRAW_WORDS_H

#include "draw/plot.h"

/* "valid log loss fell from 0.46 to 0.087, flat since epoch 5.9; train fell from 0.5 to 0.05, still falling".
 * x_word is one of what x counts ("epoch"); only what lies within the panel's x is told. */
void plot_words(const plot_panel *p, const char *x_word, text *out);

#endif
