/* output.c - lines, plots, tables of one cell. */
#include "ui/output.h"

#include "draw/plot_own.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PLOT_WIDEST = 100 };

static void item_free(output_item *it)
{
    free(it->line);
    plot_own_free(it->scene);
}

void output_clear(output *o)
{
    for (size_t i = 0; i < o->n; i++)
        item_free(&o->v[i]);
    o->n = o->spilled = 0;
    o->open_line = false;
    o->version++;
}

void output_free(output *o)
{
    output_clear(o);
    free(o->v);
    memset(o, 0, sizeof *o);
}

/* The oldest tenth goes at once, so that a flood costs little per line. */
static void spill_oldest(output *o, text *spill)
{
    size_t k = OUTPUT_LINES / 10;

    for (size_t i = 0; i < k; i++) {
        if (spill && o->v[i].kind <= OUT_ERROR) {
            text_add(spill, o->v[i].line);
            text_char(spill, '\n');
        }
        item_free(&o->v[i]);
    }
    memmove(o->v, o->v + k, (o->n - k) * sizeof *o->v);
    o->n -= k;
    o->spilled += k;
}

static output_item *new_item(output *o, output_kind kind, text *spill)
{
    if (o->n >= OUTPUT_LINES)
        spill_oldest(o, spill);
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 16;
        output_item *v = realloc(o->v, cap * sizeof *v);
        if (!v)
            return NULL;
        o->v = v;
        o->cap = cap;
    }
    output_item *it = &o->v[o->n];
    *it = (output_item){.kind = kind, .line = calloc(1, 1)};
    if (!it->line)
        return NULL;
    o->n++;
    o->version++;
    return it;
}

enum { LONGEST = 1 << 14 }; /* bytes of a line */

static void append(output_item *it, const char *s, size_t n)
{
    size_t old = strlen(it->line);
    char *line = realloc(it->line, old + n + 1);

    if (!line)
        return;
    it->line = line;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\r')
            old = i + 1 < n ? 0 : old; /* a bar that draws itself again */
        else if ((c >= ' ' && c != 127) || c == '\t')
            line[old++] = (char)c;
    }
    line[old] = '\0';
}

/* How much of s[0..n), which has no line's end, still fits a line of `have` bytes: whole letters. */
static size_t fitting(size_t have, const char *s, size_t n)
{
    size_t k = have >= LONGEST ? 0 : LONGEST - have;

    if (k >= n)
        return n;
    for (size_t most = k + 3; k < n && k < most && ((unsigned char)s[k] & 0xC0) == 0x80;)
        k++;
    return k;
}

void output_add(output *o, output_kind kind, const char *s, size_t n, text *spill)
{
    while (n) {
        bool goes_on = o->open_line && o->n && o->v[o->n - 1].kind == kind;
        size_t have = goes_on ? strlen(o->v[o->n - 1].line) : 0;
        const char *eol = memchr(s, '\n', n < LONGEST ? n : LONGEST);
        size_t k = eol ? (size_t)(eol - s) : n, fits = fitting(have, s, k);
        if (fits < k) { /* nobody reads such a line in one: it goes on in the next */
            k = fits;
            eol = NULL;
        }
        if (!k && !eol) {
            o->open_line = false;
            continue;
        }
        output_item *it = goes_on ? &o->v[o->n - 1] : new_item(o, kind, spill);
        if (!it)
            return;
        append(it, s, k);
        o->open_line = !eol;
        s += k + (eol != NULL);
        n -= k + (eol != NULL);
    }
    o->version++;
}

bool output_add_plot(output *o, const char *scene, size_t n)
{
    plot_own *own = plot_read(scene, n);
    char *line = own ? strndup(scene, n) : NULL;
    output_item *it = line ? new_item(o, OUT_PLOT, NULL) : NULL;

    o->open_line = false;
    if (!it) {
        plot_own_free(own);
        free(line);
        return false;
    }
    free(it->line);
    it->line = line;
    it->scene = own;
    return true;
}

bool output_add_table(output *o, const char *fields)
{
    output_item *it = new_item(o, OUT_TABLE, NULL);
    char *line = it ? strdup(fields) : NULL;

    o->open_line = false;
    if (!line)
        return false;
    free(it->line);
    it->line = line;
    return true;
}

/* Tables -------------------------------------------------------------------------------------- */

static int table_rows(const char *s)
{
    int rows = 0;

    for (; *s; s++)
        rows += *s == '\n';
    return rows;
}

static const char *table_row(const char *s, int k)
{
    for (; k > 0 && s; k--) {
        s = strchr(s, '\n');
        s = s ? s + 1 : NULL;
    }
    return s;
}

static size_t field_end(const char *s)
{
    return strcspn(s, "\t\n");
}

static bool is_number(const char *s, size_t n)
{
    char buf[64], *end;

    if (!n || n >= sizeof buf)
        return false;
    memcpy(buf, s, n);
    buf[n] = '\0';
    strtod(buf, &end);
    return !*end;
}

/* Width of column k and whether all below its head are numbers. */
static int column_width(const char *s, int k, bool *numbers)
{
    int widest = -1, row = 0;

    *numbers = true;
    for (; s && *s; row++) {
        const char *f = s;
        int i = 0;
        for (; i < k && *f && *f != '\n'; i++) {
            f += field_end(f);
            f += *f == '\t';
        }
        if (i == k && *f && *f != '\n') {
            int w = (int)text_columns(f, field_end(f));
            widest = w > widest ? w : widest;
            if (row && field_end(f) && !is_number(f, field_end(f)))
                *numbers = false;
        }
        s = strchr(s, '\n');
        s = s ? s + 1 : NULL;
    }
    return widest;
}

static void draw_table_row(const output_item *it, canvas *c, int x, int y, int width, int row)
{
    const char *f = table_row(it->line, row);
    int edge = x + width, k = 0;

    while (f && *f && *f != '\n') {
        bool numbers;
        int w = column_width(it->line, k, &numbers), have = (int)text_columns(f, field_end(f));
        w = w > 24 && k ? 24 : w;
        have = have > w ? w : have;
        if (x + w > edge) { /* more columns than there is room for */
            if (edge - 1 > 0)
                canvas_print(c, edge - 1, y, 1, STYLE_DIM, "%s", c->ascii ? ">" : "\u00bb");
            return;
        }
        canvas_text(c, numbers ? x + w - have : x, y, w, row ? STYLE_PLAIN : STYLE_BOLD, f, field_end(f));
        x += w + 2;
        f += field_end(f);
        f += *f == '\t';
        k++;
    }
}

/* Rows and drawing ------------------------------------------------------------------------------ */

static bool is_cut(const output_item *it)
{
    return it->kind == OUT_TEXT && strstr(it->line, "  ");
}

/* How much of a line goes into one row: a table that was printed is cut, prose goes on in the next row. */
static size_t piece(bool cut, const char *s, size_t n, int width)
{
    return cut ? n : text_row(s, n, (size_t)width);
}

int output_rows(const output_item *it, int width)
{
    width = width < 4 ? 4 : width;
    if (it->kind == OUT_PLOT) {
        return plot_rows(&it->scene->p, width > PLOT_WIDEST ? PLOT_WIDEST : width);
    }
    if (it->kind == OUT_TABLE)
        return table_rows(it->line);
    const char *s = it->line;
    size_t n = strlen(s);
    bool cut = is_cut(it);
    int rows = 0;
    do {
        size_t k = piece(cut, s, n, width);
        s += k, n -= k;
        rows++;
    } while (n);
    return rows;
}

static void draw_plot(const output_item *it, canvas *c, int x, int y, int width, int row)
{
    canvas pic = {.ascii = c->ascii, .blocks = c->blocks, .console = c->console};
    int rows = output_rows(it, width);

    width = width > PLOT_WIDEST ? PLOT_WIDEST : width;
    if (canvas_resize(&pic, width, rows)) {
        plot_draw(&pic, 0, 0, width, rows, &it->scene->p, PLOT_BRAILLE);
        for (int i = 0; i < width; i++) {
            const canvas_cell *cell = &pic.cell[row * width + i];
            if (cell->ch && cell->ch != ' ')
                canvas_fill(c, x + i, y, 1, (canvas_style)cell->style, cell->ch);
        }
    }
    canvas_free(&pic);
}

void output_draw(const output_item *it, canvas *c, int x, int y, int width, int row)
{
    width = width < 4 ? 4 : width;
    if (it->kind == OUT_PLOT) {
        draw_plot(it, c, x, y, width, row);
        return;
    }
    if (it->kind == OUT_TABLE) {
        draw_table_row(it, c, x, y, width, row);
        return;
    }
    const char *s = it->line;
    bool cut = is_cut(it);
    size_t n = strlen(s), k = piece(cut, s, n, width);
    for (; row > 0; row--) {
        s += k, n -= k;
        k = piece(cut, s, n, width);
    }
    canvas_text(c, x, y, width, it->kind == OUT_ERROR ? STYLE_ERROR : STYLE_PLAIN, s, k);
}

void output_text(const output *o, int width, bool ascii, text *out)
{
    for (size_t i = 0; i < o->n; i++) {
        const output_item *it = &o->v[i];
        if (it->kind <= OUT_ERROR) {
            text_add(out, it->line);
            text_char(out, '\n');
            continue;
        }
        canvas pic = {.ascii = ascii};
        int rows = output_rows(it, width);
        if (canvas_resize(&pic, width, rows)) {
            for (int k = 0; k < rows; k++)
                output_draw(it, &pic, 0, k, width, k);
            canvas_to_text(&pic, out);
        }
        canvas_free(&pic);
    }
}
