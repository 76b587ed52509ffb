/* outside.c - inotify on the folder; three texts are merged by cells. */
#include "config.h"
#include "ui/outside.h"

#include "ui/cell.h"
#include "ui/merge.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static void merged(app *a, const char *base, const char *theirs, const char *whose)
{
    size_t conflicts;
    char *ours = nb_file(&a->nb), *s = ours ? merge_texts(base, ours, theirs, &conflicts) : NULL;

    if (s && strcmp(s, ours)) {
        cell_set_text(a, s);
        if (conflicts)
            app_say(a, SAY_WARNING, "%s: %zu cell%s changed on both sides; both are here, yours first", whose, conflicts, conflicts == 1 ? "" : "s");
        else
            app_say(a, SAY_NOTE, "%s: merged; z undoes", whose);
    }
    free(ours);
    free(s);
}

/* The file is not what was last read or written. */
static void look_again(app *a)
{
    size_t n;
    char *now = a->nb.path ? nb_read_file(a->nb.path, &n) : NULL;

    if (!now || memchr(now, '\0', n) || (a->nb.saved && !strcmp(a->nb.saved, now))) {
        free(now);
        return;
    }
    char *base = a->nb.saved;
    a->nb.saved = now;
    merged(a, base ? base : "", now, "changed outside");
    char *ours = nb_file(&a->nb);
    a->nb.modified = !ours || strcmp(ours, now) != 0;
    free(ours);
    free(base);
}

static void event(app *a, void *user, short events)
{
    char buf[8192] __attribute__((aligned(8)));
    const char *slash = a->nb.path ? strrchr(a->nb.path, '/') : NULL, *name = slash ? slash + 1 : a->nb.path;
    bool mine = false;
    ssize_t n;

    (void)user;
    (void)events;
    while ((n = read(a->inotify, buf, sizeof buf)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const void *)(buf + at);
            mine |= e->len && name && !strcmp(e->name, name);
            at += (ssize_t)(sizeof *e + e->len);
        }
    if (mine)
        look_again(a);
}

void outside_forget(app *a)
{
    if (a->inotify <= 0)
        return;
    app_unwatch(a, a->inotify);
    close(a->inotify);
    a->inotify = 0;
}

void outside_watch(app *a)
{
    char folder[4200];
    const char *slash = a->nb.path ? strrchr(a->nb.path, '/') : NULL;

    outside_forget(a);
    if (!a->nb.path)
        return;
    a->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - a->nb.path) + 1 : 1, slash ? a->nb.path : ".");
    if (a->inotify > 0 && inotify_add_watch(a->inotify, folder, IN_CLOSE_WRITE | IN_MOVED_TO) >= 0)
        app_watch(a, a->inotify, POLLIN, event, NULL);
}

/* The cell's text from the editor. Where the cell has changed meanwhile, both stay: the editor's as a cell below. */
static void cell_returned(app *a, const char *theirs, size_t n)
{
    size_t i = nb_index(&a->nb, a->outside_cell);

    if (i == SIZE_MAX) {
        app_say(a, SAY_WARNING, "the cell is gone; its text from the editor is in %s", a->outside);
        a->outside[0] = '\0'; /* the file is kept */
        return;
    }
    bool same = !strcmp(text_str(&a->nb.cell[i].body), a->outside_base);
    cell_remember(a);
    if (!same && !nb_insert(&a->nb, ++i))
        return;
    cell_select(a, i);
    cell_begin_edit(a, 0);
    edit_replace(&a->ed, 0, app_cell(a)->body.n, theirs, n);
    edit_place(&a->ed, 0);
    cell_touch(a, false);
    cell_end_edit(a);
    app_say(a, same ? SAY_NOTE : SAY_WARNING, same ? "from the editor; z undoes" : "the cell has changed meanwhile; the editor's text is the cell below it");
}

static void failed(app *a, int status, bool changed)
{
    char kept[4300] = "";

    if (changed)
        snprintf(kept, sizeof kept, "; what it wrote is in %.4200s", a->outside);
    if (status == 127 || status == 126)
        app_say(a, SAY_ERROR, "the editor cannot be started: name one in $VISUAL or $EDITOR");
    else
        app_say(a, SAY_ERROR, "the editor ended with status %d; nothing was changed%s", status, kept);
    if (changed)
        a->outside[0] = '\0';
}

void outside_returned(app *a, int status)
{
    size_t n;
    char *theirs = *a->outside ? nb_read_file(a->outside, &n) : NULL;
    bool changed = theirs && strcmp(theirs, a->outside_base);

    if (status)
        failed(a, status, changed);
    else if (theirs && memchr(theirs, '\0', n))
        app_say(a, SAY_ERROR, "the editor's text holds a NUL; nothing was changed");
    else if (changed && a->outside_cell)
        cell_returned(a, theirs, n);
    else if (changed)
        merged(a, a->outside_base, theirs, "from the editor");
    if (*a->outside)
        unlink(a->outside);
    a->outside[0] = '\0';
    free(theirs);
}
