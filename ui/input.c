/* input.c - a small reader of what terminals send.
 *
 * Sequences of the forms ESC [ ..., ESC O x and ESC [ [ x are read by their
 * grammar, so that no table of terminals is needed; what terminfo says beside
 * that is compared first. ESC and a character is Alt and that character. */
#include "ui/input.h"

#include <string.h>

enum { MORE = -2, NOTHING = -3 }; /* rest missing; a sequence without a meaning */

void input_free(input *in)
{
    text_free(&in->pending);
    text_free(&in->paste);
}

void input_know(input *in, const char *bytes, int key)
{
    if (!bytes || strlen(bytes) < 2 || strlen(bytes) >= INPUT_SEQUENCE || in->n_known == INPUT_SEQUENCES)
        return;
    strcpy(in->known[in->n_known].bytes, bytes);
    in->known[in->n_known++].key = key;
}

void input_feed(input *in, const char *s, size_t n)
{
    if (in->at == in->pending.n) {
        text_clear(&in->pending);
        in->at = 0;
    }
    text_add_n(&in->pending, s, n);
}

static int modified(int key, int mod)
{
    mod = mod > 0 ? mod - 1 : 0;
    return key | (mod & 1 ? K_SHIFTED : 0) | (mod & 2 ? K_ALT : 0) | (mod & 4 ? K_CONTROL : 0);
}

/* A key that a terminal names by its code point and modifiers. */
static int by_code(int code, int mod)
{
    int m = mod > 0 ? mod - 1 : 0, key = code;

    if (code == 13)
        key = K_RETURN;
    else if (code == 9)
        key = K_TABULATOR;
    else if (code == 27)
        key = K_ESCAPE;
    else if (code == 127 || code == 8)
        key = K_BACK;
    else if ((m & 4) && code >= 'a' && code <= 'z')
        return (code - 'a' + 1) | (m & 2 ? K_ALT : 0);
    else if (code >= 0x110000)
        return NOTHING;
    if (key < K_UP)
        return key | (m & 2 ? K_ALT : 0);
    return modified(key, mod);
}

static int by_number(int number, int mod)
{
    static const struct { int number, key; } tilde[] = {
        {1, K_HOME}, {2, K_INSERT}, {3, K_DELETE}, {4, K_END}, {5, K_PAGE_UP}, {6, K_PAGE_DOWN}, {7, K_HOME}, {8, K_END},
        {11, K_F1}, {12, K_F1 + 1}, {13, K_F1 + 2}, {14, K_F1 + 3}, {15, K_F1 + 4}, {17, K_F1 + 5}, {18, K_F1 + 6},
        {19, K_F1 + 7}, {20, K_F1 + 8}, {21, K_F1 + 9}, {23, K_F1 + 10}, {24, K_F1 + 11}};

    for (size_t i = 0; i < sizeof tilde / sizeof *tilde; i++)
        if (tilde[i].number == number)
            return modified(tilde[i].key, mod);
    return NOTHING;
}

static int by_letter(char letter, int mod)
{
    static const char letters[] = "ABCDHFPQRS";
    static const int keys[] = {K_UP, K_DOWN, K_RIGHT, K_LEFT, K_HOME, K_END, K_F1, K_F1 + 1, K_F1 + 2, K_F1 + 3};
    const char *at = strchr(letters, letter);

    return at && *at ? modified(keys[at - letters], mod) : NOTHING;
}

/* ESC [ ...: parameters, then a letter. *used: bytes. */
static int control_sequence(input *in, const char *s, size_t n, size_t *used)
{
    int p[4] = {0}, count = 0;
    size_t i = 2;
    char lead = 0;

    if (i < n && s[i] == '[') { /* the Linux console's F1 to F5 */
        if (i + 1 >= n)
            return MORE;
        *used = i + 2;
        return s[i + 1] >= 'A' && s[i + 1] <= 'E' ? K_F1 + s[i + 1] - 'A' : NOTHING;
    }
    if (i < n && strchr("<>?=", s[i]))
        lead = s[i++];
    for (; i < n && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';' || s[i] == ':'); i++) {
        if (s[i] == ';')
            count += count < 3;
        else if (s[i] != ':' && p[count] < 0x200000)
            p[count] = p[count] * 10 + s[i] - '0';
    }
    while (i < n && s[i] >= ' ' && s[i] <= '/')
        i++;
    if (i >= n)
        return i > 40 ? NOTHING : MORE;
    char last = s[i];
    *used = i + 1;
    if (last < '@' || last > '~') { /* not a sequence: its bytes up to here go */
        *used = i;
        return NOTHING;
    }
    if (lead)
        return NOTHING;
    switch (last) {
    case '~':
        if (p[0] == 200) {
            in->pasting = true;
            text_clear(&in->paste);
            return NOTHING;
        }
        return p[0] == 27 && count == 2 ? by_code(p[2], p[1]) : by_number(p[0], p[1]);
    case 'u': return by_code(p[0], p[1]);
    case 'Z': return K_TABULATOR | K_SHIFTED;
    case 'n': return p[0] == 0 ? K_STATUS : NOTHING;
    case 'I': return K_FOCUSED;
    case 'O': return K_UNFOCUSED;
    default: return by_letter(last, count ? p[1] : 0);
    }
}

static int from_terminfo(const input *in, const char *s, size_t n, size_t *used)
{
    for (size_t i = 0; i < in->n_known; i++) {
        size_t k = strlen(in->known[i].bytes);
        if (k <= n && !memcmp(in->known[i].bytes, s, k)) {
            *used = k;
            return in->known[i].key;
        }
    }
    return NOTHING;
}

static int plain_byte(const char *s, size_t n, size_t *used, bool late)
{
    unsigned char c = (unsigned char)*s;
    uint32_t cp;

    *used = 1;
    if (c == 13)
        return K_RETURN;
    if (c == 9)
        return K_TABULATOR;
    if (c == 127 || c == 8)
        return K_BACK;
    if (c < 0x80)
        return c;
    size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    if (n < whole && !late) {
        size_t k = 1;
        while (k < n && ((unsigned char)s[k] & 0xc0) == 0x80)
            k++;
        if (k == n)
            return MORE;
    }
    *used = text_next(s, n, &cp);
    return cp == 0xfffd ? NOTHING : (int)cp;
}

static int escape(input *in, const char *s, size_t n, size_t *used, bool late)
{
    int key = from_terminfo(in, s, n, used);

    if (key != NOTHING)
        return key;
    if (n == 1) {
        *used = 1;
        return late ? K_ESCAPE : MORE;
    }
    if (s[1] == '[') {
        key = n == 2 ? MORE : control_sequence(in, s, n, used);
    } else if (s[1] == 'O') {
        *used = 3;
        key = n == 2 ? MORE : by_letter(s[2], 0);
        if (key == NOTHING && s[2] == 'M')
            key = K_RETURN;
    } else if (s[1] == 27) { /* Esc, then something else */
        *used = 1;
        return K_ESCAPE;
    } else {
        key = plain_byte(s + 1, n - 1, used, late);
        *used += 1;
        return key >= 0 ? key | K_ALT : key;
    }
    if (key == MORE && late) {
        if (n == 2) { /* Alt-[ or Alt-O */
            *used = 2;
            return s[1] | K_ALT;
        }
        *used = n;
        return NOTHING;
    }
    return key;
}

/* Bytes of a paste up to its end. */
static int take_paste(input *in)
{
    static const char mark[] = "\033[201~";
    const char *s = text_str(&in->pending) + in->at;
    size_t n = in->pending.n - in->at, k = 0;

    while (k < n) {
        const char *e = memchr(s + k, 27, n - k);
        k = e ? (size_t)(e - s) : n;
        if (!e || n - k < sizeof mark - 1 || !memcmp(e, mark, sizeof mark - 1))
            break;
        k++;
    }
    bool end = n - k >= sizeof mark - 1;
    bool begun = k < n && !end && !memcmp(s + k, mark, n - k);
    if (k < n && !end && !begun)
        k = n;
    text_add_n(&in->paste, s, k);
    in->at += k;
    if (!end)
        return K_NONE;
    in->at += sizeof mark - 1;
    in->pasting = false;
    return K_PASTE;
}

int input_next(input *in, bool late)
{
    while (in->at < in->pending.n) {
        if (in->pasting)
            return take_paste(in);
        const char *s = text_str(&in->pending) + in->at;
        size_t n = in->pending.n - in->at, used = 1;
        int key = *s == 27 ? escape(in, s, n, &used, late) : plain_byte(s, n, &used, late);
        if (key == MORE)
            return K_NONE;
        in->at += used;
        if (key != NOTHING)
            return key;
    }
    return K_NONE;
}

bool input_waits(const input *in)
{
    return !in->pasting && in->at < in->pending.n;
}
