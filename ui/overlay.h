/* overlay.h - what lies over the panes and takes the keys: lists with a search field, one
 * line of text, a question. At most a few, stacked. */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H

#include "ui/edit.h"
#include "ui/pane.h"

typedef struct overlay overlay;

typedef struct overlay_ops {
    context keys;
    void (*draw)(app *a, overlay *o, canvas *c, box area, spot *cursor);
    bool (*key)(app *a, overlay *o, int key); /* what no binding takes */
    bool (*command)(app *a, overlay *o, const char *name); /* a command of its context */
    void (*close)(app *a, overlay *o);
    /* Without a screen: what it asks, in words, and an answer typed as a line. */
    void (*say)(app *a, overlay *o, text *out);
    void (*line)(app *a, overlay *o, const char *line);
} overlay_ops;

struct overlay {
    const overlay_ops *ops;
    overlay *below;
};

/* A question with letters for answers; Esc is the letter 0. Never Enter. */
void ask_open(app *a, const char *question, const char *letters, void (*answer)(app *a, int letter));

/* One line of text. done gets the text, or NULL when it was cancelled; change, if any, each new text. */
void prompt_open(app *a, const char *label, const char *text, void (*done)(app *a, const char *text), void (*change)(app *a, const char *text));

/* Tab in the line that prompt_open has just opened: a longer text, and what there is to choose from. */
void prompt_complete(app *a, void (*complete)(const char *typed, text *longer, text *names));

/* A list of lines that typing narrows. */
typedef struct picker_item {
    char *text, *note;  /* owned */
    char keys[24];      /* shown at the right */
    bool dim;           /* cannot be chosen now */
    char group;         /* the character that narrows the list to its like; 0: none */
    bool asked;         /* only there when its group is asked for */
    int64_t id;
} picker_item;

typedef struct picker {
    overlay o;
    char title[80];
    picker_item *item;
    size_t n, cap;
    size_t *shown, n_shown; /* of item, those that fit what was typed, best first */
    size_t at;              /* of shown */
    size_t top;
    edit find;
    const char *groups;     /* characters that may stand first in what is typed; NULL: none */
    const char *legend;     /* shown while nothing is typed; NULL: the usual */
    bool wide;              /* as tall and wide as the screen allows */
    void (*choose)(app *a, int64_t id, const char *text);
    bool (*key)(app *a, struct picker *p, int key); /* more keys; NULL */
} picker;

/* An empty list; add items, then show. */
picker *picker_new(const char *title, void (*choose)(app *a, int64_t id, const char *text));
void picker_add(picker *p, int64_t id, bool dim, const char *keys, const char *text, const char *note);
void picker_show(app *a, picker *p); /* takes it over */
const picker_item *picker_here(const picker *p); /* NULL: none */
void picker_clear(picker *p);
void picker_filter(picker *p);

#endif
