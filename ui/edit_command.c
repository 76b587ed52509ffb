/* edit_command.c - the edit's changes and motions by name. */
#include "ui/edit.h"

#include <string.h>

static const struct { const char *name; motion m; } motions[] = {
    {"left", TO_LEFT}, {"right", TO_RIGHT}, {"word-left", TO_WORD_LEFT}, {"word-right", TO_WORD_END}, {"line-start", TO_LINE_START},
    {"line-end", TO_LINE_END}, {"line-up", TO_UP}, {"line-down", TO_DOWN}, {"text-start", TO_START}, {"text-end", TO_END}};

static const struct { const char *name; motion m; bool kept; } cuts[] = {
    {"backspace", TO_LEFT, false}, {"delete", TO_RIGHT, false}, {"kill-line-end", TO_LINE_END, true}, {"kill-line-start", TO_LINE_START, true},
    {"kill-word-left", TO_WORD_LEFT, true}, {"kill-word-right", TO_WORD_END, true}};

bool edit_is_change(const char *name)
{
    static const char *const others[] = {"yank", "transpose", "indent", "outdent", "new-line"};

    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        if (!strcmp(cuts[i].name, name))
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i], name))
            return true;
    return false;
}

bool edit_command(edit *e, const char *name)
{
    bool select = !strncmp(name, "select-", 7);
    const char *bare = select ? name + 7 : name;

    for (size_t i = 0; i < sizeof motions / sizeof *motions; i++)
        if (!strcmp(motions[i].name, bare)) {
            edit_move(e, motions[i].m, select);
            return true;
        }
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        if (!strcmp(cuts[i].name, name)) {
            if (cuts[i].kept)
                edit_kill(e, cuts[i].m);
            else
                edit_delete(e, cuts[i].m);
            edit_settle(e);
            return true;
        }
    if (!strcmp(name, "yank"))
        edit_yank(e);
    else if (!strcmp(name, "transpose"))
        edit_transpose(e);
    else if (!strcmp(name, "indent"))
        edit_indent(e, 1);
    else if (!strcmp(name, "outdent"))
        edit_indent(e, -1);
    else if (!strcmp(name, "new-line") && !e->one_line)
        edit_new_line(e);
    else
        return false;
    edit_settle(e);
    return true;
}

bool edit_type(edit *e, int key, const text *paste)
{
    char buf[4];

    if (paste && !e->one_line)
        return edit_insert(e, text_str(paste), paste->n);
    if (paste) { /* up to its first line break or control character */
        const char *s = text_str(paste);
        size_t n = 0;
        while (n < paste->n && ((unsigned char)s[n] >= ' ' || s[n] == '\t') && s[n] != 127)
            n++;
        return edit_insert(e, s, n);
    }
    if (key < ' ' || key >= 0x110000 || key == 127)
        return false;
    return edit_insert(e, buf, text_put_utf8((uint32_t)key, buf));
}
