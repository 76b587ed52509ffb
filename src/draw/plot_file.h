/* plot_file.h - scenes into files: SVG, PNG, text. */
#ifndef DRAW_PLOT_FILE_H
#define DRAW_PLOT_FILE_H

#include "draw/plot.h"

/* The scene as SVG of so many cells, 10 x 20 units each. out->failed: no memory. */
void plot_to_svg(const plot *p, int width, int height, text *out);
/* By the ending of the path: .svg, .png (where libpng is), .txt (in that charset). width and height in cells, 0: 80 x 24.
 * The file is there whole or not at all. WEIR_EINVAL for another ending. */
weir_status plot_save(const plot *p, const char *path, int width, int height, plot_charset set, weir_error *err);

#endif
