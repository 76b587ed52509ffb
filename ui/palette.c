/* palette.c - see palette.h. An item's number says its group and which of it. */
#include "config.h"
#include "ui/palette.h"

#include "lua/api.h"
#include "ui/cell.h"
#include "ui/markdown.h"
#include "ui/pane_jobs.h"
#include "ui/pane_model.h"
#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND = '>', MODEL = '@', FRAME = '#', JOB = '$', CELL = '/', OPTION = '=', HELP = '?', MOST_LINES = 5000 };
#define GROUPS ">@#$/=?"

static int64_t number_of(char group, int64_t i)
{
    return (int64_t)(unsigned char)group << 48 | i;
}

/* Filling it ------------------------------------------------------------------------------------ */

typedef struct filler {
    app *a;
    picker *p;
    context where[4];
    size_t n_where;
} filler;

/* The keys that lead to that command from here, "" for none. */
static const char *keys_of(const filler *f, const char *name, char *buf, size_t cap)
{
    return keymap_label(&f->a->keys, f->where, f->n_where, name, buf, cap);
}

static void add(filler *f, char group, int64_t i, bool dim, const char *keys, const char *label, const char *note)
{
    picker_add(f->p, number_of(group, i), dim, keys, label, note);
    if (f->p->n)
        f->p->item[f->p->n - 1].group = group;
}

static void add_commands(filler *f)
{
    commands_list(f->a, f->p, f->where, f->n_where, false);
    for (size_t i = 0; i < f->p->n; i++) {
        f->p->item[i].id = number_of(COMMAND, f->p->item[i].id);
        f->p->item[i].group = COMMAND;
    }
    for (size_t i = 0; i < f->a->n_own; i++)
        add(f, COMMAND, (int64_t)(command_count() + i), false, "", f->a->own[i].name, f->a->own[i].help);
}

/* A cell by its title or heading; its lines of text only when text is asked for. */
static void add_cells(filler *f)
{
    char keys[64], line[300], note[120];
    size_t lines = 0;

    keys_of(f, "outline", keys, sizeof keys);
    for (size_t i = 0; i < f->a->nb.n; i++) {
        const nb_cell *c = &f->a->nb.cell[i];
        const char *s = text_str(&c->body);
        int level;
        line[0] = '\0';
        nb_title(c, line, sizeof line);
        bool named = *line || (c->kind == CELL_MARKDOWN && markdown_heading(s, c->body.n, &level, line, sizeof line));
        snprintf(note, sizeof note, "cell %zu", i + 1);
        if (named)
            add(f, CELL, (int64_t)(i << 24), false, keys, line, note);
        for (size_t at = 0, k = 0; at < c->body.n && lines < MOST_LINES; k++, lines++) {
            size_t n = strcspn(s + at, "\n"), blank = strspn(s + at, " \t");
            snprintf(line, sizeof line, "%.*s", (int)(n > blank ? n - blank : 0), s + at + (n > blank ? blank : 0));
            snprintf(note, sizeof note, "cell %zu, line %zu", i + 1, k + 1);
            if (*line) {
                add(f, CELL, (int64_t)(i << 24 | (k + 1)), false, "", line, note);
                f->p->item[f->p->n - 1].asked = true;
            }
            at += n + 1;
        }
    }
}

static void add_objects(filler *f)
{
    char models[64], frames[64], note[120];
    weir_value list = weir_nil();

    if (weir_session_list(f->a->session, &list, NULL))
        return;
    keys_of(f, "models", models, sizeof models);
    keys_of(f, "lists", frames, sizeof frames);
    for (size_t i = list.as.list.n; i-- > 0;) {
        const weir_value *d = &list.as.list.v[i], *rows = weir_dict_get(d, "rows"), *cols = weir_dict_get(d, "cols");
        const char *id = weir_dict_get(d, "id")->as.text.s;
        bool model = !strcmp(weir_dict_get(d, "kind")->as.text.s, "model");
        if (model)
            snprintf(note, sizeof note, "model");
        else
            snprintf(note, sizeof note, "frame %lld x %lld", rows ? (long long)rows->as.i : 0, cols ? (long long)cols->as.i : 0);
        add(f, model ? MODEL : FRAME, (int64_t)i, false, model ? models : frames, id, note);
    }
    weir_value_clear(&list);
}

static void add_jobs(filler *f)
{
    job_row *row = calloc(JOBS_SHOWN, sizeof *row);
    size_t n = row ? jobs_list(f->a, row, JOBS_SHOWN) : 0;
    char keys[64], line[200], note[200];

    keys_of(f, "jobs", keys, sizeof keys);
    for (size_t i = 0; i < n; i++) {
        snprintf(line, sizeof line, "J%lld %s", (long long)row[i].info.id, row[i].info.title);
        snprintf(note, sizeof note, "job, %s%s%s", jobs_word(&row[i]), *row[i].metric ? ", " : "", row[i].metric);
        add(f, JOB, (int64_t)i, false, keys, line, note);
    }
    if (row)
        jobs_release(row, n);
    free(row);
}

static void add_options(filler *f)
{
    char keys[64], now[64], line[120];

    keys_of(f, "options", keys, sizeof keys);
    for (size_t i = 0; i < setting_count; i++) {
        snprintf(line, sizeof line, "%s = %s", setting_table[i].name, settings_get(&f->a->set, setting_table[i].name, now, sizeof now));
        add(f, OPTION, (int64_t)i, false, keys, line, setting_table[i].help);
    }
}

/* Parameters, then functions, then metrics. */
static const char *topic_name(size_t i, const char **kind, const char **help)
{
    size_t params = weir_param_count(), calls = api_count();

    if (i < params) {
        *kind = "parameter", *help = weir_param_at(i)->help;
        return weir_param_at(i)->name;
    }
    i -= params;
    if (i < calls) {
        *kind = *api_at(i)->on ? api_at(i)->on : "weir", *help = api_at(i)->help;
        return api_at(i)->name;
    }
    i -= calls;
    if (i >= weir_metric_count())
        return NULL;
    *kind = "metric", *help = weir_metric_at(i)->help;
    return weir_metric_at(i)->name;
}

static void add_help(filler *f)
{
    char keys[64], note[300];
    const char *kind, *about, *name;

    keys_of(f, "topics", keys, sizeof keys);
    for (size_t i = 0; (name = topic_name(i, &kind, &about)) != NULL; i++) {
        snprintf(note, sizeof note, "help, %s: %s", kind, about);
        add(f, HELP, (int64_t)i, false, keys, name, note);
    }
}

/* Choosing ---------------------------------------------------------------------------------------- */

static void go_to_cell(app *a, size_t i, size_t line)
{
    if (i >= a->nb.n)
        return;
    view_leave(a);
    a->focus = &pane_notebook;
    cell_select(a, i);
    if (!line)
        return;
    cell_begin_edit(a, 0);
    while (--line && edit_move(&a->ed, TO_DOWN, false))
        ;
}

static void go_to_model(app *a, const char *id)
{
    weir_value v = weir_nil();
    weir_error err = {0};

    if (weir_session_get(a->session, id, &v, &err))
        app_say(a, SAY_ERROR, "%s", err.message);
    else if (v.kind == WEIR_MODEL)
        model_open(a, v.as.model);
    weir_value_clear(&v);
}

/* "J3 title": the job of that number. */
static void go_to_job(app *a, const char *label)
{
    job_row *row = calloc(JOBS_SHOWN, sizeof *row);
    size_t n = row ? jobs_list(a, row, JOBS_SHOWN) : 0;
    long long id = atoll(label + 1);

    for (size_t i = 0; i < n; i++)
        if (row[i].info.id == id) {
            pane_jobs_select(a, id, row[i].info.started);
            break;
        }
    if (row)
        jobs_release(row, n);
    free(row);
    view_open(a, &pane_jobs);
}

static void choose(app *a, int64_t id, const char *label)
{
    size_t i = (size_t)(id & 0xFFFFFFFFFFFF);
    const command *c;

    switch ((char)(id >> 48)) {
    case COMMAND:
        c = command_at(i);
        app_command(a, c ? c->name : label);
        break;
    case MODEL: go_to_model(a, label); break;
    case FRAME: view_open(a, &pane_lists); break;
    case JOB: go_to_job(a, label); break;
    case CELL: go_to_cell(a, i >> 24, i & 0xFFFFFF); break;
    case OPTION: options_ask(a, i); break;
    default: topic_show(a, label); break;
    }
}

/* The Lua that stands for an item; false: there is none. */
static bool lua_of(const picker_item *it, char *buf, size_t cap)
{
    size_t i = (size_t)(it->id & 0xFFFFFFFFFFFF), params = weir_param_count(), n;

    if (it->group == MODEL || it->group == FRAME) {
        snprintf(buf, cap, "%s = weir.get_%s(\"%s\")\n", it->group == MODEL ? "m" : "f", it->group == MODEL ? "model" : "frame", it->text);
        return true;
    }
    if (it->group == JOB) {
        snprintf(buf, cap, "j = weir.job(%lld)\n", atoll(it->text + 1));
        return true;
    }
    if (it->group != HELP || i < params || i - params >= api_count())
        return false;
    const weir_verb_info *v = api_at(i - params);
    n = (size_t)snprintf(buf, cap, "%s%s%s{", *v->on ? v->on : "weir", *v->on ? ":" : ".", v->name);
    for (size_t k = 0; k < v->n_args && n + 60 < cap; k++)
        if (!v->args[k].optional)
            n += (size_t)snprintf(buf + n, cap - n, "%s%.40s = ", buf[n - 1] == '{' ? " " : ", ", v->args[k].name);
    snprintf(buf + n, cap - n, " }\n");
    return true;
}

static bool key(app *a, picker *p, int k)
{
    const picker_item *it = picker_here(p);
    const command *c = k == ' ' ? command_find(edit_string(&p->find)) : NULL;
    char name[COMMAND_NAME], code[600];

    if (k == (K_ALT | K_RETURN)) { /* the Lua instead of the deed */
        if (!it || !lua_of(it, code, sizeof code)) {
            app_say(a, SAY_NOTE, "no Lua stands for this");
            return true;
        }
        app_pop(a);
        a->focus = &pane_notebook;
        cell_write(a, code);
        return true;
    }
    if (!command_asks(c))
        return false;
    snprintf(name, sizeof name, "%s", c->name); /* "open ": what follows is what the command asks for */
    app_pop(a);
    app_command(a, name);
    return true;
}

void palette_open(app *a)
{
    filler f = {.a = a, .p = picker_new("Everything, by typing", choose)};

    if (!f.p)
        return;
    f.n_where = app_contexts(a, f.where);
    f.p->groups = GROUPS;
    f.p->legend = ">commands @models #frames $jobs /text =options ?help  Alt-Enter: its Lua";
    f.p->key = key;
    add_commands(&f);
    add_cells(&f);
    add_objects(&f);
    add_jobs(&f);
    add_options(&f);
    add_help(&f);
    picker_show(a, f.p);
}
