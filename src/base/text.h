/* text.h - growable byte strings, near names, UTF-8 widths; no locale anywhere. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing byte string. After a failed allocation `failed` is set, further
 * writes do nothing, and s is still a valid string: check once at the end. */
typedef struct text {
    char *s; /* NUL-terminated once anything was added; NULL before */
    size_t n, cap;
    bool failed;
} text;

void text_free(text *t);
void text_clear(text *t); /* keeps the memory */
void text_add(text *t, const char *s);
void text_add_n(text *t, const char *s, size_t n);
void text_char(text *t, char c);
void text_fmt(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_number(text *t, double x); /* shortest form that reads back equal; see text_put_number */
const char *text_str(const text *t); /* never NULL */

/* The shortest decimal that strtod reads back to the same bits, with '.' and
 * without a locale: "0.1", "1e-08", "3", "NaN", "Infinity". buf[32] suffices; returns the length. */
size_t text_put_number(double x, char buf[32]);
/* For people: about `digits` significant ones, no exponent where it can be avoided. */
size_t text_short_number(double x, int digits, char buf[32]);
char *text_count(double x, char *buf, size_t cap); /* "940", "21k", "3.1M"; gives buf */
char *text_epochs(double x, char *buf, size_t cap); /* "0.92", "15.7", "1610": three digits, or all before the point; gives buf */

/* The candidate most like `name` (edit distance with swaps, case ignored), or NULL
 * when none is near enough to be a slip. */
const char *text_nearest(const char *name, const char *const *candidates, size_t n);
/* Equal when case, '_', '-' and spaces are ignored: "RectifierWithDropout" ~ "rectifier_with_dropout". */
bool text_same_word(const char *a, const char *b);

/* Of a word as people and Lua write them: letters, digits, '_', and all of what is not ASCII. */
static inline bool text_word_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* UTF-8. text_next decodes one code point from s[0..n) and returns its length in
 * bytes (1 for an invalid byte, *cp = 0xFFFD). text_width is in terminal
 * columns (0 combining, 2 wide); text_columns that of a whole string. */
size_t text_next(const char *s, size_t n, uint32_t *cp);
size_t text_put_utf8(uint32_t cp, char out[4]);
int text_width(uint32_t cp);
size_t text_columns(const char *s, size_t n);
/* Longest prefix, in bytes, of at most `columns` columns. */
size_t text_fit(const char *s, size_t n, size_t columns);
/* How many bytes of s[0..n) go into a row of so many columns, with the blank that ends them: up to the last blank behind the
 * row's first half, else as many letters as fit, one at the least. */
size_t text_row(const char *s, size_t n, size_t columns);

#endif
