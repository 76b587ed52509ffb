/* notebook.c - the document: its text, its cells. What changes cells stands in notebook_edit.c. */
#include "config.h"
#include "ui/notebook.h"

#include "base/outfile.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void nb_clear_output(nb_cell *c)
{
    output_clear(&c->out);
    free(c->trace);
    c->trace = NULL;
    c->error_line = 0;
    c->out_top = 0;
}

const char *nb_state_word(cell_state s)
{
    static const char *const words[] = {"", "queued", "running", "ok", "error", "stopped"};

    return words[s];
}

static void cell_free(nb_cell *c)
{
    output_free(&c->out);
    free(c->trace);
    free(c->marker);
    text_free(&c->body);
}

static void cells_free(nb_cell *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cell_free(&c[i]);
    free(c);
}

/* Takes a cell over: with what it gave, should undo bring it back. */
void nb_bury(notebook *nb, nb_cell *c)
{
    enum { DEAD = 64 };

    if (!nb->dead)
        nb->dead = calloc(DEAD, sizeof *nb->dead);
    if (!nb->dead || !c->out.n || c->state == CELL_RUNNING || c->state == CELL_QUEUED) {
        cell_free(c);
        return;
    }
    if (nb->n_dead == DEAD) {
        cell_free(&nb->dead[0]);
        memmove(&nb->dead[0], &nb->dead[1], (DEAD - 1) * sizeof *nb->dead);
        nb->n_dead--;
    }
    nb->dead[nb->n_dead++] = *c;
}

void nb_free(notebook *nb)
{
    if (nb->dead)
        cells_free(nb->dead, nb->n_dead);
    cells_free(nb->cell, nb->n);
    free(nb->path);
    free(nb->saved);
    past_free(&nb->past);
    memset(nb, 0, sizeof *nb);
}

/* Text to cells ---------------------------------------------------------------------------------- */

typedef struct parsed { cell_span *span; size_t n; } parsed;

static bool parse(const char *s, parsed *p)
{
    size_t n = strlen(s), cap = 1;

    for (size_t i = 0; i + 5 <= n; i++) /* no more cells than lines that could be markers */
        cap += (i == 0 || s[i - 1] == '\n') && !memcmp(s + i, "-- %%", 5);
    p->span = malloc((cap + 1) * sizeof *p->span);
    p->n = p->span ? cells_split(s, n, p->span, cap + 1) : 0;
    return p->span != NULL;
}

static bool fill_cell(nb_cell *c, const char *s, const cell_span *p)
{
    c->kind = p->kind;
    c->marker = strndup(s + p->start, p->body - p->start);
    text_add_n(&c->body, s + p->body, p->end - p->body);
    return c->marker && !c->body.failed;
}

static bool same_bytes(const nb_cell *c, const char *s, const cell_span *p)
{
    size_t m = strlen(c->marker);

    return m == p->body - p->start && !memcmp(c->marker, s + p->start, m) && c->body.n == p->end - p->body &&
           !memcmp(text_str(&c->body), s + p->body, c->body.n);
}

/* What is not the text goes from a to b. */
static void keep_life(nb_cell *b, nb_cell *a)
{
    nb_cell old = *a;

    memset(&a->out, 0, sizeof a->out);
    a->trace = NULL;
    old.kind = b->kind, old.marker = b->marker, old.body = b->body;
    *b = old;
}

/* Which old cell each new one goes on: equal ones from both ends, then equal ones between, then by order. */
static void match(const notebook *nb, const char *s, const parsed *p, size_t *from)
{
    size_t head = 0, tail = 0, n = nb->n;

    for (size_t i = 0; i < p->n; i++)
        from[i] = SIZE_MAX;
    while (head < n && head < p->n && same_bytes(&nb->cell[head], s, &p->span[head]))
        from[head] = head, head++;
    while (tail < n - head && tail < p->n - head && same_bytes(&nb->cell[n - 1 - tail], s, &p->span[p->n - 1 - tail])) {
        from[p->n - 1 - tail] = n - 1 - tail;
        tail++;
    }
    bool *used = calloc(n + 1, 1);
    if (!used)
        return;
    for (size_t i = head; i < p->n - tail; i++)
        for (size_t k = head; k < n - tail; k++)
            if (!used[k] && same_bytes(&nb->cell[k], s, &p->span[i])) {
                from[i] = k;
                used[k] = true;
                break;
            }
    for (int by_order = 0; by_order < 2; by_order++) /* an edited cell: by its marker, else by its place */
        for (size_t i = head; i < p->n - tail; i++)
            for (size_t k = head; k < n - tail && from[i] == SIZE_MAX; k++) {
                size_t m = strlen(nb->cell[k].marker), w = p->span[i].body - p->span[i].start;
                if (used[k] || (!by_order && (m != w || m < 7 || memcmp(nb->cell[k].marker, s + p->span[i].start, m))))
                    continue;
                from[i] = k;
                used[k] = true;
            }
    free(used);
}

bool nb_set_text(notebook *nb, const char *s)
{
    parsed p = {0};
    bool good = parse(s, &p);
    size_t *from = good ? malloc((p.n + 1) * sizeof *from) : NULL;
    nb_cell *cell = from ? calloc(p.n + 2, sizeof *cell) : NULL;
    size_t n = p.n;

    good = cell != NULL;
    for (size_t i = 0; good && i < n; i++)
        good = fill_cell(&cell[i], s, &p.span[i]);
    if (good && !n) { /* never without a cell */
        cell[0].marker = strdup("");
        n = 1;
        good = cell[0].marker != NULL;
    }
    if (!good) {
        if (cell)
            cells_free(cell, n);
        free(from);
        free(p.span);
        return false;
    }
    match(nb, s, &p, from);
    for (size_t i = 0; i < n; i++) {
        cell[i].progress = NAN;
        if (i < p.n && from[i] != SIZE_MAX) {
            nb_cell *old = &nb->cell[from[i]];
            bool same = same_bytes(old, s, &p.span[i]);
            keep_life(&cell[i], old);
            if (!same && nb_ended(cell[i].state))
                cell[i].stale = true;
        }
        for (size_t k = nb->n_dead; i < p.n && from[i] == SIZE_MAX && k-- > 0;)
            if (same_bytes(&nb->dead[k], s, &p.span[i])) {
                keep_life(&cell[i], &nb->dead[k]);
                cell_free(&nb->dead[k]);
                memmove(&nb->dead[k], &nb->dead[k + 1], (nb->n_dead - k - 1) * sizeof *nb->dead);
                nb->n_dead--;
                break;
            }
        if (!cell[i].id)
            cell[i].id = ++nb->last_id;
    }
    for (size_t i = 0; i < nb->n; i++)
        nb_bury(nb, &nb->cell[i]);
    free(nb->cell);
    nb->cell = cell;
    nb->n = n;
    nb->cap = p.n + 2;
    nb->version++;
    nb->modified = !nb->saved || strcmp(nb->saved, s) != 0;
    free(from);
    free(p.span);
    return true;
}

char *nb_cell_text(const notebook *nb, size_t from, size_t to)
{
    text t = {0};

    for (size_t i = from; i <= to && i < nb->n; i++) {
        if (t.n && t.s[t.n - 1] != '\n')
            text_char(&t, '\n');
        text_add(&t, nb->cell[i].marker);
        text_add_n(&t, text_str(&nb->cell[i].body), nb->cell[i].body.n);
    }
    char *s = t.failed ? NULL : strdup(text_str(&t));
    text_free(&t);
    return s;
}

char *nb_file(const notebook *nb)
{
    return nb->n ? nb_cell_text(nb, 0, nb->n - 1) : strdup("");
}

/* Files --------------------------------------------------------------------------------------------- */

char *nb_read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    text t = {0};
    char buf[65536];
    size_t k;

    if (!f)
        return NULL;
    while ((k = fread(buf, 1, sizeof buf, f)) > 0)
        text_add_n(&t, buf, k);
    bool failed = ferror(f) || t.failed;
    fclose(f);
    if (!failed && !t.s)
        text_add(&t, "");
    char *s = failed ? NULL : t.s ? t.s : strdup("");
    if (failed) {
        text_free(&t);
        errno = EIO;
    }
    *n = t.n;
    return s;
}

bool nb_open(notebook *nb, const char *path, char *why, size_t cap)
{
    size_t n = 0;

    memset(nb, 0, sizeof *nb);
    char *s = path ? nb_read_file(path, &n) : NULL;
    if (path && !s && errno != ENOENT) {
        snprintf(why, cap, "cannot read '%s': %s", path, strerror(errno));
        return false;
    }
    if (s && memchr(s, '\0', n)) {
        snprintf(why, cap, "'%s' is no text: it has a zero byte", path);
        free(s);
        return false;
    }
    nb->path = path ? strdup(path) : NULL;
    nb->saved = s ? strdup(s) : NULL;
    bool good = (!path || nb->path) && (!s || nb->saved) && nb_set_text(nb, s ? s : "") && past_begin(&nb->past, s ? s : "");
    free(s);
    nb->modified = false;
    if (!good)
        snprintf(why, cap, "out of memory while opening '%s'", path ? path : "");
    return good;
}

bool nb_save(notebook *nb, const char *path, char *why, size_t cap)
{
    char *s = nb_file(nb);
    weir_error err = {0};

    if (!s || outfile_put(path, s, strlen(s), &err)) {
        snprintf(why, cap, "%s; nothing is lost, try another name", s ? err.message : "no memory to save with");
        free(s);
        return false;
    }
    nb->modified = false;
    free(nb->saved);
    nb->saved = s;
    return true;
}

/* Markers and lines ------------------------------------------------------------------------------------ */

/* Where the title stands in the marker, and the braces behind it. */
static bool marker_parts(const nb_cell *c, const char **title, size_t *title_n, const char **braces)
{
    cell_span span;
    size_t n = strlen(c->marker);

    if (!n || !cells_split(c->marker, n, &span, 1))
        return false;
    *title = c->marker + span.title;
    *title_n = span.title_n;
    *braces = span.title_n && (*title)[span.title_n - 1] == '}' ? memchr(*title, '{', span.title_n) : NULL;
    if (*braces) {
        *title_n = (size_t)(*braces - *title);
        while (*title_n && (*title)[*title_n - 1] == ' ')
            --*title_n;
    }
    return true;
}

void nb_title(const nb_cell *c, char *buf, size_t cap)
{
    const char *title, *braces;
    size_t n;

    buf[0] = '\0';
    if (marker_parts(c, &title, &n, &braces))
        snprintf(buf, cap, "%.*s", (int)n, title);
}

bool nb_attribute(const nb_cell *c, const char *name, char *buf, size_t cap)
{
    const char *title, *s;
    size_t n, k = strlen(name);

    if (!marker_parts(c, &title, &n, &s) || !s)
        return false;
    for (s++; *s && *s != '}';) {
        s += strspn(s, " ,\t");
        size_t word = strcspn(s, " =,}\t\n");
        const char *value = s + word + strspn(s + word, " ");
        bool mine = word == k && !memcmp(s, name, k);
        if (!word)
            return false;
        if (*value != '=') {
            s += word;
            continue;
        }
        value += 1 + strspn(value + 1, " ");
        size_t len = *value == '"' ? strcspn(value + 1, "\"\n") : strcspn(value, " ,}\n");
        const char *from = *value == '"' ? value + 1 : value;
        if (mine) {
            snprintf(buf, cap, "%.*s", (int)len, from);
            return true;
        }
        s = from + len + (*value == '"' && from[len] == '"');
    }
    return false;
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
        if (c->body.n ? c->body.s[c->body.n - 1] != '\n' : *c->marker && c->marker[strlen(c->marker) - 1] != '\n')
            line++;
    }
    return line + count_lines(nb->cell[i].marker, strlen(nb->cell[i].marker));
}

nb_cell *nb_find(notebook *nb, int64_t id)
{
    size_t i = nb_index(nb, id);

    return i == SIZE_MAX ? NULL : &nb->cell[i];
}

size_t nb_index(const notebook *nb, int64_t id)
{
    for (size_t i = 0; i < nb->n; i++)
        if (nb->cell[i].id == id)
            return i;
    return SIZE_MAX;
}
