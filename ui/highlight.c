/* highlight.c - a reader of Lua's words. */
#include "ui/highlight.h"

#include "lua/scan.h"

#include <ctype.h>
#include <string.h>

static void paint(uint8_t *style, size_t from, size_t to, canvas_style s)
{
    for (size_t i = from; style && i < to; i++)
        style[i] = (uint8_t)s;
}

/* The level of a long bracket that opens at i, -1: none does. */
static int opens(const char *s, size_t n, size_t i)
{
    int level = 0;

    if (i >= n || s[i] != '[')
        return -1;
    while (++i < n && s[i] == '=')
        level++;
    return i < n && s[i] == '[' ? level : -1;
}

/* Behind the long bracket's end, or n when the line has none. */
static size_t long_end(const char *s, size_t n, size_t i, int level, bool *closed)
{
    for (; i < n; i++) {
        size_t k = i + 1;
        if (s[i] != ']')
            continue;
        while (k < n && s[k] == '=' && (int)(k - i) <= level)
            k++;
        if (k < n && s[k] == ']' && (int)(k - i) - 1 == level) {
            *closed = true;
            return k + 1;
        }
    }
    return n;
}

static size_t quoted(highlighter *h, const char *s, size_t n, size_t i, char quote)
{
    for (; i < n; i++) {
        if (s[i] == '\\') {
            if (++i >= n) {
                h->quote = quote;
                return n;
            }
        } else if (s[i] == quote) {
            return i + 1;
        }
    }
    return n;
}

static size_t long_text(highlighter *h, const char *s, size_t n, size_t from, size_t body, uint8_t *style)
{
    bool closed = false;
    size_t end = long_end(s, n, body, h->level, &closed);

    paint(style, from, end, h->comment ? STYLE_COMMENT : STYLE_STRING);
    if (closed) {
        h->level = -1;
        h->comment = false;
    }
    return end;
}

static size_t number_end(const char *s, size_t n, size_t i)
{
    bool hex = s[i] == '0' && i + 1 < n && (s[i + 1] == 'x' || s[i + 1] == 'X');

    for (; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '.' && !((s[i] == '-' || s[i] == '+') && strchr(hex ? "pP" : "eE", s[i - 1])))
            break;
    return i;
}

void highlight(highlighter *h, const char *s, size_t n, uint8_t *style)
{
    size_t i = 0;

    if (h->level >= 0) {
        i = long_text(h, s, n, 0, 0, style);
    } else if (h->quote) {
        char quote = h->quote;
        h->quote = 0;
        i = quoted(h, s, n, 0, quote);
        paint(style, 0, i, STYLE_STRING);
    }
    while (i < n) {
        size_t k = i + 1;
        canvas_style look = STYLE_PLAIN;
        bool comment = s[i] == '-' && i + 1 < n && s[i + 1] == '-';
        int level = opens(s, n, comment ? i + 2 : i);
        if (level >= 0) {
            h->level = level;
            h->comment = comment;
            i = long_text(h, s, n, i, i + (comment ? 2 : 0) + (size_t)level + 2, style);
            continue;
        }
        if (comment) {
            k = n;
            look = STYLE_COMMENT;
        } else if (s[i] == '"' || s[i] == '\'') {
            k = quoted(h, s, n, i + 1, s[i]);
            look = STYLE_STRING;
        } else if (isdigit((unsigned char)s[i]) || (s[i] == '.' && i + 1 < n && isdigit((unsigned char)s[i + 1]))) {
            k = number_end(s, n, i);
            look = STYLE_NUMBER;
        } else if (text_word_byte(s[i])) {
            while (k < n && text_word_byte(s[k]))
                k++;
            look = lua_keyword(s + i, k - i) ? STYLE_BOLD : STYLE_PLAIN;
        }
        paint(style, i, k, look);
        i = k;
    }
}
