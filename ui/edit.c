/* edit.c - see edit.h. */
#include "ui/edit.h"

#include "ui/row.h"

#include <string.h>

void edit_free(edit *e)
{
    text_free(&e->own);
    text_free(&e->cut);
}

text *edit_text(edit *e)
{
    return e->lent ? e->lent : &e->own;
}

const char *edit_string(edit *e)
{
    return text_str(edit_text(e));
}

void edit_set(edit *e, const char *s)
{
    text_clear(&e->own);
    text_add(&e->own, s);
    e->lent = NULL;
    e->cursor = e->own.n;
    e->selecting = false;
}

void edit_lend(edit *e, text *t)
{
    e->lent = t;
    e->cursor = e->anchor = 0;
    e->selecting = e->cut_grows = false;
    e->column = SIZE_MAX;
}

static bool regional(uint32_t cp)
{
    return cp >= 0x1f1e6 && cp <= 0x1f1ff;
}

/* cp, behind prev in the same cluster, belongs to it; flags: regional letters just before it. */
static bool joins(uint32_t prev, uint32_t cp, int flags)
{
    enum { JOINER = 0x200d };

    if (cp < 0x300)
        return false;
    return text_width(cp) == 0 || (prev == JOINER && text_width(cp) == 2) || (cp >= 0x1f3fb && cp <= 0x1f3ff) || (regional(cp) && flags % 2 == 1);
}

size_t edit_after(const char *s, size_t n, size_t at)
{
    uint32_t cp, prev;
    int flags = 0;

    if (at >= n)
        return n;
    at += text_next(s + at, n - at, &prev);
    flags = regional(prev);
    while (at < n && prev != '\n') {
        size_t k = text_next(s + at, n - at, &cp);
        if (!joins(prev, cp, flags))
            break;
        flags = regional(cp) ? flags + 1 : 0;
        prev = cp;
        at += k;
    }
    return at;
}

/* The start of the cluster that byte `at` is inside of, or `at` between two: clusters are counted from the
 * last ASCII character before, which always begins one. */
static size_t cluster(const char *s, size_t n, size_t at)
{
    size_t from = at, next;

    while (from && (from >= n || (unsigned char)s[from] >= 0x80))
        from--;
    while (from < at && (next = edit_after(s, n, from)) <= at)
        from = next;
    return from;
}

size_t edit_before(const char *s, size_t n, size_t at)
{
    return at ? cluster(s, n, at - 1) : 0;
}

size_t edit_line_start(edit *e, size_t at)
{
    const char *s = edit_string(e);

    while (at && s[at - 1] != '\n')
        at--;
    return at;
}

size_t edit_line_end(edit *e, size_t at)
{
    const char *s = edit_string(e);
    size_t n = edit_text(e)->n;
    const char *eol = at < n ? memchr(s + at, '\n', n - at) : NULL;

    return eol ? (size_t)(eol - s) : n;
}

size_t edit_line(edit *e, size_t at)
{
    const char *s = edit_string(e);
    size_t line = 0;

    for (size_t i = 0; i < at; i++)
        line += s[i] == '\n';
    return line;
}

static size_t word_left(const char *s, size_t at)
{
    while (at && !text_word_byte(s[at - 1]))
        at--;
    while (at && text_word_byte(s[at - 1]))
        at--;
    return at;
}

/* To the end of the word (emacs), or to the start of the next (vim): skip says which. */
static size_t word_right(const char *s, size_t n, size_t at, bool start)
{
    if (start) {
        while (at < n && text_word_byte(s[at]))
            at++;
        while (at < n && !text_word_byte(s[at]))
            at++;
        return at;
    }
    while (at < n && !text_word_byte(s[at]))
        at++;
    while (at < n && text_word_byte(s[at]))
        at++;
    return at;
}

static size_t vertical(edit *e, int by)
{
    const char *s = edit_string(e);
    size_t start = edit_line_start(e, e->cursor), target;

    if (e->column == SIZE_MAX)
        e->column = (size_t)row_width(s + start, e->cursor - start);
    if (by < 0) {
        if (!start)
            return e->cursor;
        target = edit_line_start(e, start - 1);
    } else {
        size_t end = edit_line_end(e, e->cursor);
        if (end >= edit_text(e)->n)
            return e->cursor;
        target = end + 1;
    }
    return target + row_at(s + target, edit_line_end(e, target) - target, (int)e->column);
}

static size_t aim(edit *e, motion m)
{
    const char *s = edit_string(e);
    size_t n = edit_text(e)->n, at = e->cursor > n ? n : e->cursor;

    switch (m) {
    case TO_LEFT: return edit_before(s, n, at);
    case TO_RIGHT: return edit_after(s, n, at);
    case TO_WORD_LEFT: return word_left(s, at);
    case TO_WORD_RIGHT: return word_right(s, n, at, true);
    case TO_WORD_END: return word_right(s, n, at, false);
    case TO_LINE_START: return edit_line_start(e, at);
    case TO_LINE_TEXT: {
        size_t from = edit_line_start(e, at), end = edit_line_end(e, at);
        while (from < end && (s[from] == ' ' || s[from] == '\t'))
            from++;
        return from;
    }
    case TO_LINE_END: return edit_line_end(e, at);
    case TO_UP: return vertical(e, -1);
    case TO_DOWN: return vertical(e, 1);
    case TO_START: return 0;
    case TO_END: return n;
    case MOTIONS: break;
    }
    return at;
}

size_t edit_target(edit *e, motion m)
{
    size_t n = edit_text(e)->n, to = aim(e, m), from = cluster(edit_string(e), n, to);

    return from < to && m == TO_WORD_RIGHT ? edit_after(edit_string(e), n, from) : from;
}

bool edit_move(edit *e, motion m, bool select)
{
    size_t from = e->cursor, to = edit_target(e, m);

    if (m != TO_UP && m != TO_DOWN)
        e->column = SIZE_MAX;
    if (select && !e->selecting) {
        e->selecting = true;
        e->anchor = from;
    } else if (!select) {
        e->selecting = false;
    }
    e->cursor = to;
    e->cut_grows = false;
    return to != from;
}

void edit_place(edit *e, size_t at)
{
    size_t n = edit_text(e)->n;

    e->cursor = cluster(edit_string(e), n, at < n ? at : n);
    e->column = SIZE_MAX;
    e->selecting = e->cut_grows = false;
}

bool edit_selection(edit *e, size_t *from, size_t *to)
{
    if (!e->selecting || e->anchor == e->cursor)
        return false;
    size_t n = edit_text(e)->n, a = e->anchor > n ? n : e->anchor;
    *from = a < e->cursor ? a : e->cursor;
    *to = a < e->cursor ? e->cursor : a;
    return true;
}

bool edit_replace(edit *e, size_t from, size_t to, const char *s, size_t n)
{
    text *t = edit_text(e);
    size_t old = t->n, gone = to - from;

    if (n > gone) { /* room first */
        text_add_n(t, s, n - gone);
        if (t->failed)
            return false;
    }
    if (!t->s)
        return false;
    memmove(t->s + from + n, t->s + to, old - to);
    if (n)
        memcpy(t->s + from, s, n);
    t->n = old - gone + n;
    t->s[t->n] = '\0';
    if (e->cursor >= to)
        e->cursor = e->cursor - gone + n;
    else if (e->cursor > from)
        e->cursor = from;
    e->selecting = false;
    e->column = SIZE_MAX;
    return true;
}

void edit_settle(edit *e)
{
    size_t n = edit_text(e)->n, *ends[] = {&e->cursor, &e->anchor};

    for (int i = 0; i < 1 + e->selecting; i++) {
        size_t at = *ends[i] < n ? *ends[i] : n, start = cluster(edit_string(e), n, at);
        *ends[i] = start < at ? edit_after(edit_string(e), n, start) : at;
    }
}

bool edit_insert(edit *e, const char *s, size_t n)
{
    size_t from = e->cursor, to = e->cursor;

    edit_selection(e, &from, &to);
    e->cut_grows = false;
    if (!edit_replace(e, from, to, s, n))
        return false;
    e->cursor = from + n;
    edit_settle(e);
    return n || to > from;
}

static bool ends_with(const char *s, size_t n, const char *word)
{
    size_t k = strlen(word);

    return n >= k && !memcmp(s + n - k, word, k) && (n == k || !text_word_byte(s[n - k - 1]) || !text_word_byte(*word));
}

bool edit_new_line(edit *e)
{
    enum { DEEPEST = 80 };
    char s[DEEPEST + 4] = "\n";
    const char *old = edit_string(e);
    size_t start = edit_line_start(e, e->cursor), n = 1, end = e->cursor;

    while (start + n - 1 < e->cursor && n < DEEPEST && (old[start + n - 1] == ' ' || old[start + n - 1] == '\t')) {
        s[n] = old[start + n - 1];
        n++;
    }
    while (end > start && old[end - 1] == ' ')
        end--;
    static const char *const opens[] = {"{", "(", "then", "do", "else", "repeat"};
    bool deeper = end > start && old[end - 1] == ')' && memchr(old + start, 'f', end - start) && strstr(old + start, "function") && strstr(old + start, "function") < old + end;
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
        deeper |= ends_with(old + start, end - start, opens[i]);
    if (deeper)
        s[n++] = ' ', s[n++] = ' ';
    return edit_insert(e, s, n);
}

bool edit_indent(edit *e, int by)
{
    size_t from = e->cursor, to = e->cursor, keep = e->cursor;
    bool many = edit_selection(e, &from, &to), changed = false;
    size_t anchor = e->anchor;

    for (size_t at = edit_line_start(e, from);;) {
        const char *s = edit_string(e);
        size_t k = 0;
        while (by < 0 && k < 2 && s[at + k] == ' ')
            k++;
        if (by > 0)
            changed |= edit_replace(e, at, at, "  ", 2);
        else if (k)
            changed |= edit_replace(e, at, at + k, "", 0);
        size_t moved = by > 0 ? 2 : k;
        if (!many)
            break;
        to = by > 0 ? to + moved : to - (moved < to ? moved : to);
        if (anchor > at)
            anchor = by > 0 ? anchor + moved : anchor - moved;
        at = edit_line_end(e, at) + 1;
        if (at >= to || at > edit_text(e)->n)
            break;
    }
    (void)keep;
    if (many) {
        e->selecting = true;
        e->anchor = anchor;
    }
    return changed;
}

bool edit_delete(edit *e, motion m)
{
    size_t from, to;

    if (!edit_selection(e, &from, &to)) {
        size_t target = edit_target(e, m);
        from = target < e->cursor ? target : e->cursor;
        to = target < e->cursor ? e->cursor : target;
    }
    e->cut_grows = false;
    if (from == to || !edit_replace(e, from, to, "", 0))
        return false;
    e->cursor = from;
    return true;
}

bool edit_kill_range(edit *e, size_t from, size_t to)
{
    const char *s = edit_string(e);

    if (from >= to)
        return false;
    if (!e->cut_grows)
        text_clear(&e->cut);
    if (e->cut_grows && from < e->cursor) { /* backwards: it stood before */
        text both = {0};
        text_add_n(&both, s + from, to - from);
        text_add_n(&both, text_str(&e->cut), e->cut.n);
        text_free(&e->cut);
        e->cut = both;
    } else {
        text_add_n(&e->cut, s + from, to - from);
    }
    if (!edit_replace(e, from, to, "", 0))
        return false;
    e->cursor = from;
    e->cut_grows = true;
    return true;
}

bool edit_kill(edit *e, motion m)
{
    size_t from, to;

    if (edit_selection(e, &from, &to)) {
        e->cut_grows = false;
        bool done = edit_kill_range(e, from, to);
        e->cut_grows = false;
        return done;
    }
    size_t target = edit_target(e, m);
    if (m == TO_LINE_END && target == e->cursor && target < edit_text(e)->n)
        target++; /* at a line's end: the line break */
    from = target < e->cursor ? target : e->cursor;
    to = target < e->cursor ? e->cursor : target;
    return edit_kill_range(e, from, to);
}

bool edit_yank(edit *e)
{
    return e->cut.n && edit_insert(e, text_str(&e->cut), e->cut.n);
}

bool edit_transpose(edit *e)
{
    const char *s = edit_string(e);
    size_t at = e->cursor, n = edit_text(e)->n;

    if (at && (at == n || s[at] == '\n'))
        at = edit_before(s, n, at);
    size_t from = edit_before(s, n, at), to = edit_after(s, n, at);
    char buf[32];
    if (from == at || at == to || to - from > sizeof buf || s[from] == '\n')
        return false;
    memcpy(buf, s + at, to - at);
    memcpy(buf + (to - at), s + from, at - from);
    if (!edit_replace(e, from, to, buf, to - from))
        return false;
    e->cursor = to;
    return true;
}

/* Behind a string or comment that begins at i; i when none does. */
static size_t skip(const char *s, size_t n, size_t i)
{
    if (s[i] == '"' || s[i] == '\'') {
        for (size_t k = i + 1; k < n && s[k] != '\n'; k++) {
            if (s[k] == '\\')
                k++;
            else if (s[k] == s[i])
                return k + 1;
        }
        return i + 1;
    }
    if (s[i] == '-' && i + 1 < n && s[i + 1] == '-') {
        const char *eol = memchr(s + i, '\n', n - i);
        return eol ? (size_t)(eol - s) : n;
    }
    return i;
}

size_t edit_bracket(const char *s, size_t n, size_t at)
{
    enum { DEEPEST = 256 };
    static const char open[] = "([{", close[] = ")]}";
    size_t stack[DEEPEST], depth = 0;

    for (int before = 0; before < 2; before++) {
        size_t want = at - (size_t)before;
        if (want >= n || !s[want] || (!strchr(open, s[want]) && !strchr(close, s[want])))
            continue;
        depth = 0;
        for (size_t i = 0; i < n;) {
            size_t k = skip(s, n, i);
            if (k > i) {
                i = k;
                continue;
            }
            if (s[i] && strchr(open, s[i]) && depth < DEEPEST) {
                stack[depth++] = i;
            } else if (s[i] && strchr(close, s[i]) && depth) {
                size_t from = stack[--depth];
                if (strchr(open, s[from]) - open != strchr(close, s[i]) - close)
                    break;
                if (from == want || i == want)
                    return from == want ? i : from;
            }
            i++;
        }
    }
    return SIZE_MAX;
}
