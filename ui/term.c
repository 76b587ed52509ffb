/* term.c - curses behind term.h.
 *
 * curses writes into a file in memory, and from there the bytes go through
 * sgr.h to the terminal as it takes them: a slow line or a terminal that hangs never stops
 * the loop. Keys are read by input.c. One terminal at a time, as curses keeps
 * its state in globals. */
#include "config.h"
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include "ui/term.h"

#include "base/clock.h"
#include "base/mem.h"
#include "ui/sgr.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

struct terminal {
    SCREEN *screen;
    FILE *file;          /* curses writes here: memory */
    int in, out;
    bool own_out;        /* opened by us, does not block */
    struct termios before;
    bool was_set;        /* before is valid */
    text made, waiting;  /* by curses just now; for the terminal */
    size_t sent;         /* of waiting */
    sgr_state sgr;
    uint64_t written;
    canvas_cell *shown;  /* what curses was last told */
    int width, height, colours;
    bool anew, shapes, kept;
    cursor_shape shape;
    const look *theme;
    input input;
    char type[64], rescue[256];
};

/* Types that stand in for one that is not known here. */
static const char *const stand_ins[] = {"xterm-256color", "xterm", "vt100", "ansi"};

static FILE *memory_file(void)
{
    int fd = memfd_create("weir-screen", MFD_CLOEXEC);
    FILE *f = fd >= 0 ? fdopen(fd, "w+") : tmpfile();

    if (!f && fd >= 0)
        close(fd);
    return f;
}

/* A description of our own, so that not blocking is our affair alone. */
static void open_out(terminal *t, int fd)
{
    char path[40];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    t->own_out = own >= 0;
    t->out = own >= 0 ? own : fd;
}

static void raw_mode(terminal *t)
{
    struct termios raw;

    t->was_set = tcgetattr(t->in, &t->before) == 0;
    if (!t->was_set)
        return;
    raw = t->before;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | IXOFF);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    tcsetattr(t->in, TCSANOW, &raw);
}

static const char *capability(const char *name)
{
    char *s = tigetstr((char *)(uintptr_t)name);
    return s && s != (char *)-1 ? s : "";
}

static void learn_keys(terminal *t)
{
    static const struct { const char *name; int key; } keys[] = {
        {"kcuu1", K_UP}, {"kcud1", K_DOWN}, {"kcub1", K_LEFT}, {"kcuf1", K_RIGHT}, {"khome", K_HOME}, {"kend", K_END},
        {"kpp", K_PAGE_UP}, {"knp", K_PAGE_DOWN}, {"kdch1", K_DELETE}, {"kich1", K_INSERT}, {"kcbt", K_TABULATOR | K_SHIFTED},
        {"kf1", K_F1}, {"kf2", K_F1 + 1}, {"kf3", K_F1 + 2}, {"kf4", K_F1 + 3}, {"kf5", K_F1 + 4}, {"kf6", K_F1 + 5},
        {"kf7", K_F1 + 6}, {"kf8", K_F1 + 7}, {"kf9", K_F1 + 8}, {"kf10", K_F1 + 9}, {"kri", K_UP | K_SHIFTED}, {"kind", K_DOWN | K_SHIFTED}};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        input_know(&t->input, capability(keys[i].name), keys[i].key);
}

/* Direct colour: a colour is its red, green and blue. */
static int colour_value(const terminal *t, int index)
{
    return index < 0 ? -1 : t->colours > 256 && index >= 8 ? theme_rgb(index) : index;
}

static void make_pairs(terminal *t)
{
    if (t->colours < 8)
        return;
    for (int s = 1; s < STYLE_COUNT; s++) {
        look l = theme_look(t->theme, (canvas_style)s, t->colours > 256 ? 256 : t->colours);
        init_extended_pair(s, colour_value(t, l.fg), colour_value(t, l.bg));
    }
}

static void start_colours(terminal *t, int most)
{
    t->colours = has_colors() ? 8 : 0;
    if (!t->colours || most == 0) {
        t->colours = 0;
        return;
    }
    start_color();
    use_default_colors();
    t->colours = most > 0 && COLORS > most ? most : COLORS;
    if (t->colours < 8)
        t->colours = 0;
}

static void write_rescue(terminal *t)
{
    size_t n = 0;
    const char *parts[] = {"\033[?2004l", t->shapes ? capability("Se") : "", capability("sgr0"), capability("cnorm"), capability("rmkx"), capability("rmcup"), "\r\n"};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *s = parts[i];
        if (strchr(s, '$')) /* padding is nothing for a handler */
            continue;
        size_t k = strlen(s);
        if (n + k < sizeof t->rescue) {
            memcpy(t->rescue + n, s, k);
            n += k;
        }
    }
    t->rescue[n] = '\0';
}

/* A screen of that type, if it can place text at all. */
static SCREEN *try_type(terminal *t, const char *type)
{
    SCREEN *s = newterm((char *)(uintptr_t)type, t->file, t->file);

    if (!s)
        return NULL;
    set_term(s);
    if (*capability("cup"))
        return s;
    endwin();
    delscreen(s);
    return NULL;
}

static SCREEN *open_screen(terminal *t, const char *type, char *why, size_t cap)
{
    bool named = type && *type;
    SCREEN *s = named && strcmp(type, "unknown") ? try_type(t, type) : NULL;

    snprintf(t->type, sizeof t->type, "%s", type ? type : "");
    /* One that is known and cannot place text is likely to be plain indeed. */
    for (size_t i = named && !strcmp(type, "dumb") ? 2 : 0; !s && i < sizeof stand_ins / sizeof *stand_ins; i++) {
        s = try_type(t, stand_ins[i]);
        if (s) {
            snprintf(why, cap, "%s%.40s%s; taking it for %s. The package ncurses-term knows more", named ? "the terminal type " : "TERM is not set", named ? type : "",
                     named ? " is not known here, or cannot place text" : "", stand_ins[i]);
            snprintf(t->type, sizeof t->type, "%s", stand_ins[i]);
        }
    }
    return s;
}

static void collect(terminal *t);

/* A terminal that is on its second screen would, told again to go there, forget where its cursor was on the first. */
static void skip_entering(terminal *t)
{
    const char *enter = capability("smcup");

    collect(t);
    char *at = *enter && t->waiting.n ? strstr(t->waiting.s, enter) : NULL;
    if (at) {
        size_t n = strlen(enter);
        memmove(at, at + n, t->waiting.n - (size_t)(at - t->waiting.s) - n + 1);
        t->waiting.n -= n;
    }
}

terminal *term_open(const term_options *o, char *why, size_t cap)
{
    terminal *t = calloc(1, sizeof *t);

    *why = '\0';
    if (!t || !(t->file = memory_file())) {
        snprintf(why, cap, "out of memory for the screen");
        free(t);
        return NULL;
    }
    t->in = o->in;
    t->shapes = o->shapes;
    t->screen = open_screen(t, o->type, why, cap);
    if (!t->screen) {
        snprintf(why, cap, "no terminal type is known here, not even vt100: is terminfo (ncurses-base) installed?");
        fclose(t->file);
        free(t);
        return NULL;
    }
    open_out(t, o->out);
    set_term(t->screen);
    raw_mode(t);
    nonl();
    keypad(stdscr, TRUE);
    typeahead(-1);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    start_colours(t, o->colours);
    term_theme(t, theme_find("default"));
    learn_keys(t);
    sgr_begin(&t->sgr, capability("sgr0"), capability("op"));
    if (o->entered)
        skip_entering(t);
    t->shapes = o->shapes && *capability("Ss") && *capability("Se");
    write_rescue(t);
    term_write(t, "\033[?2004h", 8);
    t->anew = true;
    int w, h;
    term_measure(t, &w, &h);
    return t;
}

void term_theme(terminal *t, const look *theme)
{
    t->theme = theme;
    make_pairs(t);
    t->anew = true;
}

int term_colours(const terminal *t)
{
    return t->colours;
}

const char *term_type(const terminal *t)
{
    return t->type;
}

/* What curses has put into its file goes to the bytes that wait. */
static void collect(terminal *t)
{
    char buf[16384];
    ssize_t n;
    int fd = fileno(t->file);

    fflush(t->file);
    if (lseek(fd, 0, SEEK_SET) != 0)
        return;
    text_clear(&t->made);
    while ((n = read(fd, buf, sizeof buf)) > 0)
        text_add_n(&t->made, buf, (size_t)n);
    sgr_pass(&t->sgr, text_str(&t->made), t->made.n, &t->waiting);
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        t->anew = true;
}

void term_write(terminal *t, const char *s, size_t n)
{
    collect(t);
    text_add_n(&t->waiting, s, n);
}

bool term_flush(terminal *t)
{
    collect(t);
    while (t->sent < t->waiting.n) {
        size_t n = t->waiting.n - t->sent;
        if (!t->own_out && n > 512) /* it may block: a little at a time */
            n = 512;
        struct pollfd p = {.fd = t->out, .events = POLLOUT};
        if (!t->own_out && (poll(&p, 1, 0) <= 0 || !(p.revents & POLLOUT)))
            return !(p.revents & (POLLHUP | POLLERR | POLLNVAL));
        ssize_t k = write(t->out, t->waiting.s + t->sent, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        t->sent += (size_t)k;
        t->written += (uint64_t)k;
    }
    text_clear(&t->waiting);
    t->sent = 0;
    return true;
}

size_t term_waiting(const terminal *t)
{
    return t->waiting.n - t->sent;
}

uint64_t term_written(const terminal *t)
{
    return t->written;
}

const char *term_rescue(const terminal *t, size_t *n)
{
    *n = strlen(t->rescue);
    return t->rescue;
}

void term_keep(terminal *t)
{
    t->kept = true;
}

/* What puts the screen back as it was; what curses says of it is thrown away when another session draws on. */
static void leave_screen(terminal *t)
{
    if (t->kept) {
        term_write(t, capability("sgr0"), strlen(capability("sgr0")));
        text kept = t->waiting;
        t->waiting = (text){0};
        endwin();
        collect(t);
        text_free(&t->waiting);
        t->waiting = kept;
        return;
    }
    if (t->shapes)
        term_write(t, capability("Se"), strlen(capability("Se")));
    term_write(t, "\033[?2004l", 8);
    endwin();
    collect(t);
    sgr_settle(&t->sgr, &t->waiting);
    if (!*capability("rmcup")) /* the screen stays: the shell goes on below it */
        term_write(t, "\r\n", 2);
}

void term_close(terminal *t, bool gone)
{
    if (!t)
        return;
    set_term(t->screen);
    leave_screen(t);
    double until = clock_now() + 0.2;
    while (!gone && term_flush(t) && term_waiting(t) && clock_now() < until) {
        struct pollfd p = {.fd = t->out, .events = POLLOUT};
        poll(&p, 1, 20);
    }
    if (t->was_set && !gone && !t->kept)
        tcsetattr(t->in, TCSAFLUSH, &t->before);
    delscreen(t->screen);
    fclose(t->file);
    if (t->own_out)
        close(t->out);
    mem_free(t->shown);
    text_free(&t->made);
    text_free(&t->waiting);
    input_free(&t->input);
    free(t);
}

/* curses set the region that scrolls for the size it began with: below it some terminals neither insert nor
 * delete, and the shell would have it afterwards. */
static void scroll_all(terminal *t, int height)
{
    const char *s = *capability("csr") ? tiparm(capability("csr"), 0, height - 1) : NULL;

    if (s)
        term_write(t, s, strlen(s));
}

bool term_measure(terminal *t, int *width, int *height)
{
    struct winsize size;
    int w = 80, h = 24;

    if (ioctl(t->out, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row)
        w = size.ws_col, h = size.ws_row;
    else if (columns > 0 && lines > 0)
        w = columns, h = lines;
    w = w > 500 ? 500 : w;
    h = h > 300 ? 300 : h;
    bool moved = w != t->width || h != t->height;
    if (moved) {
        set_term(t->screen);
        if (t->width && !t->shown)
            doupdate(); /* with its first bytes curses sets the region of the size it began with: before the new one */
        resizeterm(h, w);
        scroll_all(t, h);
        t->anew = true;
        clearok(curscr, TRUE); /* what a terminal does with its lines on resizing is its own affair */
        t->width = w;
        t->height = h;
    }
    *width = w;
    *height = h;
    return moved;
}

bool term_read(terminal *t)
{
    char buf[65536];

    for (;;) {
        struct pollfd p = {.fd = t->in, .events = POLLIN};
        if (poll(&p, 1, 0) <= 0)
            return true;
        if (!(p.revents & POLLIN))
            return false;
        ssize_t n = read(t->in, buf, sizeof buf);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            return true;
        if (n <= 0)
            return false;
        input_feed(&t->input, buf, (size_t)n);
        if ((size_t)n < sizeof buf)
            return true;
    }
}

int term_key(terminal *t, bool late)
{
    return input_next(&t->input, late);
}

input *term_input(terminal *t)
{
    return &t->input;
}

/* What the C library, and with it curses, takes for another width than the canvas does (a character newer than it)
 * would shift the row: a stand-in is shown. */
static bool agreed(const canvas_cell *c)
{
    return c->ch < 0x300 || wcwidth((wchar_t)c->ch) == text_width(c->ch);
}

static void show_cell(terminal *t, const canvas_cell *c, int x, int y)
{
    const canvas_cell stand_in = {.ch = 0xFFFD, .style = c->style};

    if (!agreed(c)) {
        if (text_width(c->ch) == 2 && x + 1 < getmaxx(stdscr))
            show_cell(t, &(canvas_cell){.ch = ' ', .style = c->style}, x + 1, y);
        c = &stand_in;
    }
    wchar_t s[4] = {(wchar_t)(c->ch ? c->ch : ' '), c->mark[0], c->mark[1], 0};
    look l = theme_look(t->theme, (canvas_style)c->style, t->colours > 256 ? 256 : t->colours);
    attr_t a = (l.attributes & LOOK_BOLD ? A_BOLD : 0) | (l.attributes & LOOK_DIM ? A_DIM : 0) |
               (l.attributes & LOOK_REVERSE ? A_REVERSE : 0) | (l.attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0);
    cchar_t out;

    setcchar(&out, s, a, t->colours ? (short)c->style : 0, NULL);
    mvadd_wch(y, x, &out);
}

static void set_shape(terminal *t, cursor_shape shape)
{
    if (shape == t->shape && !t->anew)
        return;
    curs_set(shape != CURSOR_HIDDEN);
    if (t->shapes && shape != CURSOR_HIDDEN) {
        const char *s = tiparm(capability("Ss"), shape == CURSOR_BAR ? 6 : 2);
        if (s)
            term_write(t, s, strlen(s));
    }
    t->shape = shape;
}

void term_show(terminal *t, const canvas *c, int x, int y, cursor_shape shape)
{
    size_t n = (size_t)c->width * (size_t)c->height;

    set_term(t->screen);
    if (!t->shown || t->anew) {
        canvas_cell *shown = mem_resize(t->shown, n + 1, sizeof *shown);
        if (!shown)
            return;
        t->shown = shown;
        t->anew = true;
        erase();
    }
    for (int row = 0; row < c->height; row++) { /* a row that differs is handed on whole: halves of wide characters stay together */
        size_t at = (size_t)row * (size_t)c->width, bytes = (size_t)c->width * sizeof *c->cell;
        if (!t->anew && !memcmp(&c->cell[at], &t->shown[at], bytes))
            continue;
        for (int col = 0; col < c->width; col++)
            if (c->cell[at + (size_t)col].ch)
                show_cell(t, &c->cell[at + (size_t)col], col, row);
    }
    memcpy(t->shown, c->cell, n * sizeof *c->cell);
    set_shape(t, shape);
    t->anew = false;
    if (x >= 0 && y >= 0)
        move(y, x);
    wnoutrefresh(stdscr);
    doupdate();
    collect(t);
}

void term_redraw(terminal *t)
{
    set_term(t->screen);
    t->anew = true;
    clearok(curscr, TRUE);
}

void term_ask_status(terminal *t)
{
    term_write(t, "\033[5n", 4);
}

void term_ring(terminal *t)
{
    term_write(t, "\a", 1);
}

int term_in(const terminal *t)
{
    return t->in;
}

int term_out(const terminal *t)
{
    return t->out;
}

const canvas_cell *term_shown(const terminal *t)
{
    return t->anew ? NULL : t->shown;
}
