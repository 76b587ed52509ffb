/* tap.h - a test is a function whose name is a claim.
 *
 * int main(void) { TEST(F137_importances_by_hand); return tap_done(); }
 * Inside: CHECK(condition), NEAR(got, want, tolerance), TEXT_EQ(got, want),
 * SKIP("why"). CLAIM(condition, format, ...) is a whole test by itself, for
 * products of many cases. One TAP line per test; what failed goes before it as comments. */
#ifndef TAP_H
#define TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_bad, tap_failed_now;
static const char *tap_skip_why;

#define CHECK(cond) tap_check((cond) ? 1 : 0, __FILE__, __LINE__, #cond)
#define NEAR(got, want, tol) tap_near((got), (want), (tol), __FILE__, __LINE__, #got)
#define TEXT_EQ(got, want) tap_text((got), (want), __FILE__, __LINE__, #got)
#define SKIP(why) do { tap_skip_why = (why); return; } while (0)
#define TEST(fn) tap_run(fn, #fn)

static inline int tap_check(int good, const char *file, int line, const char *what)
{
    if (!good && tap_failed_now++ < 20)
        printf("# %s:%d: not true: %s\n", file, line, what);
    return good;
}

/* Within tol, relative to the larger of 1 and |want|; NaN equals NaN. */
static inline int tap_near(double got, double want, double tol, const char *file, int line,
                           const char *what)
{
    double scale = fabs(want) > 1 ? fabs(want) : 1;
    int good = (isnan(got) && isnan(want)) || got == want || fabs(got - want) <= tol * scale;
    if (!good && tap_failed_now++ < 20)
        printf("# %s:%d: %s = %.17g, expected %.17g\n", file, line, what, got, want);
    return good;
}

static inline int tap_text(const char *got, const char *want, const char *file, int line,
                           const char *what)
{
    int good = got && want && !strcmp(got, want);
    if (!good && tap_failed_now++ < 20)
        printf("# %s:%d: %s = \"%s\", expected \"%s\"\n", file, line, what, got ? got : "(null)",
               want ? want : "(null)");
    return good;
}

static inline void tap_run(void (*fn)(void), const char *name)
{
    tap_failed_now = 0;
    tap_skip_why = NULL;
    fn();
    tap_count++;
    tap_bad += tap_failed_now > 0;
    printf("%s %d - ", tap_failed_now ? "not ok" : "ok", tap_count);
    for (const char *c = name; *c; c++)
        putchar(*c == '_' ? ' ' : *c);
    if (tap_skip_why && !tap_failed_now)
        printf(" # SKIP %s", tap_skip_why);
    putchar('\n');
    fflush(stdout);
}

#define CLAIM(cond, ...) tap_claim((cond) ? 1 : 0, __VA_ARGS__)

__attribute__((format(printf, 2, 3))) static inline void tap_claim(int good, const char *format, ...)
{
    va_list ap;

    tap_count++;
    tap_bad += !good;
    printf("%s %d - ", good ? "ok" : "not ok", tap_count);
    va_start(ap, format);
    vprintf(format, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
}

static inline int tap_done(void)
{
    (void)tap_text;
    (void)tap_near;
    (void)tap_check;
    (void)tap_run;
    printf("1..%d\n", tap_count);
    return tap_bad ? 1 : 0;
}

#endif
