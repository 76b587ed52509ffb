/* sidecar.c - see sidecar.h. Records of text; each cell is found again by a hash of its text. */
#include "config.h"
#include "ui/sidecar.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HISTORY_BYTES = 4 << 20, POINTS_MOST = 1 << 24 };

static void ignore_file(const char *folder)
{
    char path[4400];

    snprintf(path, sizeof path, "%s/.gitignore", folder);
    FILE *f = fopen(path, "wbx");
    if (f) {
        fputs("*\n", f);
        fclose(f);
    }
}

bool sidecar_path(const notebook *nb, const char *file, bool make, char *buf, size_t cap)
{
    if (!nb->path)
        return false;
    const char *slash = strrchr(nb->path, '/'), *base = slash ? slash + 1 : nb->path;
    int dir = slash ? (int)(slash - nb->path) + 1 : 0;
    snprintf(buf, cap, "%.*s.weir", dir, nb->path);
    if (make && mkdir(buf, 0777) == 0)
        ignore_file(buf);
    snprintf(buf, cap, "%.*s.weir/%s", dir, nb->path, base);
    if (make && mkdir(buf, 0777) != 0 && errno != EEXIST)
        return false;
    return snprintf(buf, cap, "%.*s.weir/%s/%s", dir, nb->path, base, file) < (int)cap;
}

bool sidecar_write(const notebook *nb, const char *file, const char *s, size_t n, char *why, size_t cap)
{
    char path[4300], temp[4320];

    if (!sidecar_path(nb, file, true, path, sizeof path)) {
        snprintf(why, cap, "cannot make the folder .weir beside the notebook: %s", strerror(errno));
        return false;
    }
    snprintf(temp, sizeof temp, "%s~", path);
    FILE *f = fopen(temp, "wb");
    bool good = f && fwrite(s, 1, n, f) == n;
    if (f && fclose(f) != 0)
        good = false;
    if (!good || rename(temp, path) != 0) {
        snprintf(why, cap, "cannot write '%s': %s", path, strerror(errno));
        unlink(temp);
        return false;
    }
    return true;
}

char *sidecar_read(const notebook *nb, const char *file, size_t *n)
{
    char path[4300];

    return sidecar_path(nb, file, false, path, sizeof path) ? nb_read_file(path, n) : NULL;
}

/* Outputs -------------------------------------------------------------------------------------- */

static uint64_t hash(const nb_cell *c)
{
    uint64_t h = 14695981039346656037u;

    for (const char *s = c->marker; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    for (size_t i = 0; i < c->body.n; i++)
        h = (h ^ (unsigned char)c->body.s[i]) * 1099511628211u;
    return h;
}

static void write_item(const output_item *it, text *t)
{
    text_fmt(t, "item %d %zu 0 0\n", (int)it->kind, strlen(it->line));
    text_add(t, it->line);
    text_char(t, '\n');
}

bool sidecar_save_outputs(const notebook *nb, char *why, size_t cap)
{
    text t = {0};

    text_add(&t, "weir-outputs 1\n");
    for (size_t i = 0; i < nb->n; i++) {
        const nb_cell *c = &nb->cell[i];
        bool ended = nb_ended(c->state);
        if (!ended && !c->out.n && !c->fold_in && !c->fold_out)
            continue;
        text_fmt(&t, "cell %zu %016" PRIx64 " %d %d %.3f %.3f %.3f %d %d %lld %zu\n", i, hash(c), ended ? (int)c->state : CELL_IDLE, c->stale, c->seconds, c->started,
                 c->ended, c->fold_in, c->fold_out, (long long)(c->error_line ? c->error_line - nb_line(nb, i) + 1 : 0), c->out.n);
        for (size_t k = 0; k < c->out.n; k++)
            write_item(&c->out.v[k], &t);
    }
    bool good = !t.failed && sidecar_write(nb, "outputs", text_str(&t), t.n, why, cap);
    text_free(&t);
    return good;
}

typedef struct record {
    size_t index, items;
    uint64_t hash;
    int state, stale, fold_in, fold_out;
    double seconds, started, ended;
    long long error_line;
    const char *from; /* its first item */
    bool used;
} record;

/* The item at s: its bytes, NULL when it is not whole. */
static const char *read_item(const char *s, const char *end, output *o)
{
    int kind, used = 0;
    size_t bytes, n, series; /* the latter of plots of old */

    if (s >= end || sscanf(s, "item %d %zu %zu %zu%n", &kind, &bytes, &n, &series, &used) != 4 || s[used] != '\n')
        return NULL;
    s += used + 1;
    if (bytes >= (size_t)(end - s) || s[bytes] != '\n' || kind < OUT_TEXT || kind > OUT_TABLE || n || series)
        return NULL;
    char *line = strndup(s, bytes);
    bool good = line;
    s += bytes + 1;
    if (good && o && kind == OUT_PLOT)
        output_add_plot(o, line, strlen(line));
    else if (good && o && kind == OUT_TABLE)
        output_add_table(o, line);
    else if (good && o) {
        output_add(o, (output_kind)kind, line, strlen(line), NULL);
        output_add(o, (output_kind)kind, "\n", 1, NULL);
    }
    free(line);
    return good ? s : NULL;
}

static size_t read_records(const char *s, const char *end, record *r, size_t cap)
{
    size_t n = 0;

    while (n < cap && s < end) {
        record x = {0};
        int used = 0;
        if (sscanf(s, "cell %zu %" SCNx64 " %d %d %lf %lf %lf %d %d %lld %zu%n", &x.index, &x.hash, &x.state, &x.stale, &x.seconds, &x.started, &x.ended, &x.fold_in, &x.fold_out,
                   &x.error_line, &x.items, &used) != 11 || s[used] != '\n')
            break;
        s = x.from = s + used + 1;
        for (size_t i = 0; s && i < x.items; i++)
            s = read_item(s, end, NULL);
        if (!s)
            break;
        r[n++] = x;
    }
    return n;
}

static void give_back(notebook *nb, size_t i, record *r, const char *end)
{
    nb_cell *c = &nb->cell[i];
    const char *s = r->from;
    bool same = hash(c) == r->hash;

    for (size_t k = 0; s && k < r->items; k++)
        s = read_item(s, end, &c->out);
    if (nb_ended((cell_state)r->state)) {
        c->state = (cell_state)r->state;
        c->stale = r->stale || !same;
    }
    c->seconds = r->seconds;
    c->started = r->started;
    c->ended = r->ended;
    c->fold_in = r->fold_in;
    c->fold_out = r->fold_out;
    c->error_line = same && r->error_line > 0 ? nb_line(nb, i) + r->error_line - 1 : 0;
    r->used = true;
}

void sidecar_load_outputs(notebook *nb)
{
    enum { MOST = 10000 };
    static const char head[] = "weir-outputs 1\n";
    size_t n;
    char *s = sidecar_read(nb, "outputs", &n);
    record *r = s ? calloc(MOST, sizeof *r) : NULL;
    bool *taken = r ? calloc(nb->n + 1, 1) : NULL;

    if (taken && n >= sizeof head - 1 && !memcmp(s, head, sizeof head - 1)) {
        size_t k = read_records(s + sizeof head - 1, s + n, r, MOST);
        for (size_t i = 0; i < k; i++)
            for (size_t c = 0; c < nb->n && !r[i].used; c++)
                if (!taken[c] && hash(&nb->cell[c]) == r[i].hash) {
                    give_back(nb, c, &r[i], s + n);
                    taken[c] = true;
                }
        for (size_t i = 0; i < k; i++) /* edited since: by its place */
            if (!r[i].used && r[i].index < nb->n && !taken[r[i].index]) {
                give_back(nb, r[i].index, &r[i], s + n);
                taken[r[i].index] = true;
            }
    }
    free(taken);
    free(r);
    free(s);
}

/* History ------------------------------------------------------------------------------------------ */

bool sidecar_save_history(const notebook *nb, char *why, size_t cap)
{
    text t = {0};

    past_write(&nb->past, &t, HISTORY_BYTES);
    bool good = !t.failed && sidecar_write(nb, "history", text_str(&t), t.n, why, cap);
    text_free(&t);
    return good;
}

void sidecar_load_history(notebook *nb)
{
    size_t n;
    char *s = sidecar_read(nb, "history", &n), *now = s ? nb_file(nb) : NULL;

    if (now)
        past_read(&nb->past, s, n, now);
    free(now);
    free(s);
}
