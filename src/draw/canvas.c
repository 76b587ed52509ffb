/* canvas.c - a grid of cells: text and bars. */
#include "draw/canvas.h"

#include "base/mem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool canvas_resize(canvas *c, int width, int height)
{
    canvas_cell *cell = mem_resize(c->cell, (size_t)width * (size_t)height + 1, sizeof *cell);

    if (!cell)
        return false;
    c->cell = cell;
    c->width = width;
    c->height = height;
    canvas_clear(c);
    return true;
}

void canvas_free(canvas *c)
{
    mem_free(c->cell);
    c->cell = NULL;
}

void canvas_clear(canvas *c)
{
    for (size_t i = 0; i < (size_t)c->width * (size_t)c->height; i++)
        c->cell[i] = (canvas_cell){.ch = ' ', .style = STYLE_PLAIN};
}

static canvas_cell *at(canvas *c, int x, int y)
{
    return x < 0 || y < 0 || x >= c->width || y >= c->height ? NULL : &c->cell[(size_t)y * (size_t)c->width + (size_t)x];
}

/* The nearest that the 256 signs of the console's own font have: of the blocks the whole and the half ones, of
 * the lines the thin and the double ones. */
static uint32_t on_console(uint32_t cp)
{
    switch (cp) {
    case 0x2713: return 0x221a;
    case 0x2717: case 0x00d7: return 'x';
    case 0x2026: return '.';
    case 0x2013: case 0x2014: return '-';
    case 0x25b6: return 0x25ba;
    case 0x25cf: return 0x2022;
    case 0x2501: case 0x2574: case 0x2576: case 0x257a: return 0x2500;
    case 0x2503: case 0x250a: case 0x2575: case 0x2577: return 0x2502;
    case 0x256d: return 0x250c;
    case 0x256e: return 0x2510;
    case 0x256f: return 0x2518;
    case 0x2570: return 0x2514;
    case 0x2581: case 0x2582: case 0x2583: return 0x2584;
    case 0x2585: case 0x2586: case 0x2587: return 0x2588;
    case 0x258f: case 0x258e: case 0x258d: return 0x258c;
    case 0x258b: case 0x258a: case 0x2589: return 0x2588;
    default: return cp;
    }
}

static void put(canvas *c, int x, int y, canvas_style style, uint32_t ch)
{
    canvas_cell *cell = at(c, x, y), *left = at(c, x - 1, y), *right = at(c, x + 1, y);

    if (!cell)
        return;
    if (c->console && ch > 126)
        ch = on_console(ch);
    if (!cell->ch && ch && left) /* half of a wide one is overwritten: the other half goes */
        left->ch = ' ';
    if (right && !right->ch)
        right->ch = ' ';
    *cell = (canvas_cell){.ch = ch, .style = (uint8_t)style};
}

/* The nearest that plain ASCII has. */
static uint32_t plain(uint32_t cp)
{
    switch (cp) {
    case 0x2500: case 0x2501: case 0x2574: case 0x2013: case 0x2014: return '-';
    case 0x2502: case 0x2503: return '|';
    case 0x2022: case 0x25cf: case 0x25b6: return '*';
    case 0x2026: return '.';
    case 0x2588: case 0x2593: return '#';
    case 0x2592: return '+';
    case 0x2591: return '.';
    case 0x00d7: return 'x';
    default: return cp >= 0x2500 && cp < 0x2580 ? '+' : '?';
    }
}

/* A mark goes upon the character left of x. What joins or turns characters, rather than stands on them, is left out. */
static void put_mark(canvas *c, int x, int y, uint32_t cp)
{
    canvas_cell *cell = at(c, x - 1, y);

    if (cell && !cell->ch)
        cell = at(c, x - 2, y);
    bool joins = (cp >= 0x200b && cp <= 0x2064) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp >= 0xfeff;
    if (!cell || c->ascii || joins)
        return;
    if (!cell->mark[0])
        cell->mark[0] = (uint16_t)cp;
    else if (!cell->mark[1])
        cell->mark[1] = (uint16_t)cp;
}

int canvas_text(canvas *c, int x, int y, int max, canvas_style style, const char *s, size_t n)
{
    int from = x, edge = max < 0 || x + max > c->width ? c->width : x + max;

    for (size_t i = 0; i < n && s[i] != '\n';) {
        uint32_t cp;
        i += text_next(s + i, n - i, &cp);
        if (cp == '\t')
            cp = ' ';
        if (cp < 32 || cp == 127 || (cp >= 0x80 && cp < 0xa0))
            continue;
        if (cp == 0x2028 || cp == 0x2029 || (cp & 0xFFFE) == 0xFFFE) /* separators of lines, what is no character */
            cp = 0xFFFD;
        int w = text_width(cp);
        if (w == 0) {
            if (x > from)
                put_mark(c, x, y, cp);
            continue;
        }
        if (c->ascii && cp > 126)
            cp = plain(cp), w = 1;
        if (x + w > edge)
            break;
        put(c, x, y, style, cp);
        if (w == 2)
            put(c, x + 1, y, style, 0);
        x += w;
    }
    return x - from;
}

int canvas_print(canvas *c, int x, int y, int max, canvas_style style, const char *format, ...)
{
    char buf[1024];
    va_list ap;

    va_start(ap, format);
    vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    return canvas_text(c, x, y, max, style, buf, strlen(buf));
}

int canvas_field(canvas *c, int x, int y, int w, canvas_style style, const char *s, bool right)
{
    w = x + w > c->width ? c->width - x : w;
    if (w <= 0)
        return 0;
    size_t n = text_fit(s, strlen(s), (size_t)w);
    int used = (int)text_columns(s, n);

    canvas_fill(c, x, y, w, style, ' ');
    canvas_text(c, right ? x + w - used : x, y, used, style, s, n);
    return w;
}

void canvas_fill(canvas *c, int x, int y, int width, canvas_style style, uint32_t ch)
{
    if (c->ascii && ch > 126)
        ch = plain(ch);
    for (int i = 0; i < width; i++)
        put(c, x + i, y, style, ch);
}

void canvas_restyle(canvas *c, int x, int y, int width, canvas_style style)
{
    for (int i = 0; i < width; i++) {
        canvas_cell *cell = at(c, x + i, y);
        if (cell)
            cell->style = (uint8_t)style;
    }
}

void canvas_bar(canvas *c, int x, int y, int width, double share, canvas_style style)
{
    static const uint32_t eighths[] = {' ', 0x258f, 0x258e, 0x258d, 0x258c, 0x258b, 0x258a, 0x2589};
    double full = (share < 0 || isnan(share) ? 0 : share > 1 ? 1 : share) * width;
    int whole = (int)full, rest = (int)((full - whole) * 8);

    canvas_fill(c, x, y, whole, style, c->ascii ? '#' : 0x2588);
    if (whole < width && rest && !c->ascii)
        put(c, x + whole, y, style, eighths[rest]);
}

void canvas_to_text(const canvas *c, text *out)
{
    for (int y = 0; y < c->height; y++) {
        int last = c->width;
        while (last > 0 && c->cell[(size_t)y * (size_t)c->width + (size_t)last - 1].ch == ' ')
            last--;
        for (int x = 0; x < last; x++) {
            char buf[4];
            uint32_t ch = c->cell[(size_t)y * (size_t)c->width + (size_t)x].ch;
            const uint16_t *mark = c->cell[(size_t)y * (size_t)c->width + (size_t)x].mark;
            if (ch)
                text_add_n(out, buf, text_put_utf8(ch, buf));
            for (int k = 0; ch && k < 2 && mark[k]; k++)
                text_add_n(out, buf, text_put_utf8(mark[k], buf));
        }
        text_char(out, '\n');
    }
}
