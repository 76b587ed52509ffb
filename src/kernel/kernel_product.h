/* kernel_product.h - the part of kernel_impl.c that multiplies matrices; included there alone. */

/* s[rows][2 vectors] += over i < k of element (r, i) of a, at a[r * ra + i * ca], times line i of b,
 * at b[i * lb]. rows and wide (vectors: 1 or 2) are constants of the caller. */
INLINE void tile(size_t rows, size_t wide, size_t k, const float *a, size_t ra, size_t ca, const float *b, size_t lb,
                 vf s[MR][2])
{
    for (size_t i = 0; i < k; i++, a += ca, b += lb) {
        vf b0 = load(b), b1 = wide > 1 ? load(b + VL) : b0;
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            s[r][0] += a[r * ra] * b0;
            if (wide > 1)
                s[r][1] += a[r * ra] * b1;
        }
    }
}

/* Whether `few` terms of k are few enough to be taken one by one. */
INLINE bool worth(size_t few, size_t k)
{
    return few + k / 4 < k;
}

/* The same for the terms at[0 .. n) of a run alone: the others are products with 0, which change no sum. */
INLINE void tile_of(size_t rows, size_t wide, const uint8_t *at, size_t n, const float *a, size_t ra, size_t ca,
                    const float *b, size_t lb, vf s[MR][2])
{
    enum { AHEAD = 8 }; /* there is no regular step that the processor could guess */

    for (size_t q = 0; q < n; q++) {
        const float *aq = a + at[q] * ca, *bq = b + at[q] * lb, *next = b + at[q + AHEAD] * lb;
        __builtin_prefetch(next);
        __builtin_prefetch(next + 16);
        if (ca > 1)
            __builtin_prefetch(a + at[q + AHEAD] * ca);
        vf b0 = load(bq), b1 = wide > 1 ? load(bq + VL) : b0;
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            s[r][0] += aq[r * ra] * b0;
            if (wide > 1)
                s[r][1] += aq[r * ra] * b1;
        }
    }
}

INLINE void clear(vf s[MR][2])
{
#pragma GCC unroll 12
    for (size_t r = 0; r < MR; r++)
        s[r][0] = s[r][1] = all(0);
}

/* The height of tiles that m rows are cut into: as few as can be, about alike. */
INLINE size_t height_of(size_t m)
{
    size_t tiles = (m + MR - 1) / MR;
    return tiles ? (m + tiles - 1) / tiles : 1;
}

/* DO(rows, wide) with constants in place of the numbers 1 ... MR and 1 or 2. */
#define CASE_OF(rows, DO)         \
    case rows:                    \
        if ((rows) > MR)          \
            break;                \
        if (thin_tile)            \
            DO((rows) % (MR + 1), 1); \
        else                      \
            DO((rows) % (MR + 1), 2); \
        break;
#define EACH_HEIGHT(rows, thin, DO)                                                              \
    do {                                                                                         \
        bool thin_tile = thin;                                                                   \
        switch (rows) {                                                                          \
            CASE_OF(1, DO) CASE_OF(2, DO) CASE_OF(3, DO) CASE_OF(4, DO) CASE_OF(5, DO) CASE_OF(6, DO) \
            CASE_OF(7, DO) CASE_OF(8, DO) CASE_OF(9, DO) CASE_OF(10, DO) CASE_OF(11, DO) CASE_OF(12, DO) \
        default: break;                                                                          \
        }                                                                                        \
    } while (0)

INLINE void put(float *c, size_t n, const vf *sum, bool add)
{
    for (size_t v = 0; v < n; v += VL, sum++) {
        size_t m = n - v;
        vf s = *sum;
        if (m >= VL) {
            if (add)
                s += load(c + v);
            store(c + v, s);
        } else {
            if (add)
                s += load_part(c + v, m);
            store_part(c + v, s, m);
        }
    }
}

/* a0 b0 a1 b1 ...: of the first and of the second halves. */
#if defined __AVX512F__
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(a, b)                                                                           \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif defined __AVX2__
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/* A VL x VL square turned over: zipping halves log2(VL) times. */
INLINE void transpose(vf v[VL])
{
#pragma GCC unroll 4
    for (int step = VL; step > 1; step /= 2) {
        vf t[VL];
#pragma GCC unroll 8
        for (size_t i = 0; i < VL / 2; i++) {
            t[2 * i] = ZIP_LOW(v[i], v[i + VL / 2]);
            t[2 * i + 1] = ZIP_HIGH(v[i], v[i + VL / 2]);
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < VL; i++)
            v[i] = t[i];
    }
}

/* m <= VL lines of k contiguous elements each, ls apart, into out[k][wide]. Writes VL floats
 * per k: what is too much is written over by the next, and at the end left out. */
INLINE void pack_lines(const float *p, size_t ls, size_t m, size_t k, size_t wide, float *out)
{
    size_t i = 0;

    for (; i + VL <= k; i += VL) {
        vf v[VL];
#pragma GCC unroll 16
        for (size_t r = 0; r < VL; r++)
            v[r] = r < m ? load(p + r * ls + i) : all(0);
        transpose(v);
        size_t whole = i + VL == k && wide < VL ? VL - 1 : VL;
        for (size_t q = 0; q < whole; q++)
            store(out + (i + q) * wide, v[q]);
        if (whole < VL)
            store_part(out + (i + VL - 1) * wide, v[VL - 1], wide);
    }
    for (; i < k; i++) /* after whole squares, whose overflow it writes over */
        for (size_t r = 0; r < VL && r < wide; r++)
            out[i * wide + r] = r < m ? p[r * ls + i] : 0;
}

/* Packs lines [0, n) of element (line, k) at p[line * ls + k * ks], in panels of `wide`
 * lines: out[panel][k][wide], missing lines 0. */
INLINE void pack(const float *p, size_t ls, size_t ks, size_t n, size_t k, size_t wide, float *out)
{
    for (size_t j = 0; j < n; j += wide, out += k * wide) {
        size_t m = n - j < wide ? n - j : wide;
        const float *from = p + j * ls;
        if (ks == 1 && ls != 1) {
            for (size_t r = 0; r < wide; r += VL) {
                size_t lines = m <= r ? 0 : m - r < VL ? m - r : VL;
                pack_lines(from + r * ls, ls, lines < wide ? lines : wide, k, wide, out + r);
            }
            continue;
        }
        if (m < wide)
            memset(out, 0, k * wide * sizeof *out);
        if (ls == 1 && m == wide) { /* a constant size: no call */
            for (size_t i = 0; i < k; i++)
                memcpy(out + i * wide, from + i * ks, wide * sizeof *out);
            continue;
        }
        for (size_t i = 0; i < k; i += 16) { /* 16 x m at a time: both sides stay in the cache */
            size_t upto = k - i < 16 ? k : i + 16;
            for (size_t r = 0; r < m; r++)
                for (size_t q = i; q < upto; q++)
                    out[q * wide + r] = from[r * ls + q * ks];
        }
    }
}

enum { THIN = KERNEL_THIN, KC = KERNEL_RUN, MC = 120, NC = 512 }; /* a block of b: 512 KB, of a: 120 KB */

/* Sums of VL columns from k = q to upto, for rows a of one column group of b. */
INLINE void thin_columns(size_t m, size_t lanes, size_t q, size_t upto, const float *a, size_t lda,
                         const float *b, size_t ldb, vf s[THIN])
{
    size_t i = q;

    for (; i + VL <= upto; i += VL) {
        vf v[VL];
#pragma GCC unroll 16
        for (size_t r = 0; r < VL; r++)
            v[r] = load(b + (r < lanes ? r : 0) * ldb + i);
        transpose(v);
#pragma GCC unroll 4
        for (size_t r = 0; r < THIN; r++) {
            if (r >= m)
                break;
            const float *ar = a + r * lda + i;
#pragma GCC unroll 16
            for (size_t t = 0; t < VL; t++)
                s[r] += ar[t] * v[t];
        }
    }
    for (; i < upto; i++) {
        vf v = {0};
        for (size_t r = 0; r < lanes; r++)
            v[r] = b[r * ldb + i];
        for (size_t r = 0; r < m; r++)
            s[r] += a[r * lda + i] * v;
    }
}

/* A few rows a times b whose k lie together: no packing, the sums in the order of the tiles. */
static void thin(size_t m, size_t n, size_t k, kernel_matrix a, kernel_matrix b, float *c, size_t ldc, bool add)
{
    for (size_t j = 0; j < n; j += VL) {
        size_t lanes = n - j < VL ? n - j : VL;
        for (size_t q = 0; q < k; q += KC) {
            size_t upto = k - q < KC ? k : q + KC;
            const float *from = b.p + j * b.col;
            vf s[THIN];
            for (size_t r = 0; r < THIN; r++)
                s[r] = all(0);
            if (m == 1 && lanes == VL) /* a copy of its own: one row is what is asked for most */
                thin_columns(1, VL, q, upto, a.p, a.row, from, b.col, s);
            else
                thin_columns(m, lanes, q, upto, a.p, a.row, from, b.col, s);
            for (size_t r = 0; r < m; r++) {
                float *to = c + r * ldc + j;
                if (add || q)
                    s[r] += load_part(to, lanes);
                store_part(to, s[r], lanes);
            }
        }
    }
}

INLINE void packed_tile(size_t rows, size_t wide, size_t k, const float *a, size_t high, const float *b, float *c,
                        size_t ldc, size_t cols, bool add)
{
    vf s[MR][2];

    clear(s);
    tile(rows, wide, k, a, 1, high, b, NR, s);
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        put(c + r * ldc, cols, s[r], add);
}

static void gemm(size_t m, size_t n, size_t k, kernel_matrix a, kernel_matrix b, float *c, size_t ldc,
                 bool add, float *room)
{
    float *pa = room, *pb = room + (size_t)MC * KC;

    for (size_t i = 0; !k && !add && i < m; i++)
        memset(c + i * ldc, 0, n * sizeof *c);
    if (m <= THIN && b.row == 1 && a.col == 1) {
        thin(m, n, k, a, b, c, ldc, add);
        return;
    }
    for (size_t j = 0; j < n; j += NC)
        for (size_t q = 0; q < k; q += KC) {
            size_t nn = n - j < NC ? n - j : NC, kk = k - q < KC ? k - q : KC;
            pack(b.p + q * b.row + j * b.col, b.col, b.row, nn, kk, NR, pb);
            for (size_t i = 0; i < m; i += MC) {
                size_t mm = m - i < MC ? m - i : MC;
                size_t high = height_of(mm);
                pack(a.p + i * a.row + q * a.col, a.row, a.col, mm, kk, high, pa);
                for (size_t jr = 0; jr < nn; jr += NR)
                    for (size_t ir = 0; ir < mm; ir += high) {
                        size_t rows = mm - ir < high ? mm - ir : high, cols = nn - jr < NR ? nn - jr : NR;
                        float *to = c + (i + ir) * ldc + j + jr;
#define DO(R, W) packed_tile(R, W, kk, pa + ir * kk, high, pb + jr * kk, to, ldc, cols, add || q)
                        EACH_HEIGHT(rows, cols <= VL, DO);
#undef DO
                    }
            }
        }
}

/* Products with weights in panels ------------------------------------------------------------
 *
 * Nothing but the errors is packed: columns of a panel lie together, and what is multiplied by
 * them is taken number by number from where it is. */

static void into_panel(const float *w, size_t ld, size_t rows, size_t k, float *out)
{
    for (size_t r = 0; r < KERNEL_PANEL; r += VL)
        pack_lines(w + (r < rows ? r : 0) * ld, ld, rows < r ? 0 : rows - r < VL ? rows - r : VL, k, KERNEL_PANEL, out + r);
}

/* Columns in which one of `rows` lines of k <= KERNEL_RUN numbers is not 0; their number. Writes up to VL more. */
INLINE size_t columns_in_use(const float *x, size_t ldx, size_t rows, size_t k, uint8_t *at)
{
    size_t n = 0;

    for (size_t i = 0; i < k; i += VL) {
        size_t m = k - i < VL ? k - i : VL;
#if defined __AVX512F__
        __mmask16 there = (__mmask16)((1u << m) - 1), on = 0;
        __m512i name = _mm512_add_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                        _mm512_set1_epi32((int)i));
        for (size_t r = 0; r < rows; r++)
            on |= _mm512_cmp_ps_mask(_mm512_maskz_loadu_ps(there, x + r * ldx + i), _mm512_setzero_ps(), _CMP_NEQ_UQ);
        _mm_storeu_si128((__m128i *)(void *)(at + n), _mm512_cvtepi32_epi8(_mm512_maskz_compress_epi32(on, name)));
        n += (size_t)__builtin_popcount(on);
#else
        vi any = {0};
        for (size_t r = 0; r < rows; r++)
            any |= (m < VL ? load_part(x + r * ldx + i, m) : load(x + r * ldx + i)) != 0;
        for (size_t q = 0; q < m; q++) { /* without branches: they would be guesses */
            at[n] = (uint8_t)(i + q);
            n += any[q] != 0;
        }
#endif
    }
    return n;
}

/* Lines of which one of the first n <= MR numbers is not 0, run by run. */
static void list_terms(const float *x, size_t ldx, size_t m, size_t n, kernel_terms *to)
{
    for (size_t q = 0; q < m; q += KC) {
        size_t upto = m - q < KC ? m : q + KC, count = 0;
        uint8_t *at = to->at + q;
        for (size_t r = q; r < upto; r++) {
            bool any = false;
#if defined __AVX512F__
            __mmask16 there = (__mmask16)((1u << n) - 1);
            any = _mm512_cmp_ps_mask(_mm512_maskz_loadu_ps(there, x + r * ldx), _mm512_setzero_ps(), _CMP_NEQ_UQ) != 0;
#else
            for (size_t c = 0; c < n; c++)
                any |= x[r * ldx + c] != 0;
#endif
            at[count] = (uint8_t)(r - q);
            count += any;
        }
        to->n[q / KC] = (uint16_t)count;
    }
}

/* at: the terms that count, or NULL: all k. */
INLINE void multiply_tile(size_t rows, size_t wide, const uint8_t *at, size_t k, const float *x, size_t ldx, const float *w,
                          float *z, size_t ldz, bool add)
{
    vf s[MR][2];

    clear(s);
    if (at)
        tile_of(rows, wide, at, k, x, ldx, 1, w, KERNEL_PANEL, s);
    else
        tile(rows, wide, k, x, ldx, 1, w, KERNEL_PANEL, s);
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        put(z + r * ldz, wide * VL, s[r], add);
}

/* Digits, dummies and the like: columns that are 0 in all rows of a tile are left out, where there are enough columns
 * of z to be worth the look. */
static void panel_multiply(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart, float *z,
                     size_t ldz, float *room)
{
    size_t high = height_of(m), tiles = (m + high - 1) / high, runs = (k + KC - 1) / KC, line = runs * KC;
    uint8_t *list = NULL;
    uint16_t *count = NULL;

    for (size_t i = 0; !k && i < m; i++)
        memset(z + i * ldz, 0, (n + VL - 1) / VL * VL * sizeof *z);
    if (room && n >= 4 * NR && tiles * (line + 2 * runs) + VL <= KERNEL_GEMM_ROOM * sizeof *room) {
        count = (uint16_t *)(void *)room;
        list = (uint8_t *)(count + tiles * runs);
        for (size_t t = 0; t < tiles; t++)
            for (size_t q = 0; q < k; q += KC)
                count[t * runs + q / KC] = (uint16_t)columns_in_use(x + t * high * ldx + q, ldx, m - t * high < high ? m - t * high : high,
                                                                    k - q < KC ? k - q : KC, list + t * line + q);
    }
    for (size_t j = 0; j < n; j += NR)
        for (size_t q = 0; q < k; q += KC) {
            const float *from = w + j / KERNEL_PANEL * apart + q * KERNEL_PANEL + j % KERNEL_PANEL;
            size_t kk = k - q < KC ? k - q : KC;
            for (size_t t = 0; t < tiles; t++) {
                size_t i = t * high, rows = m - i < high ? m - i : high, few = count ? count[t * runs + q / KC] : kk;
                const uint8_t *at = worth(few, kk) ? list + t * line + q : NULL;
                few = at ? few : kk;
#define DO(R, W) multiply_tile(R, W, at, few, x + i * ldx + q, ldx, from, z + i * ldz + j, ldz, q != 0)
                EACH_HEIGHT(rows, n - j <= VL, DO);
#undef DO
            }
        }
}

/* Sums s of `rows` columns of e by wide * VL lines: turned over, into the first `lines` lines. `left`: columns of e
 * from here on. Whole vectors are written where there is room: the columns behind, to which nothing is added, are
 * written next. */
INLINE void put_turned(size_t rows, size_t wide, vf s[MR][2], float *e, size_t lde, size_t lines, size_t left, bool add)
{
#pragma GCC unroll 2
    for (size_t v = 0; v < wide; v++) {
        vf t[VL];
#pragma GCC unroll 16
        for (size_t r = 0; r < VL; r++)
            t[r] = r < rows ? s[r % MR][v] : all(0);
        transpose(t);
        size_t n = lines < v * VL ? 0 : lines - v * VL < VL ? lines - v * VL : VL;
        float *to = e + v * VL * lde;
        if (left >= VL && n == VL) {
#pragma GCC unroll 16
            for (size_t q = 0; q < VL; q++, to += lde) {
                if (add)
                    t[q] += load(to);
                store(to, t[q]);
            }
            continue;
        }
        size_t m = left < rows ? left : rows;
        for (size_t q = 0; q < n; q++, to += lde) {
            if (add)
                t[q] += load_part(to, m);
            store_part(to, t[q], m);
        }
    }
}

/* Lines of g[k][NR] that are not all 0, panel by panel: count[panel] of them, listed from panel * KERNEL_PANEL on. */
INLINE void list_lines(const float *g, size_t k, uint8_t *at, uint8_t *count)
{
    for (size_t q = 0; q < k; q += KERNEL_PANEL) {
        size_t upto = k - q < KERNEL_PANEL ? k : q + KERNEL_PANEL, n = 0;
        for (size_t i = q; i < upto; i++, g += NR) {
            at[q + n] = (uint8_t)(i - q);
#if defined __AVX512F__
            n += (_mm512_cmp_ps_mask((__m512)load(g), _mm512_setzero_ps(), _CMP_NEQ_UQ) |
                  _mm512_cmp_ps_mask((__m512)load(g + VL), _mm512_setzero_ps(), _CMP_NEQ_UQ)) != 0;
#else
            bool any = false;
            for (size_t r = 0; r < NR; r++)
                any |= g[r] != 0;
            n += any;
#endif
        }
        count[q / KERNEL_PANEL] = (uint8_t)n;
    }
}

INLINE void error_tile(size_t rows, size_t wide, size_t k, const uint8_t *at, const uint8_t *count, const float *w, size_t apart,
                       const float *g, float *e, size_t lde, size_t lines, size_t left, bool add)
{
    vf s[MR][2];

    clear(s);
    for (size_t q = 0; q < k; q += KERNEL_PANEL, w += apart, g += KERNEL_PANEL * NR) {
        size_t kk = k - q < KERNEL_PANEL ? k - q : KERNEL_PANEL, few = count[q / KERNEL_PANEL];
        const float *next = w + rows * KERNEL_PANEL; /* the next tile's lines: short pieces, which nobody foresees */
#pragma GCC unroll 24
        for (size_t f = 0; f < rows * KERNEL_PANEL; f += 16)
            __builtin_prefetch(next + f);
        if (worth(few, kk))
            tile_of(rows, wide, at + q, few, w, KERNEL_PANEL, 1, g, NR, s);
        else
            tile(rows, wide, kk, w, KERNEL_PANEL, 1, g, NR, s);
    }
    put_turned(rows, wide, s, e, lde, lines, left, add);
}

static void panel_error(size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart, float *e,
                  size_t lde, float *room)
{
    size_t high = height_of(n);

    for (size_t i = 0; !k && i < m; i++)
        memset(e + i * lde, 0, n * sizeof *e);
    for (size_t q = 0; q < k; q += KC) {
        size_t kk = k - q < KC ? k - q : KC;
        const float *from = w + q / KERNEL_PANEL * apart;
        uint8_t *list = (uint8_t *)(room + (m + NR - 1) / NR * NR * kk), *count = list + (m + NR - 1) / NR * KC;
        pack(g + q, ldg, 1, m, kk, NR, room);
        for (size_t i = 0; i < m; i += NR) /* units that rest in all of these rows hand nothing down */
            list_lines(room + i * kk, kk, list + i / NR * KC, count + i / NR * (KC / KERNEL_PANEL));
        for (size_t c = 0; c < n; c += high) {
            size_t rows = n - c < high ? n - c : high;
            for (size_t i = 0; i < m; i += NR) {
#define DO(R, W)                                                                                       \
    error_tile(R, W, kk, list + i / NR * KC, count + i / NR * (KC / KERNEL_PANEL), from + c * KERNEL_PANEL, apart, \
               room + i * kk, e + i * lde + c, lde, m - i < NR ? m - i : NR, n - c, q != 0)
                EACH_HEIGHT(rows, m - i <= VL, DO);
#undef DO
            }
        }
    }
}

/* at: as above. */
INLINE void gradient_tile(size_t rows, size_t wide, const uint8_t *at, size_t k, const float *x, size_t ldx, const float *g,
                          size_t ldg, float *d, size_t ldd, bool add)
{
    vf s[MR][2];

    clear(s);
    if (at)
        tile_of(rows, wide, at, k, x, 1, ldx, g, ldg, s);
    else
        tile(rows, wide, k, x, 1, ldx, g, ldg, s);
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
        put(d + r * ldd, wide * VL, s[r], add);
}

INLINE void gradient_of(const kernel_terms *terms, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g,
                        size_t ldg, float *d, size_t ldd, bool add)
{
    size_t high = height_of(n);

    for (size_t c = 0; !m && !add && c < n; c++)
        memset(d + c * ldd, 0, (k + VL - 1) / VL * VL * sizeof *d);
    for (size_t c = 0; c < n; c += high) {
        size_t rows = n - c < high ? n - c : high;
        for (size_t j = 0; j < k; j += NR)
            for (size_t q = 0; q < m; q += KC) {
                size_t mm = m - q < KC ? m - q : KC, few = terms ? terms->n[q / KC] : mm;
                const uint8_t *at = worth(few, mm) ? terms->at + q : NULL;
                few = at ? few : mm;
#define DO(R, W) gradient_tile(R, W, at, few, x + q * ldx + c, ldx, g + q * ldg + j, ldg, d + c * ldd + j, ldd, add || q)
                EACH_HEIGHT(rows, k - j <= VL, DO);
#undef DO
            }
    }
}

static void panel_gradient(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g, size_t ldg, float *d,
                     size_t ldd, bool add)
{
    gradient_of(NULL, m, n, k, x, ldx, g, ldg, d, ldd, add);
}

static void gradient_terms(const kernel_terms *terms, size_t m, size_t n, size_t k, const float *x, size_t ldx,
                           const float *g, size_t ldg, float *d, size_t ldd, bool add)
{
    gradient_of(terms, m, n, k, x, ldx, g, ldg, d, ldd, add);
}
