/* linear_command.c - the commands of the linear mode: its own for reading and changing text by lines, then every
 * command of the workbench by its name. */
#include "config.h"
#include "ui/linear_command.h"

#include "base/clock.h"
#include "ui/cell.h"
#include "ui/run.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct own_line {
    const char *name, *args, *help;
    void (*run)(linear *l, const char *args);
} own_line;

static const own_line table[];

/* Reading ----------------------------------------------------------------------------------------- */

static size_t count_lines(const text *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++)
        n += t->s[i] == '\n';
    return n + (t->n && t->s[t->n - 1] != '\n');
}

/* "cell 2 of 5, Training, code, 3 lines, stale". */
void linear_tell_cell(linear *l, size_t i)
{
    static const char *const kinds[] = {"code", "text", "raw text"};
    const nb_cell *c = &l->a->nb.cell[i];
    char title[120] = "", state[64];
    size_t n = count_lines(&c->body);

    nb_title(c, title, sizeof title);
    cell_state_words(l->a, c, state, sizeof state);
    linear_say(l, "cell %zu of %zu%s%s, %s, %zu line%s%s%s", i + 1, l->a->nb.n, *title ? ", " : "", title, kinds[c->kind], n, n == 1 ? "" : "s", *state ? ", " : "", state);
}

static void number_lines(linear *l, const char *s)
{
    for (size_t line = 1; *s; line++) {
        size_t n = strcspn(s, "\n");
        linear_say(l, "%zu: %.*s", line, (int)n, s);
        s += n + (s[n] == '\n');
    }
}

static void read_cell(linear *l, const char *args)
{
    (void)args;
    linear_tell_cell(l, l->a->selected);
    if (app_cell(l->a)->body.n)
        number_lines(l, text_str(&app_cell(l->a)->body));
    else
        linear_say(l, "no text");
}

static void read_output(linear *l, const char *args)
{
    nb_cell *c = app_cell(l->a);
    text t = {0};

    (void)args;
    output_text(&c->out, 100, l->a->canvas.ascii, &t);
    if (t.n)
        linear_say(l, "%s", text_str(&t));
    else
        linear_say(l, "no output");
    text_free(&t);
}

static void list_cells(linear *l, const char *args)
{
    (void)args;
    for (size_t i = 0; i < l->a->nb.n; i++)
        linear_tell_cell(l, i);
}

static void tell_status(linear *l, const char *args)
{
    enum { MOST = 16 };
    weir_job *jobs[MOST];
    size_t n = weir_session_jobs(l->a->session, jobs, MOST), running = 0, queued = l->a->queue.n;

    (void)args;
    for (size_t k = 0; k < n && k < MOST; k++) {
        weir_job_info i;
        weir_job_get(jobs[k], &i);
        if (!i.quiet && (i.state <= WEIR_JOB_RUNNING || k == 0)) {
            linear_tell_job(l, &i);
            if (!strcmp(i.kind, "train"))
                linear_tell_scores(l, jobs[k]);
            running += i.state <= WEIR_JOB_RUNNING;
        }
        weir_job_unref(jobs[k]);
    }
    if (!running)
        linear_say(l, interp_busy(l->a->interp) ? "a cell is running" : "nothing runs");
    if (queued)
        linear_say(l, "%zu cell%s queued", queued, queued == 1 ? "" : "s");
    linear_say(l, l->a->nb.modified ? "there are changes that are not saved" : "everything is saved");
}

/* Changing text by lines ------------------------------------------------------------------------------ */

/* Line n of the cell from 1, as bytes; n one behind the last: its end. */
static bool find_line(linear *l, size_t n, size_t *from, size_t *to)
{
    const text *t = &app_cell(l->a)->body;
    const char *s = text_str(t);
    size_t at = 0, lines = count_lines(t);

    if (!n || n > lines + 1) {
        linear_say(l, "there is no line %zu: the cell has %zu", n, lines);
        return false;
    }
    for (size_t k = 1; k < n && at < t->n; k++)
        at += strcspn(s + at, "\n") + 1;
    at = at < t->n ? at : t->n;
    size_t end = at + strcspn(s + at, "\n");
    *from = at;
    *to = end + (end < t->n);
    return true;
}

static bool is_code_or_text(linear *l)
{
    if (!l->a->opt.read_only)
        return true;
    linear_say(l, "read only: another process writes this notebook; changes stay here until save-as");
    return true;
}

static void replace(linear *l, size_t from, size_t to, const char *with)
{
    app *a = l->a;

    cell_remember(a);
    cell_begin_edit(a, from);
    cell_touch(a, true);
    edit_replace(&a->ed, from, to, with, strlen(with));
    cell_end_edit(a);
}

static void change_line(linear *l, const char *args)
{
    char *rest;
    size_t n = strtoul(args, &rest, 10), from, to;
    text t = {0};

    if (!is_code_or_text(l) || !find_line(l, n, &from, &to))
        return;
    text_fmt(&t, "%s\n", rest + (*rest == ' '));
    replace(l, from, to, text_str(&t));
    text_free(&t);
    linear_say(l, "line %zu: %s", n, rest + (*rest == ' '));
}

static void delete_lines(linear *l, const char *args)
{
    char *rest;
    size_t n = strtoul(args, &rest, 10), m = strtoul(rest, NULL, 10), from, to, start;

    m = m < n ? n : m;
    if (!find_line(l, n, &from, &to) || !find_line(l, m, &start, &to))
        return;
    replace(l, from, to, "");
    linear_say(l, "%zu line%s deleted, %zu left", m - n + 1, m == n ? "" : "s", count_lines(&app_cell(l->a)->body));
}

static void type_lines(linear *l)
{
    l->typing = true;
    linear_say(l, "type the text; a line with only a full stop ends it");
}

static void begin_text(linear *l, size_t at)
{
    cell_remember(l->a);
    cell_begin_edit(l->a, at);
    type_lines(l);
}

static void insert_lines(linear *l, const char *args)
{
    size_t from, to;

    if (find_line(l, strtoul(args, NULL, 10), &from, &to))
        begin_text(l, from);
}

static void append_lines(linear *l, const char *args)
{
    const text *t = &app_cell(l->a)->body;

    (void)args;
    if (t->n && t->s[t->n - 1] != '\n')
        replace(l, t->n, t->n, "\n");
    begin_text(l, app_cell(l->a)->body.n);
}

void linear_text(linear *l, const char *line)
{
    text t = {0};

    if (!strcmp(line, ".")) {
        edit *e = &l->a->ed;
        size_t n = edit_text(e)->n;
        if (e->cursor && e->cursor + 1 == n && edit_string(e)[n - 1] == '\n' && edit_string(e)[n - 2] == '\n') /* the new cell's own empty line */
            edit_replace(e, n - 1, n, "", 0);
        l->typing = false;
        cell_end_edit(l->a);
        linear_tell_cell(l, l->a->selected);
        return;
    }
    text_fmt(&t, "%s\n", line);
    cell_paste(l->a, text_str(&t), t.n);
    text_free(&t);
}

/* Running a line ------------------------------------------------------------------------------------------ */

static void run_lua(linear *l, const char *args)
{
    if (*args)
        interp_submit(l->a->interp, 0, "line", 1, args);
    else
        linear_say(l, "lua needs code: lua 1 + 1");
}

static void go_to(linear *l, size_t n)
{
    if (!n || n > l->a->nb.n) {
        linear_say(l, "there is no cell %zu; the notebook has %zu", n, l->a->nb.n);
        return;
    }
    cell_select(l->a, n - 1);
    read_cell(l, "");
}

static void help(linear *l, const char *args)
{
    if (*args) {
        char lines[4096];
        const command *c = command_find(args);
        if (c)
            linear_say(l, "%s: %s", c->name, c->help);
        else if (interp_topic(args, lines, sizeof lines))
            linear_say(l, "%s", lines);
        else
            linear_say(l, "nothing is known about '%s'", args);
        return;
    }
    linear_say(l, "A number goes to that cell and reads it; an empty line tells where you are.");
    for (const own_line *o = table; o->name; o++)
        linear_say(l, "%s%s%s: %s", o->name, *o->args ? " " : "", o->args, o->help);
    linear_say(l, "Every command of the workbench works by its name, or the beginning of it: run, run-all, below, above, cut, paste, undo, find, replace, save, quit.");
    linear_say(l, "commands lists them all. help NAME tells about a command, a parameter, a function or a metric. Commands work while a cell runs; Ctrl-C stops it.");
}

static void list_commands(linear *l, const char *args)
{
    (void)args;
    for (size_t i = 0; i < command_count(); i++)
        if (command_at(i)->run)
            linear_say(l, "%s: %s", command_at(i)->name, command_at(i)->help);
    for (size_t i = 0; i < l->a->n_own; i++)
        linear_say(l, "%s: %s", l->a->own[i].name, l->a->own[i].help);
}

static const own_line table[] = {
    {"read", "", "Read the cell, its lines numbered.", read_cell},
    {"output", "", "Read the cell's output.", read_output},
    {"cells", "", "All cells with title, kind and state.", list_cells},
    {"status", "", "What runs, its scores, and whether all is saved.", tell_status},
    {"edit", "", "Type lines at the end of the cell, up to a line with only a full stop.", append_lines},
    {"insert", "LINE", "Type lines before this one.", insert_lines},
    {"change", "LINE TEXT", "Another text for a line.", change_line},
    {"delete", "LINE [LAST]", "Delete a line, or the lines from one to another.", delete_lines},
    {"lua", "CODE", "Run a line of Lua and read its value.", run_lua},
    {"commands", "", "All commands of the workbench.", list_commands},
    {"help", "[NAME]", "This list, or what a name means.", help},
    {0},
};

/* By its whole name, else the only one that begins so. NULL: none, or several (then they are told). */
static const char *find_command(linear *l, const char *word)
{
    const char *names[512], *found = NULL;
    size_t n = 0, k = strlen(word), fit = 0;
    text all = {0};

    for (size_t i = 0; i < command_count() && n < 400; i++)
        if (command_at(i)->run)
            names[n++] = command_at(i)->name;
    for (size_t i = 0; i < l->a->n_own; i++)
        names[n++] = l->a->own[i].name;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], word))
            return names[i];
    for (size_t i = 0; i < n; i++)
        if (!strncmp(names[i], word, k)) {
            found = names[i];
            text_fmt(&all, "%s%s", fit++ ? ", " : "", names[i]);
        }
    if (fit > 1)
        linear_say(l, "'%s' may be %s", word, text_str(&all));
    else if (!fit) {
        const char *near = text_nearest(word, names, n);
        linear_say(l, "there is no command '%s'; %s%s%s", word, near ? "did you mean " : "help lists them", near ? near : "", near ? "?" : "");
    }
    text_free(&all);
    return fit == 1 ? found : NULL;
}

/* A command of the workbench; what follows its name answers what it asks first. */
static void perform(linear *l, const char *word, const char *args)
{
    app *a = l->a;
    size_t before = a->selected, cells = a->nb.n;
    uint64_t version = a->nb.version, said = a->messages.count;
    const char *name = find_command(l, word);

    if (!name)
        return;
    app_command(a, name);
    if (a->top && *args && a->top->ops->line)
        a->top->ops->line(a, a->top, args);
    if (a->mode == MODE_EDIT && !a->top && a->nb.n != cells)
        type_lines(l);
    else if (!a->top && a->mode != MODE_EDIT && (a->selected != before || a->nb.n != cells || (a->nb.version != version && a->messages.count == said)))
        linear_tell_cell(l, a->selected);
}

/* A command that found a place stands there in the text, which nobody sees: it is read, and left. */
void linear_settle(linear *l)
{
    app *a = l->a;
    edit *e = &a->ed;

    if (a->mode != MODE_EDIT || l->typing)
        return;
    size_t from = edit_line_start(e, e->cursor), to = edit_line_end(e, e->cursor);
    linear_say(l, "cell %zu, line %zu: %.*s", a->selected + 1, edit_line(e, from) + 1, (int)(to - from), edit_string(e) + from);
    if (!a->top)
        cell_end_edit(a);
}

void linear_command(linear *l, const char *line)
{
    char word[COMMAND_NAME] = "";
    size_t n;

    line += strspn(line, " \t");
    n = strcspn(line, " \t");
    snprintf(word, sizeof word, "%.*s", (int)n, line);
    const char *args = line + n + strspn(line + n, " \t");
    l->a->messages.shown = false;
    if (!*word) {
        linear_tell_cell(l, l->a->selected);
        return;
    }
    if (isdigit((unsigned char)*word)) {
        go_to(l, strtoul(word, NULL, 10));
        return;
    }
    for (const own_line *o = table; o->name; o++)
        if (!strcmp(o->name, word)) {
            o->run(l, args);
            return;
        }
    perform(l, word, args);
}
