/* key.h - keys as numbers and as names: "a", "C-t", "M-Enter", "S-Up", "F5". */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* A key is a code point (Ctrl-A is 1, Ctrl-Space 0), or one of these; modifiers are added. */
enum {
    K_NONE = -1,
    K_UP = 0x200000, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PAGE_UP, K_PAGE_DOWN, K_INSERT, K_DELETE,
    K_BACK, K_RETURN, K_TABULATOR, K_ESCAPE, K_F1, K_F12 = K_F1 + 11,
    /* What is no key, yet comes from the terminal. */
    K_PASTE, K_STATUS, K_FOCUSED, K_UNFOCUSED, K_SHAPES_END,
    K_ALT = 0x1000000, K_CONTROL = 0x2000000, K_SHIFTED = 0x4000000,
    K_MODIFIERS = K_ALT | K_CONTROL | K_SHIFTED
};

enum { KEY_NAME = 24 };

/* "C-t" -> 20; K_NONE: no such key. "^T" is understood too. */
int key_parse(const char *name, size_t n);
/* The name into buf[KEY_NAME]; returns buf. */
char *key_spell(int key, char *buf);
/* As a footer shows it: "^T", "Alt-Enter". */
char *key_label(int key, char *buf);

#endif
