/* trust.c - see trust.h. */
#include "config.h"
#include "ui/trust.h"

#include "ui/configure.h"
#include "ui/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_it(app *a, bool tell)
{
    char why[600];

    if (!configure_load(a, a->opt.config, why, sizeof why))
        app_say(a, SAY_ERROR, "the project's file is not used: %s", why);
    else if (tell)
        app_say(a, SAY_GOOD, "read %s", a->project->path);
}

static void ask_about(app *a);

static void show_it(app *a)
{
    picker *p = picker_new("The project's file; Esc goes back to the question", NULL);
    const char *s = text_str(&a->project->code);
    char line[400];

    for (size_t k; p && *s; s += k + (s[k] == '\n')) {
        k = strcspn(s, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(k < 399 ? k : 399), s);
        for (char *c = line; *c; c++)
            *c = (unsigned char)*c < ' ' ? ' ' : *c; /* nothing that a terminal obeys */
        picker_add(p, 0, false, "", line, NULL);
    }
    if (p)
        p->wide = true;
    ask_about(a); /* below it */
    picker_show(a, p);
}

static void answer(app *a, int letter)
{
    char why[600];
    project *p = a->project;

    if (letter == 'v') {
        show_it(a);
        return;
    }
    if (!letter) {
        app_say(a, SAY_NOTE, "the project's file is not read; the command project asks again");
        return;
    }
    bool was = p->trust == PROJECT_TRUSTED, kept = project_decide(p, letter == 't', why, sizeof why);
    if (letter == 't')
        read_it(a, kept);
    else if (was)
        read_it(a, false); /* without it, now */
    if (!kept)
        app_say(a, SAY_WARNING, "%s", why);
    else if (letter == 'n')
        app_say(a, SAY_NOTE, "the project's file is not read; the command project asks again");
}

static void ask_about(app *a)
{
    char question[200], cut[80];
    const char *s = text_str(&a->project->code);
    size_t lines = 0;

    for (; *s; s++)
        lines += *s == '\n' || !s[1];
    paths_cut(a->project->path, 30, cut, sizeof cut);
    snprintf(question, sizeof question, "Run %s (%zu line%s)?  t trust it  v view  n no  Esc not now", cut, lines, lines == 1 ? "" : "s");
    ask_open(a, question, "tvn", answer);
}

void trust_find(app *a)
{
    char why[600];

    if (a->opt.project && !a->project)
        a->project = calloc(1, sizeof *a->project);
    if (!a->project)
        return;
    project_open(a->project, a->nb.path, why, sizeof why);
    if (*why)
        app_say(a, SAY_WARNING, "%s", why);
}

void trust_settle(app *a)
{
    if (a->project && a->project->trust == PROJECT_UNKNOWN)
        ask_about(a);
}

void trust_look(app *a)
{
    trust_find(a);
    if (a->project && a->project->trust == PROJECT_TRUSTED)
        read_it(a, false);
    trust_settle(a);
}

void trust_ask(app *a)
{
    trust_find(a);
    if (!a->project || a->project->trust == PROJECT_NONE)
        app_say(a, SAY_NOTE, "no file .weir.lua is beside the notebook, or above it up to the home folder");
    else
        ask_about(a);
}

void trust_forget(app *a)
{
    if (a->project)
        project_free(a->project);
    free(a->project);
    a->project = NULL;
}
