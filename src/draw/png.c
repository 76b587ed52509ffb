/* png.c - pixels to a PNG file. libpng reports errors by a long jump: nothing that must be
 * released is made between setjmp and the end but libpng's own. */
#include "config.h"
#include "draw/png.h"

#include "base/outfile.h"
#include "base/status.h"

#ifdef HAVE_PNG
#include <png.h>
#include <setjmp.h>

bool png_there(void)
{
    return true;
}

typedef struct target {
    outfile file;
    weir_status st;
    weir_error *err;
} target;

static void put(png_structp png, png_bytep bytes, size_t n)
{
    target *t = png_get_io_ptr(png);

    t->st = outfile_write(&t->file, bytes, n, t->err);
    if (t->st)
        png_error(png, "cannot write");
}

static void flush(png_structp png)
{
    (void)png;
}

static void say_nothing(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

static void fail(png_structp png, png_const_charp text)
{
    (void)text;
    longjmp(png_jmpbuf(png), 1);
}

static void write_all(png_structp png, png_infop info, const uint8_t *pixels, size_t width, size_t height, int channels)
{
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (size_t y = 0; y < height; y++)
        png_write_row(png, pixels + y * width * (size_t)channels);
    png_write_end(png, info);
}

weir_status png_write(const char *path, const uint8_t *pixels, size_t width, size_t height, int channels, weir_error *err)
{
    target t = {.err = err};

    if (width < 1 || height < 1 || width > 1000000 || height > 1000000)
        return weir_fail(err, WEIR_EINVAL, "a picture of %zu x %zu pixels cannot be written", width, height);
    weir_status st = outfile_open(&t.file, path, err);
    if (st)
        return st;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, say_nothing);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        outfile_drop(&t.file);
        return weir_no_memory(err, "writing a picture");
    }
    if (setjmp(png_jmpbuf(png))) {
        st = t.st ? t.st : weir_fail(err, WEIR_EIO, "cannot write '%s': libpng gave up", path);
        png_destroy_write_struct(&png, &info);
        outfile_drop(&t.file);
        return st;
    }
    png_set_write_fn(png, &t, put, flush);
    write_all(png, info, pixels, width, height, channels);
    png_destroy_write_struct(&png, &info);
    return outfile_commit(&t.file, err);
}

#else

bool png_there(void)
{
    return false;
}

weir_status png_write(const char *path, const uint8_t *pixels, size_t width, size_t height, int channels, weir_error *err)
{
    (void)pixels, (void)width, (void)height, (void)channels;
    weir_fail(err, WEIR_ESTATE, "cannot write '%s': this weir was built without libpng", path);
    weir_hint(err, "install libpng's development files and build again");
    return WEIR_ESTATE;
}

#endif
