/* configure.c - see configure.h. A configuration is read into a draft, and taken only when all of it is right. */
#include "config.h"
#include "ui/configure.h"

#include "lua/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct draft {
    settings set;
    keymap keys;
    own_command own[OWN_COMMANDS];
    size_t n_own;
    own_hook hook[OWN_HOOKS];
    size_t n_hook;
} draft;

bool configure_path(char *buf, size_t cap)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char folder[4096];

    if (xdg && *xdg)
        snprintf(folder, sizeof folder, "%s/weir", xdg);
    else if (home && *home)
        snprintf(folder, sizeof folder, "%s/.config/weir", home);
    else
        return false;
    snprintf(buf, cap, "%s/config.lua", folder);
    if (access(buf, R_OK) != 0) {
        snprintf(buf, cap, "%s/init.lua", folder);
        if (access(buf, R_OK) != 0)
            snprintf(buf, cap, "%s/config.lua", folder);
    }
    return true;
}

static bool set_option(void *user, const char *name, const char *value, char *why, size_t cap)
{
    draft *d = user;

    if (!settings_set(&d->set, name, value, why, cap))
        return false;
    return strcmp(name, "keys") || keymap_reset(&d->keys, value);
}

static bool bind_keys(void *user, const char *where, const char *keys, const char *name, char *why, size_t cap)
{
    draft *d = user;
    bool own = false;

    for (size_t i = 0; i < d->n_own; i++)
        own |= !strcmp(d->own[i].name, name);
    if (*name && !own && !command_find(name)) {
        snprintf(why, cap, "bind: there is no command '%s'; weir keys lists them", name);
        return false;
    }
    return keymap_bind(&d->keys, where, keys, name, why, cap);
}

static bool add_command(void *user, const char *name, const char *help, const char *code, char *why, size_t cap)
{
    draft *d = user;

    if (command_find(name) || d->n_own == OWN_COMMANDS || strlen(name) >= COMMAND_NAME) {
        snprintf(why, cap, command_find(name) ? "there is a command '%.60s' already" : "'%.60s': at most 64 commands, with names below 40 characters", name);
        return false;
    }
    own_command *c = &d->own[d->n_own];
    *c = (own_command){strdup(name), strdup(help), strdup(code)};
    d->n_own++;
    return true;
}

static bool add_hook(void *user, const char *event, const char *code, char *why, size_t cap)
{
    static const char *const events[] = {"score", "done", "fail", "attach"};
    draft *d = user;
    size_t i = 0;

    while (i < 4 && strcmp(events[i], event))
        i++;
    if (i == 4 || d->n_hook == OWN_HOOKS) {
        snprintf(why, cap, i == 4 ? "hook: '%.60s' is none of score, done, fail, attach" : "too many hooks (%.60s)", event);
        return false;
    }
    d->hook[d->n_hook].event = events[i];
    d->hook[d->n_hook++].code = strdup(code);
    return true;
}

static void drop(own_command *own, size_t n, own_hook *hook, size_t m)
{
    for (size_t i = 0; i < n; i++) {
        free(own[i].name);
        free(own[i].help);
        free(own[i].code);
    }
    for (size_t i = 0; i < m; i++)
        free(hook[i].code);
}

/* The person's own, then the project's if it is trusted: NULL, or none, is left out. */
static bool read_draft(const char *path, const project *p, draft *d, char *why, size_t cap)
{
    config_sink sink = {d, set_option, bind_keys, add_command, add_hook};
    bool with = p && p->trust == PROJECT_TRUSTED;

    settings_defaults(&d->set);
    keymap_reset(&d->keys, d->set.preset);
    if ((!path || config_run(path, &sink, why, cap)) && (!with || config_run_text(p->path, text_str(&p->code), p->code.n, &sink, why, cap)))
        return true;
    drop(d->own, d->n_own, d->hook, d->n_hook);
    keymap_free(&d->keys);
    return false;
}

bool configure_set(app *a, char *why, size_t cap)
{
    for (const char *const *s = a->opt.set; s && *s; s++) {
        char name[64];
        const char *eq = strchr(*s, '=');
        snprintf(name, sizeof name, "%.*s", (int)(eq ? eq - *s : 0), *s);
        if (!eq || !settings_set(&a->set, name, eq + 1, why, cap))
            return false;
        if (!strcmp(name, "keys"))
            keymap_reset(&a->keys, eq + 1);
    }
    return true;
}

bool configure_load(app *a, const char *path, char *why, size_t cap)
{
    draft *d = calloc(1, sizeof *d);
    bool good = d && read_draft(path, a->project, d, why, cap);

    if (good) {
        configure_free(a);
        keymap_free(&a->keys);
        a->set = d->set;
        a->keys = d->keys;
        memcpy(a->own, d->own, sizeof a->own);
        memcpy(a->hook, d->hook, sizeof a->hook);
        a->n_own = d->n_own;
        a->n_hook = d->n_hook;
        configure_set(a, why, cap);
        if (a->term)
            term_theme(a->term, theme_find(a->set.theme));
    }
    free(d);
    return good;
}

bool configure_read(const char *path, settings *s, keymap *k, char *why, size_t cap)
{
    draft *d = calloc(1, sizeof *d);
    bool good = d && read_draft(path, NULL, d, why, cap);

    if (good) {
        *s = d->set;
        keymap_free(k);
        *k = d->keys;
        drop(d->own, d->n_own, d->hook, d->n_hook);
    }
    free(d);
    return good;
}

void configure_free(app *a)
{
    drop(a->own, a->n_own, a->hook, a->n_hook);
    a->n_own = a->n_hook = 0;
}

bool configure_command(app *a, const char *name)
{
    for (size_t i = 0; i < a->n_own; i++)
        if (!strcmp(a->own[i].name, name)) {
            interp_submit(a->interp, OWN_CELL, a->own[i].name, 1, a->own[i].code);
            return true;
        }
    return false;
}

void configure_hook(app *a, const char *event)
{
    for (size_t i = 0; i < a->n_hook; i++)
        if (!strcmp(a->hook[i].event, event))
            interp_submit(a->interp, OWN_CELL, "hook", 1, a->hook[i].code);
}

void configure_dump(const settings *s, text *out)
{
    char value[64];

    text_add(out, "-- The options of weir with their defaults; a configuration is a Lua file like this one.\n");
    for (size_t i = 0; i < setting_count; i++) {
        const setting_info *o = &setting_table[i];
        settings_get(s, o->name, value, sizeof value);
        bool bare = !o->values;
        const char *shown = bare && !strcmp(value, "yes") ? "true" : bare && !strcmp(value, "no") ? "false" : value;
        text_fmt(out, "\n-- %s\n%s%s = %s%s%s%s%s\n", o->help, !strcmp(value, o->def) ? "-- " : "", o->name, bare ? "" : "\"", shown, bare ? "" : "\"",
                 strcmp(value, o->def) ? "  -- default " : "", strcmp(value, o->def) ? o->def : "");
    }
    text_add(out, "\n-- bind(\"notebook\", \"C-x C-r\", \"run-all\")            -- weir keys lists places, keys and commands\n"
                  "-- command(\"rows\", \"How many rows.\", [[print(train.nrow)]])\n-- hook(\"done\", [[print(\"a training has ended\")]])   -- score, done, fail, attach\n");
}
