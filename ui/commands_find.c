/* commands_find.c - finding: text, replacing, outline, help on names, problems, the editor. */
#include "config.h"
#include "lua/api.h"
#include "ui/cell.h"
#include "ui/markdown.h"
#include "ui/palette.h"
#include "ui/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text ------------------------------------------------------------------------------------------ */

/* The next match from byte `at` of cell i on, over all cells and round; wrap: the place itself counts last. */
static bool seek(app *a, size_t i, size_t at, bool backwards)
{
    char why[300] = "";
    size_t n = a->nb.n;

    for (size_t turn = 0; turn <= n; turn++) {
        size_t k = backwards ? (i + n - turn) % n : (i + turn) % n, s, e, last = SIZE_MAX, from = turn || backwards ? 0 : at;
        nb_cell *c = &a->nb.cell[k];
        while (from <= c->body.n && interp_find(text_str(&c->body), c->body.n, from, a->find, !a->find_pattern, &s, &e, why, sizeof why)) {
            if (backwards && !turn && s >= at)
                break;
            last = s;
            from = e > s ? e : s + 1;
            if (!backwards)
                break;
        }
        if (*why) {
            app_say(a, SAY_ERROR, "%s", why);
            return false;
        }
        if (last == SIZE_MAX)
            continue;
        bool edited = a->mode == MODE_EDIT;
        if (k != a->selected) {
            if (edited)
                cell_end_edit(a);
            cell_select(a, k);
        }
        bool normal = edited ? a->normal : !strcmp(a->keys.preset, "vim");
        cell_begin_edit(a, last);
        a->normal = normal;
        return true;
    }
    app_say(a, SAY_NOTE, "\"%s\" is nowhere in the notebook", a->find);
    return false;
}

static void found(app *a, const char *what)
{
    if (!what || !*what)
        return;
    a->find_pattern = *what == '/'; /* "/pattern": as Lua's patterns */
    snprintf(a->find, sizeof a->find, "%s", what + a->find_pattern);
    if (*a->find)
        seek(a, a->selected, a->mode == MODE_EDIT ? a->ed.cursor + 1 : 0, false);
}

static void find(app *a)
{
    prompt_open(a, "Find (/... for a Lua pattern):", "", found, NULL);
}

static void find_next(app *a)
{
    if (*a->find)
        seek(a, a->mode == MODE_EDIT ? a->selected : (a->selected + 1) % a->nb.n, a->mode == MODE_EDIT ? a->ed.cursor + 1 : 0, false);
    else
        find(a);
}

static void find_previous(app *a)
{
    if (*a->find)
        seek(a, a->selected, a->mode == MODE_EDIT ? a->ed.cursor : 0, true);
}

/* Replacing: every change is shown and asked about. */
static void ask_next(app *a);

static void replace_here(app *a)
{
    nb_cell *c = app_cell(a);
    char why[300];
    size_t s, e, count;

    if (!interp_find(text_str(&c->body), c->body.n, a->ed.cursor, a->find, !a->find_pattern, &s, &e, why, sizeof why))
        return;
    char *match = strndup(text_str(&c->body) + s, e - s), *with = match ? interp_replace(match, a->find, !a->find_pattern, a->replace, &count, why, sizeof why) : NULL;
    if (with) {
        cell_touch(a, true);
        edit_replace(&a->ed, s, e, with, strlen(with));
        edit_place(&a->ed, s + strlen(with));
        a->replaced++;
    } else {
        app_say(a, SAY_ERROR, "%s", why);
    }
    free(match);
    free(with);
}

static void replaced(app *a)
{
    if (a->replaced)
        app_say(a, SAY_GOOD, "%zu replaced; %s", a->replaced, a->mode == MODE_EDIT ? "^_ undoes" : "z undoes");
    else
        app_say(a, SAY_NOTE, "nothing replaced");
}

/* From here to the end of the notebook. */
static bool next_match(app *a)
{
    char why[300];
    size_t s, e;

    for (size_t k = a->selected; k < a->nb.n; k++) {
        nb_cell *c = &a->nb.cell[k];
        size_t from = k == a->selected && a->mode == MODE_EDIT ? a->ed.cursor : 0;
        if (from <= c->body.n && interp_find(text_str(&c->body), c->body.n, from, a->find, !a->find_pattern, &s, &e, why, sizeof why)) {
            if (k != a->selected) {
                cell_end_edit(a);
                cell_select(a, k);
            }
            cell_begin_edit(a, s);
            a->ed.selecting = true; /* the match is shown selected, the cursor at its start */
            a->ed.anchor = e;
            return true;
        }
    }
    return false;
}

static void answer_replace(app *a, int letter)
{
    if (letter == 'y' || letter == 'a')
        replace_here(a);
    else if (letter == 'n')
        edit_move(&a->ed, TO_RIGHT, false);
    if (letter == 'a')
        while (next_match(a))
            replace_here(a);
    if (letter == 'y' || letter == 'n')
        ask_next(a);
    else
        replaced(a);
}

static void ask_next(app *a)
{
    char question[200];

    if (!next_match(a)) {
        replaced(a);
        return;
    }
    snprintf(question, sizeof question, "Replace by \"%.60s\"?  y yes   n no   a all the rest   Esc stop", a->replace);
    ask_open(a, question, "yna", answer_replace);
}

static bool is_anywhere(const app *a)
{
    char why[300];
    size_t s, e;

    for (size_t k = 0; k < a->nb.n; k++)
        if (interp_find(text_str(&a->nb.cell[k].body), a->nb.cell[k].body.n, 0, a->find, !a->find_pattern, &s, &e, why, sizeof why))
            return true;
    return false;
}

static void replace_with(app *a, const char *with)
{
    if (!with)
        return;
    snprintf(a->replace, sizeof a->replace, "%s", with);
    a->replaced = 0;
    if (!is_anywhere(a)) {
        app_say(a, SAY_NOTE, "'%s' stands in no cell", a->find);
        return;
    }
    if (a->mode == MODE_EDIT)
        cell_end_edit(a);
    cell_select(a, 0);
    cell_begin_edit(a, 0);
    ask_next(a);
}

static void replace_what(app *a, const char *what)
{
    char label[300];

    if (!what || (!*what && !*a->find))
        return;
    if (*what) { /* else what was looked for last */
        a->find_pattern = *what == '/';
        snprintf(a->find, sizeof a->find, "%s", what + a->find_pattern);
    }
    snprintf(label, sizeof label, "Replace %.60s by:", a->find);
    prompt_open(a, label, "", replace_with, NULL);
}

static void replace(app *a)
{
    char label[300];

    snprintf(label, sizeof label, *a->find ? "Replace (Enter for %s%.60s, /... for a Lua pattern):" : "Replace (/... for a Lua pattern):", a->find_pattern ? "/" : "", a->find);
    prompt_open(a, label, "", replace_what, NULL);
}

/* Outline ----------------------------------------------------------------------------------------- */

static void choose_cell(app *a, int64_t id, const char *label)
{
    size_t i = nb_index(&a->nb, id);

    (void)label;
    a->focus = &pane_notebook;
    if (i != SIZE_MAX)
        cell_select(a, i);
}

static void outline_line(const nb_cell *c, size_t i, char *line, size_t cap)
{
    char title[160] = "", heading[160];
    int level = 0;

    nb_title(c, title, sizeof title);
    if (c->kind == CELL_MARKDOWN && markdown_heading(text_str(&c->body), c->body.n, &level, heading, sizeof heading))
        snprintf(line, cap, "%*s%s", level > 1 ? 2 * (level - 1) : 0, "", heading);
    else if (*title)
        snprintf(line, cap, "   %zu %s", i + 1, title);
    else
        snprintf(line, cap, "   %zu %.*s", i + 1, (int)strcspn(text_str(&c->body), "\n"), text_str(&c->body));
}

static void outline(app *a)
{
    picker *p = picker_new("Outline", choose_cell);
    char line[240], note[300], took[32];

    for (size_t i = 0; p && i < a->nb.n; i++) {
        const nb_cell *c = &a->nb.cell[i];
        size_t n = 0;
        outline_line(c, i, line, sizeof line);
        n = (size_t)snprintf(note, sizeof note, "%s", c->stale ? "stale" : nb_state_word(c->state));
        if (nb_ended(c->state))
            n += (size_t)snprintf(note + n, sizeof note - n, " %s", clock_duration(c->seconds, took, sizeof took));
        for (size_t k = 0; k < c->out.n && c->state == CELL_FAILED; k++)
            if (c->out.v[k].kind == OUT_ERROR) {
                snprintf(note + n, sizeof note - n, "  %.200s", c->out.v[k].line);
                break;
            }
        picker_add(p, c->id, false, "", line, note);
        if (i == a->selected)
            p->at = i;
    }
    picker_show(a, p);
}

/* Names ------------------------------------------------------------------------------------------- */

enum { HELP_BYTES = 16000 };

void topic_show(app *a, const char *name)
{
    char *lines = malloc(HELP_BYTES);

    if (lines && interp_topic(name, lines, HELP_BYTES))
        popup_lines(a, name, lines);
    free(lines);
}

static void show_topic(app *a, int64_t id, const char *name)
{
    (void)id;
    topic_show(a, name);
}

static void topics(app *a)
{
    picker *p = picker_new("Help: parameters, functions, metrics", show_topic);

    for (size_t i = 0; p && i < weir_param_count(); i++)
        picker_add(p, 0, false, "", weir_param_at(i)->name, weir_param_at(i)->help);
    for (size_t i = 0; p && i < api_count(); i++)
        picker_add(p, 0, false, "", api_at(i)->name, api_at(i)->help);
    for (size_t i = 0; p && i < weir_metric_count(); i++)
        picker_add(p, 0, false, "", weir_metric_at(i)->name, weir_metric_at(i)->help);
    picker_show(a, p);
}

static void signature(app *a)
{
    char *lines = malloc(HELP_BYTES);

    if (a->mode == MODE_EDIT && lines && interp_help(a->interp, edit_string(&a->ed), a->ed.cursor, lines, HELP_BYTES))
        popup_lines(a, "At the cursor", lines);
    else if (a->mode == MODE_EDIT)
        app_say(a, SAY_NOTE, "nothing is known about this word");
    else
        topics(a);
    free(lines);
}

static void globals(app *a)
{
    enum { MOST = 300 };
    interp_candidate *v = calloc(MOST, sizeof *v);
    picker *p = v ? picker_new("Variables of the notebook", NULL) : NULL;
    size_t n = p ? interp_globals(a->interp, v, MOST) : 0;

    for (size_t i = 0; i < n; i++)
        picker_add(p, (int64_t)i, false, "", v[i].text, v[i].note);
    picker_show(a, p);
    free(v);
}

/* Errors ------------------------------------------------------------------------------------------ */

/* To the line that failed, in the selected cell or the first that has one. */
static void go_error(app *a)
{
    for (size_t k = 0; k < a->nb.n; k++) {
        size_t i = (a->selected + k) % a->nb.n;
        nb_cell *c = &a->nb.cell[i];
        int64_t line = c->error_line;
        if (!line)
            continue;
        while (i && line < nb_line(&a->nb, i)) /* in a function of another cell */
            i--;
        while (i + 1 < a->nb.n && line >= nb_line(&a->nb, i + 1))
            i++;
        cell_select(a, i);
        cell_begin_edit(a, 0);
        for (int64_t at = nb_line(&a->nb, i); at < line && edit_move(&a->ed, TO_DOWN, false); at++)
            ;
        return;
    }
    app_say(a, SAY_NOTE, "no cell has failed");
}

/* Frames of weir itself stand last. */
static void traceback(app *a)
{
    nb_cell *c = app_cell(a);

    text t = {0};

    if (c->trace) {
        run_places(a, c->trace, &t);
        popup_lines(a, "Traceback", text_str(&t));
    } else {
        app_say(a, SAY_NOTE, "this cell has not failed");
    }
    text_free(&t);
}

static void problems(app *a)
{
    picker *p = picker_new("Problems found before running", choose_cell);
    char line[600];

    run_check(a);
    for (size_t i = 0; p && i < a->n_problem; i++) {
        snprintf(line, sizeof line, "line %lld: %s", (long long)a->problem[i].line, a->problem[i].message);
        size_t k = a->problem[i].cell ? a->problem[i].cell - 1 : 0;
        picker_add(p, k < a->nb.n ? a->nb.cell[k].id : 0, false, "", line, a->problem[i].kind);
    }
    if (!a->n_problem)
        app_say(a, SAY_GOOD, "no problem found");
    if (p && a->n_problem)
        picker_show(a, p);
    else if (p)
        p->o.ops->close(a, &p->o);
}

/* The editor ---------------------------------------------------------------------------------------- */

static void edit_outside(app *a, bool cell)
{
    char why[600], line[24];
    const char *editor = getenv("VISUAL") ? getenv("VISUAL") : getenv("EDITOR") ? getenv("EDITOR") : "vi";
    char *argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)"exec $0 \"$@\"", (char *)(uintptr_t)editor, line, a->outside, NULL};

    if (!a->opt.host.run) {
        app_say(a, SAY_ERROR, "no editor can be started here");
        return;
    }
    int64_t at = a->mode == MODE_EDIT ? (int64_t)edit_line(&a->ed, a->ed.cursor) : 0;
    if (a->mode == MODE_EDIT)
        cell_end_edit(a);
    snprintf(line, sizeof line, "+%lld", (long long)(at + (cell ? 1 : nb_line(&a->nb, a->selected))));
    char *s = cell ? strdup(text_str(&app_cell(a)->body)) : nb_file(&a->nb);
    snprintf(a->outside, sizeof a->outside, "%s/weir-edit-XXXXXX.lua", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    int fd = s ? mkstemps(a->outside, 4) : -1;
    bool good = fd >= 0 && write(fd, s, strlen(s)) == (ssize_t)strlen(s);
    if (fd >= 0)
        close(fd);
    a->outside_cell = cell ? app_cell(a)->id : 0;
    free(a->outside_base);
    a->outside_base = s;
    snprintf(why, sizeof why, "cannot write %.500s", a->outside);
    if (!good || !a->opt.host.run(a->opt.host.user, a, argv))
        app_say(a, SAY_ERROR, "%s", good ? "the editor cannot be started" : why);
}

static void editor_cell(app *a)
{
    edit_outside(a, true);
}

static void editor_file(app *a)
{
    edit_outside(a, false);
}

const command commands_find[] = {
    {"find", "find", "Find a text, or with / before it a Lua pattern, in all cells.", find, NULL},
    {"find-next", "next", "The next match.", find_next, NULL},
    {"find-previous", "previous", "The match before.", find_previous, NULL},
    {"replace", "replace", "Find and replace over all cells; each change is shown first.", replace, NULL},
    {"outline", "outline", "The cells with state, time and first error line.", outline, NULL},
    {"topics", "help on", "Help on parameters, functions and metrics.", topics, NULL},
    {"signature", "help on word", "Help on the word or call at the cursor.", signature, NULL},
    {"globals", "variables", "Variables of the notebook with kind and size.", globals, NULL},
    {"go-error", "to the error", "To the line that failed.", go_error, NULL},
    {"traceback", "traceback", "The full traceback of the cell's error.", traceback, NULL},
    {"problems", "problems", "What is wrong before anything runs: syntax, names, parameters, columns.", problems, NULL},
    {"editor", "$EDITOR", "The cell in your editor.", editor_cell, NULL},
    {"editor-file", "$EDITOR file", "The whole notebook in your editor, at this line.", editor_file, NULL},
    {0},
};
