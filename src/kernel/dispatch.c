/* dispatch.c - see dispatch.h. */
#include "config.h"
#include "kernel/dispatch.h"

#include "kernel/level.h"

#include <stdatomic.h>
#include <string.h>

extern const kernel_ops kernel_generic;
#ifdef HAVE_SIMD_X86
extern const kernel_ops kernel_avx2, kernel_avx512;
#endif

static _Atomic(const kernel_ops *) chosen;

static const kernel_ops *if_runs(const kernel_ops *k)
{
#ifdef HAVE_SIMD_X86
    cpu_level here = cpu_level_here();
    if (k == &kernel_avx512)
        return here == LEVEL_AVX512 ? k : NULL;
    if (k == &kernel_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? k : NULL;
#endif
    return k;
}

const kernel_ops *kernel_by_name(const char *name)
{
#ifdef HAVE_SIMD_X86
    if (strcmp(name, "avx512") == 0)
        return if_runs(&kernel_avx512);
    if (strcmp(name, "avx2") == 0)
        return if_runs(&kernel_avx2);
#endif
    return strcmp(name, "generic") == 0 ? if_runs(&kernel_generic) : NULL;
}

const kernel_ops *kernel_get(void)
{
    const kernel_ops *k = atomic_load_explicit(&chosen, memory_order_acquire);
    static const char *const best_first[] = {"avx512", "avx2", "generic"};
    for (size_t i = 0; !k; i++)
        k = kernel_by_name(best_first[i]);
    atomic_store_explicit(&chosen, k, memory_order_release);
    return k;
}

bool kernel_choose(const char *name)
{
    const kernel_ops *k = kernel_by_name(name);
    if (k)
        atomic_store_explicit(&chosen, k, memory_order_release);
    return k != NULL;
}

bool kernel_halves(const kernel_ops *k)
{
#ifdef HAVE_SIMD_X86
    return k->half.multiply && __builtin_cpu_supports("avx512bf16");
#else
    return k->half.multiply != NULL;
#endif
}
