/* app.c - the loop: keys, news, pictures. */
#include "config.h"
#include "ui/app.h"

#include "base/clock.h"
#include "ui/cell.h"
#include "ui/run.h"
#include "ui/configure.h"
#include "ui/cuts.h"
#include "ui/notify.h"
#include "ui/outside.h"
#include "ui/screen.h"
#include "ui/sidecar.h"
#include "ui/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ESCAPE_MS = 25, URGENT_MS = 20 };

void app_say(app *a, message_kind kind, const char *format, ...)
{
    char buf[1024];
    va_list ap;

    va_start(ap, format);
    vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    messages_add(&a->messages, kind, buf);
    a->dirty = true;
}

nb_cell *app_cell(app *a)
{
    return &a->nb.cell[a->selected];
}

void app_wake(app *a)
{
    ssize_t n = write(a->wake[1], "x", 1);
    (void)n; /* a full pipe wakes as well */
}

static void wake_up(void *user)
{
    app_wake(user);
}

/* Overlays and panes ---------------------------------------------------------------------- */

void app_push(app *a, overlay *o)
{
    o->below = a->top;
    a->top = o;
    a->n_pending = 0;
    a->dirty = true;
}

void app_pop(app *a)
{
    overlay *o = a->top;

    if (!o)
        return;
    a->top = o->below;
    a->dirty = true;
    o->ops->close(a, o);
}

static const pane_ops *const panes[PANES] = {&pane_notebook, &pane_live, &pane_lists, &pane_log, &pane_jobs, &pane_job_log, &pane_model, &pane_rows, &pane_start};

void *app_state(app *a, const pane_ops *p)
{
    for (size_t i = 0; i < PANES; i++)
        if (panes[i] == p) {
            if (!a->pane_state[i] && p->state_size)
                a->pane_state[i] = calloc(1, p->state_size);
            return a->pane_state[i];
        }
    return NULL;
}

/* Keys ---------------------------------------------------------------------------------------- */

size_t app_contexts(app *a, context out[4])
{
    size_t n = 0;

    if (a->top) {
        out[n++] = a->top->ops->keys;
        return n;
    }
    if (a->focus == &pane_notebook && a->mode == MODE_EDIT) {
        out[n++] = a->normal ? IN_NORMAL : IN_EDIT;
        out[n++] = IN_ANY;
        return n;
    }
    out[n++] = a->focus->keys;
    out[n++] = IN_COMMAND;
    out[n++] = IN_ANY;
    return n;
}

bool app_command(app *a, const char *name)
{
    const command *c = command_find(name);

    if (!c && configure_command(a, name))
        return true;
    if (!c) {
        app_say(a, SAY_ERROR, "there is no command '%s'", name);
        return false;
    }
    if (!c->run)
        cell_edit_command(a, name);
    else if (c->can && !c->can(a))
        app_say(a, SAY_NOTE, "%.*s: not here", (int)strcspn(c->help, "."), c->help);
    else
        c->run(a);
    return true;
}

static void perform(app *a, const char *name)
{
    char copy[COMMAND_NAME]; /* the table may change under us */

    snprintf(copy, sizeof copy, "%s", name);
    if (a->top && a->top->ops->command && a->top->ops->command(a, a->top, copy))
        return;
    app_command(a, copy);
}

static void unbound(app *a, int key)
{
    if (a->top) {
        if (a->top->ops->key)
            a->top->ops->key(a, a->top, key);
        return;
    }
    if (a->focus->key && a->focus->key(a, app_state(a, a->focus), key))
        return;
    if (key != K_ESCAPE && key != 7)
        app_say(a, SAY_NOTE, "no such key here; ? shows the keys");
}

void app_key(app *a, int key)
{
    context where[4];
    size_t n = app_contexts(a, where);
    bool prefix;

    if (a->mode == MODE_EDIT) /* cells may have moved in memory */
        a->ed.lent = &app_cell(a)->body;
    if (key == K_STATUS) { /* nothing to draw: another frame would ask again, without end */
        a->live_waits = false;
        a->ack = clock_now() - a->asked;
        return;
    }
    a->dirty = true;
    if (key == K_FOCUSED || key == K_UNFOCUSED)
        return;
    if (key == K_PASTE) {
        unbound(a, key);
        return;
    }
    a->messages.shown = false;
    a->follow = true;
    if (a->n_pending && (key == K_ESCAPE || key == 7)) { /* the sequence is given up */
        a->n_pending = 0;
        return;
    }
    a->pending[a->n_pending++] = key;
    const char *name = keymap_look(&a->keys, where, n, a->pending, a->n_pending, &prefix);
    if (prefix && a->n_pending < PENDING) {
        a->pending_since = clock_now();
        return;
    }
    size_t pressed = a->n_pending;
    a->n_pending = 0;
    if (*name)
        perform(a, name);
    else if (pressed == 1)
        unbound(a, key);
    else
        app_say(a, SAY_NOTE, "no such keys");
}

/* The terminal ------------------------------------------------------------------------------------ */

/* The Linux console's font has no braille, and few signs. Who asks for braille there has another one. */
static bool on_console(const app *a)
{
    return strcmp(a->set.charset, "braille") != 0 && a->term && !strncmp(term_type(a->term), "linux", 5);
}

static bool plain_charset(const app *a)
{
    const char *c = a->opt.charset;

    if (!strcmp(a->set.charset, "ascii"))
        return true;
    if (strcmp(a->set.charset, "auto"))
        return false;
    return c ? !strcmp(c, "ascii") : strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static void choose_signs(app *a)
{
    a->canvas.ascii = plain_charset(a);
    a->canvas.console = on_console(a);
    a->canvas.blocks = a->canvas.console || !strcmp(a->set.charset, "blocks");
}

void app_resize(app *a, int width, int height)
{
    width = width < 1 ? 1 : width;
    height = height < 1 ? 1 : height;
    if (width == a->canvas.width && height == a->canvas.height)
        return;
    canvas_resize(&a->canvas, width, height);
    a->follow = true;
    a->dirty = true;
}

void app_resized(app *a)
{
    a->urgent = a->dirty = true;
}

bool app_attach(app *a, const term_options *t, char *why, size_t cap)
{
    int w, h;

    app_detach(a, false);

    term_options own = *t;
    int most = !strcmp(a->set.colours, "auto") || !strcmp(a->set.colours, "direct") ? -1 : atoi(a->set.colours);
    if (most >= 0 && (own.colours < 0 || most < own.colours))
        own.colours = most;
    own.shapes = own.shapes && a->set.shapes;
    a->term = term_open(&own, why, cap);
    if (!a->term)
        return false;
    weir_session_set_wake(a->session, wake_up, a);
    if (*why)
        app_say(a, SAY_WARNING, "%s", why);
    term_theme(a->term, theme_find(a->set.theme));
    choose_signs(a);
    a->live_waits = false;
    a->ack = a->keyed = 0; /* those of another line */
    term_measure(a->term, &w, &h);
    app_resize(a, w, h);
    app_resized(a);
    a->drawn = 0;
    configure_hook(a, "attach");
    return true;
}

/* The answer to the last question shall not reach the shell as if it were typed. */
static void await_answer(app *a)
{
    double until = clock_now() + 0.2;

    while (a->live_waits && clock_now() < until) {
        struct pollfd p = {.fd = term_in(a->term), .events = POLLIN};
        if (!term_flush(a->term) || (poll(&p, 1, 20) > 0 && !term_read(a->term)))
            return;
        for (int key; (key = term_key(a->term, false)) != K_NONE;)
            if (key == K_STATUS)
                a->live_waits = false;
    }
}

void app_detach(app *a, bool gone)
{
    if (a->term && !gone) {
        notify_leave(a);
        await_answer(a);
    }
    a->window_title[0] = '\0';
    term_close(a->term, gone);
    a->term = NULL;
    if (a->session) /* nobody looks: jobs need not tell how they move */
        weir_session_set_wake(a->session, NULL, NULL);
}

void app_returned(app *a, int status)
{
    outside_returned(a, status);
    a->dirty = true;
}

/* The loop ------------------------------------------------------------------------------------------ */

bool app_watch(app *a, int fd, short events, app_watch_fn *fn, void *user)
{
    if (a->n_watch == WATCHES)
        return false;
    a->watch[a->n_watch].fd = fd;
    a->watch[a->n_watch].events = events;
    a->watch[a->n_watch].fn = fn;
    a->watch[a->n_watch++].user = user;
    return true;
}

void app_unwatch(app *a, int fd)
{
    for (size_t i = 0; i < a->n_watch; i++)
        if (a->watch[i].fd == fd) {
            a->watch[i] = a->watch[--a->n_watch];
            return;
        }
}

static double frame_ms(const app *a)
{
    if (a->urgent)
        return URGENT_MS;
    return a->set.calm && !a->ended ? 5000 : 1000.0 / (a->live_waits ? 2 : a->set.frames);
}

/* The keys that may follow an unfinished sequence are on the screen. */
static bool hint_shown(const app *a)
{
    return a->drawn - a->pending_since >= HINT_MS / 1000.0;
}

enum { SLOW_MS = 100 };

static bool is_slow(const app *a)
{
    return a->ack * 1000 > SLOW_MS;
}

/* How long the loop may sleep: until the next picture, the end of an Esc, a hint. */
static int patience(app *a)
{
    double now = clock_now(), wait = -1;

    if (a->term && input_waits(term_input(a->term)))
        return ESCAPE_MS;
    if (a->term && jobs_running(a) && (now - a->drawn) * 1000 >= frame_ms(a)) /* progress is never older than a picture */
        a->dirty = true;
    if (a->term && (a->dirty || jobs_running(a))) {
        double rest = is_slow(a) && !a->urgent ? 1000 - (now - a->keyed) * 1000 : 0; /* the person types: news can wait */
        wait = frame_ms(a) - (now - a->drawn) * 1000;
        wait = wait < rest ? rest : wait;
        wait = wait < 0 ? 0 : wait;
    }
    if (a->n_pending && !hint_shown(a)) {
        double hint = HINT_MS - (now - a->pending_since) * 1000;
        hint = hint < 0 ? 0 : hint;
        wait = wait < 0 || hint < wait ? hint : wait;
    }
    if (a->term && a->redraw_at > 0) {
        double again = a->redraw_at > now ? (a->redraw_at - now) * 1000 + 1 : 0;
        wait = wait < 0 || again < wait ? again : wait;
    }
    double chore = run_patience(a);
    if (chore >= 0 && (wait < 0 || chore * 1000 < wait))
        wait = chore * 1000;
    return wait < 0 ? -1 : (int)wait + (wait > (int)wait);
}

void app_draw(app *a)
{
    if (a->mode == MODE_EDIT)
        a->ed.lent = &app_cell(a)->body;
    a->redraw_at = 0;
    screen_draw(a);
    a->drawn = clock_now();
    a->dirty = a->urgent = a->ended = false;
}

/* On a slow line the echo of a key shall not wait behind news: what moves by itself stays as it is shown. */
static void hold_news(app *a)
{
    const canvas_cell *shown = term_shown(a->term);
    canvas *c = &a->canvas;
    int x = screen_side_x(a);

    if (!shown)
        return;
    memcpy(c->cell, shown, (size_t)c->width * sizeof *c->cell);
    for (int y = 1; x > 0 && y < c->height - 2; y++)
        memcpy(&c->cell[y * c->width + x], &shown[y * c->width + x], (size_t)(c->width - x) * sizeof *c->cell);
}

static void show(app *a, bool keyed)
{
    int w, h;

    term_measure(a->term, &w, &h);
    app_resize(a, w, h);
    choose_signs(a);
    app_draw(a);
    bool held = keyed && is_slow(a) && a->mode == MODE_EDIT && a->mode_drawn == MODE_EDIT && !a->top;
    if (held)
        hold_news(a);
    a->mode_drawn = a->mode;
    a->dirty = held; /* what was held comes when the person rests */
    if (w == 1) /* curses writes the last corner and moves it right by inserting before it: here that is out of the screen */
        a->canvas.cell[h - 1] = (canvas_cell){.ch = ' ', .style = STYLE_PLAIN};
    bool edits = a->cursor.text;
    bool visible = edits || a->set.calm;
    term_show(a->term, &a->canvas, a->cursor.x, a->cursor.y, !visible ? CURSOR_HIDDEN : edits && !a->normal ? CURSOR_BAR : CURSOR_BLOCK);
    if (!keyed && term_waiting(a->term)) { /* the next live frame leaves when this one has arrived */
        term_ask_status(a->term);
        a->live_waits = true;
        a->asked = clock_now();
    }
}

/* Reads keys; gives whether there were any. */
static bool take_keys(app *a, bool late)
{
    bool keyed = false;

    for (int key; a->term && (key = term_key(a->term, late)) != K_NONE; keyed |= key != K_STATUS)
        app_key(a, key);
    return keyed;
}

static void drain(int fd)
{
    char buf[256];

    while (read(fd, buf, sizeof buf) > 0)
        ;
}

void app_turn(app *a, int ms)
{
    struct pollfd p[WATCHES + 3];
    size_t n = 0, n_watch = a->n_watch;
    int wait = patience(a);

    p[n++] = (struct pollfd){.fd = a->wake[0], .events = POLLIN};
    p[n++] = (struct pollfd){.fd = a->term ? term_in(a->term) : -1, .events = POLLIN};
    p[n++] = (struct pollfd){.fd = a->term && term_waiting(a->term) ? term_out(a->term) : -1, .events = POLLOUT};
    for (size_t i = 0; i < n_watch; i++)
        p[n++] = (struct pollfd){.fd = a->watch[i].fd, .events = a->watch[i].events};
    if (poll(p, n, ms >= 0 && (wait < 0 || ms < wait) ? ms : wait) < 0 && errno != EINTR)
        return;
    bool keyed = false;
    if (a->term && p[1].revents) {
        bool here = term_read(a->term);
        keyed = take_keys(a, false);
        if (!here)
            app_detach(a, true);
    } else if (a->term && input_waits(term_input(a->term))) {
        keyed = take_keys(a, true);
    }
    if (p[0].revents & POLLIN) {
        drain(a->wake[0]);
        a->dirty = true;
    }
    if (a->n_pending && !hint_shown(a) && clock_now() - a->pending_since >= HINT_MS / 1000.0)
        a->urgent = a->dirty = true;
    for (size_t i = n_watch; i-- > 0;)
        if (p[i + 3].revents && i < a->n_watch && a->watch[i].fd == p[i + 3].fd)
            a->watch[i].fn(a, a->watch[i].user, p[i + 3].revents);
    run_events(a);
    run_chores(a);
    if (!a->term)
        return;
    double now = clock_now();
    if (a->redraw_at > 0 && now >= a->redraw_at) {
        a->redraw_at = 0;
        a->dirty = true;
    }
    if (a->live_waits && now - a->asked > 1) /* no answer: a slow line, or a terminal that gives none */
        a->live_waits = now - a->asked < 30;
    bool due = a->dirty && (now - a->drawn) * 1000 >= frame_ms(a) && !term_waiting(a->term) && (a->urgent || !a->live_waits || now - a->asked > 0.5);
    if (keyed)
        a->keyed = now;
    else if (due && is_slow(a) && !a->urgent && now - a->keyed < 1) /* the person types: news can wait */
        due = false;
    if (keyed || due)
        show(a, keyed);
    if (!term_flush(a->term))
        app_detach(a, true);
}

void app_loop(app *a)
{
    while (!a->quit)
        app_turn(a, -1);
}

/* Beginning and end --------------------------------------------------------------------------------- */

static bool make_pipe(app *a)
{
    return pipe(a->wake) == 0 && fcntl(a->wake[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(a->wake[1], F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(a->wake[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(a->wake[1], F_SETFD, FD_CLOEXEC) == 0;
}

app *app_new(const app_options *opt, char *why, size_t cap)
{
    app *a = calloc(1, sizeof *a);
    weir_error err = {0};

    if (!a || !make_pipe(a)) {
        snprintf(why, cap, "cannot begin: %s", strerror(errno));
        free(a);
        return NULL;
    }
    a->opt = *opt;
    settings_defaults(&a->set);
    keymap_reset(&a->keys, a->set.preset);
    a->focus = &pane_notebook;
    a->follow = true;
    if (opt->config && !configure_load(a, opt->config, why, cap))
        app_say(a, SAY_ERROR, "the configuration is not used: %s", why);
    if (!configure_set(a, why, cap)) {
        app_free(a);
        return NULL;
    }
    if (!nb_open(&a->nb, opt->file, why, cap)) {
        app_free(a);
        return NULL;
    }
    sidecar_load_outputs(&a->nb);
    sidecar_load_history(&a->nb);
    cuts_load(a);
    outside_watch(a);
    interp_options io = {.wake = wake_up, .user = a, .script = opt->file, .sample_dir = opt->sample_dir, .columns = 76};
    if (weir_session_new(&a->session, NULL, &err) == WEIR_OK) {
        weir_session_set_wake(a->session, wake_up, a);
        jobs_open(a);
        io.session = a->session;
        if (interp_new(&a->interp, &io, &err) == WEIR_OK) {
            app_resize(a, 80, 24);
            trust_look(a);
            return a;
        }
    }
    snprintf(why, cap, "%s", err.message);
    app_free(a);
    return NULL;
}

void app_keep(app *a)
{
    char why[400];

    if (!a->interp || !a->nb.path || a->opt.read_only)
        return;
    if (a->outputs_since)
        run_keep(a);
    if (!a->nb.modified)
        sidecar_save_history(&a->nb, why, sizeof why);
}

void app_free(app *a)
{
    if (!a)
        return;
    app_detach(a, false);
    app_keep(a);
    while (a->top)
        app_pop(a);
    if (a->session)
        weir_session_set_wake(a->session, NULL, NULL);
    if (a->interp) {
        interp_interrupt(a->interp, 0);
        run_stop_all(a, false);
        interp_free(a->interp);
    }
    jobs_close(a);
    for (size_t i = 0; i < PANES; i++) {
        if (a->pane_state[i] && panes[i]->close)
            panes[i]->close(a->pane_state[i]);
        free(a->pane_state[i]);
    }
    weir_session_free(a->session);
    canvas_free(&a->canvas);
    edit_free(&a->ed);
    queue_free(&a->queue);
    cuts_free(a);
    outside_forget(a);
    free(a->outside_base);
    check_free(a->checker);
    messages_free(&a->messages);
    keymap_free(&a->keys);
    configure_free(a);
    trust_forget(a);
    nb_free(&a->nb);
    close(a->wake[0]);
    close(a->wake[1]);
    free(a);
}
