/* sheet.c - small grey pictures side by side. */
#include "draw/sheet.h"

#include "base/mem.h"
#include "base/status.h"
#include "draw/png.h"

#include <math.h>

static size_t rows_of(const sheet *s)
{
    return s->across ? (s->n + s->across - 1) / s->across : 0;
}

void sheet_cells(const sheet *s, int *width, int *height)
{
    size_t across = s->n < s->across ? s->n : s->across, tall = (s->height + 1) / 2;

    *width = (int)(across ? across * (s->width + 1) - 1 : 0);
    *height = (int)(rows_of(s) ? rows_of(s) * (tall + 1) - 1 : 0);
}

/* Shade of a pixel, 0 outside and where it is missing. */
static double shade_at(const sheet *s, size_t k, size_t x, size_t y)
{
    if (y >= s->height)
        return 0;
    double v = (double)s->shade[(k * s->height + y) * s->width + x];
    return !(v > 0) ? 0 : v < 1 ? v : 1;
}

/* Two pixels, one above the other, as one character. */
static uint32_t block(double above, double below, bool ascii)
{
    static const char letters[] = " .:-=+*#%@";
    static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    int a = (int)floor(above * 4 + 0.5), b = (int)floor(below * 4 + 0.5);

    if (ascii)
        return (unsigned char)letters[(int)floor((above + below) / 2 * 9 + 0.5)];
    if (a >= 3 && b <= 1)
        return 0x2580;
    if (b >= 3 && a <= 1)
        return 0x2584;
    return shades[(int)floor((above + below) / 2 * 4 + 0.5)];
}

void sheet_draw(canvas *c, int x, int y, const sheet *s)
{
    size_t tall = (s->height + 1) / 2;

    for (size_t k = 0; k < s->n; k++)
        for (size_t j = 0; j < tall; j++)
            for (size_t i = 0; i < s->width; i++)
                canvas_fill(c, x + (int)(k % s->across * (s->width + 1) + i), y + (int)(k / s->across * (tall + 1) + j), 1, STYLE_PLAIN,
                            block(shade_at(s, k, i, 2 * j), shade_at(s, k, i, 2 * j + 1), c->ascii));
}

void sheet_to_text(const sheet *s, bool ascii, text *out)
{
    canvas c = {.ascii = ascii};
    int width, height;

    sheet_cells(s, &width, &height);
    if (width < 1 || height < 1)
        return;
    if (!canvas_resize(&c, width, height)) {
        out->failed = true;
        return;
    }
    sheet_draw(&c, 0, 0, s);
    canvas_to_text(&c, out);
    canvas_free(&c);
}

weir_status sheet_to_png(const sheet *s, const char *path, size_t scale, bool on_black, weir_error *err)
{
    size_t across = s->n < s->across ? s->n : s->across, edge = scale;

    if (!across || scale < 1 || scale > 100)
        return weir_fail(err, WEIR_EINVAL, "a sheet of %zu pictures at scale %zu cannot be written", s->n, scale);
    size_t width = across * (s->width * scale + edge) + edge, height = rows_of(s) * (s->height * scale + edge) + edge;
    if (width > 60000 || height > 60000)
        return weir_fail(err, WEIR_EINVAL, "a picture of %zu x %zu pixels is too large; 60000 are the most", width, height);
    uint8_t *pixels = mem_array(width * height, 1);
    if (!pixels)
        return weir_no_memory(err, "writing a picture");
    for (size_t i = 0; i < width * height; i++)
        pixels[i] = 128; /* between the pictures */
    for (size_t k = 0; k < s->n; k++) {
        size_t left = edge + k % s->across * (s->width * scale + edge), top = edge + k / s->across * (s->height * scale + edge);
        for (size_t y = 0; y < s->height * scale; y++)
            for (size_t x = 0; x < s->width * scale; x++) {
                double v = shade_at(s, k, x / scale, y / scale);
                pixels[(top + y) * width + left + x] = (uint8_t)floor(255 * (on_black ? v : 1 - v) + 0.5);
            }
    }
    weir_status st = png_write(path, pixels, width, height, 1, err);
    mem_free(pixels);
    return st;
}
