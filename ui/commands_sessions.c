/* commands_sessions.c - other notebooks: one session each. The terminal leaves this one and enters that. */
#include "config.h"
#include "ui/app.h"

#include "base/clock.h"
#include "ui/launch.h"
#include "ui/paths.h"
#include "ui/place.h"
#include "ui/sessions.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_SESSIONS = 64, MOST_FILES = 100 };
#define PATIENCE 0.25 /* seconds for the others to say how they are */

/* What a line of the list stands for. */
enum { TO_SESSION, TO_FILE, TO_OPEN, TO_NEW };

static const char alone[] = "this is one plain process (--no-session) with one notebook";

static bool has_sessions(const app *a)
{
    return a->opt.host.enter != NULL;
}

bool sessions_bare(const app *a)
{
    bool bare = !a->nb.path && !a->nb.modified && a->mode == MODE_COMMAND && !interp_busy(a->interp);

    for (size_t i = 0; bare && i < a->nb.n; i++)
        bare = !a->nb.cell[i].started && !a->nb.cell[i].body.n;
    return bare;
}

static void enter(app *a, const char *session, const char *file)
{
    if (file && a->opt.host.replace && sessions_bare(a) && a->opt.host.replace(a->opt.host.user, a, file))
        return;
    if (!has_sessions(a))
        app_say(a, SAY_NOTE, "%s: leave it with q; weir %s opens the other", alone, file ? file : "NOTEBOOK");
    else if (!a->opt.host.enter(a->opt.host.user, a, session, file))
        app_say(a, SAY_NOTE, "no terminal is here that could go there");
}

/* Opening by name ------------------------------------------------------------------------------- */

static void enter_file(app *a, const char *name)
{
    struct stat s;
    char *home = paths_home(name), *path = home ? launch_path(home) : NULL, *own = a->nb.path ? launch_path(a->nb.path) : NULL;

    if (!path)
        app_say(a, SAY_ERROR, "cannot open '%s': %s", name, strerror(errno));
    else if (stat(path, &s) == 0 && S_ISDIR(s.st_mode))
        app_say(a, SAY_ERROR, "'%s' is a folder; a notebook is a Lua file", name);
    else if (own && !strcmp(own, path))
        app_say(a, SAY_NOTE, "%s is the notebook that is open here", name);
    else
        enter(a, NULL, path);
    free(home);
    free(path);
    free(own);
}

void sessions_open(app *a, const char *file)
{
    enter_file(a, file);
}

void sessions_enter(app *a, const char *session)
{
    enter(a, session, NULL);
}

static void named(app *a, const char *name)
{
    if (name && *name)
        enter_file(a, name);
}

static void complete_notebook(const char *typed, text *longer, text *names)
{
    paths_complete(typed, ".lua", longer, names);
}

static void open_notebook(app *a)
{
    prompt_open(a, "Open notebook:", NULL, named, NULL);
    prompt_complete(a, complete_notebook);
}

/* The list ------------------------------------------------------------------------------------------ */

static void choose(app *a, int64_t id, const char *label)
{
    char name[PLACE_NAME];

    switch (id) {
    case TO_SESSION:
        snprintf(name, sizeof name, "%.*s", (int)strcspn(label, " "), label);
        enter(a, name, NULL);
        break;
    case TO_FILE: enter_file(a, label); break;
    case TO_OPEN: open_notebook(a); break;
    case TO_NEW: enter(a, NULL, NULL); break;
    default: break;
    }
}

static void add_session(picker *p, const place_entry *e)
{
    bool dumb = e->info.kind != WIRE_INFO;
    const char *path = wire_get(&e->info, "path");
    char line[300], note[400], up[32] = "";

    if (!dumb)
        clock_duration(clock_wall() - strtod(wire_get(&e->info, "started"), NULL), up, sizeof up);
    snprintf(line, sizeof line, "%-16s %s%s", e->name, dumb ? "does not answer" : wire_get(&e->info, "state"),
             !strcmp(wire_get(&e->info, "unsaved"), "yes") ? ", not saved" : "");
    char cut[128];
    paths_cut(*path ? path : "(unnamed)", 44, cut, sizeof cut);
    snprintf(note, sizeof note, "%s%s%.60s  up %s", dumb ? "" : cut, !strcmp(wire_get(&e->info, "attached"), "yes") ? "  attached at " : "",
             wire_get(&e->info, "from"), up);
    picker_add(p, TO_SESSION, dumb, "", line, dumb ? "" : note);
}

static void add_here(app *a, picker *p)
{
    const char *name = a->opt.host.session ? a->opt.host.session(a->opt.host.user, false) : "", *slash = a->nb.path ? strrchr(a->nb.path, '/') : NULL;
    char line[300];

    snprintf(line, sizeof line, "%-16s here%s%s", *name ? name : slash ? slash + 1 : a->nb.path ? a->nb.path : "notebook", interp_busy(a->interp) ? ", running" : "",
             a->nb.modified ? ", not saved" : "");
    picker_add(p, TO_SESSION, true, "", line, a->nb.path ? a->nb.path : "(unnamed)");
}

typedef struct notebook_file { char path[4352]; time_t when; } notebook_file;

static int newest_first(const void *a, const void *b)
{
    const notebook_file *x = a, *y = b;

    return x->when != y->when ? (x->when < y->when) - (x->when > y->when) : strcmp(x->path, y->path);
}

static bool is_open(const place_entry *list, size_t n, const char *own, const char *path)
{
    bool open = own && !strcmp(own, path);

    for (size_t i = 0; i < n; i++)
        open |= !strcmp(wire_get(&list[i].info, "path"), path);
    return open;
}

/* The notebooks beside this one that no session has open, those that changed last first. */
static void add_files(app *a, picker *p, const place_entry *list, size_t n)
{
    char *own = a->nb.path ? launch_path(a->nb.path) : NULL, *slash = own ? strrchr(own, '/') : NULL, folder[4096];
    notebook_file *f = calloc(MOST_FILES, sizeof *f);
    size_t k = 0;

    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - own), own);
    DIR *d = slash || getcwd(folder, sizeof folder) ? opendir(*folder ? folder : "/") : NULL;
    for (struct dirent *e; f && d && k < MOST_FILES && (e = readdir(d));) {
        size_t len = strlen(e->d_name);
        struct stat s;
        if (e->d_name[0] == '.' || len < 5 || strcmp(e->d_name + len - 4, ".lua"))
            continue;
        snprintf(f[k].path, sizeof f[k].path, "%s/%s", folder, e->d_name);
        if (stat(f[k].path, &s) == 0 && S_ISREG(s.st_mode) && !is_open(list, n, own, f[k].path))
            f[k++].when = s.st_mtime;
    }
    if (k)
        qsort(f, k, sizeof *f, newest_first);
    for (size_t i = 0; i < k; i++) {
        char ago[32], note[64];
        clock_duration(clock_wall() - (double)f[i].when, ago, sizeof ago);
        snprintf(note, sizeof note, "notebook, changed %s ago", ago);
        picker_add(p, TO_FILE, false, "", f[i].path, note);
    }
    if (d)
        closedir(d);
    free(f);
    free(own);
}

static void sessions(app *a)
{
    place_entry *list = calloc(MOST_SESSIONS, sizeof *list);
    const char *own = a->opt.host.session ? a->opt.host.session(a->opt.host.user, false) : "";
    size_t n = list ? place_list(list, MOST_SESSIONS, own, PATIENCE) : 0;
    picker *p = picker_new("Sessions and notebooks; Enter goes there", choose);

    if (p) {
        for (size_t i = 0; i < n; i++)
            add_session(p, &list[i]);
        add_here(a, p);
        picker_add(p, TO_OPEN, false, "", "open a notebook by name", "in a session of its own");
        picker_add(p, TO_NEW, false, "", "new notebook", "without a name yet, in a session of its own");
        add_files(a, p, list, n);
        while (p->at + 1 < p->n && p->item[p->at].dim)
            p->at++;
    }
    if (list)
        place_list_clear(list, n);
    free(list);
    picker_show(a, p);
}

static void previous_session(app *a)
{
    const char *name = a->opt.host.session ? a->opt.host.session(a->opt.host.user, true) : "";
    char copy[PLACE_NAME];

    snprintf(copy, sizeof copy, "%s", name);
    if (!has_sessions(a))
        app_say(a, SAY_NOTE, "%s", alone);
    else if (!*copy)
        app_say(a, SAY_NOTE, "this terminal has been in no other session yet; sessions lists them");
    else
        enter(a, copy, NULL);
}

const command commands_sessions[] = {
    {"sessions", "sessions", "The sessions that run and the notebooks beside this one; Enter goes there.", sessions, NULL},
    {"open", "open", "Open another notebook in its own session and go there; Tab completes its name.", open_notebook, NULL},
    {"previous-session", "back there", "The session that this terminal was in before.", previous_session, NULL},
    {0},
};
