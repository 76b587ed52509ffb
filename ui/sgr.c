/* sgr.c - see sgr.h. */
#include "config.h"
#include "ui/sgr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNDERLINE = 1 << 4, REVERSE = 1 << 7 };

void sgr_begin(sgr_state *t, const char *sgr0, const char *op)
{
    const char *at = strstr(sgr0, "\033[");

    memset(t, 0, sizeof *t);
    t->off = !at || !strchr(at, 'm') || strspn(at + 2, "0;1") != (size_t)(strchr(at, 'm') - at - 2); /* \E[m, \E[0m, \E[0;10m */
    t->has_default = strstr(op, "39;49") != NULL;
}

/* A blank shows nothing but its ground. */
static bool plain_ground(const sgr_look *l)
{
    return !(l->bits & (UNDERLINE | REVERSE)) && !*l->bg;
}

static bool same_look(const sgr_look *a, const sgr_look *b)
{
    return a->bits == b->bits && !strcmp(a->fg, b->fg) && !strcmp(a->bg, b->bg);
}

static void add_part(char *s, size_t cap, const char *part)
{
    size_t n = strlen(s);

    snprintf(s + n, cap - n, "%s%s", n ? ";" : "", part);
}

/* The parameters from one look to another; without a reset only where nothing is taken away. */
static void parameters(const sgr_look *from, const sgr_look *to, bool reset, char *s, size_t cap)
{
    static const sgr_look none;
    char bit[2] = {0};

    s[0] = '\0';
    if (reset) {
        from = &none;
        if (to->bits || *to->fg || *to->bg)
            snprintf(s, cap, "0");
    }
    for (int i = 1; i < 9; i++)
        if (to->bits & ~from->bits & (1u << i)) {
            bit[0] = (char)('0' + i);
            add_part(s, cap, bit);
        }
    if (strcmp(from->fg, to->fg))
        add_part(s, cap, *to->fg ? to->fg : "39");
    if (strcmp(from->bg, to->bg))
        add_part(s, cap, *to->bg ? to->bg : "49");
}

static void set_look(sgr_state *t, text *out)
{
    char more[80], anew[80];
    const sgr_look *a = &t->now, *b = &t->wanted;
    bool adds = t->known && !(a->bits & ~b->bits) && (t->has_default || ((!*a->fg || *b->fg) && (!*a->bg || *b->bg)));

    if (t->known && same_look(a, b))
        return;
    parameters(a, b, true, anew, sizeof anew);
    parameters(a, b, false, more, sizeof more);
    const char *best = adds && strlen(more) <= strlen(anew) ? more : anew;
    text_add(out, "\033[");
    text_add(out, best);
    text_char(out, 'm');
    t->now = t->wanted;
    t->known = true;
}

static void blank_or_move(sgr_state *t, text *out)
{
    if (!t->known || !plain_ground(&t->now) || !plain_ground(&t->wanted))
        set_look(t, out);
}

void sgr_settle(sgr_state *t, text *out)
{
    if (!t->off)
        set_look(t, out);
}

/* One colour at *at, 38 and 48 with what belongs to them; false: not understood. */
static bool take_colour(char *into, const char *s, size_t n, size_t *at)
{
    size_t i = *at, parts = 0, need = 1;

    while (i < n && s[i] != ';')
        i++;
    if (i - *at == 2 && s[*at + 1] == '8') { /* 38;5;N or 38;2;R;G;B */
        need = i + 1 < n && s[i + 1] == '5' ? 3 : i + 1 < n && s[i + 1] == '2' ? 5 : 0;
        for (parts = 1; parts < need && i < n; parts++)
            for (i++; i < n && s[i] != ';'; i++)
                ;
    } else {
        parts = 1;
    }
    if (parts != need || i - *at >= sizeof((sgr_look *)0)->fg)
        return false;
    snprintf(into, sizeof((sgr_look *)0)->fg, "%.*s", (int)(i - *at), s + *at);
    *at = i;
    return true;
}

/* The parameters between \E[ and m; false: one is not understood. */
static bool take_parameters(sgr_look *l, const char *s, size_t n)
{
    for (size_t i = 0;; i++) {
        int k = atoi(s + i);
        if (k == 38 || (k >= 30 && k <= 37) || (k >= 90 && k <= 97)) {
            if (!take_colour(l->fg, s, n, &i))
                return false;
        } else if (k == 48 || (k >= 40 && k <= 47) || (k >= 100 && k <= 107)) {
            if (!take_colour(l->bg, s, n, &i))
                return false;
        } else if (k == 0) {
            memset(l, 0, sizeof *l);
        } else if (k >= 1 && k <= 8 && k != 6) {
            l->bits |= 1u << k;
        } else if (k == 39) {
            l->fg[0] = '\0';
        } else if (k == 49) {
            l->bg[0] = '\0';
        } else if (k == 22) {
            l->bits &= ~6u;
        } else if (k >= 23 && k <= 28 && k != 26) {
            l->bits &= ~(1u << (k - 20));
        } else if (k != 10) { /* the first font: there is no other here */
            return false;
        }
        while (i < n && s[i] != ';')
            i++;
        if (i >= n)
            return true;
    }
}

/* Length of the sequence that begins with Esc at s. */
static size_t sequence(const char *s, size_t n)
{
    size_t i = 2;

    if (n < 2)
        return n;
    if (s[1] == '[') {
        while (i < n && !(s[i] >= '@' && s[i] <= '~'))
            i++;
        return i < n ? i + 1 : n;
    }
    if (s[1] == ']' || s[1] == 'P') {
        while (i < n && s[i] != '\a' && !(s[i - 1] == '\033' && s[i] == '\\'))
            i++;
        return i < n ? i + 1 : n;
    }
    return strchr("()*+#", s[1]) && n > 2 ? 3 : 2;
}

static void pass_escape(sgr_state *t, const char *s, size_t k, text *out)
{
    char end = s[k - 1];

    if (s[1] == '[' && end == 'm' && strspn(s + 2, "0123456789;:") == k - 3) {
        sgr_look l = t->wanted;
        if (take_parameters(&l, s + 2, k - 3)) {
            t->wanted = l;
            return;
        }
        set_look(t, out);
        t->off = true;
    } else if (s[1] == '(' && k == 3) {
        if (end == t->g0)
            return;
        t->g0 = end;
    } else if (s[1] == '[') {
        blank_or_move(t, out);
    } else {
        set_look(t, out);
        t->known = t->known && s[1] != '8' && s[1] != 'c'; /* what was saved, or all reset */
    }
    text_add_n(out, s, k);
    if (s[1] == '[' && strchr("hl", end)) /* 1049: the attributes of another screen may come back */
        t->known = t->known && !memmem(s, k, "1049", 4);
}

static void pass_control(sgr_state *t, char c, text *out)
{
    if (c == '\016' || c == '\017') {
        char shift = c == '\017' ? 'i' : 'o';
        if (t->shift == shift)
            return;
        t->shift = shift;
    } else if (c != '\a' && c != '\0') {
        blank_or_move(t, out);
    }
    text_char(out, c);
}

void sgr_pass(sgr_state *t, const char *s, size_t n, text *out)
{
    size_t i = 0, k;

    for (; i < n && !t->off; i += k) {
        unsigned char c = (unsigned char)s[i];
        k = 1;
        if (c == '\033') {
            k = sequence(s + i, n - i);
            pass_escape(t, s + i, k, out);
        } else if (c < ' ') {
            pass_control(t, s[i], out);
        } else if (c == ' ') {
            blank_or_move(t, out);
            text_char(out, ' ');
        } else {
            set_look(t, out);
            while (i + k < n && (unsigned char)s[i + k] > ' ')
                k++;
            text_add_n(out, s + i, k);
        }
    }
    if (i < n)
        text_add_n(out, s + i, n - i);
}
