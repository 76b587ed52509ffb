/* notebook_edit.c - changing cells: insert, delete, move, split, merge, kinds, undo. */
#include "config.h"
#include "ui/notebook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void changed(notebook *nb)
{
    nb->modified = true;
    nb->version++;
}

static bool room(notebook *nb)
{
    if (nb->n < nb->cap)
        return true;
    size_t cap = nb->cap ? nb->cap * 2 : 16;
    nb_cell *cell = realloc(nb->cell, cap * sizeof *cell);
    if (!cell)
        return false;
    nb->cell = cell;
    nb->cap = cap;
    return true;
}

static nb_cell *open_gap(notebook *nb, size_t at, char *marker)
{
    if (!marker || !room(nb)) {
        free(marker);
        return NULL;
    }
    memmove(&nb->cell[at + 1], &nb->cell[at], (nb->n - at) * sizeof *nb->cell);
    nb->n++;
    nb_cell *c = &nb->cell[at];
    memset(c, 0, sizeof *c);
    c->id = ++nb->last_id;
    c->marker = marker;
    c->progress = NAN;
    changed(nb);
    return c;
}

/* A cell that is not the last ends its line; one that is not the first has a marker. */
static void tidy(notebook *nb)
{
    for (size_t i = 0; i < nb->n; i++) {
        nb_cell *c = &nb->cell[i];
        if (i && !*c->marker) {
            char *marker = strdup("-- %%\n");
            if (marker) {
                free(c->marker);
                c->marker = marker;
            }
        }
        size_t m = strlen(c->marker);
        if (m && c->marker[m - 1] != '\n' && (c->body.n || i + 1 < nb->n)) {
            char *marker = malloc(m + 2);
            if (marker) {
                memcpy(marker, c->marker, m);
                memcpy(marker + m, "\n", 2);
                free(c->marker);
                c->marker = marker;
            }
        }
        if (i + 1 < nb->n && c->body.n && c->body.s[c->body.n - 1] != '\n')
            text_char(&c->body, '\n');
    }
}

nb_cell *nb_insert(notebook *nb, size_t at)
{
    nb_cell *c = open_gap(nb, at, strdup("-- %%\n"));

    if (c && at + 1 < nb->n) /* a blank line before the next marker, as people write it */
        text_char(&c->body, '\n');
    tidy(nb);
    return c ? &nb->cell[at] : NULL;
}

size_t nb_insert_text(notebook *nb, size_t at, const char *s)
{
    size_t n = strlen(s), most = 1, k;

    for (const char *p = s; (p = strchr(p, '\n')) != NULL; p++)
        most++;
    cell_span *span = malloc((most + 1) * sizeof *span);
    k = span ? cells_split(s, n, span, most + 1) : 0;
    for (size_t i = 0; i < k; i++) {
        nb_cell *c = open_gap(nb, at + i, strndup(s + span[i].start, span[i].body - span[i].start));
        if (!c) {
            k = i;
            break;
        }
        c->kind = span[i].kind;
        text_add_n(&c->body, s + span[i].body, span[i].end - span[i].body);
    }
    free(span);
    tidy(nb);
    return k;
}

void nb_delete(notebook *nb, size_t at)
{
    nb_cell *c = &nb->cell[at];

    nb_bury(nb, c);
    memmove(c, c + 1, (nb->n - at - 1) * sizeof *c);
    nb->n--;
    if (!nb->n)
        open_gap(nb, 0, strdup("-- %%\n"));
    changed(nb);
}

void nb_move(notebook *nb, size_t from, size_t to)
{
    nb_cell c = nb->cell[from];

    if (from < to)
        memmove(&nb->cell[from], &nb->cell[from + 1], (to - from) * sizeof c);
    else
        memmove(&nb->cell[to + 1], &nb->cell[to], (from - to) * sizeof c);
    nb->cell[to] = c;
    tidy(nb);
    changed(nb);
}

bool nb_split(notebook *nb, size_t i, size_t at)
{
    nb_cell *c = &nb->cell[i];
    char *rest = strdup(text_str(&c->body) + at);
    nb_cell *next = rest ? open_gap(nb, i + 1, strdup(c->kind == CELL_MARKDOWN ? "-- %% [markdown]\n" : "-- %%\n")) : NULL;

    if (!next) {
        free(rest);
        return false;
    }
    c = &nb->cell[i]; /* the array may have moved */
    next->kind = c->kind;
    const char *s = rest;
    if (*s == '\n' && at && c->body.s[at - 1] != '\n') /* the line break stays above */
        s++;
    text_add(&next->body, s);
    if (c->body.s) {
        c->body.n = at;
        c->body.s[at] = '\0';
    }
    c->stale = nb_ended(c->state);
    free(rest);
    tidy(nb);
    return true;
}

bool nb_merge(notebook *nb, size_t i)
{
    if (i + 1 >= nb->n)
        return false;
    nb_cell *c = &nb->cell[i], *next = c + 1;
    if (c->body.n && c->body.s[c->body.n - 1] != '\n')
        text_char(&c->body, '\n');
    text_add_n(&c->body, text_str(&next->body), next->body.n);
    if (c->body.failed)
        return false;
    c->stale = nb_ended(c->state);
    nb_delete(nb, i + 1);
    return true;
}

bool nb_set_marker(notebook *nb, size_t i, const char *title)
{
    nb_cell *c = &nb->cell[i];
    text t = {0};

    text_fmt(&t, "-- %%%%%s%s%s\n", c->kind == CELL_MARKDOWN ? " [markdown]" : c->kind == CELL_RAW ? " [raw]" : "", *title ? " " : "", title);
    char *marker = t.failed ? NULL : strdup(text_str(&t));
    text_free(&t);
    if (!marker)
        return false;
    free(c->marker);
    c->marker = marker;
    changed(nb);
    return true;
}

/* Lines of code to comments, or comments to code. */
static bool recomment(text *body, bool comment)
{
    text t = {0};

    for (size_t at = 0; at < body->n;) {
        const char *s = body->s + at, *eol = memchr(s, '\n', body->n - at);
        size_t n = eol ? (size_t)(eol - s) : body->n - at;
        if (comment && n)
            text_add(&t, "-- ");
        else if (!comment && n >= 2 && !memcmp(s, "--", 2)) {
            size_t k = 2 + (n > 2 && s[2] == ' ');
            s += k, n -= k, at += k;
        }
        text_add_n(&t, s, n);
        if (eol)
            text_char(&t, '\n');
        at += n + (eol != NULL);
    }
    if (t.failed) {
        text_free(&t);
        return false;
    }
    text_free(body);
    *body = t;
    return true;
}

bool nb_toggle_kind(notebook *nb, size_t i)
{
    nb_cell *c = &nb->cell[i];
    cell_span span;
    char title[512] = "";
    size_t n = strlen(c->marker);

    if (n && cells_split(c->marker, n, &span, 1))
        snprintf(title, sizeof title, "%.*s", (int)span.title_n, c->marker + span.title);
    if (!recomment(&c->body, c->kind != CELL_MARKDOWN))
        return false;
    c->kind = c->kind == CELL_MARKDOWN ? CELL_CODE : CELL_MARKDOWN;
    c->state = CELL_IDLE;
    nb_clear_output(c);
    return nb_set_marker(nb, i, title);
}

bool nb_settle(notebook *nb, size_t i)
{
    const nb_cell *c = &nb->cell[i];
    const char *s = text_str(&c->body);
    bool marker = false;

    for (size_t k = 0; k + 5 <= c->body.n && !marker; k++)
        marker = (k == 0 || s[k - 1] == '\n') && !memcmp(s + k, "-- %%", 5) && strchr(" \r\n", s[k + 5]) != NULL;
    if (!marker)
        return false;
    char *all = nb_file(nb);
    bool done = all && nb_set_text(nb, all);
    free(all);
    return done;
}

/* Undo ------------------------------------------------------------------------------------------ */

void nb_remember(notebook *nb, nb_place here)
{
    char *now = nb_file(nb);

    if (now)
        past_mark(&nb->past, now, here);
    free(now);
}

static bool put_back(notebook *nb, char *s)
{
    bool done = s && nb_set_text(nb, s);

    free(s);
    return done;
}

bool nb_undo(notebook *nb, nb_place *here)
{
    nb_remember(nb, *here);
    return put_back(nb, past_back(&nb->past, here));
}

bool nb_redo(notebook *nb, nb_place *here)
{
    nb_remember(nb, *here);
    return put_back(nb, past_forward(&nb->past, here));
}
