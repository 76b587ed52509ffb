/* notebook.c - the document. */
#include "ui/notebook.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT_LINES = 2000 };

static char *copy_n(const char *s, size_t n)
{
    char *c = malloc(n + 1);

    if (c) {
        if (n)
            memcpy(c, s, n);
        c[n] = 0;
    }
    return c;
}

void nb_clear_output(nb_cell *c)
{
    for (size_t i = 0; i < c->n_out; i++)
        free(c->out[i].line);
    c->n_out = 0;
    c->open_line = false;
    c->error_line = 0;
}

static void cell_free(nb_cell *c)
{
    nb_clear_output(c);
    free(c->out);
    free(c->marker);
    text_free(&c->body);
}

static void states_free(nb_state *s)
{
    while (s) {
        nb_state *below = s->below;
        free(s->file);
        free(s);
        s = below;
    }
}

void nb_free(notebook *nb)
{
    for (size_t i = 0; i < nb->n; i++)
        cell_free(&nb->cell[i]);
    free(nb->cell);
    free(nb->path);
    states_free(nb->undo);
    states_free(nb->redo);
    memset(nb, 0, sizeof *nb);
}

static nb_cell *add_cell(notebook *nb)
{
    if (nb->n == nb->cap) {
        size_t cap = nb->cap ? nb->cap * 2 : 16;
        nb_cell *cell = realloc(nb->cell, cap * sizeof *cell);
        if (!cell)
            return NULL;
        nb->cell = cell;
        nb->cap = cap;
    }
    nb_cell *c = &nb->cell[nb->n++];
    memset(c, 0, sizeof *c);
    c->id = ++nb->last_id;
    c->progress = NAN;
    return c;
}

static bool read_text(notebook *nb, const char *s, size_t n)
{
    enum { MOST = 4096 };
    cell_span *span = malloc(MOST * sizeof *span);
    size_t k = span ? cells_split(s, n, span, MOST) : 0;
    bool good = span != NULL;

    for (size_t i = 0; i < k && good; i++) {
        nb_cell *c = add_cell(nb);
        good = c && (c->marker = copy_n(s + span[i].start, span[i].body - span[i].start));
        if (good) {
            c->kind = span[i].kind;
            text_add_n(&c->body, s + span[i].body, span[i].end - span[i].body);
            good = !c->body.failed;
        }
    }
    free(span);
    return good;
}

bool nb_open(notebook *nb, const char *path, char *why, size_t cap)
{
    text t = {0};
    char buf[65536];
    size_t n;

    memset(nb, 0, sizeof *nb);
    FILE *f = path ? fopen(path, "rb") : NULL;
    if (path && !f && errno != ENOENT) {
        snprintf(why, cap, "cannot open '%s': %s", path, strerror(errno));
        return false;
    }
    while (f && (n = fread(buf, 1, sizeof buf, f)) > 0)
        text_add_n(&t, buf, n);
    bool failed = f && ferror(f);
    if (f)
        fclose(f);
    if (failed) {
        snprintf(why, cap, "cannot read '%s': %s", path, strerror(errno));
        text_free(&t);
        return false;
    }
    nb->path = path ? copy_n(path, strlen(path)) : NULL;
    bool good = read_text(nb, text_str(&t), t.n) && (nb->n || nb_insert(nb, 0));
    text_free(&t);
    nb->modified = false;
    if (!good)
        snprintf(why, cap, "out of memory while opening '%s'", path ? path : "");
    return good;
}

char *nb_file(const notebook *nb)
{
    text t = {0};

    for (size_t i = 0; i < nb->n; i++) {
        text_add(&t, nb->cell[i].marker);
        text_add_n(&t, text_str(&nb->cell[i].body), nb->cell[i].body.n);
        if (i + 1 < nb->n && t.n && t.s[t.n - 1] != '\n')
            text_char(&t, '\n');
    }
    char *s = t.failed ? NULL : copy_n(text_str(&t), t.n);
    text_free(&t);
    return s;
}

static bool write_all(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t k = write(fd, s, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        s += k;
        n -= (size_t)k;
    }
    return fsync(fd) == 0;
}

bool nb_save(notebook *nb, const char *path, char *why, size_t cap)
{
    char temp[4200], *s = nb_file(nb);
    struct stat old;
    mode_t mode = stat(path, &old) == 0 ? old.st_mode & 0777 : 0666;

    snprintf(temp, sizeof temp, "%.4096s.weir~", path);
    int fd = s ? open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) : -1;
    bool good = fd >= 0 && write_all(fd, s, strlen(s));
    int e = errno;
    if (fd >= 0 && close(fd) != 0 && good)
        good = false, e = errno;
    if (good && rename(temp, path) != 0)
        good = false, e = errno;
    if (!good) {
        snprintf(why, cap, "cannot save '%s': %s; nothing is lost, try another name", path, s ? strerror(e) : "out of memory");
        if (fd >= 0)
            unlink(temp);
    } else {
        nb->modified = false;
    }
    free(s);
    return good;
}

void nb_title(const nb_cell *c, char *buf, size_t cap)
{
    cell_span span;
    size_t n = strlen(c->marker);

    buf[0] = '\0';
    if (n && cells_split(c->marker, n, &span, 1))
        snprintf(buf, cap, "%.*s", (int)span.title_n, c->marker + span.title);
}

static int64_t count_lines(const char *s, size_t n)
{
    int64_t k = 0;

    for (size_t i = 0; i < n; i++)
        k += s[i] == '\n';
    return k;
}

int64_t nb_line(const notebook *nb, size_t i)
{
    int64_t line = 1;

    for (size_t k = 0; k < i; k++) {
        const nb_cell *c = &nb->cell[k];
        line += count_lines(c->marker, strlen(c->marker)) + count_lines(text_str(&c->body), c->body.n);
        if (c->body.n && c->body.s[c->body.n - 1] != '\n')
            line++;
    }
    return line + count_lines(nb->cell[i].marker, strlen(nb->cell[i].marker));
}

nb_cell *nb_insert(notebook *nb, size_t at)
{
    nb_cell *c = add_cell(nb);

    if (!c || !(c->marker = copy_n("-- %%\n", 6)))
        return NULL;
    nb_cell made = *c;
    memmove(&nb->cell[at + 1], &nb->cell[at], (nb->n - 1 - at) * sizeof *nb->cell);
    nb->cell[at] = made;
    nb->modified = true;
    return &nb->cell[at];
}

void nb_delete(notebook *nb, size_t at)
{
    cell_free(&nb->cell[at]);
    memmove(&nb->cell[at], &nb->cell[at + 1], (nb->n - at - 1) * sizeof *nb->cell);
    nb->n--;
    if (!nb->n)
        nb_insert(nb, 0);
    nb->modified = true;
}

void nb_move(notebook *nb, size_t from, size_t to)
{
    nb_cell c = nb->cell[from];

    if (from < to)
        memmove(&nb->cell[from], &nb->cell[from + 1], (to - from) * sizeof c);
    else
        memmove(&nb->cell[to + 1], &nb->cell[to], (from - to) * sizeof c);
    nb->cell[to] = c;
    nb->modified = true;
}

nb_cell *nb_find(notebook *nb, int64_t id)
{
    for (size_t i = 0; i < nb->n; i++)
        if (nb->cell[i].id == id)
            return &nb->cell[i];
    return NULL;
}

/* Undo: whole files on a stack. A notebook is small, and nothing can be forgotten. */
static bool push_state(nb_state **stack, const notebook *nb, size_t selected)
{
    nb_state *s = malloc(sizeof *s);

    if (s && !(s->file = nb_file(nb))) {
        free(s);
        s = NULL;
    }
    if (!s)
        return false;
    s->selected = selected;
    s->below = *stack;
    *stack = s;
    return true;
}

void nb_remember(notebook *nb, size_t selected)
{
    char *now = nb->undo ? nb_file(nb) : NULL;
    bool same = now && !strcmp(now, nb->undo->file);

    free(now);
    if (!same)
        push_state(&nb->undo, nb, selected);
    states_free(nb->redo);
    nb->redo = NULL;
}

/* Puts an old file in place; cells whose text is the same keep id, outputs and state. */
static bool restore(notebook *nb, const nb_state *s)
{
    notebook old = *nb;

    nb->cell = NULL;
    nb->n = nb->cap = 0;
    if (!read_text(nb, s->file, strlen(s->file)) || (!nb->n && !nb_insert(nb, 0))) {
        for (size_t i = 0; i < nb->n; i++)
            cell_free(&nb->cell[i]);
        free(nb->cell);
        *nb = old;
        return false;
    }
    for (size_t i = 0; i < nb->n; i++)
        for (size_t k = 0; k < old.n; k++) {
            nb_cell *a = &nb->cell[i], *b = &old.cell[k];
            if (b->out && a->body.n == b->body.n && !strcmp(text_str(&a->body), text_str(&b->body)) && !a->out) {
                a->out = b->out, a->n_out = b->n_out, a->cap_out = b->cap_out;
                a->id = b->id, a->state = b->state, a->seconds = b->seconds, a->job = b->job;
                b->out = NULL, b->n_out = 0;
            }
        }
    for (size_t k = 0; k < old.n; k++)
        cell_free(&old.cell[k]);
    free(old.cell);
    nb->modified = true;
    return true;
}

bool nb_replace(notebook *nb, const char *file)
{
    nb_state s = {.file = (char *)(uintptr_t)file};
    return restore(nb, &s);
}

static bool go(notebook *nb, nb_state **from, nb_state **to, size_t *selected)
{
    char *now = nb_file(nb);

    while (now && *from && !strcmp(now, (*from)->file)) { /* nothing changed since */
        nb_state *s = *from;
        *from = s->below;
        free(s->file);
        free(s);
    }
    free(now);
    nb_state *s = *from;
    if (!s || !push_state(to, nb, *selected) || !restore(nb, s))
        return false;
    *from = s->below;
    *selected = s->selected < nb->n ? s->selected : nb->n - 1;
    free(s->file);
    free(s);
    return true;
}

bool nb_undo(notebook *nb, size_t *selected)
{
    return go(nb, &nb->undo, &nb->redo, selected);
}

bool nb_redo(notebook *nb, size_t *selected)
{
    return go(nb, &nb->redo, &nb->undo, selected);
}

static nb_output *new_line(nb_cell *c, bool error)
{
    if (c->n_out == OUTPUT_LINES) { /* the oldest goes */
        free(c->out[0].line);
        memmove(&c->out[0], &c->out[1], (OUTPUT_LINES - 1) * sizeof *c->out);
        c->n_out--;
    }
    if (c->n_out == c->cap_out) {
        size_t cap = c->cap_out ? c->cap_out * 2 : 16;
        nb_output *out = realloc(c->out, cap * sizeof *out);
        if (!out)
            return NULL;
        c->out = out;
        c->cap_out = cap;
    }
    nb_output *o = &c->out[c->n_out++];
    *o = (nb_output){error, copy_n("", 0)};
    return o->line ? o : NULL;
}

void nb_add_output(nb_cell *c, bool error, const char *s, size_t n)
{
    while (n) {
        const char *eol = memchr(s, '\n', n);
        size_t k = eol ? (size_t)(eol - s) : n;
        nb_output *o = c->open_line && c->n_out && c->out[c->n_out - 1].error == error ? &c->out[c->n_out - 1] : new_line(c, error);
        if (!o)
            return;
        size_t old = strlen(o->line);
        char *line = realloc(o->line, old + k + 1);
        if (!line)
            return;
        memcpy(line + old, s, k);
        line[old + k] = '\0';
        o->line = line;
        c->open_line = !eol;
        s += k + (eol != NULL);
        n -= k + (eol != NULL);
    }
}
