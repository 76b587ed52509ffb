/* linear.h - the workbench as lines: for screen readers and braille displays, for terminals that can only print,
 * and for pipes. Nothing on the screen is ever moved or written over: what happens is a line, every state is a
 * word, a list is a menu by number. The same notebook, commands, questions and settings as on the whole screen. */
#ifndef UI_LINEAR_H
#define UI_LINEAR_H

#include "ui/app.h"

typedef struct linear linear;

/* Reads lines from `in` and writes to `out`, which stay the caller's. NULL: out of memory. */
linear *linear_open(app *a, int in, int out);
void linear_close(linear *l);
/* Each event of the interpreter, before the app acts on it. */
void linear_heard(linear *l, const interp_event *e);
/* After each turn of the loop: does what was typed, tells what is new. A line may close it; then it is gone. */
void linear_turn(linear *l);
double linear_patience(const linear *l); /* seconds until linear_turn has something to do; -1: never */
bool linear_ended(const linear *l);      /* no more lines will come */
bool linear_busy(const linear *l);     /* cells run or wait */
bool linear_gone(const linear *l);       /* nobody can read what is written */
/* What a person typed, without the line break. */
void linear_line(linear *l, const char *line);

#endif
