/* plot.c - curves of a frame as text. */
#include "lua/bind.h"

#include "draw/canvas.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_CURVES = 6, HEIGHT = 14, WIDEST = 78 };

static bool fits(const weir_frame *f, size_t col)
{
    weir_type t = weir_frame_type(f, col);
    return t == WEIR_TYPE_NUMERIC || t == WEIR_TYPE_TIME;
}

void show_plot(text *out, const weir_frame *f, size_t x_col, int columns)
{
    size_t rows = weir_frame_rows(f), n = 0;
    double *numbers = calloc((MOST_CURVES + 1) * rows + 1, sizeof *numbers), *x = numbers;
    canvas_curve curves[MOST_CURVES];
    canvas pic = {0};
    int width = columns < WIDEST ? columns : WIDEST;

    if (!numbers || !canvas_resize(&pic, width, HEIGHT)) {
        free(numbers);
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < rows; i++)
        x[i] = (double)i + 1;
    if (x_col)
        weir_frame_read(f, x_col - 1, 0, rows, x);
    for (size_t i = 0; i < weir_frame_cols(f) && n < MOST_CURVES; i++) {
        if (i + 1 == x_col || !fits(f, i))
            continue;
        double *y = numbers + (n + 1) * rows;
        weir_frame_read(f, i, 0, rows, y);
        curves[n] = (canvas_curve){weir_frame_name(f, i), x, y, rows, n % 2 ? STYLE_SECOND : STYLE_FIRST};
        n++;
    }
    canvas_plot(&pic, 0, 0, width, HEIGHT, curves, n, x_col ? weir_frame_name(f, x_col - 1) : "row", (double)NAN, NULL);
    canvas_to_text(&pic, out);
    canvas_free(&pic);
    free(numbers);
}
