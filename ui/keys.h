/* keys.h - every key of the workbench, once: what it does, where, and its help. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "ui/term.h"

typedef enum action {
    ACT_NONE, ACT_UP, ACT_DOWN, ACT_FIRST, ACT_LAST, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_EDIT, ACT_ABOVE, ACT_BELOW, ACT_DELETE, ACT_UNDO,
    ACT_REDO, ACT_MOVE_UP, ACT_MOVE_DOWN, ACT_RUN, ACT_RUN_NEXT, ACT_RUN_ALL, ACT_STOP, ACT_PANE, ACT_METRIC, ACT_HELP, ACT_SAVE,
    ACT_QUIT, ACT_REDRAW, ACT_SUSPEND, ACT_CLEAR, ACT_RESTART, ACT_COMMAND
} action;

typedef enum key_context { KEYS_COMMAND, KEYS_EDIT, KEYS_BOTH } key_context;

typedef struct key_binding {
    int key;
    key_context context;
    action act;
    const char *name; /* as shown */
    const char *help;
} key_binding;

extern const key_binding key_bindings[];
extern const int key_bindings_count;
void keys_print(void);  /* the table, to standard output */
int keys_clashes(void); /* prints keys that mean two things in one mode; gives how many */
action key_action(int key, key_context context);

#endif
