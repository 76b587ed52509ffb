/* manual.c - see manual.h. */
#include "config.h"
#include "ui/manual.h"

#include <stdio.h>
#include <string.h>

/* Hyphens, backslashes and leading dots as roff wants them. */
static void put(const char *s)
{
    if (*s == '.' || *s == '\'')
        fputs("\\&", stdout);
    for (; *s; s++)
        switch (*s) {
        case '-': fputs("\\-", stdout); break;
        case '\\': fputs("\\e", stdout); break;
        default: putchar(*s);
        }
}

static void lines(const char *const *s)
{
    for (; *s; s++) {
        fputs(*s, stdout);
        putchar('\n');
    }
}

void manual_begin(void)
{
    static const char *const text[] = {
        ".SH NAME", "weir \\- deep learning on tables, in a terminal", ".SH DESCRIPTION",
        "A notebook whose cells are Lua, networks that train on all cores while you go on typing, and their",
        "scoring history drawn live beside it. A notebook is a plain Lua file whose cells begin with lines", "\\*(lq\\-\\- %% title\\*(rq.",
        ".SH COMMANDS", NULL};

    printf(".TH WEIR 1 \"\" \"weir %s\" \"User Commands\"\n", PACKAGE_VERSION);
    lines(text);
}

void manual_command(const char *name, const char *args, const char *help)
{
    fputs(".TP\n.B weir", stdout);
    if (*name) {
        putchar(' ');
        put(name);
    }
    fputs("\n", stdout);
    if (*args) {
        fputs(".I ", stdout);
        put(args);
        fputs("\n.br\n", stdout);
    }
    put(help);
    putchar('\n');
}

void manual_options(void)
{
    puts(".SH OPTIONS");
}

void manual_option(const char *name, const char *arg, const char *commands, const char *help)
{
    const char *at = commands;
    int n = 0;

    fputs(".TP\n.BR ", stdout);
    put(name);
    if (arg) {
        fputs(" \" ", stdout);
        put(arg);
        fputs("\"", stdout);
    }
    fputs("\n", stdout);
    put(help);
    fputs(" Of", stdout);
    while (*(at += strspn(at, " "))) {
        size_t k = strcspn(at, " ");
        char name_of[40];
        snprintf(name_of, sizeof name_of, "%.*s", (int)(k < 39 ? k : 39), at);
        fputs(n++ ? ", " : " ", stdout);
        if (strcmp(name_of, "workbench")) {
            fputs("weir ", stdout);
            put(name_of);
        } else {
            fputs("the workbench", stdout);
        }
        at += k;
    }
    puts(".");
}

void manual_end(void)
{
    static const char *const text[] = {
        ".SH SESSIONS",
        "A notebook is opened in a session: a process of its own that keeps Lua, frames, models and trainings and",
        "borrows the terminal. When the terminal goes, because the line drops, the window is closed or the client is",
        "killed, everything runs on, and",
        ".B weir attach",
        "brings it back on any terminal of any size and type. Ctrl\\-Z stops the client only. Opening the notebook again finds its session.",
        ".PP",
        "Several notebooks have a session each. In the workbench",
        ".B g b",
        "lists the sessions that run and the notebooks beside this one, and goes there without leaving the terminal;",
        ".B :open FILE",
        "opens another notebook so, and",
        ".B g \\-",
        "comes back. The session that is left goes on. Without a notebook",
        ".B weir",
        "begins with a start page, which lists running sessions and the notebooks that were opened last",
        ".RI ( $XDG_STATE_HOME/weir/recent );",
        "the command",
        ".B start",
        "shows it again.",
        ".PP",
        "Unsaved edits are written beside the notebook, in",
        ".IR .weir/NAME/ ,",
        "two seconds after they were typed at the latest, and come back when it is opened after a crash; so does the list of cells",
        "that had run. A second process that opens a notebook, on this machine or another, finds its lock and opens it read only.",
        ".PP",
        "Sockets are in",
        ".I /tmp/weir\\-UID",
        "and may be used by their owner alone. Where the system ends the processes of a user who logs out",
        "(KillUserProcesses of logind.conf), loginctl enable\\-linger keeps sessions alive.",
        ".SH CONFIGURATION",
        ".I $XDG_CONFIG_HOME/weir/config.lua",
        "sets options, keys, commands and hooks of the workbench; weir config prints one. A file",
        ".I .weir.lua",
        "in the notebook\\(aqs folder, or the nearest above it up to the home folder, does the same for a project. The workbench asks before",
        "it runs one: trusted, these very bytes in this place are read from then on, and a changed file is asked about again;",
        "what was decided is in",
        ".IR $XDG_STATE_HOME/weir/projects .",
        "The command",
        ".B project",
        "asks again.",
        ".B weir run",
        "reads neither file: a script does the same everywhere.",
        ".SH SIGNALS",
        ".TP", ".B TERM", "Trainings finish their iteration, their models are kept in", ".IR .weir/NAME/models ,", "unsaved edits in the journal, and the process ends. A second one ends it at once.",
        ".TP", ".B HUP", "A client leaves its session, a run without a screen goes on; what it would print to the terminal goes to", ".IR .weir/NAME/run.out .",
        ".TP", ".B USR1", "A line about what runs.",
        ".TP", ".B INT", "A run without a screen ends its training with the best model so far and goes on; a second one ends the script.",
        ".SH EXIT STATUS",
        ".TP", ".B 0", "Good.", ".TP", ".B 1", "A cell failed.", ".TP", ".B 2", "Wrong usage, or no such script.", ".TP", ".B 3", "A check failed: weir.check in a script, or something that weir check found.",
        ".TP", ".B 4", "Data: a file could not be read or written, or is not what it should be.", ".TP", ".B 5", "Out of memory, or beyond a limit.",
        ".TP", ".B 130", "Interrupted.", ".TP", ".B 143", "Told to end by TERM.",
        ".SH EVENTS",
        "With \\-\\-json each line is an object with \\*(lqevent\\*(rq and \\*(lqtime\\*(rq, and \\*(lqcell\\*(rq while one runs.",
        "Members are never taken away or given another meaning; new ones may come. Numbers that are not finite are null.",
        ".TP", ".B begin", "weir, script, cells: a run begins.",
        ".TP", ".B cell, cell_end, cell_skipped", "title, line; ok, seconds; title, why.",
        ".TP", ".B output, value", "stream, text; text, object.",
        ".TP", ".B job, progress", "job; kind, title, done, epochs, epochs_total, samples, speed, seconds, left: about once a second.",
        ".TP", ".B score", "job, epochs, samples, iterations, seconds, speed, best, train, valid: every scoring event, its metrics by name.",
        ".TP", ".B report, plot", "done, text of weir.report; kind, columns of a plot.",
        ".TP", ".B error", "message, line, hint, status, trace.",
        ".TP", ".B message", "level, module, text: a notice.",
        ".TP", ".B problem", "file, line, cell, kind, message: of weir check.",
        ".TP", ".B estimate", "file, line, cell, call, rows, exact, epochs, inputs, weights, memory, frame, threads, seconds, or message: of weir check \\-\\-estimate.",
        ".TP", ".B end", "status, seconds.",
        ".SH ENVIRONMENT",
        ".TP", ".B TERM, LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERMINFO", "How the terminal is drawn on; each client brings its own.",
        ".TP", ".B WEIR_TMPDIR", "Where the folder of sockets is, instead of /tmp.",
        ".TP", ".B XDG_STATE_HOME", "Where what a crash would lose of an unnamed notebook is, instead of ~/.local/state.",
        NULL};

    lines(text);
}
