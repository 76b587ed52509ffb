/* pane_start.c - the start page: one list over four groups (what one can do, sessions, recent notebooks, saved models). They
 * stand side by side where there is room, else below each other. */
#include "config.h"
#include "ui/start.h"

#include "base/clock.h"
#include "ui/cell.h"
#include "ui/machine.h"
#include "ui/paths.h"
#include "ui/place.h"
#include "ui/recent.h"
#include "ui/run.h"
#include "ui/saved.h"
#include "ui/sessions.h"
#include "ui/view.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { MOST_SESSIONS = 16, MOST_MODELS = 12, MOST = MOST_SESSIONS + RECENT_MOST + MOST_MODELS, DIGITS = 9, COLUMNS_FROM = 76, BOXES_FROM = 110, LOOK_EVERY = 5, LOOK_SELDOM = 60 };
#define PATIENCE 0.1 /* seconds for the sessions to say how they are */

typedef struct entry {
    char name[PLACE_NAME]; /* of a session; "" = a notebook's file */
    char *path, *state;    /* state: of a session, in words; NULL: it does not answer */
    char when[40];         /* how long a session is up; when a file changed */
    bool attached, model;
    char size[24];         /* of a model */
} entry;

typedef struct startview {
    entry *entry;          /* [MOST]: sessions, then files of notebooks, then those of models */
    size_t n_sessions, n_notebooks, n; /* n_notebooks: with the sessions before them */
    size_t at;             /* of the actions and then the entries */
    double look_at;        /* when to look again; 0 = now */
    bool told;
    machine machine;
} startview;

/* What there is ------------------------------------------------------------------------------------- */

static void forget(startview *v)
{
    for (size_t i = 0; i < v->n; i++) {
        free(v->entry[i].path);
        free(v->entry[i].state);
    }
    v->n = v->n_sessions = v->n_notebooks = 0;
}

/* "today 09:40", "yesterday", "12 Nov", or with the year. */
static void say_day(time_t when, char *buf, size_t cap)
{
    time_t now = time(NULL), before = now - 86400;
    struct tm t, n, y;

    buf[0] = '\0';
    if (!localtime_r(&when, &t) || !localtime_r(&now, &n) || !localtime_r(&before, &y))
        return;
    if (t.tm_year == n.tm_year && t.tm_yday == n.tm_yday)
        strftime(buf, cap, "today %H:%M", &t);
    else if (t.tm_year == y.tm_year && t.tm_yday == y.tm_yday)
        snprintf(buf, cap, "yesterday");
    else
        strftime(buf, cap, t.tm_year == n.tm_year ? "%d %b" : "%d %b %Y", &t);
}

/* true: one of them did not answer. */
static bool look_for_sessions(app *a, startview *v)
{
    const char *own = a->opt.host.session ? a->opt.host.session(a->opt.host.user, false) : "";
    place_entry *list = a->opt.host.enter ? calloc(MOST_SESSIONS, sizeof *list) : NULL;
    size_t n = list ? place_list(list, MOST_SESSIONS, own, PATIENCE) : 0;
    bool dumb = false;

    for (size_t i = 0; i < n; i++) {
        entry *e = &v->entry[v->n++];
        const wire_message *m = &list[i].info;
        bool answers = m->kind == WIRE_INFO;
        memset(e, 0, sizeof *e);
        memcpy(e->name, list[i].name, sizeof e->name);
        e->path = strdup(answers ? wire_get(m, "path") : "");
        e->state = answers ? strdup(wire_get(m, "state")) : NULL;
        e->attached = answers && !strcmp(wire_get(m, "attached"), "yes");
        if (answers)
            clock_duration(clock_wall() - strtod(wire_get(m, "started"), NULL), e->when, sizeof e->when);
        dumb |= !answers;
    }
    v->n_sessions = v->n;
    if (list)
        place_list_clear(list, n);
    free(list);
    return dumb;
}

/* The recent notebooks that are open neither here nor in another session. */
static void look_for_files(app *a, startview *v)
{
    char *own = a->nb.path ? realpath(a->nb.path, NULL) : NULL;
    char *path[RECENT_MOST];
    size_t n = recent_list(path, RECENT_MOST);

    for (size_t i = 0; i < n; i++) {
        struct stat s;
        bool open = own && !strcmp(own, path[i]);
        for (size_t k = 0; k < v->n_sessions; k++)
            open |= v->entry[k].path && !strcmp(v->entry[k].path, path[i]);
        if (open || stat(path[i], &s) != 0) {
            free(path[i]);
            continue;
        }
        entry *e = &v->entry[v->n++];
        memset(e, 0, sizeof *e);
        e->path = path[i];
        say_day(s.st_mtime, e->when, sizeof e->when);
    }
    free(own);
}

/* In this folder and those of the recent notebooks. */
static void look_for_models(startview *v)
{
    char *folder[1 + RECENT_MOST] = {realpath(".", NULL)}, *path[RECENT_MOST];
    saved_model m[MOST_MODELS];
    size_t n = folder[0] != NULL, files = recent_list(path, RECENT_MOST);

    for (size_t i = 0; i < files; i++) {
        char *slash = strrchr(path[i], '/');
        if (slash && slash > path[i])
            *slash = '\0', folder[n++] = path[i];
        else
            free(path[i]);
    }
    size_t found = saved_list(folder, n, m, MOST_MODELS);
    v->n_notebooks = v->n;
    for (size_t i = 0; i < found; i++) {
        char many[24];
        entry *e = &v->entry[v->n++];
        memset(e, 0, sizeof *e);
        e->path = m[i].path; /* taken over */
        e->model = true;
        say_day(m[i].when, e->when, sizeof e->when);
        text_count((double)m[i].size, many, sizeof many);
        int digits = (int)strspn(many, "0123456789.");
        snprintf(e->size, sizeof e->size, "%.*s %sB", digits, many, many + digits);
    }
    while (n)
        free(folder[--n]);
}

static void tell(app *a, const startview *v)
{
    for (size_t i = 0; i < v->n_sessions && i < DIGITS; i++)
        if (v->entry[i].state && !strncmp(v->entry[i].state, "training", 8)) {
            app_say(a, SAY_NOTE, "%s is training: press %zu to attach", v->entry[i].name, i + 1);
            return;
        }
}

/* The selected one stays selected. */
static void look_around(app *a, startview *v, size_t actions)
{
    char name[PLACE_NAME] = "", *path = NULL;
    double now = clock_now();

    if (v->look_at > now || (!v->entry && !(v->entry = calloc(MOST, sizeof *v->entry))))
        return;
    if (v->at >= actions && v->at - actions < v->n) {
        memcpy(name, v->entry[v->at - actions].name, sizeof name);
        path = v->entry[v->at - actions].path ? strdup(v->entry[v->at - actions].path) : NULL;
    }
    forget(v);
    bool dumb = look_for_sessions(a, v);
    look_for_files(a, v);
    look_for_models(v);
    for (size_t i = 0; i < v->n && path; i++)
        if (!strcmp(v->entry[i].name, name) && v->entry[i].path && !strcmp(v->entry[i].path, path))
            v->at = actions + i;
    free(path);
    v->look_at = now + (dumb || a->set.calm ? LOOK_SELDOM : LOOK_EVERY); /* one that does not answer makes the keys wait */
    if (!v->told)
        tell(a, v);
    v->told = true;
}

void start_look(app *a)
{
    startview *v = app_state(a, &pane_start);

    if (v)
        v->look_at = 0, v->told = false;
}

/* Going there ----------------------------------------------------------------------------------------- */

/* Into the notebook that is open: a cell that reads it, which is run. */
static void load(app *a, const char *path)
{
    text code = {0};

    text_add(&code, "m = weir.load_model(\"");
    for (const char *s = path; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_char(&code, '\\');
        text_char(&code, *s);
    }
    text_add(&code, "\")\nprint(m)\n");
    app_command(a, "notebook");
    if (cell_write(a, text_str(&code)))
        run_cell(a, a->selected, 0);
    text_free(&code);
}

static void go(app *a, const entry *e)
{
    char name[PLACE_NAME], path[4352];

    memcpy(name, e->name, sizeof name);
    snprintf(path, sizeof path, "%s", e->path ? e->path : "");
    if (e->model)
        load(a, path);
    else if (*name)
        sessions_enter(a, name);
    else
        sessions_open(a, path);
}

void start_open_item(app *a)
{
    startview *v = app_state(a, &pane_start);
    start_action act[START_ACTIONS];
    size_t n = start_actions(a, act);

    if (!v)
        return;
    if (v->at < n)
        app_command(a, act[v->at].command);
    else if (v->at - n < v->n)
        go(a, &v->entry[v->at - n]);
}

static bool start_key(app *a, void *state, int key)
{
    startview *v = state;

    if (v && key >= '1' && key <= '9' && (size_t)(key - '1') < v->n_notebooks)
        go(a, &v->entry[key - '1']);
    return true; /* what means nothing does nothing */
}

static void start_move(app *a, void *state, item_move how)
{
    startview *v = state;
    start_action act[START_ACTIONS];

    if (v)
        v->at = view_moved(v->at, start_actions(a, act) + v->n, (size_t)(a->canvas.height > 8 ? a->canvas.height - 8 : 1), how);
}

/* Drawing ------------------------------------------------------------------------------------------------ */

static int mark(canvas *c, box b, bool here, spot *cursor)
{
    if (here) {
        canvas_print(c, b.x, b.y, 2, STYLE_SELECTED, "%s", c->ascii ? ">" : "\u25ba");
        *cursor = (spot){b.x, b.y, false};
    }
    return b.x + 2;
}

static void draw_action(app *a, canvas *c, box b, const start_action *s, bool here, spot *cursor)
{
    static const context where[] = {IN_START, IN_COMMAND, IN_ANY}; /* its own keys, also below a list or a question */
    char key[64];
    int x = mark(c, b, here, cursor), end = b.x + b.w;

    keymap_label(&a->keys, where, 3, s->command, key, sizeof key);
    canvas_print(c, x, b.y, 3, STYLE_KEY, "%s", key);
    canvas_print(c, x + 3, b.y, end - x - 3, here ? STYLE_BOLD : STYLE_PLAIN, "%s", s->name);
    canvas_print(c, x + 17, b.y, end - x - 17, STYLE_DIM, "%s", s->words);
}

/* How a session is, as much of it as has room: whole with who is there and since when, or less and less. */
static void draw_state(canvas *c, box b, const entry *e)
{
    const char *state = e->state ? e->state : "does not answer", *there = !e->state ? "" : e->attached ? "attached" : "detached";
    char whole[80], brief[80], right[80];
    struct { const char *left, *right; } say[] = {{whole, right}, {whole, there}, {brief, there}, {brief, ""}};
    size_t k = 0;

    snprintf(whole, sizeof whole, "%s", state);
    snprintf(brief, sizeof brief, "%.*s", (int)strcspn(state, ","), state);
    snprintf(right, sizeof right, "%s  up %s", there, e->when);
    while (k < 3 && (int)(text_columns(say[k].left, strlen(say[k].left)) + strlen(say[k].right)) + 2 > b.w)
        k++;
    int n = (int)strlen(say[k].right);
    canvas_print(c, b.x, b.y, b.w, !strncmp(state, "training", 8) ? STYLE_GOOD : STYLE_PLAIN, "%s", say[k].left);
    canvas_print(c, b.x + b.w - n, b.y, n, STYLE_DIM, "%s", say[k].right);
}

static void draw_entry(canvas *c, box b, const entry *e, size_t i, bool here, spot *cursor)
{
    const char *home = getenv("HOME");
    char name[300], full[4400], changed[80];
    int x = mark(c, b, here, cursor), end = b.x + b.w;
    size_t k = home && *home == '/' && home[1] ? strlen(home) : 0;

    if (i < DIGITS && !e->model)
        canvas_print(c, x, b.y, 3, STYLE_KEY, "%zu", i + 1);
    x += 3;
    if (*e->name) {
        x += canvas_field(c, x, b.y, b.w >= 50 ? 18 : 14, here ? STYLE_BOLD : STYLE_PLAIN, e->name, false) + 1;
        draw_state(c, (box){x, b.y, end - x, 1}, e);
        return;
    }
    bool own = k && !strncmp(e->path, home, k) && e->path[k] == '/';
    snprintf(full, sizeof full, "%s%s", own ? "~" : "", e->path + (own ? k : 0));
    bool wide = b.w >= (e->model ? 50 : 60);
    snprintf(changed, sizeof changed, "%s%s%s", !wide ? "" : e->model ? e->size : "changed", !wide ? "" : e->model ? "  " : " ", e->when);
    int n = (int)strlen(changed), room = end - x - n - 2;
    paths_cut(full, (size_t)(room > 8 ? room : 8), name, sizeof name);
    canvas_print(c, x, b.y, room > 8 ? room : end - x, here ? STYLE_BOLD : STYLE_PLAIN, "%s", name);
    if (room > 8)
        canvas_print(c, end - n, b.y, n, STYLE_DIM, "%s", changed);
}

/* Entries from..to in the box, the selected one (SIZE_MAX: none) among those shown. */
static void draw_entries(canvas *c, box b, const startview *v, size_t from, size_t to, size_t at, const char *none, spot *cursor)
{
    size_t rows = b.h > 0 ? (size_t)b.h : 0, top = at >= from && at < to && at - from >= rows ? at - rows + 1 : from;

    if (from == to && rows)
        canvas_print(c, b.x + 2, b.y, b.w - 2, STYLE_DIM, "%s", none);
    for (size_t i = top; i < to && i - top < rows; i++)
        draw_entry(c, (box){b.x, b.y + (int)(i - top), b.w, 1}, &v->entry[i], i, i == at, cursor);
}

static void say_machine(app *a, startview *v, char *buf, size_t cap)
{
    weir_value info = {0};
    int64_t threads = 0;

    if (!weir_session_info(a->session, &info, NULL) && weir_dict_get(&info, "threads"))
        threads = weir_dict_get(&info, "threads")->as.i;
    weir_value_clear(&info);
    machine_look(&v->machine);
    snprintf(buf, cap, "%lld thread%s  %.1f of %.1f GB free  %s  weir %s", (long long)threads, threads == 1 ? "" : "s", (double)v->machine.available / 1e9,
             (double)v->machine.total / 1e9, interp_language(), weir_version());
}

static void say_terminal(const app *a, char *buf, size_t cap)
{
    const canvas *c = &a->canvas;
    int colours = a->term ? term_colours(a->term) : 0;
    char many[40];

    snprintf(many, sizeof many, colours < 2 ? "no colours" : colours > 256 ? "all colours" : "%d colours", colours);
    snprintf(buf, cap, "%s, %s, %s, plots in %s", a->term && *term_type(a->term) ? term_type(a->term) : "none", c->ascii ? "ASCII" : "UTF-8", many,
             c->ascii ? "ASCII" : c->blocks ? "blocks" : "braille");
}

static box frame(canvas *c, box b, const char *title, bool focused)
{
    canvas_style s = focused ? STYLE_SELECTED : STYLE_DIM;
    uint32_t bar = focused ? 0x2503 : 0x2502, line = focused ? 0x2501 : 0x2500;

    for (int y = b.y + 1; y < b.y + b.h - 1; y++) {
        canvas_fill(c, b.x, y, 1, s, bar);
        canvas_fill(c, b.x + b.w - 1, y, 1, s, bar);
    }
    for (int k = 0; k < 2; k++) {
        int y = k ? b.y + b.h - 1 : b.y;
        canvas_fill(c, b.x, y, b.w, s, line);
        canvas_fill(c, b.x, y, 1, s, k ? focused ? 0x2517 : 0x2514 : focused ? 0x250f : 0x250c);
        canvas_fill(c, b.x + b.w - 1, y, 1, s, k ? focused ? 0x251b : 0x2518 : focused ? 0x2513 : 0x2510);
    }
    canvas_print(c, b.x + 2, b.y, b.w - 4, focused ? STYLE_SELECTED : STYLE_BOLD, " %s ", title);
    return (box){b.x + 2, b.y + 1, b.w - 4, b.h - 2};
}

static box heading(canvas *c, box b, const char *title)
{
    canvas_print(c, b.x + 2, b.y, b.w - 2, STYLE_BOLD, "%s", title);
    return (box){b.x, b.y + 1, b.w, b.h - 1};
}

typedef struct page { app *a; canvas *c; startview *v; const start_action *act; size_t n_act; spot *cursor; } page;

static const char *const no_sessions = "none; a session trains on when the line drops", *const no_files = "none yet";

static void draw_actions(const page *p, box b)
{
    for (size_t i = 0; i < p->n_act && (int)i < b.h; i++)
        draw_action(p->a, p->c, (box){b.x, b.y + (int)i, b.w, 1}, &p->act[i], i == p->v->at, p->cursor);
}

static size_t at_entry(const page *p)
{
    return p->v->at >= p->n_act ? p->v->at - p->n_act : SIZE_MAX;
}

/* For whoever has no notebook yet. */
static void draw_hint(const page *p, int x, int y)
{
    static const context where[] = {IN_START, IN_COMMAND, IN_ANY};
    const command *c = command_find("examples");
    char key[64], all[64];

    keymap_label(&p->a->keys, where, 3, "examples", key, sizeof key);
    keymap_label(&p->a->keys, where, 3, "palette", all, sizeof all);
    if (p->v->n_notebooks == p->v->n_sessions && c->can(p->a) && *key && *all)
        canvas_print(p->c, x, y, -1, STYLE_PLAIN, "New here?  Press %s.  Everything can also be reached with  %s  (palette).", key, all);
}

/* Boxes side by side; the terminal at the end. */
static void draw_boxes(const page *p, box b)
{
    char words[200];
    const startview *v = p->v;
    int top = (int)p->n_act + 3, left = b.w / 2 - 1, rest = b.h - top - 2;
    bool last = rest >= 9, others = p->a->opt.host.enter != NULL;
    size_t at = at_entry(p);

    draw_actions(p, frame(p->c, (box){b.x, b.y, others ? left : b.w, top}, "Start", at == SIZE_MAX));
    if (others)
        draw_entries(p->c, frame(p->c, (box){b.x + left + 1, b.y, b.w - left - 1, top}, "Running sessions", at < v->n_sessions), v, 0, v->n_sessions, at, no_sessions, p->cursor);
    int tall = rest - (last ? 4 : 0), want = (int)(v->n_notebooks - v->n_sessions) + 2, models = (int)(v->n - v->n_notebooks) + 2, y = b.y + top + 1;
    want = want > models ? want : models;
    tall = tall > want ? want > 5 ? want : tall < 5 ? tall : 5 : tall;
    bool here = at != SIZE_MAX && at >= v->n_sessions && at < v->n_notebooks, model = at != SIZE_MAX && at >= v->n_notebooks;
    draw_entries(p->c, frame(p->c, (box){b.x, y, models > 2 ? left : b.w, tall}, "Recent notebooks", here), v, v->n_sessions, v->n_notebooks, at, no_files, p->cursor);
    if (models > 2)
        draw_entries(p->c, frame(p->c, (box){b.x + left + 1, y, b.w - left - 1, tall}, "Saved models", model), v, v->n_notebooks, v->n, at, "", p->cursor);
    if (!last)
        return;
    say_terminal(p->a, words, sizeof words);
    if (rest - tall >= 6)
        draw_hint(p, b.x + 4, b.y + top + tall + 6);
    box t = frame(p->c, (box){b.x, b.y + top + tall + 2, b.w, 3}, "This terminal", false);
    canvas_print(p->c, t.x + 2, t.y, t.w - 2, STYLE_PLAIN, "%s", words);
}

/* Two columns without frames; the terminal at the end. */
static void draw_columns(const page *p, box b)
{
    char words[200];
    const startview *v = p->v;
    bool last = b.h >= (int)p->n_act + 4, others = p->a->opt.host.enter != NULL;
    int rows = last ? b.h - 3 : b.h, left = b.w / 2;
    size_t at = at_entry(p);
    box right = {b.x + left, b.y, b.w - left, v->n_notebooks == v->n_sessions ? rows - 2 : rows};

    draw_actions(p, heading(p->c, (box){b.x, b.y, left - 2, rows}, "Start"));
    if (others) {
        int most = rows / 2 - 1, n = v->n_sessions ? (int)v->n_sessions : 1;
        n = n < most ? n : most;
        box s = heading(p->c, (box){right.x, right.y, right.w, n + 1}, "Running sessions");
        draw_entries(p->c, s, v, 0, v->n_sessions, at, right.w < 50 ? "none" : no_sessions, p->cursor);
        right.y += n + 2, right.h -= n + 2;
    }
    int models = (int)(v->n - v->n_notebooks), some = right.h / 3;
    models = models < some ? models : some;
    right.h -= models ? models + 2 : 0;
    draw_entries(p->c, heading(p->c, right, "Recent notebooks"), v, v->n_sessions, v->n_notebooks, at, no_files, p->cursor);
    if (models)
        draw_entries(p->c, heading(p->c, (box){right.x, right.y + right.h + 1, right.w, models + 1}, "Saved models"), v, v->n_notebooks, v->n, at, "", p->cursor);
    if (!last)
        return;
    if (rows >= (int)p->n_act + 4)
        draw_hint(p, b.x + 2, b.y + rows - 1);
    say_terminal(p->a, words, sizeof words);
    box t = heading(p->c, (box){b.x, b.y + b.h - 2, b.w, 2}, "This terminal");
    canvas_print(p->c, t.x + 2, t.y, t.w - 2, STYLE_PLAIN, "%s", words);
}

/* Only the list, moved so that the selected line is seen. */
static void draw_narrow(const page *p, box b)
{
    const startview *v = p->v;
    size_t n = p->n_act + v->n, rows = (size_t)b.h, top = v->at >= rows ? v->at - rows + 1 : 0;

    for (size_t i = top; i < n && i - top < rows; i++) {
        box row = {b.x, b.y + (int)(i - top), b.w, 1};
        if (i < p->n_act)
            draw_action(p->a, p->c, row, &p->act[i], i == v->at, p->cursor);
        else
            draw_entry(p->c, row, &v->entry[i - p->n_act], i - p->n_act, i == v->at, p->cursor);
    }
}

static void start_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    start_action act[START_ACTIONS];
    page p = {a, c, state, act, start_actions(a, act), cursor};
    startview *v = state;
    char words[200];

    if (!v || area.h < 1)
        return;
    look_around(a, v, p.n_act);
    if (v->at >= p.n_act + v->n)
        v->at = p.n_act + v->n - 1;
    a->redraw_at = v->look_at;
    bool facts = area.h >= (int)p.n_act + 3;
    if (facts) {
        say_machine(a, v, words, sizeof words);
        canvas_print(c, area.x + 1, area.y, area.w - 1, STYLE_DIM, "%s", words);
    }
    int under = facts ? 2 : 0;
    box b = {area.x + 1, area.y + under, area.w - 2, area.h - under};
    if (area.w >= BOXES_FROM && b.h >= (int)p.n_act + 9)
        draw_boxes(&p, (box){b.x + 1, b.y, b.w - 2, b.h});
    else if (area.w >= COLUMNS_FROM && b.h >= (int)p.n_act + 1)
        draw_columns(&p, b);
    else
        draw_narrow(&p, (box){area.x, b.y, area.w, b.h});
}

static void start_close(void *state)
{
    startview *v = state;

    forget(v);
    free(v->entry);
}

const pane_ops pane_start = {
    .name = "start",
    .title = "weir - deep learning in a terminal",
    .keys = IN_START,
    .footer = "item-open start-new open examples sessions palette start-leave help",
    .state_size = sizeof(startview),
    .draw = start_draw,
    .key = start_key,
    .close = start_close,
    .move = start_move,
};
