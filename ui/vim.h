/* vim.h - vim's normal mode inside a cell: motions, operators, counts. */
#ifndef UI_VIM_H
#define UI_VIM_H

#include "ui/app.h"

/* A key in normal mode; false: it means nothing there. */
bool vim_key(app *a, int key);

#endif
