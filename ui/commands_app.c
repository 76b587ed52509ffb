/* commands_app.c - help, palette, files, leaving. */
#include "config.h"
#include "ui/cell.h"
#include "ui/configure.h"
#include "ui/outside.h"
#include "ui/palette.h"
#include "ui/paths.h"
#include "ui/screen.h"

#include "ui/run.h"
#include "ui/trust.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Help ---------------------------------------------------------------------------- */

static void choose_command(app *a, int64_t id, const char *label)
{
    const command *c = command_at((size_t)id);

    (void)label;
    if (c)
        app_command(a, c->name);
}

typedef enum turn { FOOTER, HERE, EVERYWHERE, UNBOUND, TURNS } turn;

static bool in_footer(const app *a, const char *name)
{
    const char *names = screen_footer(a);
    size_t n = strlen(name);

    for (const char *at = names; (at = strstr(at, name)) != NULL; at += n)
        if ((at == names || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

/* When a command has its turn: what the footer shows, what belongs to this place, what works everywhere, the rest. */
static turn turn_of(const app *a, const context *where, size_t n, const char *name)
{
    char keys[64];

    if (*keymap_label(&a->keys, where, 1, name, keys, sizeof keys))
        return in_footer(a, name) ? FOOTER : HERE;
    if (*keymap_label(&a->keys, where, n, name, keys, sizeof keys))
        return in_footer(a, name) ? FOOTER : EVERYWHERE;
    return UNBOUND;
}

void commands_list(app *a, picker *p, const context *where, size_t n, bool bound)
{
    char keys[24];

    for (turn t = FOOTER; t < TURNS && (!bound || t < UNBOUND); t++)
        for (size_t i = 0; i < command_count(); i++) {
            const command *c = command_at(i);
            if (turn_of(a, where, n, c->name) != t || (!bound && !c->run))
                continue;
            if (bound)
                keymap_labels(&a->keys, where, n, c->name, keys, sizeof keys);
            else
                keymap_label(&a->keys, where, n, c->name, keys, sizeof keys);
            picker_add(p, (int64_t)i, c->can && !c->can(a), keys, bound ? c->help : c->name, bound ? c->name : c->help);
        }
}

static void help(app *a)
{
    context where[4];
    size_t n = app_contexts(a, where);
    char title[80];
    picker *p;

    if (a->top)
        return;
    snprintf(title, sizeof title, "Keys here: %s%s", a->focus->title, a->focus != &pane_notebook ? "" : a->mode == MODE_EDIT ? ", edit mode" : ", command mode");
    p = picker_new(title, choose_command);
    if (p)
        commands_list(a, p, where, n, true);
    picker_show(a, p);
}

/* Files ------------------------------------------------------------------------------------------ */

static void save_as(app *a);

static void save(app *a)
{
    char why[512];

    if (a->opt.read_only)
        app_say(a, SAY_ERROR, "read only: another process writes this notebook; save-as takes another name");
    else if (!a->nb.path)
        save_as(a);
    else if (nb_save(&a->nb, a->nb.path, why, sizeof why))
        app_say(a, SAY_GOOD, "saved %s", a->nb.path);
    else
        app_say(a, SAY_ERROR, "%s", why);
}

static bool same_file(const char *p, const char *q)
{
    struct stat s, t;

    return !strcmp(p, q) || (stat(p, &s) == 0 && stat(q, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino);
}

/* The notebook goes on under the other name only when it could be written there. */
static void take_name(app *a, const char *path, bool move)
{
    char why[512], *old = a->nb.path, *own = strdup(path);

    if (!own || !nb_save(&a->nb, own, why, sizeof why)) {
        app_say(a, SAY_ERROR, "%s", own ? why : "out of memory");
        free(own);
        return;
    }
    if (!old || !same_file(old, own)) {
        a->opt.read_only = false; /* that was the other file's */
        a->nb.path = own;
        run_changed(a);
        if (old && move && unlink(old) != 0)
            app_say(a, SAY_WARNING, "saved %s; %s stays: %s", own, old, strerror(errno));
        else
            app_say(a, SAY_GOOD, move ? "the notebook is %s now" : "saved %s", own);
        free(old);
        outside_watch(a);
    } else {
        app_say(a, SAY_GOOD, "saved %s", own);
        free(own);
    }
}

static void answer_overwrite(app *a, int letter)
{
    if (letter == 'o')
        take_name(a, a->wanted, a->moves);
    else
        app_say(a, SAY_NOTE, "not saved under another name");
}

static void named(app *a, const char *name)
{
    char question[200];
    char *path = name && *name ? paths_home(name) : NULL;

    if (!path)
        return;
    snprintf(a->wanted, sizeof a->wanted, "%s", path);
    free(path);
    const char *slash = strrchr(a->wanted, '/');
    snprintf(question, sizeof question, "%.120s exists:  o overwrite it   Esc do nothing", slash ? slash + 1 : a->wanted);
    if (access(a->wanted, F_OK) == 0 && !(a->nb.path && same_file(a->wanted, a->nb.path)))
        ask_open(a, question, "o", answer_overwrite);
    else
        take_name(a, a->wanted, a->moves);
}

static void complete_path(const char *typed, text *longer, text *names)
{
    paths_complete(typed, NULL, longer, names);
}

static void save_as(app *a)
{
    a->moves = false;
    prompt_open(a, "Save as:", a->nb.path, named, NULL);
    prompt_complete(a, complete_path);
}

static void rename_file(app *a)
{
    if (!a->nb.path || a->opt.read_only) {
        app_say(a, SAY_NOTE, a->nb.path ? "read only: another process writes this notebook" : "it has no name yet: save gives it one");
        return;
    }
    a->moves = true;
    prompt_open(a, "Rename to:", a->nb.path, named, NULL);
    prompt_complete(a, complete_path);
}

/* Leaving ------------------------------------------------------------------------------------------ */

static void detach(app *a);

static void answer_quit(app *a, int letter)
{
    if (letter == 's')
        save(a);
    if (letter == 'd' && a->opt.host.detach)
        detach(a);
    else if (letter == 's')
        a->quit = !a->nb.modified;
    else if (letter)
        a->quit = true;
}

/* Leaving loses nothing: no variable of Lua, no job. */
static bool is_fresh(app *a)
{
    for (size_t i = 0; i < a->nb.n; i++)
        if (a->nb.cell[i].started > 0)
            return false;
    return !interp_busy(a->interp);
}

/* In a session one may also leave everything running. */
static void quit(app *a)
{
    weir_job *j = pane_training(a->session);
    weir_job_info i = {0};

    if (j)
        weir_job_get(j, &i);
    bool trains = j && (i.state == WEIR_JOB_RUNNING || i.state == WEIR_JOB_QUEUED);
    weir_job_unref(j);
    if (!a->opt.host.detach && a->nb.modified)
        ask_open(a, trains ? "Not saved, and a training runs:  s save and leave   d leave all   Esc stay" : "Not saved:  s save and leave   d leave without saving   Esc stay",
                 "sd", answer_quit);
    else if (!a->opt.host.detach && trains)
        ask_open(a, "A training runs:  q leave, it is thrown away   Esc stay", "q", answer_quit);
    else if (a->opt.host.detach && a->nb.modified)
        ask_open(a, "Leave:  d detach, all goes on   s save and end   x end without saving   Esc stay", "dsx", answer_quit);
    else if (a->opt.host.detach && !is_fresh(a))
        ask_open(a, trains ? "Leave:  d detach, it trains on   q end, the training is thrown away   Esc stay" : "Leave:  d detach, Lua's variables stay   q end the session   Esc stay",
                 "dq", answer_quit);
    else
        a->quit = true;
}

static void detach(app *a)
{
    if (!a->opt.host.detach || !a->opt.host.detach(a->opt.host.user, a))
        app_say(a, SAY_NOTE, "this is one plain process without a session; q leaves it");
}

static void redraw(app *a)
{
    if (a->term)
        term_redraw(a->term);
}

static void suspend(app *a)
{
    if (a->opt.host.suspend)
        a->opt.host.suspend(a->opt.host.user, a);
}

static void cancel(app *a)
{
    if (a->top)
        app_pop(a);
}

static void accept(app *a)
{
    (void)a; /* overlays take it */
}

static void reload(app *a)
{
    char path[4200], why[600];

    trust_find(a);
    if (!configure_path(path, sizeof path))
        app_say(a, SAY_ERROR, "there is no home folder to read a configuration from");
    else if (configure_load(a, a->opt.config ? a->opt.config : path, why, sizeof why))
        app_say(a, SAY_GOOD, "read %s", a->opt.config ? a->opt.config : path);
    else
        app_say(a, SAY_ERROR, "the old configuration stays: %s", why);
    trust_settle(a);
}

static void chosen_setting(app *a, const char *value)
{
    char why[300];

    if (!value)
        return;
    if (!settings_set(&a->set, a->setting, value, why, sizeof why)) {
        app_say(a, SAY_ERROR, "%s", why);
        return;
    }
    if (!strcmp(a->setting, "keys"))
        keymap_reset(&a->keys, a->set.preset);
    if (a->term && !strcmp(a->setting, "theme"))
        term_theme(a->term, theme_find(a->set.theme));
    app_say(a, SAY_GOOD, "%s = %s", a->setting, value);
}

void options_ask(app *a, size_t setting)
{
    char now[64], question[200];
    const setting_info *o = &setting_table[setting];

    a->setting = o->name;
    settings_get(&a->set, o->name, now, sizeof now);
    snprintf(question, sizeof question, "%s (%s):", o->name, o->help);
    prompt_open(a, question, now, chosen_setting, NULL);
}

static void choose_setting(app *a, int64_t id, const char *label)
{
    (void)label;
    options_ask(a, (size_t)id);
}

static void options(app *a)
{
    picker *p = picker_new("Options of this session; config.lua keeps them", choose_setting);
    char now[64], line[120];

    for (size_t i = 0; p && i < setting_count; i++) {
        snprintf(line, sizeof line, "%s = %s", setting_table[i].name, settings_get(&a->set, setting_table[i].name, now, sizeof now));
        picker_add(p, (int64_t)i, false, "", line, setting_table[i].help);
    }
    picker_show(a, p);
}

const command commands_app[] = {
    {"options", "options", "Theme, keys, charset and the other options.", options, NULL},
    {"reload", "reload", "Read the configuration again; the old one stays when it is wrong.", reload, NULL},
    {"project", "project", "Trust the project's file .weir.lua and read it, or no longer.", trust_ask, NULL},
    {"palette", "all", "Everything there is, searched by typing.", palette_open, NULL},
    {"help", "help", "The keys that work here; Enter does one.", help, NULL},
    {"save", "save", "Save the notebook.", save, NULL},
    {"save-as", "save as", "Save the notebook under another name and go on with that; asks before it overwrites.", save_as, NULL},
    {"rename", "rename", "Give the notebook's file another name.", rename_file, NULL},
    {"quit", "quit", "Leave: detach from the session or end it.", quit, NULL},
    {"detach", "detach", "Leave the session running and go.", detach, NULL},
    {"redraw", "redraw", "Draw the screen anew.", redraw, NULL},
    {"suspend", "suspend", "Back to the shell; fg comes back.", suspend, NULL},
    {"cancel", "cancel", "Close what is open.", cancel, NULL},
    {"accept", "choose", "Take what is chosen.", accept, NULL},
    {0},
};
