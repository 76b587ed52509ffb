/* input.h - bytes of a terminal to keys: escape sequences, UTF-8, pastes. No
 * curses; a paste of any length is one event. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "base/text.h"
#include "ui/key.h"

enum { INPUT_SEQUENCES = 40, INPUT_SEQUENCE = 16 };

typedef struct input {
    text pending; /* bytes that are not keys yet */
    size_t at;    /* the first of them that counts */
    text paste;   /* the text of the last K_PASTE: until the next one begins */
    bool pasting;
    struct { char bytes[INPUT_SEQUENCE]; int key; } known[INPUT_SEQUENCES]; /* of this terminal, beside the common ones */
    size_t n_known;
} input;

void input_free(input *in);
void input_know(input *in, const char *bytes, int key);
void input_feed(input *in, const char *s, size_t n);
/* The next key, or K_NONE: none, or a sequence has begun whose rest may yet come.
 * late: no rest will come, an Esc is an Esc. */
int input_next(input *in, bool late);
/* A sequence has begun. */
bool input_waits(const input *in);

#endif
