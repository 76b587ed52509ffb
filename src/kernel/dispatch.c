/* dispatch.c - see dispatch.h. */
#include "config.h"
#include "kernel/dispatch.h"

#include "kernel/level.h"

#include <stdatomic.h>
#include <string.h>
#ifdef HAVE_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

extern const kernel_ops kernel_generic;
#ifdef HAVE_SIMD_X86
extern const kernel_ops kernel_avx2, kernel_avx512;
#endif
#ifdef HAVE_AMX
extern const kernel_products kernel_amx;
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

#ifdef HAVE_AMX
/* Has the processor matrix units for bf16, does the system save them, and may this process use them? */
static bool tiles_granted(void)
{
    enum { TILE_BF16 = 1 << 22, TILES = 1 << 24, OSXSAVE = 1 << 27, SAVED = 3 << 17, ASK = 0x1023, TILE_DATA = 18 };
    unsigned a, b, c, d, saved, high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE) || !__get_cpuid_count(7, 0, &a, &b, &c, &d) ||
        (d & (TILE_BF16 | TILES)) != (TILE_BF16 | TILES))
        return false;
    __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    return (saved & SAVED) == SAVED && syscall(SYS_arch_prctl, ASK, TILE_DATA) == 0;
}
#endif

const kernel_products *kernel_halves(const kernel_ops *k)
{
#ifdef HAVE_SIMD_X86
    if (!k->half.multiply || !__builtin_cpu_supports("avx512bf16"))
        return NULL;
#ifdef HAVE_AMX
    if (tiles_granted())
        return &kernel_amx;
#endif
#endif
    return k->half.multiply ? &k->half : NULL;
}
