/* png.h - pixels to a PNG file, through the system's libpng. */
#ifndef DRAW_PNG_H
#define DRAW_PNG_H

#include "weir.h"

/* pixels[height][width][channels], row by row from the top, 0 black to 255; channels 1 (grey) or
 * 3 (red, green, blue). The file is there whole or not at all. Without libpng an error that says so. */
weir_status png_write(const char *path, const uint8_t *pixels, size_t width, size_t height, int channels,
                      weir_error *err);
bool png_there(void); /* built with libpng */

#endif
