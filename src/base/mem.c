/* mem.c - checked allocation, aligned slabs, and failing on purpose in tests. */
#include "config.h"
#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { SLAB_ALIGN = 64, HUGE_PAGE = 2 << 20 };

static atomic_int_fast64_t fail_in; /* tests: allocations until one fails; 0 = off */

static int must_fail(void)
{
    if (atomic_load_explicit(&fail_in, memory_order_relaxed) == 0)
        return 0;
    return atomic_fetch_sub(&fail_in, 1) == 1;
}

void mem_fail_nth(uint64_t n)
{
    atomic_store(&fail_in, (int_fast64_t)n);
}

int mem_fail_pending(void)
{
    return atomic_load(&fail_in) > 0;
}

void *mem_array(size_t n, size_t size)
{
    size_t bytes;

    if (must_fail() || __builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return malloc(bytes ? bytes : 1);
}

void *mem_zero(size_t n, size_t size)
{
    size_t bytes;

    if (must_fail() || __builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return calloc(bytes ? bytes : 1, 1);
}

void *mem_resize(void *p, size_t n, size_t size)
{
    size_t bytes;

    if (must_fail() || __builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return realloc(p, bytes ? bytes : 1);
}

char *mem_text_n(const char *s, size_t n)
{
    char *copy = n < SIZE_MAX ? mem_array(n + 1, 1) : NULL;

    if (copy) {
        if (n)
            memcpy(copy, s, n);
        copy[n] = 0;
    }
    return copy;
}

char *mem_text(const char *s)
{
    return s ? mem_text_n(s, strlen(s)) : NULL;
}

void mem_free(void *p)
{
    free(p);
}

void *mem_slab(size_t n, size_t size)
{
    size_t bytes, align = SLAB_ALIGN;

    if (must_fail() || __builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - HUGE_PAGE)
        return NULL;
    if (bytes >= HUGE_PAGE)
        align = HUGE_PAGE;
    bytes = (bytes + align - 1) / align * align;
    void *p = aligned_alloc(align, bytes ? bytes : align);
    if (!p)
        return NULL;
    if (align == HUGE_PAGE)
        madvise(p, bytes, MADV_HUGEPAGE); /* a wish; nothing depends on it */
    memset(p, 0, bytes);
    return p;
}

void *mem_lines(size_t n, size_t size)
{
    size_t bytes;

    if (must_fail() || __builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - SLAB_ALIGN)
        return NULL;
    bytes = (bytes + SLAB_ALIGN - 1) / SLAB_ALIGN * SLAB_ALIGN;
    return aligned_alloc(SLAB_ALIGN, bytes ? bytes : SLAB_ALIGN);
}

void mem_forget(void *p, size_t from, size_t to)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)p + from + page - 1) / page * page, end = ((uintptr_t)p + to) / page * page;

    if (first < end)
        madvise((void *)first, end - first, MADV_DONTNEED); /* a wish, too */
}

void mem_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0); /* each thread's part of the heap would keep its own otherwise */
#endif
}

void mem_move_up(void *to, void *from, size_t n)
{
    enum { STEP = 1 << 20 };

    for (size_t at = 0; at < n; at += STEP) {
        size_t k = n - at < STEP ? n - at : STEP;
        memcpy((char *)to + at, (char *)from + at, k);
        if (n > STEP)
            mem_forget(from, at, at + k);
    }
}

void *mem_enlarge(void *p, size_t used, size_t n)
{
    enum { LONG = 1 << 20 };

    if (used < LONG)
        return mem_resize(p, n, 1);
    char *q = mem_array(n, 1);
    if (q) {
        mem_move_up(q, p, used);
        free(p);
    }
    return q;
}

void mem_slab_free(void *p)
{
    free(p);
}

void *mem_grow(void *p, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return p;
    size_t more = *cap < 8 ? 8 : *cap * 2;
    size_t bytes;
    void *q = __builtin_mul_overflow(more, size, &bytes) ? NULL : mem_enlarge(p, *cap * size, bytes);
    if (q)
        *cap = more;
    return q;
}
