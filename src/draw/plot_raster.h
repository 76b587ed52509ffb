/* plot_raster.h - a scene as pixels, two for each unit. */
#ifndef DRAW_PLOT_RASTER_H
#define DRAW_PLOT_RASTER_H

#include "draw/plot.h"

/* width x height in cells; the file is there whole or not at all. Without libpng an error that says so. */
weir_status plot_to_png(const plot *p, const char *path, int width, int height, weir_error *err);

#endif
