/* markdown_inline.c - what stands inside a line of a text cell: **bold**, *emphasis*, `code`, ~~gone~~,
 * [text](address), <address>, and \ before a mark that is meant as a letter. Marks without a partner are letters. */
#include "ui/markdown.h"

#include <ctype.h>
#include <string.h>

typedef struct inliner {
    const char *s;
    size_t n;
    canvas_style base;
    bool ascii, bold, emphasis, gone;
    char bold_mark, emphasis_mark;
    markdown_text *out;
} inliner;

void markdown_put(markdown_text *out, canvas_style style, const char *s, size_t n)
{
    text_add_n(&out->s, s, n);
    for (size_t i = 0; i < n; i++)
        text_char(&out->style, (char)(style + 1)); /* never 0, which ends a string */
}

void markdown_text_free(markdown_text *t)
{
    text_free(&t->s);
    text_free(&t->style);
}

static canvas_style now(const inliner *p)
{
    return p->gone ? STYLE_DIM : p->bold ? STYLE_BOLD : p->emphasis ? STYLE_EMPHASIS : p->base;
}

static size_t run_of(const inliner *p, size_t i)
{
    size_t k = i;

    while (k < p->n && p->s[k] == p->s[i])
        k++;
    return k - i;
}

static bool space_at(const inliner *p, size_t i)
{
    return i >= p->n || p->s[i] == ' ' || p->s[i] == '\n';
}

static bool letter_at(const inliner *p, size_t i)
{
    return i < p->n && (isalnum((unsigned char)p->s[i]) || (unsigned char)p->s[i] >= 0x80);
}

/* Whether k marks at i can begin (or end) something: no blank behind (before) them; '_' not inside a word. */
static bool opens(const inliner *p, size_t i, size_t k)
{
    return !space_at(p, i + k) && !(p->s[i] == '_' && i && letter_at(p, i - 1));
}

static bool closes(const inliner *p, size_t i, size_t k)
{
    return i && !space_at(p, i - 1) && !(p->s[i] == '_' && letter_at(p, i + k));
}

/* Whether k marks like those at i close later, outside code. */
static bool has_end(const inliner *p, size_t i, size_t k)
{
    for (size_t q = i + k; q < p->n; q++) {
        if (p->s[q] == '\\') {
            q++;
            continue;
        }
        if (p->s[q] != p->s[i])
            continue;
        size_t run = run_of(p, q);
        if (run >= k && (k == 2 || run != 2) && q > i + k && closes(p, q, run))
            return true;
        q += run - 1;
    }
    return false;
}

/* `code`: as many ticks end it as began it. Gives the bytes taken, 0: it is none. */
static size_t code(inliner *p, size_t i)
{
    size_t k = run_of(p, i);

    for (size_t q = i + k; q < p->n; q++) {
        if (p->s[q] != '`')
            continue;
        size_t run = run_of(p, q);
        if (run != k) {
            q += run - 1;
            continue;
        }
        size_t from = i + k, to = q;
        if (to - from > 2 && p->s[from] == ' ' && p->s[to - 1] == ' ')
            from++, to--;
        if (p->ascii)
            markdown_put(p->out, STYLE_STRING, "`", 1);
        markdown_put(p->out, STYLE_STRING, p->s + from, to - from);
        if (p->ascii)
            markdown_put(p->out, STYLE_STRING, "`", 1);
        return q + k - i;
    }
    return 0;
}

/* **, *, __, _ and ~~. Gives the bytes taken, 0: they are letters. */
static size_t mark(inliner *p, size_t i)
{
    size_t run = run_of(p, i);
    char m = p->s[i];

    if (m == '~') {
        if (run != 2 || !(p->gone ? closes(p, i, 2) : opens(p, i, 2) && has_end(p, i, 2)))
            return 0;
        p->gone = !p->gone;
        return 2;
    }
    if (p->emphasis && p->emphasis_mark == m && run != 2 && closes(p, i, run)) {
        p->emphasis = false;
        return 1;
    }
    if (p->bold && p->bold_mark == m && run >= 2 && closes(p, i, run)) {
        p->bold = false;
        return 2;
    }
    size_t k = run >= 2 && !p->bold ? 2 : 1;
    if ((k == 1 ? p->emphasis : p->bold) || !opens(p, i, run) || !has_end(p, i, k))
        return 0;
    if (k == 2)
        p->bold = true, p->bold_mark = m;
    else
        p->emphasis = true, p->emphasis_mark = m;
    return k;
}

/* Where the bracket that opens at i closes, n: nowhere. */
static size_t closing(const inliner *p, size_t i, char open, char close)
{
    int depth = 0;

    for (size_t q = i; q < p->n; q++) {
        if (p->s[q] == '\\')
            q++;
        else if (p->s[q] == open)
            depth++;
        else if (p->s[q] == close && --depth == 0)
            return q;
    }
    return p->n;
}

/* [text](address), and ![text](address) of a picture. */
static size_t link_at(inliner *p, size_t i)
{
    size_t from = i + (p->s[i] == '!'), end = from < p->n && p->s[from] == '[' ? closing(p, from, '[', ']') : p->n;
    size_t last = end + 1 < p->n && p->s[end + 1] == '(' ? closing(p, end + 1, '(', ')') : p->n;

    if (last == p->n)
        return 0;
    const char *words = p->s + from + 1, *address = p->s + end + 2;
    size_t n_words = end - from - 1, n_address = last - end - 2, blank = 0;
    while (blank < n_address && address[blank] != ' ') /* behind it stands a title */
        blank++;
    n_address = blank;
    markdown_inline(words, n_words, STYLE_EMPHASIS, p->ascii, p->out);
    if (n_address && !(n_address == n_words && !memcmp(words, address, n_words))) {
        markdown_put(p->out, STYLE_DIM, n_words ? " (" : "(", n_words ? 2 : 1);
        markdown_put(p->out, STYLE_DIM, address, n_address);
        markdown_put(p->out, STYLE_DIM, ")", 1);
    }
    return last + 1 - i;
}

/* <https://...>, <someone@somewhere>. */
static size_t address_at(inliner *p, size_t i)
{
    size_t k = i + 1;
    bool is = false;

    for (; k < p->n && p->s[k] != '>'; k++) {
        if (space_at(p, k) || p->s[k] == '<')
            return 0;
        is = is || p->s[k] == '@' || (p->s[k] == ':' && k > i + 2);
    }
    if (k >= p->n || !is)
        return 0;
    markdown_put(p->out, STYLE_EMPHASIS, p->s + i + 1, k - i - 1);
    return k + 1 - i;
}

void markdown_inline(const char *s, size_t n, canvas_style base, bool ascii, markdown_text *out)
{
    inliner p = {.s = s, .n = n, .base = base, .ascii = ascii, .out = out};

    for (size_t i = 0; i < n;) {
        size_t took = 0;
        if (s[i] == '\\' && i + 1 < n && ispunct((unsigned char)s[i + 1])) {
            markdown_put(out, now(&p), s + i + 1, 1);
            took = 2;
        } else if (s[i] == '`') {
            took = code(&p, i);
        } else if (s[i] == '*' || s[i] == '_' || s[i] == '~') {
            took = mark(&p, i);
        } else if (s[i] == '[' || (s[i] == '!' && i + 1 < n && s[i + 1] == '[')) {
            took = link_at(&p, i);
        } else if (s[i] == '<') {
            took = address_at(&p, i);
        }
        if (!took) { /* a letter, or a run of marks that mean nothing */
            took = s[i] == '`' || s[i] == '*' || s[i] == '_' || s[i] == '~' ? run_of(&p, i) : 1;
            markdown_put(out, now(&p), s + i, took);
        }
        i += took;
    }
}
