/* linear_command.h - what a typed line does in the linear mode, and what the mode keeps. */
#ifndef UI_LINEAR_COMMAND_H
#define UI_LINEAR_COMMAND_H

#include "ui/linear.h"

#include <stdarg.h>

struct linear {
    app *a;
    int fd_in, fd_out;
    text in, out;          /* not yet a whole line; not yet taken by who reads */
    bool person;           /* lines come from a terminal, which shows what is typed */
    bool open;             /* a cell has begun a line */
    bool asks;             /* a prompt stands at the line's beginning */
    bool due;              /* a prompt is wanted */
    const overlay *top;    /* that was asked about last */
    bool typing;           /* lines are text of the cell */
    bool busy, ended, gone;
    bool inside, closed;   /* linear_turn works; it was closed meanwhile */
    uint64_t heard;        /* messages that were told */
    double told, typed;    /* when progress was; when a line came */
    int64_t last_job, running_job;
};

void linear_say(linear *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void linear_command(linear *l, const char *line);
void linear_tell_cell(linear *l, size_t i);
void linear_text(linear *l, const char *line); /* while a text is typed in */
void linear_settle(linear *l); /* after a command or an answer: where it led, in words */
void linear_tell_job(linear *l, const weir_job_info *i);
void linear_tell_scores(linear *l, weir_job *j);

#endif
