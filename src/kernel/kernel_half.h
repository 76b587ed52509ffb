/* kernel_half.h - the part of kernel_impl.c that multiplies in bf16; included there alone.
 *
 * Operands are rounded to nearest even, neighbours along the sum lie side by side in 32 bits,
 * sums stay floats. Only the wide table has the instruction. Denormals count as 0. */
#if defined __AVX512F__ && defined __x86_64__
#define HALF __attribute__((target("avx512bf16")))
#define HALF_INLINE HALF INLINE
#define HAVE_HALF 1

enum { PAIRS = KC / 2 };

/* 16 pairs (a[i], b[i]). */
HALF_INLINE __m512i pairs_of(vf a, vf b)
{
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                           23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a));
}

/* Lines [0, m) of n floats, ldx apart, to (m + 1) / 2 lines of n pairs, ldo apart; ends of lines are
 * filled with zeros up to a whole vector. */
HALF static void pair_lines(size_t m, size_t n, const float *x, size_t ldx, uint32_t *out, size_t ldo)
{
    vf none = {0};

    for (size_t i = 0; i < m; i += 2, x += 2 * ldx, out += ldo)
        for (size_t c = 0; c < n; c += VL) {
            size_t left = n - c;
            vf a = left < VL ? load_part(x + c, left) : load(x + c), b = none;
            if (i + 1 < m)
                b = left < VL ? load_part(x + ldx + c, left) : load(x + ldx + c);
            _mm512_storeu_si512(out + c, pairs_of(a, b));
        }
}

/* n floats that lie together to (n + 1) / 2 pairs. */
HALF_INLINE void pair_line(size_t n, const float *x, uint32_t *out)
{
    for (size_t c = 0; c < n; c += 2 * VL, out += VL) {
        size_t left = n - c;
        vf a = left < VL ? load_part(x + c, left) : load(x + c), b = {0};
        if (left >= 2 * VL)
            b = load(x + c + VL);
        else if (left > VL)
            b = load_part(x + c + VL, left - VL);
        __m512i pair = (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a);
        if (left >= 2 * VL)
            _mm512_storeu_si512(out, pair);
        else
            memcpy(out, &pair, (left + 1) / 2 * sizeof *out);
    }
}

/* As tile, of pairs. */
HALF_INLINE void tile_half(size_t rows, size_t wide, size_t k, const uint32_t *a, size_t ra, size_t ca, const uint32_t *b,
                           size_t lb, vf sum[MR][2])
{
    __m512 s[MR][2];

#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        s[r][0] = (__m512)sum[r][0], s[r][1] = (__m512)sum[r][1];
    for (size_t i = 0; i < k; i++, a += ca, b += lb) {
        __m512bh b0 = (__m512bh)_mm512_loadu_si512(b), b1 = b0;
        if (wide > 1)
            b1 = (__m512bh)_mm512_loadu_si512(b + VL);
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            __m512bh ar = (__m512bh)_mm512_set1_epi32((int)a[r * ra]);
            s[r][0] = _mm512_dpbf16_ps(s[r][0], ar, b0);
            if (wide > 1)
                s[r][1] = _mm512_dpbf16_ps(s[r][1], ar, b1);
        }
    }
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        sum[r][0] = (vf)s[r][0], sum[r][1] = (vf)s[r][1];
}

/* Sums that lie as they are wanted. */
HALF_INLINE void straight_tile_half(size_t rows, size_t wide, size_t k, const uint32_t *a, size_t ra, size_t ca,
                                    const uint32_t *b, size_t lb, float *c, size_t ldc, bool add)
{
    vf s[MR][2];

    clear(s);
    tile_half(rows, wide, k, a, ra, ca, b, lb, s);
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        put(c + r * ldc, wide * VL, s[r], add);
}

HALF static void multiply_half(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart,
                               float *z, size_t ldz, float *room)
{
    uint32_t panel[PAIRS * KERNEL_PANEL] __attribute__((aligned(64))), *px = (uint32_t *)(void *)room;
    size_t high = height_of(m);

    for (size_t i = 0; !k && i < m; i++)
        memset(z + i * ldz, 0, (n + VL - 1) / VL * VL * sizeof *z);
    for (size_t q = 0; q < k; q += KC) {
        size_t kk = k - q < KC ? k - q : KC, pairs = (kk + 1) / 2;
        for (size_t i = 0; i < m; i++)
            pair_line(kk, x + i * ldx + q, px + i * PAIRS);
        for (size_t j = 0; j < n; j += NR) {
            pair_lines(kk, KERNEL_PANEL, w + j / KERNEL_PANEL * apart + q * KERNEL_PANEL, KERNEL_PANEL, panel,
                       KERNEL_PANEL);
            for (size_t i = 0; i < m; i += high) {
                size_t rows = m - i < high ? m - i : high;
#define DO(R, W) \
    straight_tile_half(R, W, pairs, px + i * PAIRS, PAIRS, 1, panel, KERNEL_PANEL, z + i * ldz + j, ldz, q != 0)
                EACH_HEIGHT(rows, n - j <= VL, DO);
#undef DO
            }
        }
    }
}

HALF_INLINE void error_tile_half(size_t rows, size_t wide, size_t k, const uint32_t *w, const uint32_t *g, float *e,
                                 size_t lde, size_t lines, size_t left, bool add)
{
    vf s[MR][2];

    clear(s);
    tile_half(rows, wide, k, w, PAIRS, 1, g, NR, s);
    put_turned(rows, wide, s, e, lde, lines, left, add);
}

HALF static void error_half(size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart,
                            float *e, size_t lde, float *room)
{
    uint32_t lines[MR * PAIRS] __attribute__((aligned(64))), *pg = (uint32_t *)(void *)room;
    float panel[NR * KC + VL] __attribute__((aligned(64)));
    size_t high = height_of(n);

    for (size_t i = 0; !k && i < m; i++)
        memset(e + i * lde, 0, n * sizeof *e);
    for (size_t q = 0; q < k; q += KC) {
        size_t kk = k - q < KC ? k - q : KC, pairs = (kk + 1) / 2;
        const float *from = w + q / KERNEL_PANEL * apart;
        for (size_t i = 0; i < m; i += NR) {
            pack(g + i * ldg + q, ldg, 1, m - i < NR ? m - i : NR, kk, NR, panel);
            pair_lines(kk, NR, panel, NR, pg + i * PAIRS, NR);
        }
        for (size_t c = 0; c < n; c += high) {
            size_t rows = n - c < high ? n - c : high;
            for (size_t r = 0; r < rows; r++)
                for (size_t p = 0; p < kk; p += KERNEL_PANEL)
                    pair_line(kk - p < KERNEL_PANEL ? kk - p : KERNEL_PANEL,
                              from + p / KERNEL_PANEL * apart + (c + r) * KERNEL_PANEL, lines + r * PAIRS + p / 2);
            for (size_t i = 0; i < m; i += NR) {
#define DO(R, W) \
    error_tile_half(R, W, pairs, lines, pg + i * PAIRS, e + i * lde + c, lde, m - i < NR ? m - i : NR, n - c, q != 0)
                EACH_HEIGHT(rows, m - i <= VL, DO);
#undef DO
            }
        }
    }
}

HALF static void pair_half(size_t m, size_t n, const float *x, size_t ldx, float *out)
{
    pair_lines(m, n, x, ldx, (uint32_t *)(void *)out, ldx);
}

HALF static void gradient_half(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g, size_t ldg,
                               float *d, size_t ldd, bool add)
{
    const uint32_t *px = (const uint32_t *)(const void *)x, *pg = (const uint32_t *)(const void *)g;
    size_t high = height_of(n), all_pairs = (m + 1) / 2;

    for (size_t c = 0; !m && !add && c < n; c++)
        memset(d + c * ldd, 0, (k + VL - 1) / VL * VL * sizeof *d);
    for (size_t c = 0; c < n; c += high) {
        size_t rows = n - c < high ? n - c : high;
        for (size_t j = 0; j < k; j += NR)
            for (size_t q = 0; q < all_pairs; q += PAIRS) {
                size_t pairs = all_pairs - q < PAIRS ? all_pairs - q : PAIRS;
#define DO(R, W) \
    straight_tile_half(R, W, pairs, px + q * ldx + c, 1, ldx, pg + q * ldg + j, ldg, d + c * ldd + j, ldd, add || q)
                EACH_HEIGHT(rows, k - j <= VL, DO);
#undef DO
            }
    }
}
#endif
