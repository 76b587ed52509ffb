/* level.h - loops whose lines are compiled for wider vectors too, and which of them this processor runs.
 *
 * For loops that give the same bits at every level; what wants fused multiply-add is a kernel table. */
#ifndef KERNEL_LEVEL_H
#define KERNEL_LEVEL_H

#include "config.h"

typedef enum cpu_level { LEVEL_GENERIC, LEVEL_AVX2, LEVEL_AVX512 } cpu_level;

#define LEVEL_TARGET_AVX2 __attribute__((target("avx2")))
#define LEVEL_TARGET_AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw")))

/* The highest that runs here. */
static inline cpu_level cpu_level_here(void)
{
#ifdef HAVE_SIMD_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw"))
        return LEVEL_AVX512;
    if (__builtin_cpu_supports("avx2"))
        return LEVEL_AVX2;
#endif
    return LEVEL_GENERIC;
}

/* WAYS(WAY) says WAY(name, target attribute) for each level that this build has, where WAY defines a constant `name`;
 * WAYS_BEST is the address of the one for this processor. */
#ifdef HAVE_SIMD_X86
#define WAYS(WAY)                   \
    WAY(generic, );                 \
    WAY(avx2, LEVEL_TARGET_AVX2);   \
    WAY(avx512, LEVEL_TARGET_AVX512)
#define WAYS_BEST (cpu_level_here() == LEVEL_AVX512 ? &avx512 : cpu_level_here() == LEVEL_AVX2 ? &avx2 : &generic)
#else
#define WAYS(WAY) WAY(generic, )
#define WAYS_BEST (&generic)
#endif

#endif
