/* plot_own.h - scenes that own what they show, and scenes as text and back: outputs that are kept. */
#ifndef DRAW_PLOT_OWN_H
#define DRAW_PLOT_OWN_H

#include "draw/plot.h"

typedef struct plot_own {
    plot p;              /* what to draw */
    plot_panel *panel;   /* [p.n], the same as p.panel */
    struct plot_block *block;
} plot_own;

/* NULL: no memory. */
plot_own *plot_own_new(size_t panels);
void plot_own_free(plot_own *o);
/* Memory that lives as long as the scene; NULL: no memory. */
plot_series *plot_own_series(plot_own *o, size_t panel, size_t n); /* n of them, zeroed, the panel's from now on */
double *plot_own_numbers(plot_own *o, size_t n);
char *plot_own_text(plot_own *o, const char *s, size_t n);
const char **plot_own_names(plot_own *o, size_t panel, size_t n);  /* NULLs, the panel's from now on */

/* As one line of printable text (bytes of names but control characters as they are). */
void plot_write(const plot *p, text *out);
/* NULL: that is no scene, or no memory. */
plot_own *plot_read(const char *s, size_t n);

#endif
