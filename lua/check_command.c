/* check_command.c - weir check: what is wrong with files, and what their trainings would take, as lines. */
#include "config.h"
#include "lua/check.h"

#include "base/clock.h"
#include "base/text.h"
#include "lua/headless.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_file(const char *path, text *t)
{
    bool input = !strcmp(path, "-");
    FILE *f = input ? stdin : fopen(path, "rb");
    char buf[65536];

    if (!f)
        return false;
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;)
        text_add_n(t, buf, n);
    bool good = !ferror(f) && !t->failed;
    int e = errno;
    if (!input)
        fclose(f);
    errno = e;
    return good;
}

static void put_json(const char *name, const char *s)
{
    printf(",\"%s\":\"", name);
    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;
        if (ch == '"' || ch == '\\')
            printf("\\%c", ch);
        else if (ch < 0x20)
            printf("\\u%04x", ch);
        else
            putchar(ch);
    }
    putchar('"');
}

static void print_problem(const char *path, const check_problem *p, bool json)
{
    if (!json) {
        printf("%s:%lld: %s\n", path, (long long)p->line, p->message);
        return;
    }
    printf("{\"event\":\"problem\"");
    put_json("file", path);
    printf(",\"line\":%lld", (long long)p->line);
    if (p->cell)
        printf(",\"cell\":%zu", p->cell);
    put_json("kind", p->kind);
    put_json("message", p->message);
    puts("}");
}

/* "310 MB", of bytes. */
static char *bytes_of(double n, char buf[32])
{
    text_count(n, buf, 24);
    strcat(buf, strpbrk(buf, "kMGT") ? "B" : " bytes");
    return buf;
}

static void print_estimate(const char *path, const check_estimate *e, bool json)
{
    const forecast *f = &e->of;
    char rows[32], weights[32], memory[32], frame[32], took[32];

    if (json) {
        printf("{\"event\":\"estimate\"");
        put_json("file", path);
        printf(",\"line\":%lld", (long long)e->line);
        if (e->cell)
            printf(",\"cell\":%zu", e->cell);
        put_json("call", e->call);
        if (!e->known)
            put_json("message", e->why);
        else
            printf(",\"rows\":%.0f,\"exact\":%s,\"epochs\":%g,\"inputs\":%.0f,\"weights\":%.0f,\"memory\":%.0f,\"frame\":%.0f,\"threads\":%d", f->rows,
                   f->exact ? "true" : "false", f->epochs, f->inputs, f->weights, f->memory, f->frame, f->threads);
        if (e->known && !isnan(f->seconds))
            printf(",\"seconds\":%.3g", f->seconds);
        puts("}");
        return;
    }
    if (!e->known) {
        printf("%s:%lld: %s: no estimate: %s\n", path, (long long)e->line, e->call, e->why);
        return;
    }
    snprintf(took, sizeof took, "an unknown time");
    if (!isnan(f->seconds))
        clock_duration(f->seconds, took, sizeof took);
    printf("%s:%lld: %s: %g epochs of %s%s rows, %.0f inputs, %s weights; about %s on %d thread%s, %s beside the frame's %s\n", path, (long long)e->line, e->call, f->epochs,
           f->exact ? "" : "about ", text_count(f->rows, rows, sizeof rows), f->inputs, text_count(f->weights, weights, sizeof weights), took, f->threads,
           f->threads == 1 ? "" : "s", bytes_of(f->memory, memory), bytes_of(f->frame, frame));
}

static int check_one(checker *c, const char *path, bool json, bool estimate)
{
    enum { MOST = 200 };
    static check_problem found[MOST];
    text t = {0};

    if (!read_file(path, &t)) {
        fprintf(stderr, "weir: cannot read '%s': %s\n", path, strerror(errno));
        text_free(&t);
        return EXIT_USAGE;
    }
    size_t n = check_text(c, text_str(&t), t.n, found, MOST);
    for (size_t i = 0; i < n && i < MOST; i++)
        print_problem(path, &found[i], json);
    if (!json && n > MOST)
        printf("%s: %zu more\n", path, n - MOST);
    if (!json && !n)
        printf("%s: no problem found\n", path);
    check_estimate *e = estimate ? calloc(MOST, sizeof *e) : NULL;
    size_t n_e = e ? check_estimates(c, text_str(&t), t.n, e, MOST) : 0;
    for (size_t i = 0; i < n_e; i++)
        print_estimate(path, &e[i], json);
    free(e);
    text_free(&t);
    return n ? EXIT_CHECK : EXIT_GOOD;
}

int check_command(const char *sample_dir, int argc, char **argv, bool json, bool estimate)
{
    checker *c = check_new(sample_dir);
    int worst = EXIT_GOOD;

    if (!c) {
        fprintf(stderr, "weir: out of memory\n");
        return EXIT_LIMIT;
    }
    for (int i = 0; i < argc; i++) {
        int st = check_one(c, argv[i], json, estimate);
        worst = st == EXIT_USAGE || worst == EXIT_USAGE ? EXIT_USAGE : st ? st : worst;
    }
    check_free(c);
    return worst;
}
