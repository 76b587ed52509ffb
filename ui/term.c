/* term.c - ncurses behind term.h. Changed cells alone are handed on; one doupdate a frame. */
#include "config.h"
#define NCURSES_WIDECHAR 1
#include "ui/term.h"

#include "base/mem.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

enum { PASTE_BEGIN = KEY_MAX + 1, PASTE_END };

static struct {
    SCREEN *screen;
    canvas_cell *shown; /* what the terminal was last told */
    int width, height;
    bool colour, unicode, anew;
} T;

static const struct { short fg, bg; attr_t attr; } styles[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {8, -1, A_DIM},
    [STYLE_BOLD] = {-1, -1, A_BOLD},
    [STYLE_TITLE] = {-1, -1, A_REVERSE},
    [STYLE_CURSOR] = {-1, -1, A_REVERSE},
    [STYLE_SELECTED] = {COLOR_CYAN, -1, A_BOLD},
    [STYLE_ERROR] = {COLOR_RED, -1, A_BOLD},
    [STYLE_GOOD] = {COLOR_GREEN, -1, 0},
    [STYLE_KEY] = {COLOR_CYAN, -1, A_BOLD},
    [STYLE_FIRST] = {COLOR_CYAN, -1, 0},
    [STYLE_SECOND] = {COLOR_YELLOW, -1, A_BOLD},
    [STYLE_MARK] = {COLOR_MAGENTA, -1, 0},
    [STYLE_BAR] = {COLOR_BLUE, -1, 0},
    [STYLE_COMMENT] = {COLOR_GREEN, -1, A_DIM},
    [STYLE_STRING] = {COLOR_YELLOW, -1, 0},
    [STYLE_NUMBER] = {COLOR_MAGENTA, -1, 0},
    [STYLE_SHADE1] = {-1, -1, 0},
    [STYLE_SHADE2] = {COLOR_CYAN, -1, 0},
    [STYLE_SHADE3] = {COLOR_CYAN, -1, A_BOLD},
    [STYLE_SHADE4] = {-1, -1, A_REVERSE},
};

static void start_colours(void)
{
    T.colour = has_colors() && !getenv("NO_COLOR");
    if (!T.colour)
        return;
    start_color();
    use_default_colors();
    for (short i = 1; i < STYLE_COUNT; i++)
        init_pair(i, styles[i].fg >= COLORS ? COLOR_WHITE : styles[i].fg, styles[i].bg);
}

bool term_open(char *why, size_t cap)
{
    setlocale(LC_CTYPE, "");
    T.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
    T.screen = newterm(NULL, stdout, stdin);
    if (!T.screen) {
        snprintf(why, cap, "the terminal type TERM=\"%s\" is not known here; try TERM=xterm", getenv("TERM") ? getenv("TERM") : "");
        return false;
    }
    set_term(T.screen);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    leaveok(stdscr, FALSE);
    idlok(stdscr, FALSE);
    start_colours();
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    fputs("\033[?2004h", stdout);
    fflush(stdout);
    T.anew = true;
    return true;
}

void term_close(void)
{
    if (!T.screen)
        return;
    fputs("\033[?2004l", stdout);
    fflush(stdout);
    endwin();
    delscreen(T.screen);
    mem_free(T.shown);
    memset(&T, 0, sizeof T);
}

void term_size(int *width, int *height)
{
    getmaxyx(stdscr, *height, *width);
}

bool term_unicode(void)
{
    return T.unicode;
}

static int translate(int k)
{
    switch (k) {
    case KEY_UP: return TK_UP;
    case KEY_DOWN: return TK_DOWN;
    case KEY_LEFT: return TK_LEFT;
    case KEY_RIGHT: return TK_RIGHT;
    case KEY_HOME: return TK_HOME;
    case KEY_END: return TK_END;
    case KEY_PPAGE: return TK_PGUP;
    case KEY_NPAGE: return TK_PGDN;
    case KEY_DC: return TK_DELETE;
    case KEY_BACKSPACE: return TK_BACKSPACE;
    case KEY_ENTER: return TK_ENTER;
    case KEY_BTAB: return TK_BACKTAB;
    case KEY_F(1): return TK_F1;
    case KEY_F(5): return TK_F5;
    case KEY_RESIZE: T.anew = true; return TK_RESIZE;
    case PASTE_BEGIN: return TK_PASTE_BEGIN;
    case PASTE_END: return TK_PASTE_END;
    default: return TK_NONE;
    }
}

int term_key(void)
{
    wint_t c;

    switch (get_wch(&c)) {
    case KEY_CODE_YES: return translate((int)c);
    case OK: break;
    default: return TK_NONE;
    }
    switch (c) {
    case 27: return TK_ESC;
    case 13: case 10: return TK_ENTER;
    case 9: return TK_TAB;
    case 127: case 8: return TK_BACKSPACE;
    default: return (int)c;
    }
}

static void show_cell(const canvas_cell *c, int x, int y)
{
    wchar_t s[2] = {(wchar_t)(c->ch ? c->ch : ' '), 0};
    cchar_t out;

    setcchar(&out, s, styles[c->style].attr, T.colour ? (short)c->style : 0, NULL);
    mvadd_wch(y, x, &out);
}

void term_show(const canvas *c, int x, int y)
{
    size_t n = (size_t)c->width * (size_t)c->height;

    if (!T.shown || T.width != c->width || T.height != c->height) {
        canvas_cell *shown = mem_resize(T.shown, n + 1, sizeof *shown);
        if (!shown)
            return;
        T.shown = shown;
        T.width = c->width;
        T.height = c->height;
        T.anew = true;
    }
    if (T.anew)
        erase();
    for (size_t i = 0; i < n; i++) {
        const canvas_cell *cell = &c->cell[i];
        if (!cell->ch || (!T.anew && cell->ch == T.shown[i].ch && cell->style == T.shown[i].style))
            continue;
        show_cell(cell, (int)(i % (size_t)c->width), (int)(i / (size_t)c->width));
    }
    memcpy(T.shown, c->cell, n * sizeof *c->cell);
    T.anew = false;
    curs_set(x >= 0);
    if (x >= 0)
        move(y, x);
    else
        move(c->height - 1, 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void term_redraw(void)
{
    T.anew = true;
    clearok(curscr, TRUE);
}

void term_suspend(void)
{
    fputs("\033[?2004l", stdout);
    fflush(stdout);
    endwin();
    kill(0, SIGTSTP);
    refresh();
    fputs("\033[?2004h", stdout);
    fflush(stdout);
    term_redraw();
}
