/* kernel_step.h - the part of kernel_impl.c that moves weights: ADADELTA, SGD, Adam; included there alone. */

/* Reciprocal square root by Newton from a bit guess: the same bits on every machine,
 * unlike the processors' own estimates, which serve when that does not matter (quick).
 * Relative error below 5e-6, x in [1e-30, 1e30]. */
INLINE vf inverse_root(vf x, bool quick)
{
#if defined __AVX512F__ || defined __AVX2__
    if (quick) {
#if defined __AVX512F__
        vf q = (vf)_mm512_rsqrt14_ps((__m512)x);
#else
        vf q = (vf)_mm256_rsqrt_ps((__m256)x);
#endif
        return q * (1.5f - 0.5f * x * (q * q));
    }
#else
    (void)quick;
#endif
    vi bits = 0x5f375a86 - ((vi)x >> 1);
    vf y = (vf)bits, h = 0.5f * x;
    y = y * (1.5f - h * (y * y));
    y = y * (1.5f - h * (y * y));
    return y;
}

INLINE vf root(vf x)
{
#if defined __AVX512F__
    return (vf)_mm512_sqrt_ps((__m512)x);
#elif defined __AVX2__
    return (vf)_mm256_sqrt_ps((__m256)x);
#elif defined __SSE2__
    return (vf)_mm_sqrt_ps((__m128)x);
#else
    for (size_t i = 0; i < VL; i++)
        x[i] = sqrtf(x[i]);
    return x;
#endif
}

/* l1 * sign(w), 0 at 0 */
INLINE vf pull(vf w, float l1)
{
    vi minus = {0};
    minus -= INT32_MAX;
    minus -= 1;
    return (vf)((((vi)w & minus) | (vi)all(l1)) & (w != 0));
}

/* The gradient, 0 where v is 0 unless all are to move: `go` says where. `plain`: no penalty, no
 * decay, not all, so that v == 0 gives 0 by itself. */
INLINE vf gradient(vf v, vf w, float c, const kernel_step *k, bool plain, vi *go)
{
    vf g = c * v;

    *go = v != 0;
    if (plain)
        return g;
    *go |= (all(0) == all(k->all ? 0.0f : 1.0f));
    g += pull(w, k->l1) + k->l2 * w;
    return (vf)((vi)g & *go);
}

/* What decoupled decay takes. */
INLINE vf decayed(vf w, const kernel_step *k, bool plain, vi go)
{
    return plain ? all(0) : (vf)((vi)(k->decay * w) & go);
}

/* 1 / sqrt(x): `quick`, the processor's estimate, good to 4e-4 (AVX2) or 6e-5 (AVX-512) of it. */
INLINE vf about_inverse_root(vf x, bool quick)
{
#if defined __AVX512F__
    if (quick)
        return (vf)_mm512_rsqrt14_ps((__m512)x);
#elif defined __AVX2__
    if (quick)
        return (vf)_mm256_rsqrt_ps((__m256)x);
#endif
    return inverse_root(x, quick);
}

/* A rule moves one vector: w, s, t in and out. Where nothing goes g is 0, which leaves w. The
 * averages of ADADELTA decay there too, as Zeiler has it: a weight whose gradient is seldom
 * other than zero would else keep the memory of its last large ones and hardly move. `scale` is
 * adadelta_scale's: gradient and step are reckoned times it, so that their squares join the averages as they are. */
INLINE float adadelta_scale(const kernel_step *k)
{
    return k->rho < 1 ? sqrtf(1 - k->rho) : 1e-9f;
}

INLINE void adadelta_vec(vf *w, vf *s, vf *t, vf v, float c, const kernel_step *k, float scale, bool plain)
{
    vi go;
    vf g = gradient(v, *w, plain ? c * scale : c, k, plain, &go), eps = all(k->epsilon), rho = all(k->rho);
    if (!plain)
        g *= scale;
    vf g2 = rho * *s + g * g, a = *t + eps, b = g2 + eps;
    vf d = a * about_inverse_root(a * b, k->quick) * g; /* sqrt(a / b) g */

    *t = rho * *t + d * d;
    *s = g2;
    d *= 1 / scale;
    if (!plain)
        d += decayed(*w, k, plain, go);
    *w -= d;
}

INLINE void sgd_vec(vf *w, vf *s, vf *t, vf v, float c, const kernel_step *k, float scale, bool plain)
{
    vi go;
    (void)scale;
    vf g = gradient(v, *w, c, k, plain, &go);

    (void)t;
    if (plain && k->momentum == 0) { /* s is g; nothing is remembered */
        *w -= k->rate * g;
        *s = pick(go, g, *s);
        return;
    }
    vf speed = k->momentum * *s + g, move = all(k->nesterov ? k->momentum : 1) * speed;
    if (k->nesterov)
        move += g;
    *w = pick(go, *w - k->rate * move - k->decay * *w, *w);
    *s = pick(go, speed, *s);
}

INLINE void adam_vec(vf *w, vf *s, vf *t, vf v, float c, const kernel_step *k, float scale, bool plain)
{
    vi go;
    (void)scale;
    vf g = gradient(v, *w, c, k, plain, &go);
    float b1 = k->beta1, b2 = k->beta2;
    vf m = b1 * *s + (1 - b1) * g, u = b2 * *t + (1 - b2) * g * g;
    vf move = k->rate * k->correct1 * m / (root(u * k->correct2) + 1e-8f);

    *w = pick(go, *w - move - k->decay * *w, *w);
    *s = pick(go, m, *s);
    *t = pick(go, u, *t);
}

#define LINES(rule, plain, back)                                                                 \
    for (size_t i = 0; i < count; i++) {                                                         \
        size_t at = row_of(idx, i) * ld;                                                         \
        ptrdiff_t next = i + 1 < count ? (ptrdiff_t)(row_of(idx, i + 1) * ld - at) : 0;          \
        float sum = rule##_line(w + at, s + at, t + at, next, v + i * k.apart, val[i], n, &k, scale, plain, back); \
        if (back)                                                                                \
            e[i] = sum;                                                                          \
    }
#define LINES_BOTH(rule, plain)          \
    if (e) {                             \
        LINES(rule, plain, true)         \
    } else {                             \
        LINES(rule, plain, false)        \
    }

/* One line, and the list of lines of one layer and row of data. back: the line's sum of v times w is asked for. */
#define STEPS(rule, scale_of)                                                                    \
    INLINE float rule##_line(float *w, float *s, float *t, ptrdiff_t next, const float *v,      \
                             float c, size_t n, const kernel_step *k, float scale, bool plain, bool back) \
    {                                                                                            \
        vf sum = {0};                                                                            \
        size_t i = 0;                                                                            \
        for (; i + VL <= n; i += VL) {                                                           \
            vf vv = load(v + i), wv = load(w + i), sv = load(s + i), tv = load(t + i);           \
            if (back)                                                                            \
                sum += vv * wv;                                                                  \
            __builtin_prefetch(w + next + i);                                                    \
            __builtin_prefetch(s + next + i);                                                    \
            __builtin_prefetch(t + next + i);                                                    \
            rule##_vec(&wv, &sv, &tv, vv, c, k, scale, plain);                                   \
            store(w + i, wv);                                                                    \
            store(s + i, sv);                                                                    \
            store(t + i, tv);                                                                    \
        }                                                                                        \
        if (i < n) {                                                                             \
            size_t m = n - i;                                                                    \
            vf vv = load_part(v + i, m), wv = load_part(w + i, m);                               \
            vf sv = load_part(s + i, m), tv = load_part(t + i, m);                               \
            if (back)                                                                            \
                sum += vv * wv;                                                                  \
            rule##_vec(&wv, &sv, &tv, vv, c, k, scale, plain);                                   \
            store_part(w + i, wv, m);                                                            \
            store_part(s + i, sv, m);                                                            \
            store_part(t + i, tv, m);                                                            \
        }                                                                                        \
        return back ? total(sum) : 0;                                                            \
    }                                                                                            \
    static void rule(float *w, float *s, float *t, size_t ld, const uint32_t *idx,               \
                     const float *val, size_t count, const float *v, size_t n,                   \
                     const kernel_step *step, float *e)                                          \
    {                                                                                            \
        kernel_step k = *step; /* its own copy: stores to weights cannot change it */            \
        bool plain = k.l1 == 0 && k.l2 == 0 && k.decay == 0 && !k.all, quick = k.quick;          \
        const float scale = scale_of;                                                            \
        if (plain && quick) { /* what is known is compiled in */                                 \
            k.quick = true;                                                                      \
            LINES_BOTH(rule, true)                                                               \
        } else if (plain) {                                                                      \
            k.quick = false;                                                                     \
            LINES_BOTH(rule, true)                                                               \
        } else if (quick) {                                                                      \
            k.quick = true;                                                                      \
            LINES_BOTH(rule, false)                                                              \
        } else {                                                                                 \
            k.quick = false;                                                                     \
            LINES_BOTH(rule, false)                                                              \
        }                                                                                        \
    }
STEPS(adadelta, adadelta_scale(&k))
STEPS(sgd, 1)
STEPS(adam, 1)

/* Several rows' steps on one line ---------------------------------------------------------- */

#if defined __AVX512F__
enum { TURN_WIDE = 4 }; /* vectors that take their steps side by side: one alone would wait for itself */
#else
enum { TURN_WIDE = 2 };
#endif
enum { TURNS_MOST = KERNEL_TURNS };

/* The averages are reckoned in a unit that shrinks by rho at every step, so that they need not be multiplied: after
 * step j they are rho^-(j + 1) times what they stand for. */
static void prepare_turns(const kernel_step *k, kernel_turns *t)
{
    float scale = adadelta_scale(k), grow = 1 / sqrtf(k->rho), unit = 1;

    for (size_t j = 0; j < TURNS_MOST; j++) {
        unit *= grow;
        t->c[j] = scale * unit;
        t->back[j] = 1 / (scale * unit);
        t->epsilon[j] = k->epsilon * unit * unit;
        t->l1[j] = k->l1 * scale * unit;
        t->l2[j] = k->l2 * scale * unit;
        t->shrink[j] = 1 / (unit * unit);
    }
    t->older = 1 / k->rho;
}

/* c: already times t->c. */
INLINE void adadelta_wide(float *w, float *s, float *t, size_t i, const float *const *rows, const float *c, size_t count,
                          const kernel_turns *turn, bool plain, vf *sum, size_t wide)
{
    float older = turn->older, shrink = turn->shrink[count - 1];
    vf wv[TURN_WIDE], sv[TURN_WIDE], tv[TURN_WIDE];

#pragma GCC unroll 4
    for (size_t q = 0; q < wide; q++)
        wv[q] = load(w + i + q * VL), sv[q] = load(s + i + q * VL), tv[q] = load(t + i + q * VL);
    for (size_t j = 0; j < count; j++) {
        const float *v = rows[j] + i;
        vf cj = all(c[j]), eps = all(turn->epsilon[j]), back = all(turn->back[j]), g[TURN_WIDE], a[TURN_WIDE], r[TURN_WIDE];
        vf e = sum ? sum[j] : all(0);
#pragma GCC unroll 4
        for (size_t q = 0; q < wide; q++) {
            vf x = load(v + q * VL);
            e += x * wv[q];
            g[q] = cj * x;
            if (!plain)
                g[q] = (vf)((vi)(g[q] + pull(wv[q], turn->l1[j]) + turn->l2[j] * wv[q]) & (x != 0));
        }
        if (sum)
            sum[j] = e;
#pragma GCC unroll 4
        for (size_t q = 0; q < wide; q++) {
            sv[q] += g[q] * g[q];
            a[q] = older * tv[q] + eps; /* before its decay */
            r[q] = a[q] * (sv[q] + eps);
        }
#pragma GCC unroll 4
        for (size_t q = 0; q < wide; q++)
            r[q] = a[q] * about_inverse_root(r[q], true);
#pragma GCC unroll 4
        for (size_t q = 0; q < wide; q++) {
            vf d = r[q] * g[q];
            tv[q] += d * d;
            wv[q] -= back * d;
        }
    }
#pragma GCC unroll 4
    for (size_t q = 0; q < wide; q++) {
        store(w + i + q * VL, wv[q]);
        store(s + i + q * VL, shrink * sv[q]);
        store(t + i + q * VL, shrink * tv[q]);
    }
}

INLINE void adadelta_line_turns(float *w, float *s, float *t, ptrdiff_t ahead, size_t n, const float *const *rows,
                                const float *c, size_t count, const kernel_turns *turn, bool plain, vf *sum)
{
    size_t i = 0;

    for (; i + TURN_WIDE * VL <= n; i += TURN_WIDE * VL) {
#pragma GCC unroll 4
        for (size_t q = 0; q < TURN_WIDE * VL; q += 16) {
            __builtin_prefetch(w + ahead + i + q, 1, 2);
            __builtin_prefetch(s + ahead + i + q, 1, 2);
            __builtin_prefetch(t + ahead + i + q, 1, 2);
        }
        adadelta_wide(w, s, t, i, rows, c, count, turn, plain, sum, TURN_WIDE);
    }
    for (; i < n; i += VL)
        adadelta_wide(w, s, t, i, rows, c, count, turn, plain, sum, 1);
}

static void adadelta_turns(float *w, float *s, float *t, ptrdiff_t ahead, size_t n, const float *const *v, const float *c,
                           size_t count, const kernel_step *k, const kernel_turns *turn, float *e)
{
    bool plain = k->l1 == 0 && k->l2 == 0;

    if (k->decay != 0 || k->all || !k->quick || !(k->rho > 0.5f)) {
        for (size_t j = 0; j < count; j++)
            adadelta(w, s, t, 0, NULL, c + j, 1, v[j], n, k, e ? e + j : NULL);
        return;
    }
    while (count) {
        float scaled[TURNS_MOST];
        vf sum[TURNS_MOST];
        size_t few = count < TURNS_MOST ? count : TURNS_MOST;
        for (size_t j = 0; j < few; j++) {
            scaled[j] = c[j] * turn->c[j];
            sum[j] = all(0);
        }
#define TURNS(plain, sum) adadelta_line_turns(w, s, t, ahead, n, v, scaled, few, turn, plain, sum)
        if (plain && e)
            TURNS(true, sum);
        else if (plain)
            TURNS(true, NULL);
        else if (e)
            TURNS(false, sum);
        else
            TURNS(false, NULL);
#undef TURNS
        for (size_t j = 0; j < few && e; j++)
            e[j] = total(sum[j]);
        count -= few, v += few, c += few, e += e ? few : 0;
    }
}
