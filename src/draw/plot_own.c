/* plot_own.c - scenes that own what they show.
 *
 * As text a scene is a row of fields apart by blanks: numbers, and texts as
 * their length, a colon and their bytes; "-" is no text. */
#include "draw/plot_own.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct plot_block { /* what follows is the caller's */
    struct plot_block *next;
    double align;
} plot_block;

static void *keep(plot_own *o, size_t n, size_t size)
{
    if (size && n > (SIZE_MAX / 2) / size)
        return NULL;
    plot_block *b = mem_array(sizeof *b + n * size + 1, 1);
    if (!b)
        return NULL;
    memset(b, 0, sizeof *b + n * size + 1);
    b->next = o->block;
    o->block = b;
    return b + 1;
}

plot_own *plot_own_new(size_t panels)
{
    plot_own *o = mem_array(1, sizeof *o);

    if (!o)
        return NULL;
    *o = (plot_own){0};
    o->panel = keep(o, panels, sizeof *o->panel);
    if (!o->panel) {
        plot_own_free(o);
        return NULL;
    }
    o->p.panel = o->panel;
    o->p.n = panels;
    return o;
}

void plot_own_free(plot_own *o)
{
    for (plot_block *b = o ? o->block : NULL, *next; b; b = next) {
        next = b->next;
        mem_free(b);
    }
    mem_free(o);
}

plot_series *plot_own_series(plot_own *o, size_t panel, size_t n)
{
    plot_series *s = keep(o, n, sizeof *s);

    if (s) {
        o->panel[panel].series = s;
        o->panel[panel].n_series = n;
    }
    return s;
}

double *plot_own_numbers(plot_own *o, size_t n)
{
    return keep(o, n, sizeof(double));
}

char *plot_own_text(plot_own *o, const char *s, size_t n)
{
    char *copy = keep(o, n + 1, 1);

    if (copy)
        memcpy(copy, s, n);
    return copy;
}

const char **plot_own_names(plot_own *o, size_t panel, size_t n)
{
    const char **names = keep(o, n, sizeof *names);

    if (names) {
        o->panel[panel].names = names;
        o->panel[panel].n_names = n;
    }
    return names;
}

/* As text -------------------------------------------------------------------------------------- */

static void put_text(text *out, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    if (!s) {
        text_add(out, " -");
        return;
    }
    text_fmt(out, " %zu:", n);
    for (size_t i = 0; i < n; i++)
        text_char(out, (unsigned char)s[i] < ' ' || s[i] == 127 ? '?' : s[i]);
}

static void put_number(text *out, double v)
{
    text_char(out, ' ');
    text_number(out, v);
}

static void put_numbers(text *out, const double *v, size_t n)
{
    text_add(out, v ? " 1" : " 0");
    for (size_t i = 0; v && i < n; i++)
        put_number(out, v[i]);
}

static void put_scale(text *out, const scale *s)
{
    text_fmt(out, " %d %d %d", (int)s->kind, s->set, s->from_zero);
    put_number(out, s->lo);
    put_number(out, s->hi);
}

static void put_panel(text *out, const plot_panel *p)
{
    put_text(out, p->title);
    put_text(out, p->x_label);
    put_text(out, p->y_label);
    put_scale(out, &p->x);
    put_scale(out, &p->y);
    text_fmt(out, " %d %d %zu", p->legend_off, p->lying, p->names ? p->n_names : 0);
    for (size_t i = 0; p->names && i < p->n_names; i++)
        put_text(out, p->names[i]);
    text_fmt(out, " %zu", p->n_marks);
    for (size_t i = 0; i < p->n_marks; i++) {
        put_number(out, p->mark[i].x);
        put_text(out, p->mark[i].label);
    }
    text_fmt(out, " %zu", p->n_series);
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        put_text(out, s->name);
        text_fmt(out, " %d %d %d %d %zu", (int)s->kind, s->look, s->dim, s->hidden, s->n);
        put_numbers(out, s->x, s->n);
        put_numbers(out, s->y, s->n);
        put_numbers(out, s->y2, s->n);
        put_numbers(out, s->z, s->n);
    }
}

void plot_write(const plot *p, text *out)
{
    text_fmt(out, "plot 1 %zu", p->n);
    put_text(out, p->title);
    for (size_t i = 0; i < p->n; i++)
        put_panel(out, &p->panel[i]);
}

/* And back. `good` turns false for good at the first field that is not as it should be. */
typedef struct reader {
    const char *s, *end;
    plot_own *o;
    bool good;
} reader;

static double get_number(reader *r)
{
    char field[40];
    size_t n = 0;

    while (r->s < r->end && *r->s == ' ')
        r->s++;
    while (r->s < r->end && *r->s != ' ' && n < sizeof field - 1)
        field[n++] = *r->s++;
    field[n] = '\0';
    char *end;
    double v = strtod(field, &end);
    if (!n || *end)
        r->good = false;
    return r->good ? v : 0;
}

/* A whole number from 0 to most. */
static size_t get_count(reader *r, size_t most)
{
    double v = get_number(r);

    if (!(v >= 0 && v <= (double)most) || v != floor(v))
        r->good = false;
    return r->good ? (size_t)v : 0;
}

static const char *get_text(reader *r)
{
    size_t n = 0;

    while (r->s < r->end && *r->s == ' ')
        r->s++;
    if (r->s < r->end && *r->s == '-') {
        r->s++;
        return NULL;
    }
    while (r->s < r->end && *r->s >= '0' && *r->s <= '9' && n < 1000000)
        n = n * 10 + (size_t)(*r->s++ - '0');
    if (r->s >= r->end || *r->s != ':' || n > (size_t)(r->end - r->s - 1)) {
        r->good = false;
        return NULL;
    }
    const char *copy = plot_own_text(r->o, r->s + 1, n);
    r->good = r->good && copy;
    r->s += 1 + n;
    return copy;
}

/* No more numbers than there are bytes. */
static const double *get_numbers(reader *r, size_t n)
{
    if (!get_count(r, 1) || !r->good)
        return NULL;
    double *v = plot_own_numbers(r->o, n);
    r->good = r->good && v;
    for (size_t i = 0; r->good && i < n; i++)
        v[i] = get_number(r);
    return v;
}

static void get_scale(reader *r, scale *s)
{
    s->kind = (scale_kind)get_count(r, SCALE_DATE);
    s->set = get_count(r, 1);
    s->from_zero = get_count(r, 1);
    s->lo = get_number(r);
    s->hi = get_number(r);
    if (s->set && (!(s->lo < s->hi) || !isfinite(s->lo) || !isfinite(s->hi) || (s->kind == SCALE_LOG && s->lo <= 0)))
        r->good = false;
}

static void get_series(reader *r, plot_series *s)
{
    s->name = get_text(r);
    s->kind = (plot_kind)get_count(r, PLOT_HEAT);
    s->look = (int)get_count(r, 1000);
    s->dim = get_count(r, 1);
    s->hidden = get_count(r, 1);
    s->n = get_count(r, (size_t)(r->end - r->s));
    s->x = get_numbers(r, s->n);
    s->y = get_numbers(r, s->n);
    s->y2 = get_numbers(r, s->n);
    s->z = get_numbers(r, s->n);
    if (!s->x || !s->y || (s->kind == PLOT_BAND && !s->y2) || (s->kind == PLOT_HEAT && !s->z))
        r->good = false;
}

static void get_panel(reader *r, size_t i)
{
    plot_panel *p = &r->o->panel[i];

    p->title = get_text(r);
    p->x_label = get_text(r);
    p->y_label = get_text(r);
    get_scale(r, &p->x);
    get_scale(r, &p->y);
    p->legend_off = get_count(r, 1);
    p->lying = get_count(r, 1);
    size_t names = get_count(r, (size_t)(r->end - r->s));
    const char **name = names ? plot_own_names(r->o, i, names) : NULL;
    r->good = r->good && (!names || name);
    for (size_t k = 0; r->good && k < names; k++) {
        name[k] = get_text(r);
        r->good = r->good && name[k];
    }
    size_t marks = get_count(r, PLOT_MARKS);
    for (size_t k = 0; r->good && k < marks; k++) {
        p->mark[k].x = get_number(r);
        p->mark[k].label = get_text(r);
    }
    p->n_marks = marks;
    size_t n = get_count(r, (size_t)(r->end - r->s));
    plot_series *s = r->good ? plot_own_series(r->o, i, n) : NULL;
    r->good = r->good && s;
    for (size_t k = 0; r->good && k < n; k++)
        get_series(r, &s[k]);
}

plot_own *plot_read(const char *s, size_t n)
{
    static const char head[] = "plot 1";
    reader r = {s + sizeof head - 1, s + n, NULL, true};

    if (n < sizeof head || memcmp(s, head, sizeof head - 1))
        return NULL;
    size_t panels = get_count(&r, 100);
    r.o = r.good && panels ? plot_own_new(panels) : NULL;
    if (!r.o)
        return NULL;
    r.o->p.title = get_text(&r);
    for (size_t i = 0; r.good && i < panels; i++)
        get_panel(&r, i);
    if (!r.good) {
        plot_own_free(r.o);
        return NULL;
    }
    return r.o;
}
