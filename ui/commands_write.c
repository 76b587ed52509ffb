/* commands_write.c - what writes code: actions on models and frames, snippets. Each shows its Lua before it runs,
 * and leaves it in a cell. */
#include "config.h"
#include "ui/cell.h"
#include "ui/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* On a model and a frame; %s is its variable. */
static const struct { const char *kind, *label, *code; } actions[] = {
    {"model", "what it is", "%s"},
    {"model", "variable importances", "%s:varimp()"},
    {"model", "confusion matrix", "%s:confusion_matrix{valid = true}"},
    {"model", "scoring history", "%s:scoring_history()"},
    {"model", "save", "%s:save(\"%s.weir\")"},
    {"frame", "first rows", "%s:head(10)"},
    {"frame", "columns in figures", "%s:describe()"},
    {"frame", "quantiles", "%s:quantile()"},
    {"frame", "correlations", "%s:cor()"},
    {"frame", "split for training", "train, test = %s:split{0.75, seed = 1}"},
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
    char line[400];

    if (!code)
        return;
    snprintf(line, sizeof line, "%s\n", code + strspn(code, " "));
    if (cell_write(a, line) && id)
        run_cell(a, a->selected, 0);
}

static void actions_on(app *a)
{
    enum { MOST = 100 };
    interp_candidate *v = calloc(MOST, sizeof *v);
    picker *p = v ? picker_new("Actions; Enter writes the cell and runs it, or only writes it", choose_action) : NULL;
    size_t n = p ? interp_globals(a->interp, v, MOST) : 0;
    char code[300], line[400], note[200];

    for (int runs = 1; runs >= 0; runs--)
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < sizeof actions / sizeof *actions; k++) {
                if (strncmp(v[i].note, actions[k].kind, strlen(actions[k].kind)))
                    continue;
                const char *name = v[i].text;
                size_t at = 0;
                for (const char *s = actions[k].code; *s && at < sizeof code - 130; s++)
                    if (s[0] == '%' && s[1] == 's')
                        at += (size_t)snprintf(code + at, sizeof code - at, "%s", name), s++;
                    else
                        code[at++] = *s;
                code[at] = '\0';
                snprintf(line, sizeof line, "%s  %s", runs ? "run:" : "write:", code);
                snprintf(note, sizeof note, "%.120s, %s", name, actions[k].label);
                picker_add(p, runs, false, "", line, note);
            }
    if (p && !p->n)
        app_say(a, SAY_NOTE, "no model and no frame yet: run a cell that makes one");
    if (p && !p->n)
        p->o.ops->close(a, &p->o);
    else
        picker_show(a, p);
    free(v);
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
    {"actions", "actions", "What can be done with models and frames, as Lua that is written into a cell.", actions_on, NULL},
    {"snippets", "snippets", "Put in a cell of your own snippets, or one that was cut.", snippets, NULL},
    {"keep-snippet", "keep", "Keep the cell as a snippet.", keep_snippet, NULL},
    {0},
};
