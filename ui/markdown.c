/* markdown.c - one row of a text cell at a time: what source line it is of, which part. */
#include "ui/markdown.h"

#include <ctype.h>
#include <string.h>

typedef struct row {
    const char *s;
    size_t n;         /* the part of the line in this row */
    int indent;
    canvas_style style;
    bool bullet, first, table, rule;
    const char *block; /* first line of the table it is in */
} row;

/* The line without its comment dashes: "-- text", "--text", "text". */
static void strip(const char **s, size_t *n)
{
    if (*n >= 2 && (*s)[0] == '-' && (*s)[1] == '-' && !(*n >= 3 && (*s)[2] == '-')) {
        *s += 2, *n -= 2;
        if (*n && **s == ' ')
            *s += 1, *n -= 1;
    }
    while (*n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\r'))
        *n -= 1;
}

static bool is_table(const char *s, size_t n)
{
    return n >= 2 && s[0] == '|';
}

static row read_line(const char *s, size_t n)
{
    row r = {.s = s, .n = n, .style = STYLE_PLAIN, .first = true};
    size_t k = 0;

    while (k < n && s[k] == '#')
        k++;
    if (k && k < 7 && k < n && s[k] == ' ') {
        r.s += k + 1, r.n -= k + 1;
        r.style = k <= 2 ? STYLE_SELECTED : STYLE_BOLD;
        return r;
    }
    for (k = 0; k < n && s[k] == ' ';)
        k++;
    if (k + 1 < n && strchr("-*+", s[k]) && s[k + 1] == ' ') {
        r.indent = (int)k + 2;
        r.s += k + 2, r.n -= k + 2;
        r.bullet = true;
        return r;
    }
    r.indent = (int)k;
    r.s += k, r.n -= k;
    r.table = is_table(r.s, r.n);
    if (n >= 3 && strspn(s, "-") >= n)
        r.rule = true;
    return r;
}

/* How much of s goes into `width` columns, cut between words. */
static size_t part(const char *s, size_t n, int width)
{
    size_t k = text_fit(s, n, (size_t)(width > 1 ? width : 1));

    if (k >= n || !k)
        return k ? k : n;
    for (size_t q = k; q > k / 2; q--)
        if (s[q] == ' ')
            return q + 1;
    return k;
}

/* Row `want` into *out; gives how many rows there are up to and with it (all, when want is beyond them). */
static size_t layout(const char *s, size_t n, int width, size_t want, row *out)
{
    size_t count = 0;
    const char *block = NULL;

    for (size_t at = 0; at < n;) {
        const char *eol = memchr(s + at, '\n', n - at);
        size_t end = eol ? (size_t)(eol - s) : n, len = end - at;
        const char *line = s + at;
        strip(&line, &len);
        row r = read_line(line, len);
        block = !r.table ? NULL : block ? block : s + at;
        r.block = block;
        do {
            row piece = r;
            piece.n = r.table || r.rule ? r.n : part(r.s, r.n, width - r.indent);
            if (count++ == want) {
                *out = piece;
                return count;
            }
            r.s += piece.n, r.n -= piece.n;
            r.first = false;
        } while (r.n && !r.table && !r.rule);
        at = end + 1;
    }
    return count;
}

size_t markdown_rows(const char *s, size_t n, int width)
{
    row r;

    return layout(s, n, width, SIZE_MAX, &r);
}

/* The k-th field of a table's line, blanks cut. */
static bool field(const char *s, size_t n, size_t k, const char **from, size_t *len)
{
    size_t i = 1;

    for (; k; k--) {
        const char *bar = i < n ? memchr(s + i, '|', n - i) : NULL;
        if (!bar)
            return false;
        i = (size_t)(bar - s) + 1;
    }
    if (i >= n)
        return false;
    const char *bar = memchr(s + i, '|', n - i);
    size_t end = bar ? (size_t)(bar - s) : n;
    while (i < end && s[i] == ' ')
        i++;
    while (end > i && s[end - 1] == ' ')
        end--;
    *from = s + i;
    *len = end - i;
    return true;
}

static bool is_ruler(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr("|-: ", s[i]))
            return false;
    return true;
}

static int column_width(const char *block, const char *end, size_t k)
{
    int widest = 0;

    for (const char *at = block; at < end;) {
        const char *eol = memchr(at, '\n', (size_t)(end - at)), *line = at, *from;
        size_t n = (size_t)((eol ? eol : end) - at), len;
        strip(&line, &n);
        while (n && *line == ' ')
            line++, n--;
        if (!is_table(line, n))
            break;
        if (!is_ruler(line, n) && field(line, n, k, &from, &len) && (int)text_columns(from, len) > widest)
            widest = (int)text_columns(from, len);
        at = eol ? eol + 1 : end;
    }
    return widest;
}

static void draw_table(const markdown_view *v, const row *r, const char *end, int y)
{
    const char *from;
    size_t len;
    int x = v->x, edge = v->x + v->width;

    for (size_t k = 0; field(r->s, r->n, k, &from, &len) && x < edge; k++) {
        int w = column_width(r->block, end, k);
        if (is_ruler(r->s, r->n))
            canvas_fill(v->c, x, y, x + w + 2 > edge ? edge - x : w + 2, STYLE_DIM, 0x2500);
        else
            canvas_text(v->c, x, y, edge - x < w ? edge - x : w, STYLE_PLAIN, from, len);
        x += w + 2;
    }
}

/* **bold** and `code`; the marks themselves are not shown. */
static void draw_inline(const markdown_view *v, const row *r, int x, int y)
{
    canvas_style now = r->style;
    int edge = v->x + v->width;

    for (size_t i = 0; i < r->n && x < edge;) {
        size_t k = i;
        if (r->n - i >= 2 && !memcmp(r->s + i, "**", 2)) {
            now = now == STYLE_BOLD ? r->style : STYLE_BOLD;
            i += 2;
            continue;
        }
        if (r->s[i] == '`') {
            now = now == STYLE_STRING ? r->style : STYLE_STRING;
            i++;
            continue;
        }
        while (k < r->n && r->s[k] != '`' && !(r->n - k >= 2 && !memcmp(r->s + k, "**", 2)))
            k++;
        x += canvas_text(v->c, x, y, edge - x, now, r->s + i, k - i);
        i = k;
    }
}

void markdown_draw_row(const markdown_view *v, const char *s, size_t n, size_t k, int y)
{
    row r;

    if (layout(s, n, v->width, k, &r) != k + 1)
        return;
    if (r.table) {
        draw_table(v, &r, s + n, y);
        return;
    }
    if (r.rule) {
        canvas_fill(v->c, v->x, y, v->width, STYLE_DIM, 0x2500);
        return;
    }
    if (r.bullet && r.first)
        canvas_print(v->c, v->x + r.indent - 2, y, 1, STYLE_BOLD, "%s", v->c->ascii ? "*" : "\u2022");
    draw_inline(v, &r, v->x + r.indent, y);
}

bool markdown_heading(const char *s, size_t n, int *level, char *buf, size_t cap)
{
    for (size_t at = 0; at < n;) {
        const char *eol = memchr(s + at, '\n', n - at), *line = s + at;
        size_t end = eol ? (size_t)(eol - s) : n, len = end - at, k = 0;
        strip(&line, &len);
        while (k < len && line[k] == '#')
            k++;
        if (k && k < 7 && k < len && line[k] == ' ') {
            size_t m = len - k - 1 < cap - 1 ? len - k - 1 : cap - 1;
            memcpy(buf, line + k + 1, m);
            buf[m] = '\0';
            *level = (int)k;
            return true;
        }
        at = end + 1;
    }
    return false;
}
