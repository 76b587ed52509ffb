/* grow_frame.c - grown columns to a frame. */
#include "config.h"
#include "data/grow_frame.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/column_stats.h"

weir_status grow_frame(weir_frame **out, grow *const *g, const char *const *names, size_t n, size_t rows, int threads,
                       weir_error *err)
{
    column **c = mem_zero(n + 1, sizeof *c);
    int bad = !c;

#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(| : bad) if (threads > 1)
    for (size_t k = 0; k < (c ? n : 0); k++)
        bad |= !(c[k] = grow_finish(g[k]));
    if (bad) {
        for (size_t k = 0; c && k < n; k++)
            column_unref(c[k]);
        mem_free(c);
        return weir_no_memory(err, "building a frame");
    }
    column_count_stats(c, n, threads);
    weir_status st = frame_new(out, c, names, n, rows, err);
    mem_free(c);
    return st;
}
