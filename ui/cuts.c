/* cuts.c - see cuts.h. */
#include "config.h"
#include "ui/cuts.h"

#include "ui/sidecar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIPBOARD_MOST = 74000 }; /* bytes that terminals take by OSC 52 */

void cuts_free(app *a)
{
    for (size_t i = 0; i < a->n_cut; i++)
        free(a->cut[i]);
    a->n_cut = 0;
    free(a->copied);
    a->copied = NULL;
}

/* Each text after a line with its length. */
static void keep(app *a)
{
    text t = {0};
    char why[400];

    for (size_t i = 0; i < a->n_cut; i++)
        text_fmt(&t, "%zu\n%s\n", strlen(a->cut[i]), a->cut[i]);
    if (!t.failed && a->nb.path && !a->opt.read_only)
        sidecar_write(&a->nb, "cuts", text_str(&t), t.n, why, sizeof why);
    text_free(&t);
}

void cuts_load(app *a)
{
    size_t n;
    char *s = sidecar_read(&a->nb, "cuts", &n);

    for (size_t at = 0; s && at < n && a->n_cut < CUTS;) {
        char *end;
        unsigned long long k = strtoull(s + at, &end, 10);
        size_t from = (size_t)(end - s) + 1;
        if (*end != '\n' || k >= n - from + (from > n))
            break;
        a->cut[a->n_cut] = strndup(s + from, (size_t)k);
        a->n_cut += a->cut[a->n_cut] != NULL;
        at = from + (size_t)k + 1;
    }
    free(s);
}

void cuts_push(app *a, const char *cells)
{
    char *copy = strdup(cells);

    if (!copy)
        return;
    if (a->n_cut == CUTS)
        free(a->cut[--a->n_cut]);
    memmove(&a->cut[1], &a->cut[0], a->n_cut * sizeof *a->cut);
    a->cut[0] = copy;
    a->n_cut++;
    keep(a);
}

static void base64(const char *s, size_t n, text *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)(unsigned char)s[i] << 16;
        v |= i + 1 < n ? (uint32_t)(unsigned char)s[i + 1] << 8 : 0;
        v |= i + 2 < n ? (uint32_t)(unsigned char)s[i + 2] : 0;
        text_char(out, digits[v >> 18]);
        text_char(out, digits[v >> 12 & 63]);
        text_char(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
        text_char(out, i + 2 < n ? digits[v & 63] : '=');
    }
}

static bool to_file(app *a, const char *s, const char *what)
{
    char why[400], path[4300];

    if (!a->nb.path || !sidecar_write(&a->nb, "clipboard", s, strlen(s), why, sizeof why) || !sidecar_path(&a->nb, "clipboard", false, path, sizeof path))
        return false;
    app_say(a, SAY_NOTE, "copied %s: register and %s", what, path);
    return true;
}

void cuts_copy(app *a, const char *s, const char *what)
{
    char *copy = strdup(s);
    text t = {0};

    if (!copy)
        return;
    free(a->copied);
    a->copied = copy;
    text_clear(&a->ed.cut); /* what yank puts in */
    text_add(&a->ed.cut, s);
    a->ed.cut_grows = false;
    bool clip = !strcmp(a->set.clipboard, "osc52") && a->term, fits = strlen(s) <= CLIPBOARD_MOST;
    if (clip && fits) { /* the target c is the form that passes through every hop that passes any */
        text_add(&t, "\033]52;c;");
        base64(s, strlen(s), &t);
        text_add(&t, "\a");
        term_write(a->term, text_str(&t), t.n);
        text_free(&t);
        app_say(a, SAY_NOTE, "copied %s: register and clipboard%s", what, !strncmp(term_type(a->term), "tmux", 4) || !strncmp(term_type(a->term), "screen", 6)
                ? " (if this multiplexer passes it on: tmux needs set-clipboard on)" : "");
        return;
    }
    if (!strcmp(a->set.clipboard, "off") || !to_file(a, s, what))
        app_say(a, SAY_NOTE, "copied %s to the register%s", what, clip && !fits ? "; it is too long for a terminal's clipboard" : "");
}
