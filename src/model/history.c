/* history.c - scoring rows in blocks that never move. */
#include "model/history.h"

#include "base/mem.h"
#include "base/status.h"

#include <stdatomic.h>

enum { BLOCK_ROWS = 64, BLOCKS = 4096 };

struct history {
    _Atomic size_t count; /* writer: the training; release after the row is written */
    _Atomic(weir_score_row *) block[BLOCKS];
};

history *history_new(void)
{
    return MEM_NEW(history);
}

void history_free(history *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < BLOCKS; i++)
        mem_free(atomic_load_explicit(&h->block[i], memory_order_relaxed));
    mem_free(h);
}

weir_status history_add(history *h, const weir_score_row *row, weir_error *err)
{
    size_t n = atomic_load_explicit(&h->count, memory_order_relaxed), b = n / BLOCK_ROWS;

    if (b >= BLOCKS)
        return weir_fail(err, WEIR_ESTATE, "the scoring history is full at %zu rows", n);
    weir_score_row *rows = atomic_load_explicit(&h->block[b], memory_order_relaxed);
    if (!rows) {
        rows = mem_zero(BLOCK_ROWS, sizeof *rows);
        if (!rows)
            return weir_no_memory(err, "adding to the scoring history");
        atomic_store_explicit(&h->block[b], rows, memory_order_release);
    }
    rows[n % BLOCK_ROWS] = *row;
    atomic_store_explicit(&h->count, n + 1, memory_order_release);
    return WEIR_OK;
}

size_t history_count(const history *h)
{
    return atomic_load_explicit(&((history *)(uintptr_t)h)->count, memory_order_acquire);
}

size_t history_read(const history *ch, size_t from, weir_score_row *out, size_t cap)
{
    history *h = (history *)(uintptr_t)ch;
    size_t n = history_count(h), got = 0;

    for (size_t i = from; i < n && got < cap; i++)
        out[got++] = atomic_load_explicit(&h->block[i / BLOCK_ROWS], memory_order_acquire)[i % BLOCK_ROWS];
    return got;
}

weir_status history_copy(history *to, const history *from, weir_error *err)
{
    weir_score_row row;
    weir_status st = WEIR_OK;

    for (size_t i = 0; !st && history_read(from, i, &row, 1); i++)
        st = history_add(to, &row, err);
    return st;
}
