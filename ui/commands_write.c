/* commands_write.c - what writes code: actions on models and frames, snippets. Each shows its Lua before it runs,
 * and leaves it in a cell. */
#include "config.h"
#include "ui/cell.h"
#include "ui/pane_lists.h"
#include "ui/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* On a model and a frame; %s is its variable, or what gives it, %n what a file of it is called, %f a frame to go with a model.
 * Kind "": on nothing. */
static const struct { const char *kind, *label, *code; } actions[] = {
    {"model", "what it is", "%s"},
    {"model", "variable importances", "%s:varimp()"},
    {"model", "confusion matrix", "%s:confusion_matrix{valid = true}"},
    {"model", "scoring history", "%s:scoring_history()"},
    {"model", "predictions", "p = %s:predict(%f)"},
    {"model", "how good on a frame", "%s:performance(%f)"},
    {"model", "save", "%s:save(\"%n.weir\")"},
    {"frame", "first rows", "%s:head(10)"},
    {"frame", "columns in figures", "%s:describe()"},
    {"frame", "histograms", "weir.plot(%s, {kind = \"hist\"})"},
    {"frame", "lines of its columns", "weir.plot(%s)"},
    {"frame", "quantiles", "%s:quantile()"},
    {"frame", "correlations", "%s:cor()"},
    {"frame", "split for training", "train, test = %s:split{0.75, seed = 1}"},
    {"frame", "train a model", "m = weir.deeplearning{ training_frame = %s, y = %s:names()[%s.ncol] }"},
    {"frame", "without rows that miss values", "whole = %s:na_omit()"},
    {"frame", "export as CSV", "%s:export(\"%n.csv\")"},
    {"", "a file of data; the name is to be changed", "data = weir.import_file(\"data.csv\")"},
    {"", "data to try things with", "iris = weir.dataset(\"iris\")"},
    {"", "random data", "data = weir.create_frame{ rows = 1000, cols = 10, has_response = true, seed = 1 }"},
};

bool cell_write(app *a, const char *code)
{
    text t = {0};

    text_fmt(&t, "-- %%%%\n%s", code);
    cell_remember(a);
    size_t n = nb_insert_text(&a->nb, a->selected + 1, text_str(&t));
    text_free(&t);
    cell_select(a, a->selected + n);
    return n > 0;
}

/* "run: CODE" runs it too; "write: CODE" does not. */
static void choose_action(app *a, int64_t id, const char *label)
{
    const char *code = strstr(label, "  ");
    char line[1200];

    if (!code)
        return;
    snprintf(line, sizeof line, "%s\n", code + strspn(code, " "));
    app_command(a, "notebook"); /* where the cell is */
    if (cell_write(a, line) && id)
        run_cell(a, a->selected, 0);
}

static void fill_in(const char *code, const char *expression, const char *name, const char *frame, text *out)
{
    for (const char *s = code; *s; s++)
        if (s[0] == '%' && s[1] && strchr("snf", s[1]))
            text_add(out, *++s == 's' ? expression : *s == 'n' ? name : frame);
        else
            text_char(out, *s);
}

/* All actions of a kind on one thing; runs: they are run, else only written. frame: "" = there is none. */
static void add_actions(picker *p, const char *kind, const char *expression, const char *name, const char *frame, bool runs)
{
    for (size_t k = 0; k < sizeof actions / sizeof *actions; k++) {
        text line = {0};
        char note[200];
        bool fits = *kind ? *actions[k].kind && !strncmp(kind, actions[k].kind, strlen(actions[k].kind)) : !*actions[k].kind;
        if (!fits || (!*frame && strstr(actions[k].code, "%f")))
            continue;
        text_add(&line, runs ? "run:  " : "write:  ");
        fill_in(actions[k].code, expression, name, frame, &line);
        snprintf(note, sizeof note, "%.120s%s%s", name, *name ? ", " : "", actions[k].label);
        picker_add(p, runs, false, "", text_str(&line), note);
        text_free(&line);
    }
}

static void show_actions(app *a, picker *p)
{
    if (p && !p->n) {
        app_say(a, SAY_NOTE, "there is nothing to do anything with");
        p->o.ops->close(a, &p->o);
    } else {
        picker_show(a, p);
    }
}

static picker *actions_picker(void)
{
    return picker_new("Actions; Enter writes the cell and runs it, or only writes it", choose_action);
}

static bool is_kind(const interp_candidate *v, const char *kind)
{
    return !strncmp(v->note, kind, strlen(kind));
}

/* The frame that a model is most likely to be tried on: one called so, else any. */
static const char *a_frame(const interp_candidate *v, size_t n)
{
    const char *any = "";

    for (size_t i = 0; i < n; i++) {
        if (!is_kind(&v[i], "frame"))
            continue;
        if (!strncmp(v[i].text, "test", 4) || !strncmp(v[i].text, "valid", 5))
            return v[i].text;
        any = v[i].text;
    }
    return any;
}

/* Also when there is nothing yet: then what makes something. */
static void actions_on(app *a)
{
    enum { MOST = 100 };
    interp_candidate *v = calloc(MOST, sizeof *v);
    picker *p = v ? actions_picker() : NULL;
    size_t n = p ? interp_globals(a->interp, v, MOST) : 0;
    const char *frame = a_frame(v, n);

    for (int runs = 1; runs >= 0 && p; runs--) {
        for (size_t i = 0; i < n; i++)
            if (is_kind(&v[i], "frame") || is_kind(&v[i], "model"))
                add_actions(p, v[i].note, v[i].text, v[i].text, frame, runs);
        add_actions(p, "", "", "", "", runs);
    }
    show_actions(a, p);
    free(v);
}

/* On the frame or model that is selected in their list. */
static void item_actions(app *a)
{
    list_item here;
    picker *p = lists_here(a, &here) ? actions_picker() : NULL;
    bool variable = !strchr(here.code, '.');
    enum { MOST = 100 };
    interp_candidate *v = calloc(MOST, sizeof *v);
    const char *frame = v ? a_frame(v, interp_globals(a->interp, v, MOST)) : "";

    for (int runs = 1; runs >= 0 && p; runs--)
        add_actions(p, here.frame ? "frame" : "model", here.code, variable ? here.code : here.id, frame, runs);
    show_actions(a, p);
    free(v);
}

static void answer_remove(app *a, int letter)
{
    weir_error err = {0};

    if (letter != 'r')
        return;
    if (weir_session_remove(a->session, a->wanted, &err))
        app_say(a, SAY_ERROR, "%s", err.message);
    else
        app_say(a, SAY_GOOD, "%s is removed", a->wanted);
}

static void item_remove(app *a)
{
    list_item here;
    char question[400];

    if (!lists_here(a, &here)) {
        app_say(a, SAY_NOTE, "there is no frame and no model");
        return;
    }
    snprintf(a->wanted, sizeof a->wanted, "%s", here.id);
    snprintf(question, sizeof question, "Remove the %s %s:  r remove   Esc keep", here.frame ? "frame" : "model", here.id);
    ask_open(a, question, "r", answer_remove);
}

static bool in_lists(app *a)
{
    return a->focus == &pane_lists;
}

/* Snippets: the cells of a notebook beside the configuration ------------------------------------------- */

static bool snippet_path(char *buf, size_t cap)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    if (xdg && *xdg)
        snprintf(buf, cap, "%s/weir/snippets.lua", xdg);
    else if (home && *home)
        snprintf(buf, cap, "%s/.config/weir/snippets.lua", home);
    else
        return false;
    return true;
}

static bool open_snippets(notebook *nb)
{
    char path[4200], why[300];

    memset(nb, 0, sizeof *nb);
    return snippet_path(path, sizeof path) && access(path, R_OK) == 0 && nb_open(nb, path, why, sizeof why);
}

static void choose_snippet(app *a, int64_t id, const char *label)
{
    notebook nb;

    (void)label;
    if (id < 0) { /* a cut cell */
        size_t k = (size_t)(-id - 1);
        if (k < a->n_cut) {
            cell_remember(a);
            size_t n = nb_insert_text(&a->nb, a->selected + 1, a->cut[k]);
            cell_select(a, a->selected + n);
        }
        return;
    }
    if (!open_snippets(&nb))
        return;
    char *s = (size_t)id < nb.n ? nb_cell_text(&nb, (size_t)id, (size_t)id) : NULL;
    if (s) {
        cell_remember(a);
        size_t n = nb_insert_text(&a->nb, a->selected + 1, s);
        cell_select(a, a->selected + n);
    }
    free(s);
    nb_free(&nb);
}

static void one_line(const char *s, char *buf, size_t cap)
{
    size_t n = 0;

    for (; *s && n < cap - 1; s++)
        buf[n++] = *s == '\n' ? ' ' : *s;
    buf[n] = '\0';
}

static void snippets(app *a)
{
    picker *p = picker_new("Snippets and cut cells; Enter puts one below", choose_snippet);
    char title[200], line[300], path[4200];
    notebook nb;

    if (p && open_snippets(&nb)) {
        for (size_t i = 0; i < nb.n; i++) {
            nb_title(&nb.cell[i], title, sizeof title);
            one_line(text_str(&nb.cell[i].body), line, sizeof line);
            if (*title || *line)
                picker_add(p, (int64_t)i, false, "", *title ? title : line, *title ? line : NULL);
        }
        nb_free(&nb);
    }
    for (size_t k = 0; p && k < a->n_cut; k++) {
        one_line(a->cut[k], line, sizeof line);
        picker_add(p, -(int64_t)k - 1, false, "", line, "cut");
    }
    if (p && !p->n) {
        app_say(a, SAY_NOTE, "no snippets yet: keep-snippet keeps a cell in %s", snippet_path(path, sizeof path) ? path : "snippets.lua");
        p->o.ops->close(a, &p->o);
        return;
    }
    picker_show(a, p);
}

static void keep_snippet(app *a)
{
    char path[4200], why[500];
    size_t at = a->selected;
    char *s = nb_cell_text(&a->nb, at, at);
    bool marked = s && *app_cell(a)->marker;

    if (!s || !snippet_path(path, sizeof path)) {
        free(s);
        app_say(a, SAY_ERROR, "there is no home folder for snippets");
        return;
    }
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *f = fopen(path, "ab");
    size_t n = strlen(s);
    bool good = f && fprintf(f, "%s%s%s", marked ? "" : "-- %%\n", s, n && s[n - 1] == '\n' ? "" : "\n") > 0;
    good = f && fclose(f) == 0 && good;
    snprintf(why, sizeof why, "cannot write %.400s", path);
    if (good)
        app_say(a, SAY_GOOD, "kept in %s; snippets puts it in", path);
    else
        app_say(a, SAY_ERROR, "%s", why);
    free(s);
}

const command commands_write[] = {
    {"actions", "actions", "What can be done, with models and frames or to get some, as Lua that is written into a cell.", actions_on, NULL},
    {"item-actions", "actions", "What can be done with this frame or model, as Lua that is written into a cell.", item_actions, in_lists},
    {"item-remove", "remove", "Remove this frame or model from memory; asks.", item_remove, in_lists},
    {"snippets", "snippets", "Put in a cell of your own snippets, or one that was cut.", snippets, NULL},
    {"keep-snippet", "keep", "Keep the cell as a snippet.", keep_snippet, NULL},
    {0},
};
