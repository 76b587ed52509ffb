/* row.c - see row.h. */
#include "ui/row.h"

#include "ui/edit.h"

enum { TAB = 4 };

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

bool row_next(const char *s, size_t len, row_step *step)
{
    size_t at = step->at + step->n;
    int column = step->column + step->width;
    uint32_t cp;

    if (at >= len)
        return false;
    *step = (row_step){.at = at, .n = edit_after(s, len, at) - at, .column = column};
    for (size_t i = at, k; i < at + step->n; i += k) {
        k = text_next(s + i, len - i, &cp);
        step->width += cp == '\t' ? TAB - column % TAB : is_control(cp) ? 1 : text_width(cp);
    }
    if (!step->width) /* a mark without a letter */
        step->width = 1;
    return true;
}

int row_column(const char *s, size_t len, size_t at)
{
    row_step step = {0};

    while (row_next(s, len, &step))
        if (step.at + step.n > at)
            return step.column;
    return step.column + step.width;
}

size_t row_at(const char *s, size_t len, int column)
{
    row_step step = {0};

    while (row_next(s, len, &step))
        if (step.column + step.width > column)
            return step.at;
    return len;
}

int row_width(const char *s, size_t len)
{
    return row_column(s, len, len);
}

/* A control character as its picture, which no terminal takes for a command. */
static size_t picture(uint32_t cp, bool ascii, char out[4])
{
    return text_put_utf8(ascii ? '?' : cp < 0x20 ? 0x2400 + cp : cp == 0x7f ? 0x2421 : 0xfffd, out);
}

static void draw_step(canvas *c, int x, int y, canvas_style style, const char *s, const row_step *step)
{
    char buf[4];
    uint32_t cp;

    text_next(s + step->at, step->n, &cp);
    if (cp == '\t')
        canvas_fill(c, x, y, step->width, style, ' ');
    else if (is_control(cp))
        canvas_text(c, x, y, 1, style, buf, picture(cp, c->ascii, buf));
    else if (canvas_text(c, x, y, step->width, style, s + step->at, step->n) == 0)
        canvas_fill(c, x, y, step->width, style, c->ascii ? '?' : 0xfffd);
}

void row_draw(canvas *c, int x, int y, int w, int shift, const char *s, size_t len, const uint8_t *style, size_t n_style)
{
    row_step step = {0};

    while (row_next(s, len, &step) && step.column + step.width <= shift + w)
        if (step.column >= shift)
            draw_step(c, x + step.column - shift, y, step.at < n_style ? (canvas_style)style[step.at] : STYLE_PLAIN, s, &step);
}
