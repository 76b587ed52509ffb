/* cli_table.h - the one declaration of commands and options: parsing, help, manual and completion read it. */
#ifndef UI_CLI_TABLE_H
#define UI_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct parsed parsed;

typedef enum option_kind { FLAG, WORD, LIST } option_kind;

typedef struct option {
    const char *name, *arg; /* arg NULL: a flag */
    option_kind kind;
    size_t at;              /* in parsed */
    const char *commands;   /* that take it, with blanks around; the workbench is "workbench" */
    const char *help;
} option;

typedef struct verb {
    const char *name, *args; /* args in capitals say what they are: NOTEBOOK, MODEL, SESSION ... */
    int least, most;         /* arguments; most < 0: any number */
    int (*run)(const parsed *p);
    const char *help;        /* NULL: not for people */
} verb;

extern const option cli_options[];
extern const verb cli_verbs[]; /* the first is the workbench, which has no name on the command line */
extern const size_t cli_option_count, cli_verb_count;

const verb *cli_find_verb(const char *name);
bool cli_takes(const option *o, const verb *v);

#endif
