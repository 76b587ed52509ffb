/* t_forward.c - scoring: against plain double arithmetic, and the same for every row
 * whatever the threads and the rows around it. */
#include "tests/tap.h"

#include "base/rng.h"
#include "kernel/dispatch.h"
#include "model/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 19, H1 = 70, H2 = 33, OUT = 4, ROWS = 700 };

static float x[ROWS * INPUTS];
static double out[ROWS * H1], other[ROWS * H1];

static network *make_net(activation_kind a, activation_kind last)
{
    size_t sizes[] = {INPUTS, H1, H2, OUT};
    network *net = NULL;

    if (network_new(&net, sizes, 4, a, last, NULL))
        abort();
    network_init(net, WEIGHTS_NORMAL, 0.3, true, 4);
    for (size_t i = 0; i < net->layers; i++)
        for (size_t r = 0; r < network_rows(&net->layer[i]); r++)
            net->layer[i].b[r] = 0.2 * rng_normal(4, 600, i * 1000 + r);
    net->layer[0].keep = 0.8; /* as after training with dropout 0.2 */
    return net;
}

/* One row by the definition; `upto` layers. */
static void by_hand(const network *net, const float *row, size_t upto, double *result)
{
    double a[2][H1], most = -INFINITY, sum = 0;

    for (size_t k = 0; k < INPUTS; k++)
        a[0][k] = (double)row[k];
    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        for (size_t u = 0; u < l->units; u++) {
            double z[2], v;
            for (size_t c = 0; c < (size_t)l->channels; c++) {
                size_t r = u * (size_t)l->channels + c;
                z[c] = l->b[r];
                for (size_t k = 0; k < l->inputs; k++)
                    z[c] += (double)l->w[r * l->inputs + k] * a[i % 2][k];
            }
            v = l->act == ACT_TANH ? tanh(z[0]) : l->act == ACT_RECTIFIER ? fmax(z[0], 0)
                : l->act == ACT_EXP_RECTIFIER ? (z[0] >= 0 ? z[0] : expm1(z[0]))
                : l->act == ACT_MAXOUT ? fmax(z[0], z[1]) : z[0];
            a[(i + 1) % 2][u] = v * l->keep;
        }
    }
    const network_layer *l = &net->layer[upto - 1];
    for (size_t u = 0; u < l->units; u++)
        most = fmax(most, a[upto % 2][u]);
    for (size_t u = 0; u < l->units; u++)
        sum += exp(a[upto % 2][u] - most);
    for (size_t u = 0; u < l->units; u++)
        result[u] = l->act == ACT_SOFTMAX ? exp(a[upto % 2][u] - most) / sum : a[upto % 2][u];
}

static void definitions(void)
{
    static const struct { activation_kind a; const char *name; } acts[] = {
        {ACT_TANH, "F027 Tanh"}, {ACT_RECTIFIER, "F028 Rectifier"}, {ACT_MAXOUT, "F029 Maxout"},
        {ACT_EXP_RECTIFIER, "ExpRectifier"}};

    for (size_t k = 0; k < 4; k++)
        for (size_t upto = 1; upto <= 3; upto++) {
            network *net = make_net(acts[k].a, ACT_SOFTMAX);
            size_t units = net->layer[upto - 1].units;
            double worst = 0, want[H1];
            if (network_forward(net, x, ROWS, upto, out, 1, NULL))
                abort();
            for (size_t i = 0; i < ROWS; i += 13) {
                by_hand(net, x + i * INPUTS, upto, want);
                for (size_t u = 0; u < units; u++)
                    worst = fmax(worst, fabs(out[i * units + u] - want[u]) / fmax(1, fabs(want[u])));
            }
            CLAIM(worst < 2e-6, "%s: %s of layer %zu as defined, keep factor included (%.1e)", acts[k].name,
                  upto == 3 ? "F022 softmax" : "F201 deep features", upto, worst);
            network_free(net);
        }
}

/* A row's prediction has the same bits alone, among others, and on any number of threads. */
static void the_same(void)
{
    static const activation_kind acts[] = {ACT_TANH, ACT_RECTIFIER, ACT_MAXOUT, ACT_EXP_RECTIFIER};

    for (size_t k = 0; k < 4; k++) {
        network *net = make_net(acts[k], k % 2 ? ACT_LINEAR : ACT_SOFTMAX);
        bool threads = true, alone = true;
        network_forward(net, x, ROWS, 3, out, 1, NULL);
        for (int team = 2; team <= 8; team += 3) {
            network_forward(net, x, ROWS, 3, other, team, NULL);
            threads &= !memcmp(out, other, ROWS * OUT * sizeof *out);
        }
        for (size_t n = 1; n <= 300; n += 1 + n) {
            network_forward(net, x + 5 * INPUTS, n, 3, other, 1, NULL);
            alone &= !memcmp(out + 5 * OUT, other, n * OUT * sizeof *out);
        }
        CLAIM(threads, "predictions do not depend on the number of threads, activation %zu", k);
        CLAIM(alone, "a row's prediction does not depend on the rows around it, activation %zu", k);
        network_free(net);
    }
}

/* F022: probabilities are probabilities, also of wild inputs. */
/* Single rows through the turned weights: the same bits as within a block, from every table;
 * enough inputs for several runs of the sums, a good part of them zero. */
static void turned(void)
{
    enum { WIDE = 700, N = 40 };
    static const char *const tables[] = {"generic", "avx2", "avx512"};
    static const activation_kind kinds[] = {ACT_RECTIFIER, ACT_TANH, ACT_MAXOUT};
    static float rows[N * WIDE];
    const char *before = kernel_get()->name;
    size_t sizes[] = {WIDE, 37, 20, OUT};
    double all[N * OUT], one[OUT];

    for (size_t i = 0; i < N * WIDE; i++)
        rows[i] = rng_below(9, 77, i, 3) ? 0 : (float)rng_normal(9, 78, i);
    for (size_t t = 0; t < 3; t++) {
        bool same = true;
        if (!kernel_choose(tables[t])) {
            CLAIM(true, "%s # SKIP not on this processor", tables[t]);
            continue;
        }
        for (size_t a = 0; a < 3; a++) {
            network *net = NULL;
            if (network_new(&net, sizes, 4, kinds[a], ACT_SOFTMAX, NULL))
                abort();
            network_init(net, WEIGHTS_NORMAL, 0.1, true, 6);
            net->layer[0].keep = 0.5;
            network_forward(net, rows, N, 3, all, 1, NULL);
            network_turn(net);
            for (size_t i = 0; i < N; i++) {
                network_forward(net, rows + i * WIDE, 1, 3, one, 1, NULL);
                same &= memcmp(one, all + i * OUT, sizeof one) == 0;
            }
            network_free(net);
        }
        CLAIM(same, "%s: a row by itself gets the bits it gets among others", tables[t]);
    }
    kernel_choose(before);
}

static void probabilities(void)
{
    network *net = make_net(ACT_RECTIFIER, ACT_SOFTMAX);
    float wild[4 * INPUTS];
    double worst = 0;

    network_forward(net, x, ROWS, 3, out, 1, NULL);
    for (size_t i = 0; i < ROWS; i++)
        worst = fmax(worst, fabs(out[4 * i] + out[4 * i + 1] + out[4 * i + 2] + out[4 * i + 3] - 1));
    CLAIM(worst < 1e-12, "F022 probabilities sum to 1 (%.1e)", worst);
    for (size_t k = 0; k < 4 * INPUTS; k++)
        wild[k] = (k % 2 ? -1e18f : 1e18f) * (float)(k % 7);
    network_forward(net, wild, 4, 3, out, 1, NULL);
    bool sane = true;
    for (size_t k = 0; k < 16; k++)
        sane &= out[k] >= 0 && out[k] <= 1;
    CLAIM(sane, "F022 probabilities stay in [0, 1] for inputs of 1e18");
    network_free(net);
}

int main(void)
{
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)rng_normal(4, 601, i);
    definitions();
    the_same();
    turned();
    probabilities();
    return tap_done();
}
