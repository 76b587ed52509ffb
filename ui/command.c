/* command.c - the tables of commands as one. */
#include "ui/command.h"

#include <string.h>

static const command *const tables[] = {commands_cell, commands_run, commands_edit, commands_find, commands_view, commands_plot, commands_jobs, commands_model, commands_write, commands_sessions, commands_start, commands_app};
enum { TABLES = sizeof tables / sizeof *tables };

size_t command_count(void)
{
    size_t n = 0;

    for (size_t t = 0; t < TABLES; t++)
        for (const command *c = tables[t]; c->name; c++)
            n++;
    return n;
}

const command *command_at(size_t i)
{
    for (size_t t = 0; t < TABLES; t++)
        for (const command *c = tables[t]; c->name; c++)
            if (i-- == 0)
                return c;
    return NULL;
}

const command *command_find(const char *name)
{
    for (size_t t = 0; t < TABLES; t++)
        for (const command *c = tables[t]; c->name; c++)
            if (!strcmp(c->name, name))
                return c;
    return NULL;
}

bool command_asks(const command *c)
{
    static const char *const names[] = {"open", "save-as", "rename"};

    for (size_t i = 0; c && i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], c->name))
            return true;
    return false;
}
