/* past.h - every change of a text, for undo without limit: one history for typing and for cells. A
 * step holds only the bytes that differ. */
#ifndef UI_PAST_H
#define UI_PAST_H

#include "base/text.h"

typedef struct nb_place { size_t cell, cursor; } nb_place;

typedef struct step {
    size_t at, old_n, new_n;
    char *bytes; /* old_n bytes that were, then new_n that are */
    nb_place before, after;
} step;

typedef struct past {
    step *v;
    size_t n, cap, done; /* steps up to done are in the text, those behind can be redone */
    char *base;          /* the text after step done; NULL: nothing yet */
    nb_place opened;        /* where the person was when the open step began */
} past;

void past_free(past *h);
bool past_begin(past *h, const char *now); /* this text is where it starts */
/* Closes the open step: what differs between base and now; nothing, when nothing does. here: now; it opens the next. */
bool past_mark(past *h, const char *now, nb_place here);
/* The text before the last step, or after the next; free(). NULL: there is none. Call past_mark first. */
char *past_back(past *h, nb_place *here);
char *past_forward(past *h, nb_place *here);
/* The history as bytes and back, at most so many of the latest. false: they do not fit the text. */
void past_write(const past *h, text *out, size_t most);
bool past_read(past *h, const char *s, size_t n, const char *now);

#endif
