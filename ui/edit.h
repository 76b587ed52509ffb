/* edit.h - a text being edited: cursor, selection, motions, changes, a ring of what was cut. No
 * screen, no keys; undo is its owner's affair (every change says that it changes). */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include "base/text.h"

typedef struct edit {
    text own;        /* the text when no other is lent */
    text *lent;      /* NULL: own */
    size_t cursor;   /* byte, at the start of a character */
    size_t anchor;   /* other end of the selection */
    bool selecting;
    size_t column;   /* wanted by up and down; SIZE_MAX: the cursor's */
    text cut;        /* what was cut last */
    bool cut_grows;  /* the next cut is added to it */
    bool one_line;
} edit;

void edit_free(edit *e);
text *edit_text(edit *e);
const char *edit_string(edit *e);
void edit_set(edit *e, const char *s); /* own text; the cursor goes to its end */
void edit_lend(edit *e, text *t);      /* edits t from its start */

typedef enum motion {
    TO_LEFT, TO_RIGHT, TO_WORD_LEFT, TO_WORD_RIGHT, TO_WORD_END, TO_LINE_START, TO_LINE_TEXT, TO_LINE_END, TO_UP, TO_DOWN, TO_START, TO_END, MOTIONS
} motion;
/* Where a motion leads; does not move. */
size_t edit_target(edit *e, motion m);
/* Moves; select: the selection grows. false: it was at the end already. */
bool edit_move(edit *e, motion m, bool select);
void edit_place(edit *e, size_t at);
/* Lines from 0 of a byte, and the byte of a line's start. */
size_t edit_line(edit *e, size_t at);
size_t edit_line_start(edit *e, size_t at);
size_t edit_line_end(edit *e, size_t at);

/* Changes. All give false when nothing changed (out of memory, or nothing there). */
bool edit_insert(edit *e, const char *s, size_t n); /* replaces a selection */
bool edit_replace(edit *e, size_t from, size_t to, const char *s, size_t n);
bool edit_new_line(edit *e);  /* as far in as the one above, and deeper behind a block's start */
bool edit_indent(edit *e, int by); /* the line, or all lines of the selection */
bool edit_delete(edit *e, motion m); /* up to where it leads; not kept */
bool edit_kill(edit *e, motion m);   /* kept for edit_yank */
bool edit_kill_range(edit *e, size_t from, size_t to);
bool edit_yank(edit *e);
bool edit_transpose(edit *e);
/* The selection, or nothing. */
bool edit_selection(edit *e, size_t *from, size_t *to);

/* After a change: what stood apart may have become one character; cursor and selection go behind it. */
void edit_settle(edit *e);

/* Performs a command of the tables of keys ("left", "kill-line-end", ...); false: it is none of an edit's. */
bool edit_command(edit *e, const char *name);
bool edit_is_change(const char *name); /* such a command changes the text */
/* Types a key, or a paste whole; false: it is no character. */
bool edit_type(edit *e, int key, const text *paste);

/* The bracket that belongs to the one at or before `at`; SIZE_MAX: none. Strings and comments are skipped. */
size_t edit_bracket(const char *s, size_t n, size_t at);
/* The next character's end, the one before's start. A character is what a person takes for one: with the marks
 * upon it, two letters that are a flag, pictures joined to one. */
size_t edit_after(const char *s, size_t n, size_t at);
size_t edit_before(const char *s, size_t n, size_t at);

#endif
