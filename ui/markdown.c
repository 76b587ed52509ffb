/* markdown.c - the blocks of a text cell, and their rows. Lines that follow one another are one paragraph, whose
 * words flow over the width there is; a blank line, a heading, an item, a table end it. */
#include "ui/markdown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct line { const char *s; size_t n; bool hard; } line; /* hard: a new row begins after it */

typedef struct layouter {
    markdown *m;
    int width;
    bool ascii;
    text para;          /* the open paragraph's source, lines joined; "\n" where a row must end */
    bool open, quote;
    int indent;         /* of its rows */
    char bullet[16];    /* before its first row */
    canvas_style style;
    char fence;         /* '`' or '~' inside of such code, else 0 */
    int item;           /* where the text of the last list item began; 0: no list */
    bool was_blank;
} layouter;

/* Lines ----------------------------------------------------------------------------------------- */

/* The line without its comment dashes: "-- text", "--text", "text". */
static line strip(const char *s, size_t n)
{
    line l;

    if (n >= 2 && s[0] == '-' && s[1] == '-' && !(n >= 3 && s[2] == '-')) {
        s += 2, n -= 2;
        if (n && *s == ' ')
            s++, n--;
    }
    while (n && s[n - 1] == '\r')
        n--;
    l.hard = n >= 2 && s[n - 1] == ' ' && s[n - 2] == ' ';
    while (n && s[n - 1] == ' ')
        n--;
    if (n >= 2 && s[n - 1] == '\\' && s[n - 2] != '\\')
        n--, l.hard = true;
    l.s = s, l.n = n;
    return l;
}

/* The line that begins at *at; moves on to the next. */
static line next_line(const char *s, size_t n, size_t *at)
{
    const char *eol = memchr(s + *at, '\n', n - *at);
    size_t end = eol ? (size_t)(eol - s) : n;
    line l = strip(s + *at, end - *at);

    *at = end + 1;
    return l;
}

static size_t blanks(line l)
{
    size_t k = 0;

    while (k < l.n && l.s[k] == ' ')
        k++;
    return k;
}

/* "## text": the level, 0 for none; where the text begins. */
static int heading(line l, size_t *from)
{
    size_t k = blanks(l), level = k;

    while (level < l.n && l.s[level] == '#')
        level++;
    *from = level + 1;
    level -= k;
    return k < 4 && level >= 1 && level <= 6 && *from <= l.n && l.s[*from - 1] == ' ' ? (int)level : 0;
}

static char fence(line l)
{
    size_t k = blanks(l);

    if (l.n - k < 3 || (memcmp(l.s + k, "```", 3) && memcmp(l.s + k, "~~~", 3)))
        return '\0';
    for (size_t i = k; l.s[k] == '`' && i < l.n; i++) /* ```code``` within a line is none */
        if (l.s[i] == '`' && i > k && l.s[i - 1] != '`')
            return '\0';
    return l.s[k];
}

/* "---", "* * *". */
static bool is_rule(line l)
{
    size_t k = blanks(l), n = 0;
    char c = k < l.n ? l.s[k] : '\0';

    for (; k < l.n; k++)
        if (l.s[k] == c)
            n++;
        else if (l.s[k] != ' ')
            return false;
    return n >= 3 && c && strchr("-*_", c);
}

static bool is_table(line l)
{
    size_t k = blanks(l);
    return l.n >= k + 2 && l.s[k] == '|';
}

/* "- text", "12. text": the bytes up to the text, 0 for none. */
static size_t item(line l)
{
    size_t k = blanks(l), from = k;

    if (k < l.n && strchr("-*+", l.s[k]))
        k++;
    else {
        while (k < l.n && k < from + 9 && isdigit((unsigned char)l.s[k]))
            k++;
        if (k == from || k >= l.n || (l.s[k] != '.' && l.s[k] != ')'))
            return 0;
        k++;
    }
    return k < l.n && l.s[k] == ' ' ? k + 1 : 0;
}

/* Rows ------------------------------------------------------------------------------------------- */

static void begin_row(layouter *p)
{
    markdown *m = p->m;

    if (m->n == m->cap) {
        size_t cap = m->cap ? 2 * m->cap : 32;
        struct markdown_row *row = realloc(m->row, cap * sizeof *row);
        if (!row)
            return;
        m->row = row;
        m->cap = cap;
    }
    m->row[m->n++] = (struct markdown_row){.at = m->t.s.n};
}

static void put(layouter *p, canvas_style style, const char *s, size_t n)
{
    markdown_put(&p->m->t, style, s, n);
    if (p->m->n)
        p->m->row[p->m->n - 1].n = p->m->t.s.n - p->m->row[p->m->n - 1].at;
}

static void put_blanks(layouter *p, int n)
{
    for (; n > 0; n--)
        put(p, STYLE_PLAIN, " ", 1);
}

/* A stretch of styled text into the row. */
static void put_styled(layouter *p, const markdown_text *t, size_t from, size_t to)
{
    for (size_t i = from, k; i < to; i = k) {
        for (k = i + 1; k < to && t->style.s[k] == t->style.s[i]; k++)
            ;
        put(p, (canvas_style)(t->style.s[i] - 1), t->s.s + i, k - i);
    }
}

static void rule(layouter *p)
{
    begin_row(p);
    for (int i = 0; i < p->width; i++)
        put(p, STYLE_DIM, p->ascii ? "-" : "\u2500", p->ascii ? 1 : 3);
}

static bool wide(const char *s, size_t n)
{
    uint32_t cp;
    return n && text_next(s, n, &cp) && text_width(cp) == 2;
}

/* Whether a row of ideographs may not begin with this: closing marks. */
static bool ends_only(const char *s, size_t n)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0x300D, 0x300F, 0x3011, 0xFF01, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F};
    uint32_t cp;

    text_next(s, n, &cp);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i] == cp)
            return true;
    return false;
}

/* How many of the n bytes go into so many columns: up to a blank, or between ideographs, else as many as fit. */
static size_t row_part(const char *s, size_t n, int columns)
{
    size_t k = text_fit(s, n, (size_t)(columns > 1 ? columns : 1)), best = 0;
    const char *eol = memchr(s, '\n', k < n ? k + 1 : n);
    uint32_t cp;

    if (eol)
        return (size_t)(eol - s);
    if (k >= n || s[k] == ' ')
        return k ? k : n;
    for (size_t i = 0, step; i < k; i += step) {
        step = text_next(s + i, n - i, &cp);
        if (cp == ' ' || (i + step < n && (text_width(cp) == 2 || wide(s + i + step, n - i - step)) && text_width(cp) > 0 && !ends_only(s + i + step, n - i - step)))
            best = i + step <= k ? i + step : best;
    }
    return best ? best : k ? k : text_next(s, n, &cp);
}

/* What stands before the first row of the paragraph, and before the others. */
static void put_margin(layouter *p, bool first)
{
    int bullet = (int)text_columns(p->bullet, strlen(p->bullet));

    if (p->quote) {
        put_blanks(p, p->indent - 2);
        put(p, STYLE_DIM, p->ascii ? "> " : "\u2502 ", p->ascii ? 2 : 4);
    } else if (first && bullet) {
        put_blanks(p, p->indent - bullet - 1);
        put(p, STYLE_BOLD, p->bullet, strlen(p->bullet));
        put(p, STYLE_PLAIN, " ", 1);
    } else {
        put_blanks(p, p->indent);
    }
}

static void flush(layouter *p)
{
    markdown_text t = {0};
    int columns = p->width - p->indent;

    if (!p->open)
        return;
    markdown_inline(text_str(&p->para), p->para.n, p->style, p->ascii, &t);
    bool first = true;
    for (size_t at = 0; (at < t.s.n || first) && !t.s.failed && !t.style.failed; first = false) {
        size_t n = t.s.n ? row_part(t.s.s + at, t.s.n - at, columns < 2 ? 2 : columns) : 0, shown = n;
        while (shown && t.s.s[at + shown - 1] == ' ')
            shown--;
        begin_row(p);
        put_margin(p, first);
        put_styled(p, &t, at, at + shown);
        at += n;
        while (at < t.s.n && (t.s.s[at] == ' ' || t.s.s[at] == '\n'))
            if (t.s.s[at++] == '\n')
                break;
    }
    markdown_text_free(&t);
    text_clear(&p->para);
    p->open = p->quote = false;
    p->bullet[0] = '\0';
}

static void begin(layouter *p, canvas_style style, int indent)
{
    flush(p);
    p->open = true;
    p->style = style;
    p->indent = indent > p->width / 2 ? p->width / 2 : indent;
}

/* The line's text to the open paragraph. Between ideographs no blank is wanted. */
static void more(layouter *p, const char *s, size_t n, bool hard)
{
    const char *have = text_str(&p->para);
    size_t last = p->para.n;

    if (last && have[last - 1] != '\n') {
        while (last > 1 && ((unsigned char)have[last - 1] & 0xC0) == 0x80)
            last--;
        if (!(wide(have + last - 1, p->para.n - last + 1) && wide(s, n)))
            text_char(&p->para, ' ');
    }
    text_add_n(&p->para, s, n);
    if (hard)
        text_char(&p->para, '\n');
}

/* As it is; what is too long goes on in the next row. */
static void code_row(layouter *p, const char *s, size_t n)
{
    do {
        size_t k = text_fit(s, n, (size_t)(p->width > 4 ? p->width - 2 : 2));
        k = k ? k : n;
        begin_row(p);
        put_blanks(p, 2);
        put(p, STYLE_STRING, s, k);
        s += k, n -= k;
    } while (n);
}

/* Tables ------------------------------------------------------------------------------------------- */

enum { COLUMNS = 32, GAP = 2 };

/* The next field of a table's line from byte *at on, blanks cut; false: there is none. "\|" is a letter. */
static bool field(line l, size_t *at, line *out)
{
    size_t i = *at, end;

    if (i >= l.n)
        return false;
    for (end = i; end < l.n && l.s[end] != '|'; end++)
        end += l.s[end] == '\\' && end + 1 < l.n;
    end = end > l.n ? l.n : end;
    *at = end + 1;
    while (i < end && l.s[i] == ' ')
        i++;
    while (end > i && l.s[end - 1] == ' ')
        end--;
    *out = (line){.s = l.s + i, .n = end - i};
    return true;
}

static bool is_ruler(line l)
{
    for (size_t i = 0; i < l.n; i++)
        if (!strchr("|-: ", l.s[i]))
            return false;
    return memchr(l.s, '-', l.n) != NULL;
}

/* A column's width of its fields as they are shown, its side ('l', 'r', 'c'). */
typedef struct column { int width; char side; } column;

static size_t measure(layouter *p, const char *s, size_t n, size_t at, column col[COLUMNS])
{
    size_t most = 0;

    while (at < n) {
        line l = next_line(s, n, &at), f;
        size_t i = blanks(l) + 1, k = 0;
        if (!is_table(l))
            break;
        for (; k < COLUMNS && field(l, &i, &f); k++) {
            markdown_text t = {0};
            if (is_ruler(l)) {
                bool left = f.n && f.s[0] == ':', right = f.n && f.s[f.n - 1] == ':';
                col[k].side = left && right ? 'c' : right ? 'r' : 'l';
                continue;
            }
            markdown_inline(f.s, f.n, STYLE_PLAIN, p->ascii, &t);
            int w = (int)text_columns(text_str(&t.s), t.s.n);
            col[k].width = w > col[k].width ? w : col[k].width;
            markdown_text_free(&t);
        }
        most = k > most ? k : most;
    }
    return most;
}

/* The widest give until all fit. */
static void squeeze(column *col, size_t n, int room)
{
    int sum = -GAP;

    for (size_t k = 0; k < n; k++)
        sum += col[k].width + GAP;
    for (; sum > room; sum--) {
        size_t widest = 0;
        for (size_t k = 1; k < n; k++)
            widest = col[k].width > col[widest].width ? k : widest;
        if (col[widest].width <= 3)
            break;
        col[widest].width--;
    }
}

static void put_field(layouter *p, line f, column c, canvas_style style)
{
    markdown_text t = {0};

    markdown_inline(f.s, f.n, style, p->ascii, &t);
    int w = (int)text_columns(text_str(&t.s), t.s.n), spare = c.width - w;
    size_t n = t.s.n;
    if (spare < 0) { /* cut, and that is said */
        n = text_fit(t.s.s, t.s.n, (size_t)(c.width - 1));
        w = (int)text_columns(text_str(&t.s), n) + 1;
        spare = c.width - w;
    }
    int before = c.side == 'r' ? spare : c.side == 'c' ? spare / 2 : 0;
    put_blanks(p, before);
    put_styled(p, &t, 0, n);
    if (n < t.s.n)
        put(p, STYLE_DIM, p->ascii ? "~" : "\u2026", p->ascii ? 1 : 3);
    put_blanks(p, spare - before + GAP);
    markdown_text_free(&t);
}

/* The table that begins at byte `at`; gives where it ends. */
static size_t table(layouter *p, const char *s, size_t n, size_t at)
{
    column col[COLUMNS] = {{0}};
    size_t columns = measure(p, s, n, at, col), from = at;
    bool head = true;

    squeeze(col, columns, p->width);
    while (at < n) {
        size_t line_at = at;
        line l = next_line(s, n, &at), f, after;
        size_t i = blanks(l) + 1, peek = at;
        if (!is_table(l))
            return line_at;
        after = peek < n ? next_line(s, n, &peek) : (line){0};
        head = line_at == from && is_table(after) && is_ruler(after); /* the line above the ruler */
        begin_row(p);
        for (size_t k = 0; k < columns; k++) {
            if (is_ruler(l)) {
                for (int q = 0; q < col[k].width + (k + 1 < columns ? GAP : 0); q++)
                    put(p, STYLE_DIM, p->ascii ? "-" : "\u2500", p->ascii ? 1 : 3);
                continue;
            }
            if (!field(l, &i, &f))
                f = (line){.s = ""};
            put_field(p, f, col[k], head ? STYLE_BOLD : STYLE_PLAIN);
        }
    }
    return n;
}

/* Blocks ------------------------------------------------------------------------------------------- */

static void text_line(layouter *p, line l)
{
    size_t k = blanks(l), from;
    int level = heading(l, &from);

    if (level) {
        begin(p, level <= 2 ? STYLE_SELECTED : STYLE_BOLD, 0);
        while (l.n > from && l.s[l.n - 1] == '#') /* "## text ##" */
            l.n--;
        more(p, l.s + from, l.n - from, false);
        flush(p);
        p->item = 0;
    } else if ((from = item(l))) {
        size_t mark = from - k - 1;
        begin(p, STYLE_PLAIN, (int)from);
        if (mark == 1 && !isdigit((unsigned char)l.s[k]))
            memcpy(p->bullet, p->ascii ? "*" : "\u2022", p->ascii ? 2 : 4);
        else
            memcpy(p->bullet, l.s + k, mark), p->bullet[mark] = '\0';
        more(p, l.s + from, l.n - from, l.hard);
        p->item = (int)from;
    } else if (k < l.n && l.s[k] == '>') {
        from = k + 1 + (k + 1 < l.n && l.s[k + 1] == ' ');
        if (!p->quote) {
            begin(p, STYLE_PLAIN, (int)k + 2);
            p->quote = true;
        }
        more(p, l.s + from, l.n - from, l.hard);
    } else if (p->open) {
        more(p, l.s + k, l.n - k, l.hard);
    } else if (k >= 4 && !p->item && p->was_blank) {
        code_row(p, l.s + 4, l.n - 4);
    } else {
        p->item = k ? p->item : 0;
        begin(p, STYLE_PLAIN, (int)k);
        more(p, l.s + k, l.n - k, l.hard);
    }
}

void markdown_lay(markdown *m, const char *s, size_t n, int width, bool ascii)
{
    layouter p = {.m = m, .width = width < 1 ? 1 : width, .ascii = ascii, .was_blank = true};

    for (size_t at = 0; at < n;) {
        size_t from = at;
        line l = next_line(s, n, &at);
        bool blank = blanks(l) == l.n;
        if (p.fence) {
            if (fence(l) == p.fence)
                p.fence = '\0';
            else
                code_row(&p, l.s, l.n);
        } else if (blank) {
            flush(&p);
            begin_row(&p);
        } else if (fence(l)) {
            flush(&p);
            p.fence = fence(l);
        } else if (is_rule(l)) {
            flush(&p);
            rule(&p);
        } else if (is_table(l)) {
            flush(&p);
            at = table(&p, s, n, from);
        } else {
            text_line(&p, l);
        }
        p.was_blank = blank;
    }
    flush(&p);
    text_free(&p.para);
}

void markdown_draw(const markdown *m, size_t k, canvas *c, int x, int y, int width)
{
    if (k >= m->n || m->t.s.failed || m->t.style.failed)
        return;
    const char *style = text_str(&m->t.style);
    int edge = x + width;
    for (size_t i = m->row[k].at, end = i + m->row[k].n, to; i < end && x < edge; i = to) {
        for (to = i + 1; to < end && style[to] == style[i]; to++)
            ;
        x += canvas_text(c, x, y, edge - x, (canvas_style)(style[i] - 1), m->t.s.s + i, to - i);
    }
}

void markdown_free(markdown *m)
{
    markdown_text_free(&m->t);
    free(m->row);
    *m = (markdown){0};
}

bool markdown_heading(const char *s, size_t n, int *level, char *buf, size_t cap)
{
    char inside = '\0';

    for (size_t at = 0; at < n;) {
        line l = next_line(s, n, &at);
        size_t from;
        char mark = fence(l);
        if (inside || mark) {
            inside = !inside ? mark : inside == mark ? '\0' : inside;
            continue;
        }
        int found = heading(l, &from);
        if (!found)
            continue;
        markdown_text t = {0};
        markdown_inline(l.s + from, l.n - from, STYLE_PLAIN, false, &t);
        size_t k = t.s.n < cap - 1 ? t.s.n : cap - 1;
        while (k && k < t.s.n && ((unsigned char)t.s.s[k] & 0xC0) == 0x80) /* not through a letter */
            k--;
        memcpy(buf, text_str(&t.s), k);
        buf[k] = '\0';
        *level = found;
        markdown_text_free(&t);
        return true;
    }
    return false;
}
