/* image.c - rows of a frame as pictures: weir.image. */
#include "config.h"
#include "lua/bind.h"

#include "draw/sheet.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_PICTURES = 1000 };

/* A number under `key` of the options at 2; `absent` when it is not there. */
static lua_Integer whole(lua_State *L, const char *key, lua_Integer absent, lua_Integer most)
{
    lua_getfield(L, 2, key);
    lua_Integer v = lua_isnil(L, -1) ? absent : lua_tointeger(L, -1);
    if (!lua_isnil(L, -1) && (!lua_isinteger(L, -1) || v < 1 || v > most))
        return bind_fail(L, NULL, "image: %s is a whole number from 1 to %I", key, most);
    lua_pop(L, 1);
    return v;
}

static double real(lua_State *L, const char *key)
{
    lua_getfield(L, 2, key);
    double v = lua_isnil(L, -1) ? (double)NAN : lua_tonumber(L, -1);
    if (!lua_isnil(L, -1) && !lua_isnumber(L, -1))
        bind_fail(L, NULL, "image: %s is a number", key);
    lua_pop(L, 1);
    return v;
}

static bool is_pixel(const weir_frame *f, size_t col)
{
    weir_type t = weir_frame_type(f, col);
    return t == WEIR_TYPE_NUMERIC || t == WEIR_TYPE_MISSING;
}

/* The shades of all pictures in a userdata on the stack, from lo (nothing) to hi (full). */
static float *shades_of(lua_State *L, const weir_frame *f, size_t pixels, size_t rows, double lo, double hi)
{
    float *shade = lua_newuserdatauv(L, (pixels * rows + 1) * sizeof *shade, 0);
    double *x = lua_newuserdatauv(L, (rows + 1) * sizeof *x, 0);
    double least = INFINITY, most = -INFINITY;

    for (size_t c = 0, p = 0; c < weir_frame_cols(f) && p < pixels; c++) {
        if (!is_pixel(f, c))
            continue;
        weir_frame_read(f, c, 0, rows, x);
        for (size_t r = 0; r < rows; r++) {
            shade[r * pixels + p] = (float)x[r];
            least = x[r] < least ? x[r] : least;
            most = x[r] > most ? x[r] : most;
        }
        p++;
    }
    lo = isnan(lo) ? least : lo;
    hi = isnan(hi) ? most : hi;
    double span = hi > lo ? hi - lo : 1;
    for (size_t i = 0; i < pixels * rows; i++)
        shade[i] = (float)(((double)shade[i] - lo) / span);
    lua_pop(L, 1);
    return shade;
}

/* (frame, options {width, height, across, min, max, file, scale, black, ascii}): numeric columns are the
 * pixels, row by row. */
int draw_image(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);
    binding *b = bind_of(L);
    size_t rows = weir_frame_rows(f), pixels = 0;
    weir_error err = {0};
    text t = {0};

    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    for (size_t c = 0; c < weir_frame_cols(f); c++)
        pixels += is_pixel(f, c);
    lua_Integer square = (lua_Integer)floor(sqrt((double)pixels) + 0.01);
    lua_Integer width = whole(L, "width", (lua_Integer)pixels - square * square <= 1 ? square : 0, 10000);
    if (width < 1)
        return bind_fail(L, "width = 28 for 784 pixels", "image: %d numeric columns are no square; width is missing", (int)pixels);
    lua_Integer height = whole(L, "height", (lua_Integer)pixels / width, 10000);
    pixels -= (lua_Integer)pixels - width * height == 1; /* the class may stand behind the pixels as a number */
    if (width * height != (lua_Integer)pixels)
        return bind_fail(L, NULL, "image: %d numeric columns are no picture of %I x %I", (int)pixels, width, height);
    if (rows < 1 || rows > MOST_PICTURES)
        return bind_fail(L, NULL, "image: %d rows; 1 to %d can be seen at once", (int)rows, (int)MOST_PICTURES);
    lua_Integer fit = (b->columns + 1) / (width + 1), want = (lua_Integer)ceil(sqrt((double)rows));
    lua_getfield(L, 2, "file");
    const char *file = lua_tostring(L, -1);
    lua_Integer across = whole(L, "across", file || want <= fit ? want : fit > 0 ? fit : 1, MOST_PICTURES);
    lua_Integer scale = whole(L, "scale", 4, 100);
    double lo = real(L, "min"), hi = real(L, "max");
    sheet s = {.width = (size_t)width, .height = (size_t)height, .n = rows, .across = (size_t)across};
    s.shade = shades_of(L, f, pixels, rows, lo, hi);
    if (file) {
        if (sheet_to_png(&s, file, (size_t)scale, bind_option(L, 2, "black"), &err))
            return bind_raise(L, &err);
        lua_pushstring(L, file);
        return 1;
    }
    sheet_to_text(&s, bind_option(L, 2, "ascii"), &t);
    bind_say(L, &t);
    return 0;
}
