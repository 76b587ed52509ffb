/* archive.c - structs to bytes and back.
 *
 * A field: length of the name u8, name, kind u8, payload. Arrays and texts
 * begin with their count as u64. */
#include "base/archive.h"

#include "base/mem.h"
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH = 32 }; /* of lists in lists */

typedef enum kind { /* bytes of the format: never renumber */
    KIND_NONE = 0,
    KIND_BOOL = 1,
    KIND_INT = 2,
    KIND_REAL = 3,
    KIND_TEXT = 4,
    KIND_TEXTS = 5,
    KIND_REALS = 6,
    KIND_FLOATS = 7,
    KIND_LIST = 8,
    KIND_DICT = 9,
    KIND_VALUE = 10 /* a value with its own kind follows */
} kind;

void archive_write(archive *a, const char *what)
{
    *a = (archive){.what = what};
}

void archive_read(archive *a, const void *bytes, size_t n, const char *what)
{
    *a = (archive){.reading = true, .in = bytes, .n = n, .what = what};
}

void archive_free(archive *a)
{
    text_free(&a->out);
}

bool archive_ok(const archive *a)
{
    return a->error.status == WEIR_OK;
}

void archive_fail(archive *a, const char *format, ...)
{
    char s[512];
    va_list args;

    if (!archive_ok(a))
        return;
    va_start(args, format);
    vsnprintf(s, sizeof s, format, args);
    va_end(args);
    weir_fail(&a->error, WEIR_EFORMAT, "%s: %s", a->what, s);
}

static void no_memory(archive *a)
{
    if (archive_ok(a))
        weir_no_memory(&a->error, a->reading ? "reading a file" : "writing a file");
}

weir_status archive_end(archive *a, weir_error *err)
{
    if (a->out.failed)
        no_memory(a);
    if (a->reading && archive_ok(a) && a->at != a->n)
        archive_fail(a, "%zu bytes are left over", a->n - a->at);
    if (!archive_ok(a) && err)
        *err = a->error;
    return a->error.status;
}

/* Bytes ------------------------------------------------------------------------------ */

static void put(archive *a, const void *bytes, size_t n)
{
    text_add_n(&a->out, bytes, n);
}

static void put_u64(archive *a, uint64_t x)
{
    unsigned char b[8];

    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)(x >> (8 * i));
    put(a, b, sizeof b);
}

/* The next n bytes, or NULL and an error. */
static const unsigned char *take(archive *a, size_t n)
{
    if (!archive_ok(a))
        return NULL;
    if (n > a->n - a->at) {
        archive_fail(a, "it ends in the middle of a field");
        return NULL;
    }
    a->at += n;
    return a->in + a->at - n;
}

static uint64_t get_u64(archive *a)
{
    const unsigned char *b = take(a, 8);
    uint64_t x = 0;

    for (int i = 0; b && i < 8; i++)
        x |= (uint64_t)b[i] << (8 * i);
    return x;
}

static size_t get_count(archive *a, size_t each)
{
    uint64_t n = get_u64(a);

    if (archive_ok(a) && n > (a->n - a->at) / (each ? each : 1)) {
        archive_fail(a, "it tells of %llu things where %zu bytes are left", (unsigned long long)n, a->n - a->at);
        n = 0;
    }
    return (size_t)n;
}

static uint64_t bits_of(double x)
{
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static double real_of(uint64_t u)
{
    double x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* Fields ------------------------------------------------------------------------------ */

/* Writes or expects the head of a field. true: the payload follows. lacks: NULL, or whether
 * there is nothing to write; set when nothing was written. */
static bool field(archive *a, const char *name, kind k, bool *lacks)
{
    size_t n = strlen(name);
    unsigned char len = (unsigned char)n, what = lacks && *lacks ? KIND_NONE : (unsigned char)k;
    const unsigned char *b;

    if (!archive_ok(a))
        return false;
    if (!a->reading) {
        put(a, &len, 1);
        put(a, name, n);
        put(a, &what, 1);
        return what != KIND_NONE;
    }
    b = take(a, 1);
    size_t have = b ? *b : 0;
    b = take(a, have);
    if (!b)
        return false;
    if (have != n || memcmp(b, name, n)) {
        archive_fail(a, "field '%s' expected, not '%.*s'", name, (int)have, (const char *)b);
        return false;
    }
    b = take(a, 1);
    if (b && lacks && *b == KIND_NONE) {
        *lacks = true;
        return false;
    }
    if (b && *b != k)
        archive_fail(a, "field '%s' is of another kind", name);
    return archive_ok(a);
}

void archive_bool(archive *a, const char *name, bool *x)
{
    unsigned char c = *x;
    const unsigned char *b;

    if (!field(a, name, KIND_BOOL, NULL))
        return;
    if (!a->reading) {
        put(a, &c, 1);
        return;
    }
    b = take(a, 1);
    if (b && *b > 1)
        archive_fail(a, "field '%s' is neither true nor false", name);
    else if (b)
        *x = *b;
}

void archive_u64(archive *a, const char *name, uint64_t *x)
{
    if (!field(a, name, KIND_INT, NULL))
        return;
    if (!a->reading)
        put_u64(a, *x);
    uint64_t u = a->reading ? get_u64(a) : 0;
    if (a->reading && archive_ok(a))
        *x = u;
}

void archive_int(archive *a, const char *name, int64_t *x)
{
    uint64_t u = (uint64_t)*x;

    archive_u64(a, name, &u);
    if (a->reading)
        memcpy(x, &u, sizeof u);
}

void archive_real(archive *a, const char *name, double *x)
{
    if (!field(a, name, KIND_REAL, NULL))
        return;
    if (!a->reading)
        put_u64(a, bits_of(*x));
    uint64_t u = a->reading ? get_u64(a) : 0;
    if (a->reading && archive_ok(a))
        *x = real_of(u);
}

void archive_choice(archive *a, const char *name, int *x, int n)
{
    int64_t i = *x;

    archive_int(a, name, &i);
    if (archive_ok(a) && (i < 0 || i >= n))
        archive_fail(a, "field '%s' is %lld, not 0 to %d", name, (long long)i, n - 1);
    else if (a->reading && archive_ok(a))
        *x = (int)i;
}

void archive_count(archive *a, const char *name, size_t *n, size_t each)
{
    uint64_t u = *n;

    archive_u64(a, name, &u);
    if (a->reading && archive_ok(a) && u > (a->n - a->at) / (each ? each : 1))
        archive_fail(a, "field '%s' tells of %llu things where %zu bytes are left", name, (unsigned long long)u, a->n - a->at);
    else if (a->reading && archive_ok(a))
        *n = (size_t)u;
}

/* Text -------------------------------------------------------------------------------- */

static void put_text(archive *a, const char *s, size_t n)
{
    put_u64(a, n);
    put(a, s, n);
}

/* Borrowed from the archive, not terminated. */
static const char *get_text(archive *a, size_t *n)
{
    *n = get_count(a, 1);
    return (const char *)take(a, *n);
}

/* An owned copy without NULs inside, or NULL and an error. */
static char *own_text(archive *a, const char *name)
{
    size_t n;
    const char *s = get_text(a, &n);
    char *own;

    if (!s)
        return NULL;
    if (memchr(s, 0, n)) {
        archive_fail(a, "the text in field '%s' holds a NUL byte", name);
        return NULL;
    }
    own = mem_text_n(s, n);
    if (!own)
        no_memory(a);
    return own;
}

void archive_text(archive *a, const char *name, char **s)
{
    bool lacks = !a->reading && !*s;

    if (!field(a, name, KIND_TEXT, &lacks)) {
        if (a->reading && lacks)
            *s = NULL;
        return;
    }
    if (!a->reading) {
        put_text(a, *s, strlen(*s));
        return;
    }
    char *own = own_text(a, name);
    if (own)
        *s = own;
}

void archive_buffer(archive *a, const char *name, char *buf, size_t cap)
{
    char *s = a->reading ? NULL : buf;

    archive_text(a, name, &s);
    if (!a->reading || !archive_ok(a))
        return;
    if (!s || strlen(s) >= cap)
        archive_fail(a, "the text in field '%s' is too long", name);
    else
        memcpy(buf, s, strlen(s) + 1);
    mem_free(s);
}

static void get_texts(archive *a, const char *name, char ***v, size_t n)
{
    char **all;
    size_t k = 0;

    if (get_count(a, 8) != n)
        archive_fail(a, "field '%s' has another length than it should", name);
    if (!archive_ok(a))
        return;
    all = mem_zero(n ? n : 1, sizeof *all);
    if (!all)
        no_memory(a);
    while (all && k < n && (all[k] = own_text(a, name)))
        k++;
    if (archive_ok(a)) {
        *v = all;
        return;
    }
    for (size_t i = 0; all && i < k; i++)
        mem_free(all[i]);
    mem_free(all);
}

void archive_texts(archive *a, const char *name, char ***v, size_t n)
{
    bool lacks = !a->reading && !*v;

    if (!field(a, name, KIND_TEXTS, &lacks)) {
        if (a->reading && lacks)
            *v = NULL;
        return;
    }
    if (a->reading) {
        get_texts(a, name, v, n);
        return;
    }
    put_u64(a, n);
    for (size_t i = 0; i < n; i++)
        put_text(a, (*v)[i], strlen((*v)[i]));
}

/* Arrays ------------------------------------------------------------------------------ */

static void put_numbers(archive *a, const void *v, size_t n, size_t size)
{
    put_u64(a, n);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    put(a, v, n * size);
#else
    for (size_t i = 0; i < n; i++)
        for (size_t k = size; k-- > 0;)
            put(a, (const unsigned char *)v + i * size + k, 1);
#endif
}

static void get_numbers(archive *a, const char *name, void *v, size_t n, size_t size)
{
    const unsigned char *b = take(a, n * size);

    (void)name;
    if (!b)
        return;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(v, b, n * size);
#else
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < size; k++)
            ((unsigned char *)v)[i * size + k] = b[i * size + size - 1 - k];
#endif
}

static void fill_numbers(archive *a, const char *name, void *v, size_t n, kind k, size_t size)
{
    if (!field(a, name, k, NULL))
        return;
    if (!a->reading) {
        put_numbers(a, v, n, size);
        return;
    }
    if (get_count(a, size) != n)
        archive_fail(a, "field '%s' has another length than %zu", name, n);
    else
        get_numbers(a, name, v, n, size);
}

void archive_fill_reals(archive *a, const char *name, double *v, size_t n)
{
    fill_numbers(a, name, v, n, KIND_REALS, sizeof *v);
}

void archive_fill_floats(archive *a, const char *name, float *v, size_t n)
{
    fill_numbers(a, name, v, n, KIND_FLOATS, sizeof *v);
}

/* *v: the array or NULL. Gives what to store there. */
static void *own_numbers(archive *a, const char *name, void *v, size_t n, kind k, size_t size)
{
    bool lacks = !a->reading && !v;

    if (!field(a, name, k, &lacks))
        return a->reading && lacks ? NULL : v;
    if (!a->reading) {
        put_numbers(a, v, n, size);
        return v;
    }
    if (get_count(a, size) != n) {
        archive_fail(a, "field '%s' has another length than %zu", name, n);
        return v;
    }
    void *own = archive_ok(a) ? mem_array(n ? n : 1, size) : NULL;
    if (!own) {
        no_memory(a);
        return v;
    }
    get_numbers(a, name, own, n, size);
    return own;
}

void archive_reals(archive *a, const char *name, double **v, size_t n)
{
    void *own = own_numbers(a, name, *v, n, KIND_REALS, sizeof **v);

    if (a->reading)
        *v = own;
}

void archive_floats(archive *a, const char *name, float **v, size_t n)
{
    void *own = own_numbers(a, name, *v, n, KIND_FLOATS, sizeof **v);

    if (a->reading)
        *v = own;
}

/* Values ------------------------------------------------------------------------------ */

static void put_value(archive *a, const weir_value *v)
{
    static const unsigned char kinds[] = {[WEIR_BOOL] = KIND_BOOL, [WEIR_INT] = KIND_INT,   [WEIR_REAL] = KIND_REAL,
                                          [WEIR_TEXT] = KIND_TEXT, [WEIR_LIST] = KIND_LIST, [WEIR_DICT] = KIND_DICT};
    unsigned char k = v->kind <= WEIR_DICT ? kinds[v->kind] : KIND_NONE, b = v->kind == WEIR_BOOL && v->as.b;

    put(a, &k, 1);
    switch (v->kind) {
    case WEIR_BOOL: put(a, &b, 1); break;
    case WEIR_INT: put_u64(a, (uint64_t)v->as.i); break;
    case WEIR_REAL: put_u64(a, bits_of(v->as.r)); break;
    case WEIR_TEXT: put_text(a, v->as.text.s, v->as.text.n); break;
    case WEIR_LIST:
    case WEIR_DICT:
        put_u64(a, v->as.list.n);
        for (size_t i = 0; i < v->as.list.n; i++) {
            if (v->kind == WEIR_DICT)
                put_text(a, v->as.list.key[i], strlen(v->as.list.key[i]));
            put_value(a, &v->as.list.v[i]);
        }
        break;
    default: break;
    }
}

static weir_value get_value(archive *a, int depth);

static weir_value get_members(archive *a, bool dict, int depth)
{
    size_t n = get_count(a, 1);
    weir_value all = dict ? weir_dict() : weir_list();

    for (size_t i = 0; i < n && archive_ok(a); i++) {
        char *key = dict ? own_text(a, "key") : NULL;
        if (archive_ok(a)) {
            weir_value v = get_value(a, depth + 1);
            weir_error err = {.status = WEIR_OK};
            if (dict ? weir_dict_set(&all, key, v, &err) : weir_list_add(&all, v, &err))
                no_memory(a);
        }
        mem_free(key);
    }
    return all;
}

static weir_value get_value(archive *a, int depth)
{
    const unsigned char *b = take(a, 1);
    size_t n;

    if (depth > DEPTH) {
        archive_fail(a, "lists are nested more than %d deep", DEPTH);
        return weir_nil();
    }
    switch (b ? *b : KIND_NONE) {
    case KIND_NONE: return weir_nil();
    case KIND_BOOL: b = take(a, 1); return weir_bool(b && *b);
    case KIND_INT: return weir_int((int64_t)get_u64(a));
    case KIND_REAL: return weir_real(real_of(get_u64(a)));
    case KIND_TEXT: {
        const char *s = get_text(a, &n);
        weir_value v = s ? weir_text_n(s, n) : weir_nil();
        if (s && v.kind != WEIR_TEXT)
            no_memory(a);
        return v;
    }
    case KIND_LIST: return get_members(a, false, depth);
    case KIND_DICT: return get_members(a, true, depth);
    default: archive_fail(a, "a value of unknown kind %d", *b); return weir_nil();
    }
}

void archive_value(archive *a, const char *name, weir_value *v)
{
    if (!field(a, name, KIND_VALUE, NULL))
        return;
    if (!a->reading) {
        put_value(a, v);
        return;
    }
    weir_value got = get_value(a, 0);
    if (archive_ok(a))
        *v = got;
    else
        weir_value_clear(&got);
}

/* Listing ------------------------------------------------------------------------------ */

static weir_value list_numbers(archive *a, size_t size)
{
    size_t n = get_count(a, size);
    const unsigned char *b = take(a, n * size);
    weir_value all = weir_list();
    weir_error err = {.status = WEIR_OK};
    char s[64];

    if (!b)
        return all;
    if (n > 16) {
        snprintf(s, sizeof s, "%zu numbers", n);
        return weir_text(s);
    }
    archive part = {.reading = true, .in = b, .n = n * size, .what = a->what};
    for (size_t i = 0; i < n; i++) {
        double x = 0;
        float f = 0;
        if (size == sizeof f) {
            get_numbers(&part, "", &f, 1, size);
            x = (double)f;
        } else {
            get_numbers(&part, "", &x, 1, size);
        }
        if (weir_list_add(&all, weir_real(x), &err))
            no_memory(a);
    }
    return all;
}

static weir_value list_texts(archive *a)
{
    size_t n = get_count(a, 8);
    weir_value all = weir_list();
    weir_error err = {.status = WEIR_OK};

    for (size_t i = 0; i < n && archive_ok(a); i++) {
        size_t k;
        const char *s = get_text(a, &k);
        if (s && weir_list_add(&all, weir_text_n(s, k), &err))
            no_memory(a);
    }
    return all;
}

static weir_value list_field(archive *a)
{
    const unsigned char *b = take(a, 1);
    size_t n;
    const char *s;

    switch (b ? *b : KIND_NONE) {
    case KIND_NONE: return weir_nil();
    case KIND_BOOL: b = take(a, 1); return weir_bool(b && *b);
    case KIND_INT: return weir_int((int64_t)get_u64(a));
    case KIND_REAL: return weir_real(real_of(get_u64(a)));
    case KIND_TEXT: s = get_text(a, &n); return s ? weir_text_n(s, n) : weir_nil();
    case KIND_TEXTS: return list_texts(a);
    case KIND_REALS: return list_numbers(a, sizeof(double));
    case KIND_FLOATS: return list_numbers(a, sizeof(float));
    case KIND_VALUE: return get_value(a, 0);
    default: archive_fail(a, "a field of unknown kind %d", *b); return weir_nil();
    }
}

weir_status archive_list(const void *bytes, size_t n, const char *what, weir_value *out, weir_error *err)
{
    archive a;
    weir_value all = weir_list(); /* of {name, value}: names may repeat */
    weir_error slip = {.status = WEIR_OK};

    archive_read(&a, bytes, n, what);
    while (archive_ok(&a) && a.at < a.n) {
        const unsigned char *b = take(&a, 1);
        size_t have = b ? *b : 0;
        weir_value one = weir_dict(), name, v;
        b = take(&a, have);
        name = b ? weir_text_n((const char *)b, have) : weir_nil();
        v = list_field(&a);
        if (weir_dict_set(&one, "name", name, &slip) | weir_dict_set(&one, "value", v, &slip) |
            weir_list_add(&all, one, &slip))
            no_memory(&a);
    }
    weir_status st = archive_end(&a, err);
    if (st)
        weir_value_clear(&all);
    else
        *out = all;
    return st;
}
