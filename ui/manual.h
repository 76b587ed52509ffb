/* manual.h - weir.1, in the language of man(1), from the table of commands and options. */
#ifndef UI_MANUAL_H
#define UI_MANUAL_H

/* To standard output, in this order. */
void manual_begin(void);
void manual_command(const char *name, const char *args, const char *help);
void manual_options(void);
/* commands: the names of those that take it. */
void manual_option(const char *name, const char *arg, const char *commands, const char *help);
void manual_end(void);

#endif
