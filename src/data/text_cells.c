/* text_cells.c - cells that are words: texts of string columns, labels of factors. */
#include "data/text_cells.h"

#include "base/status.h"

#include <string.h>

weir_status text_cells_only(const weir_frame *f, const char *who, weir_error *err)
{
    for (size_t i = 0; i < f->cols; i++)
        if (f->col[i]->type != WEIR_TYPE_STRING && f->col[i]->type != WEIR_TYPE_FACTOR && f->col[i]->type != WEIR_TYPE_MISSING)
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; texts or labels are needed", who, f->name[i],
                             weir_type_name(f->col[i]->type));
    return WEIR_OK;
}

const char *text_cell(const column *c, size_t row, size_t *n)
{
    if (c->type == WEIR_TYPE_STRING)
        return column_text_at(c, row, n);
    uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, row) : COLUMN_MISSING;
    if (code == COLUMN_MISSING)
        return NULL;
    *n = strlen(c->levels[code]);
    return c->levels[code];
}
