/* completion.c - see completion.h. Everything is derived from the table of commands and options, from what the engine says
 * of itself, and from the sessions that run. */
#include "config.h"
#include "ui/completion.h"

#include "lua/headless.h"
#include "ui/cli_table.h"
#include "ui/place.h"
#include "ui/settings.h"

#include "weir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SESSIONS = 64 };

static const char bash[] =
#include "ui/completion/bash.inc"
    ;
static const char zsh[] =
#include "ui/completion/zsh.inc"
    ;
static const char fish[] =
#include "ui/completion/fish.inc"
    ;
static const struct { const char *name, *script; } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
enum { SHELLS = sizeof shells / sizeof *shells };

int completion_script(const char *shell)
{
    for (size_t i = 0; i < SHELLS; i++)
        if (!strcmp(shells[i].name, shell)) {
            fputs(shells[i].script, stdout);
            return EXIT_GOOD;
        }
    fprintf(stderr, "weir: completion is for bash, zsh or fish, not '%s'\n", shell);
    return EXIT_USAGE;
}

/* Words --------------------------------------------------------------------------------------------- */

typedef struct line {
    char *const *word;
    int n;               /* the last one is being typed */
    const char *lead;    /* what stands before the part that is completed: "--metric=", "--set=" */
    size_t lead_n;
    const char *typed;
} line;

static void offer_n(const line *l, const char *word, const char *more, const char *help)
{
    if (!strncmp(word, l->typed, strlen(l->typed)) || (*more && !strncmp(l->typed, word, strlen(word))))
        printf("%.*s%s%s\t%s\n", (int)l->lead_n, l->lead, word, more, help ? help : "");
}

static void offer(const line *l, const char *word, const char *help)
{
    offer_n(l, word, "", help);
}

static void offer_sessions(const line *l)
{
    place_entry *list = calloc(MOST_SESSIONS, sizeof *list);
    size_t n = list ? place_list(list, MOST_SESSIONS, NULL, 0.3) : 0;

    for (size_t i = 0; i < n; i++)
        offer(l, list[i].name, wire_get(&list[i].info, "state"));
    if (list)
        place_list_clear(list, n);
    free(list);
}

/* What weir help knows: commands, functions, parameters, metrics. */
static void offer_topics(const line *l)
{
    for (size_t i = 1; i < cli_verb_count; i++)
        if (cli_verbs[i].help)
            offer(l, cli_verbs[i].name, cli_verbs[i].help);
    for (size_t i = 0; i < weir_param_count(); i++)
        offer(l, weir_param_at(i)->name, weir_param_at(i)->help);
    for (size_t i = 0; i < weir_metric_count(); i++)
        offer(l, weir_metric_at(i)->name, weir_metric_at(i)->help);
    for (size_t i = 0; i < weir_verb_count(); i++)
        offer(l, weir_verb_at(i)->name, weir_verb_at(i)->help);
}

static void offer_metrics(const line *l)
{
    static const struct { const char *name, *help; } more[] = {
        {"roc", "The ROC curve."}, {"pr", "Precision over recall."}, {"varimp", "The variable importances."}};

    for (size_t i = 0; i < weir_metric_count(); i++)
        offer(l, weir_metric_at(i)->name, weir_metric_at(i)->help);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        offer(l, more[i].name, more[i].help);
}

/* NAME=VALUE of the workbench's options: first the names, then that one's values. */
static void offer_settings(const line *l)
{
    static const char *const flags[] = {"yes", "no", NULL};
    const char *eq = strchr(l->typed, '=');

    for (size_t i = 0; i < setting_count; i++) {
        const setting_info *s = &setting_table[i];
        if (!eq) {
            offer_n(l, s->name, "=", s->help);
            continue;
        }
        if (strlen(s->name) != (size_t)(eq - l->typed) || strncmp(s->name, l->typed, (size_t)(eq - l->typed)))
            continue;
        bool flag = !s->values && (!strcmp(s->def, "yes") || !strcmp(s->def, "no"));
        for (const char *const *v = s->values ? s->values : flag ? flags : NULL; v && *v; v++)
            if (!strncmp(*v, eq + 1, strlen(eq + 1)))
                printf("%.*s%.*s%s\t%s\n", (int)l->lead_n, l->lead, (int)(eq + 1 - l->typed), l->typed, *v, !strcmp(*v, s->def) ? "the default" : "");
    }
}

/* Kinds of arguments --------------------------------------------------------------------------------- */

static void offer_files(const char *pattern)
{
    printf(":files\t%s\n", pattern);
}

static void offer_shells(const line *l)
{
    for (size_t i = 0; i < SHELLS; i++)
        offer(l, shells[i].name, "");
}

/* What an argument is, by the word in capitals that stands for it. */
static void offer_kind(const line *l, const char *kind, size_t n, bool workbench)
{
    static const struct { const char *kind, *files; void (*offer)(const line *l); } kinds[] = {
        {"NOTEBOOK", "*.lua", NULL}, {"SCRIPT", "*.lua", NULL}, {"MODEL", "*.weir", NULL}, {"FILE", "*", NULL}, {"DATA", "*", NULL},
        {"ARGS", "*", NULL}, {"SESSION", NULL, offer_sessions}, {"TOPIC", NULL, offer_topics}, {"METRIC", NULL, offer_metrics}, {"SHELL", NULL, offer_shells}};

    if (n == 6 && !memcmp(kind, "FOLDER", n))
        puts(":folders");
    if (workbench && n == 10 && !memcmp(kind, "NAME=VALUE", n))
        offer_settings(l);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].kind) == n && !memcmp(kinds[i].kind, kind, n)) {
            if (kinds[i].files)
                offer_files(kinds[i].files);
            else
                kinds[i].offer(l);
        }
}

/* The at-th of the verb's arguments; the last kind stands for all that follow when there are many. */
static void offer_argument(const line *l, const verb *v, int at)
{
    const char *s = v->args, *kind = NULL;
    size_t n = 0;

    if (v->most >= 0 && at >= v->most)
        return;
    for (int i = 0; *s; i++) {
        s += strcspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        size_t k = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (!k)
            break;
        if (k == 7 && !memcmp(s, "OPTIONS", k)) {
            i--;
        } else if (i <= at) {
            kind = s;
            n = k;
        }
        s += k;
    }
    if (kind)
        offer_kind(l, kind, n, v == cli_verbs);
}

static void offer_options(const line *l, const verb *v)
{
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_takes(&cli_options[i], v))
            offer(l, cli_options[i].name, cli_options[i].help);
    offer(l, "--help", "What the command does and its options.");
}

static const option *find_option(const char *s, size_t n)
{
    for (size_t i = 0; i < cli_option_count; i++)
        if (strlen(cli_options[i].name) == n && !memcmp(cli_options[i].name, s, n))
            return &cli_options[i];
    return NULL;
}

static bool is_option(const char *s)
{
    return s[0] == '-' && s[1] && strcmp(s, "-e");
}

int completion_words(int argc, char *const *argv)
{
    static char empty[] = "", *const nothing[] = {empty};
    line l = {.word = argc ? argv : nothing, .n = argc ? argc : 1, .lead = ""};
    const verb *v = NULL;
    const option *open = NULL; /* whose value comes next */
    int at = 0;                /* arguments so far */

    l.typed = l.word[l.n - 1];
    for (int i = 0; i + 1 < l.n; i++) {
        const char *s = l.word[i];
        if (open) {
            open = NULL;
        } else if (is_option(s)) {
            open = strchr(s, '=') ? NULL : find_option(s, strlen(s));
            open = open && open->arg ? open : NULL;
        } else if (!v && (v = cli_find_verb(s)) != NULL && v != cli_verbs) {
            continue;
        } else {
            v = v ? v : cli_verbs;
            at++;
        }
    }
    const char *eq = !open && is_option(l.typed) ? strchr(l.typed, '=') : NULL;
    if (eq && (open = find_option(l.typed, (size_t)(eq - l.typed))) != NULL) {
        l.lead = l.typed;
        l.lead_n = (size_t)(eq + 1 - l.typed);
        l.typed = eq + 1;
    }
    if (open && open->arg) {
        offer_kind(&l, open->arg, strlen(open->arg), !v || v == cli_verbs);
        return EXIT_GOOD;
    }
    if (is_option(l.typed) || !strcmp(l.typed, "-"))
        offer_options(&l, v ? v : cli_verbs);
    else
        offer_argument(&l, v ? v : cli_verbs, at);
    for (size_t i = 1; i < cli_verb_count && !v; i++)
        if (cli_verbs[i].help)
            offer(&l, cli_verbs[i].name, cli_verbs[i].help);
    return EXIT_GOOD;
}
