/* keymap.h - context and keys to commands. Presets plain, vim, emacs; a person's own bindings go before them. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include "ui/key.h"

typedef enum context {
    IN_ANY,      /* everywhere, text fields too: no key that types */
    IN_COMMAND,  /* everywhere but text fields */
    IN_NOTEBOOK, /* command mode of the notebook */
    IN_EDIT,     /* inside a cell */
    IN_NORMAL,   /* inside a cell, vim's normal mode */
    IN_LIVE, IN_LISTS, IN_LOG, IN_JOBS, IN_JOB_LOG, IN_MODEL, IN_ROWS, IN_START,
    IN_PICKER,   /* a list with a search field */
    IN_PROMPT,   /* one line of text */
    CONTEXTS
} context;

enum { SEQUENCE = 3, COMMAND_NAME = 40 };

typedef struct binding {
    context where;
    int key[SEQUENCE]; /* K_NONE behind the last */
    char command[COMMAND_NAME];
    bool own;          /* a person's */
} binding;

typedef struct keymap {
    binding *v;
    size_t n, cap;
    char preset[16];
} keymap;

extern const char *const context_names[CONTEXTS], *const keymap_presets[]; /* the latter ends with NULL */

/* The default table of that preset, own bindings dropped. false: no such preset. */
bool keymap_reset(keymap *k, const char *preset);
void keymap_free(keymap *k);
/* Binds keys ("g o", "C-x C-e") in a context by its name; command "" takes the keys away. */
bool keymap_bind(keymap *k, const char *where, const char *keys, const char *name, char *why, size_t cap);
/* The command that n keys mean in the contexts, first one first; "" when they mean none. *prefix: more keys may follow. */
const char *keymap_look(const keymap *k, const context *where, size_t n_where, const int *keys, size_t n, bool *prefix);
/* The first keys bound to a command there, as a footer shows them, into buf; "" when none. */
char *keymap_label(const keymap *k, const context *where, size_t n_where, const char *name, char *buf, size_t cap);
/* All of them, as many as fit: "Up k". */
char *keymap_labels(const keymap *k, const context *where, size_t n_where, const char *name, char *buf, size_t cap);
char *keymap_sequence(const binding *b, char *buf, size_t cap); /* "d d" */
/* Prints keys that mean two things in one place, that hide behind a shorter sequence, or that name
 * no command; gives how many. */
int keymap_check(const keymap *k);
void keymap_print(const keymap *k);

#endif
