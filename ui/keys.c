/* keys.c - the table of keys. */
#include "ui/keys.h"

#include <stdio.h>

#define CTRL(c) ((c) & 31)

const key_binding key_bindings[] = {
    {TK_UP, KEYS_COMMAND, ACT_UP, "up k", "cell above"},
    {'k', KEYS_COMMAND, ACT_UP, "", ""},
    {TK_DOWN, KEYS_COMMAND, ACT_DOWN, "down j", "cell below"},
    {'j', KEYS_COMMAND, ACT_DOWN, "", ""},
    {TK_HOME, KEYS_COMMAND, ACT_FIRST, "Home g", "first cell"},
    {'g', KEYS_COMMAND, ACT_FIRST, "", ""},
    {TK_END, KEYS_COMMAND, ACT_LAST, "End G", "last cell"},
    {'G', KEYS_COMMAND, ACT_LAST, "", ""},
    {TK_PGUP, KEYS_BOTH, ACT_PAGE_UP, "PgUp", "scroll up"},
    {TK_PGDN, KEYS_BOTH, ACT_PAGE_DOWN, "PgDn", "scroll down"},
    {TK_ENTER, KEYS_COMMAND, ACT_EDIT, "Enter e", "edit the cell; Esc ends"},
    {'e', KEYS_COMMAND, ACT_EDIT, "", ""},
    {TK_ESC, KEYS_EDIT, ACT_COMMAND, "", ""},
    {'a', KEYS_COMMAND, ACT_ABOVE, "a b", "new cell above, below"},
    {'b', KEYS_COMMAND, ACT_BELOW, "", ""},
    {'x', KEYS_COMMAND, ACT_DELETE, "x d", "delete the cell"},
    {'d', KEYS_COMMAND, ACT_DELETE, "", ""},
    {'u', KEYS_COMMAND, ACT_UNDO, "u ^Z", "undo"},
    {CTRL('Z'), KEYS_EDIT, ACT_UNDO, "", ""},
    {'U', KEYS_COMMAND, ACT_REDO, "U ^Y", "redo"},
    {CTRL('Y'), KEYS_BOTH, ACT_REDO, "", ""},
    {'K', KEYS_COMMAND, ACT_MOVE_UP, "K J", "move the cell up, down"},
    {'J', KEYS_COMMAND, ACT_MOVE_DOWN, "", ""},
    {'r', KEYS_COMMAND, ACT_RUN, "r ^R", "run the cell"},
    {CTRL('R'), KEYS_BOTH, ACT_RUN, "", ""},
    {TK_F5, KEYS_BOTH, ACT_RUN, "", ""},
    {' ', KEYS_COMMAND, ACT_RUN_NEXT, "Space", "run and go on"},
    {'R', KEYS_COMMAND, ACT_RUN_ALL, "R", "run all cells"},
    {CTRL('C'), KEYS_BOTH, ACT_STOP, "^C", "stop the cell or training"},
    {'c', KEYS_COMMAND, ACT_CLEAR, "c", "clear the output"},
    {'0', KEYS_COMMAND, ACT_RESTART, "0", "restart Lua; data stays"},
    {TK_TAB, KEYS_COMMAND, ACT_PANE, "Tab", "next pane; editing: complete"},
    {'m', KEYS_COMMAND, ACT_METRIC, "m", "next metric of the plot"},
    {'s', KEYS_COMMAND, ACT_SAVE, "s ^S", "save"},
    {CTRL('S'), KEYS_BOTH, ACT_SAVE, "", ""},
    {CTRL('L'), KEYS_BOTH, ACT_REDRAW, "^L", "draw the screen anew"},
    {CTRL('Z'), KEYS_COMMAND, ACT_SUSPEND, "^Z", "suspend (edit mode: undo)"},
    {'?', KEYS_COMMAND, ACT_HELP, "? F1", "this help"},
    {TK_F1, KEYS_BOTH, ACT_HELP, "", ""},
    {'q', KEYS_COMMAND, ACT_QUIT, "q ^Q", "leave"},
    {CTRL('Q'), KEYS_BOTH, ACT_QUIT, "", ""},
};
const int key_bindings_count = sizeof key_bindings / sizeof *key_bindings;

action key_action(int key, key_context context)
{
    for (int i = 0; i < key_bindings_count; i++)
        if (key_bindings[i].key == key && (key_bindings[i].context == context || key_bindings[i].context == KEYS_BOTH))
            return key_bindings[i].act;
    return ACT_NONE;
}

static const char *const context_names[] = {"command", "edit", "both"};

void keys_print(void)
{
    printf("%-10s %-9s %s\n", "keys", "mode", "what they do");
    for (int i = 0; i < key_bindings_count; i++)
        if (*key_bindings[i].name)
            printf("%-10s %-9s %s\n", key_bindings[i].name, context_names[key_bindings[i].context],
                   key_bindings[i].help);
}

int keys_clashes(void)
{
    int clashes = 0;

    for (int i = 0; i < key_bindings_count; i++)
        for (int j = i + 1; j < key_bindings_count; j++) {
            const key_binding *a = &key_bindings[i], *b = &key_bindings[j];
            bool meet = a->context == b->context || a->context == KEYS_BOTH || b->context == KEYS_BOTH;
            if (a->key != b->key || !meet)
                continue;
            printf("key %d means two things in the mode %s: %s, %s\n", a->key, context_names[a->context],
                   a->help, b->help);
            clashes++;
        }
    return clashes;
}
