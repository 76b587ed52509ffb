/* commands_start.c - the start page's own commands. */
#include "config.h"
#include "ui/sessions.h"
#include "ui/start.h"
#include "ui/view.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EXAMPLES = 64 };

/* Sample notebooks: the Lua files with cells in the samples' folder and those one below it. */
typedef struct example { char path[4352], words[160]; } example;

/* The first cell's title as words; false: the file is no notebook. */
static bool title_of(const char *path, char *words, size_t cap)
{
    FILE *f = fopen(path, "re");
    char line[300];
    bool found = false;

    words[0] = '\0';
    for (int i = 0; f && i < 20 && !found && fgets(line, sizeof line, f); i++) {
        if (strncmp(line, "-- %%", 5))
            continue;
        const char *s = line + 5;
        s += strspn(s, " ");
        if (!strncmp(s, "[markdown]", 10))
            s += 10;
        s += strspn(s, " ");
        snprintf(words, cap, "%.*s", (int)strcspn(s, "\r\n{"), s);
        found = true;
    }
    if (f)
        fclose(f);
    return found;
}

static size_t look_in(const char *folder, example *out, size_t n, bool deeper)
{
    DIR *d = opendir(folder);
    example *e = out + n;

    for (struct dirent *f; d && n < MOST_EXAMPLES && (f = readdir(d));) {
        size_t len = strlen(f->d_name);
        if (f->d_name[0] == '.' || snprintf(e->path, sizeof e->path, "%s/%s", folder, f->d_name) >= (int)sizeof e->path)
            continue;
        if (len > 4 && !strcmp(f->d_name + len - 4, ".lua")) {
            if (title_of(e->path, e->words, sizeof e->words))
                n++, e++;
        } else if (deeper && !strchr(f->d_name, '.')) {
            char sub[4352];
            memcpy(sub, e->path, sizeof sub);
            n = look_in(sub, out, n, false);
            e = out + n;
        }
    }
    if (d)
        closedir(d);
    return n;
}

static int by_path(const void *a, const void *b)
{
    const char *x = ((const example *)a)->path, *y = ((const example *)b)->path, *p = strrchr(x, '/'), *q = strrchr(y, '/');
    int folders = (p - x) != (q - y) ? (p - x < q - y ? -1 : 1) : strncmp(x, y, (size_t)(p - x)); /* the shorter folder is the upper one */

    return folders ? folders : strcmp(p, q);
}

static bool has_examples(app *a)
{
    char path[4352], words[160];

    snprintf(path, sizeof path, "%s/digits.lua", a->opt.sample_dir ? a->opt.sample_dir : "");
    return a->opt.sample_dir && title_of(path, words, sizeof words);
}

static void choose_example(app *a, int64_t id, const char *path)
{
    (void)id;
    sessions_open(a, path);
}

static void examples(app *a)
{
    example *e = calloc(MOST_EXAMPLES, sizeof *e);
    char *folder = a->opt.sample_dir ? realpath(a->opt.sample_dir, NULL) : NULL;
    size_t n = e && folder ? look_in(folder, e, 0, true) : 0;
    picker *p = picker_new("Sample notebooks; Enter opens", choose_example);

    if (n)
        qsort(e, n, sizeof *e, by_path);
    for (size_t i = 0; p && i < n; i++)
        picker_add(p, (int64_t)i, false, "", e[i].path, e[i].words);
    free(e);
    free(folder);
    picker_show(a, p);
}

static void start(app *a)
{
    start_look(a);
    view_open(a, &pane_start);
}

/* The notebook behind is new when nothing was typed into it. */
static void new_notebook(app *a)
{
    if (!sessions_bare(a)) {
        sessions_enter(a, NULL);
        return;
    }
    app_command(a, "notebook");
    app_command(a, "edit");
}

static void leave(app *a)
{
    if (sessions_bare(a))
        app_command(a, "quit");
    else
        view_back(a);
}

size_t start_actions(const app *a, start_action out[START_ACTIONS])
{
    const start_action all[START_ACTIONS] = {
        {"start-new", "new notebook", "ready to type"},
        {"open", "open file", "Tab completes it"},
        {"examples", "examples", "to read and run"},
        {"sessions", "sessions", "and files here"},
        {"options", "options", "theme, keys, more"},
        {"help", "help", "the keys here"},
        {"start-leave", sessions_bare(a) ? "quit" : "back", sessions_bare(a) ? "leave weir" : "to the notebook"},
    };
    size_t n = 0;

    for (size_t i = 0; i < START_ACTIONS; i++) {
        const command *c = command_find(all[i].command);
        bool here = strcmp(all[i].command, "sessions") != 0 || a->opt.host.enter;
        if (c && here && (!c->can || c->can((app *)(uintptr_t)a)))
            out[n++] = all[i];
    }
    return n;
}

const command commands_start[] = {
    {"start", "start page", "The start page: new, open, running sessions, recent notebooks, this terminal.", start, NULL},
    {"start-new", "new", "A new notebook without a name, its first cell ready to type.", new_notebook, NULL},
    {"start-leave", "leave", "From the start page back to the notebook, or out when there is none.", leave, NULL},
    {"examples", "examples", "The sample notebooks; Enter opens one.", examples, has_examples},
    {0},
};
