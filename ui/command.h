/* command.h - everything the workbench can do, once: keys, footer, help, palette
 * and the manual's table derive from it. */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

typedef struct app app;

typedef struct command {
    const char *name;  /* for key tables and the palette: "run" */
    const char *label; /* in the footer: a word or two */
    const char *help;  /* one sentence */
    void (*run)(app *a);
    bool (*can)(app *a); /* NULL: always. false: dimmed in the help */
} command;

/* Each file of commands gives its table, ended by an entry without a name. */
extern const command commands_app[], commands_cell[], commands_edit[], commands_find[], commands_jobs[], commands_model[], commands_plot[], commands_run[], commands_sessions[], commands_start[], commands_view[], commands_write[];

size_t command_count(void);
const command *command_at(size_t i);
const command *command_find(const char *name); /* NULL: none */
/* It asks for a file's name first: its own name and a blank, typed in the palette, lead to that line. */
bool command_asks(const command *c);

#endif
