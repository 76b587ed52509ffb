/* cells.c - notebook text to cells and back: spans only, so bytes are kept. */
#include "lua/cells.h"

#include <string.h>

static bool is_marker(const char *line, size_t n)
{
    return n >= 5 && !memcmp(line, "-- %%", 5) && (n == 5 || line[5] == ' ' || line[5] == '\r' || line[5] == '\n');
}

static void read_marker(const char *s, size_t start, size_t n, cell_span *c)
{
    size_t at = start + 5, end = start + n;

    while (at < end && s[at] == ' ')
        at++;
    static const struct { const char *word; cell_kind kind; } kinds[] = {{"[markdown]", CELL_MARKDOWN}, {"[raw]", CELL_RAW}};
    for (size_t i = 0; i < 2; i++) {
        size_t k = strlen(kinds[i].word);
        if (end - at >= k && !memcmp(s + at, kinds[i].word, k)) {
            c->kind = kinds[i].kind;
            at += k;
            while (at < end && s[at] == ' ')
                at++;
        }
    }
    while (end > at && (s[end - 1] == '\n' || s[end - 1] == '\r' || s[end - 1] == ' '))
        end--;
    c->title = at;
    c->title_n = end - at;
}

size_t cells_split(const char *text, size_t n, cell_span *out, size_t cap)
{
    size_t count = 0, line = 1;

    for (size_t at = 0; at < n && count < cap; line++) {
        const char *eol = memchr(text + at, '\n', n - at);
        size_t len = eol ? (size_t)(eol - (text + at)) + 1 : n - at;
        bool marker = is_marker(text + at, len);
        if (marker || at == 0) {
            if (count)
                out[count - 1].end = at;
            cell_span *c = &out[count++];
            *c = (cell_span){.kind = CELL_CODE, .start = at, .body = at, .line = line, .body_line = line, .marked = marker, .title = at};
            if (marker) {
                read_marker(text, at, len, c);
                c->body = at + len;
                c->body_line = line + 1;
            }
        }
        at += len;
        if (count)
            out[count - 1].end = at;
    }
    if (count)
        out[count - 1].end = n;
    return count;
}
