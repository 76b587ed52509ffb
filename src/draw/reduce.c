/* reduce.c - fewer points that draw the same line; smoothing. */
#include "draw/reduce.h"

#include <math.h>

int reduce_column(const scale *sx, double x, int columns)
{
    double p = scale_place(sx, x) * (columns - 1);

    return p < -0.5 ? -1 : p >= columns - 0.5 ? columns : (int)floor(p + 0.5);
}

/* Writes first, least, greatest and last in order, each once. */
static size_t flush(size_t first, size_t low, size_t high, size_t last, size_t *keep)
{
    size_t a = low < high ? low : high, b = low < high ? high : low, n = 0;

    keep[n++] = first;
    if (a != first)
        keep[n++] = a;
    if (b != keep[n - 1])
        keep[n++] = b;
    if (last != keep[n - 1])
        keep[n++] = last;
    return n;
}

size_t reduce_line(size_t n, const double *x, const double *y, const scale *sx, int columns, size_t *keep)
{
    size_t kept = 0, first = 0, low = 0, high = 0, last = 0;
    int column = 0;
    bool open = false, gap = false;

    for (size_t i = 0; i < n; i++) {
        bool good = isfinite(y[i]) && !isnan(scale_place(sx, x[i]));
        int at = good ? reduce_column(sx, x[i], columns) : 0;
        if (open && (!good || at != column)) {
            kept += flush(first, low, high, last, keep + kept);
            open = false;
        }
        if (!good) {
            if (!gap && kept)
                keep[kept++] = i;
            gap = true;
            continue;
        }
        gap = false;
        if (!open) {
            first = low = high = i;
            column = at;
            open = true;
        }
        low = y[i] < y[low] ? i : low;
        high = y[i] > y[high] ? i : high;
        last = i;
    }
    return open ? kept + flush(first, low, high, last, keep + kept) : kept;
}

void reduce_smooth(size_t n, const double *y, double a, double *out)
{
    double sum = 0, weight = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(y[i])) {
            out[i] = NAN;
            continue;
        }
        sum = a * sum + (1 - a) * y[i];
        weight = a * weight + (1 - a);
        out[i] = sum / weight;
    }
}
