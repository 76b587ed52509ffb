/* cli.c - see cli.h. */
#include "config.h"
#include "ui/cli.h"

#include "lua/check.h"
#include "lua/headless.h"
#include "ui/cli_table.h"
#include "ui/client.h"
#include "ui/completion.h"
#include "ui/control.h"
#include "ui/configure.h"
#include "ui/keymap.h"
#include "ui/manual.h"
#include "ui/session.h"
#include "ui/shell.h"

#include "base/text.h"
#include "weir.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LIST = 64 };

typedef struct list { const char *v[MOST_LIST + 1]; size_t n; } list; /* NULL-terminated */

struct parsed {
    bool run_all, no_session, linear, json, quiet, reproducible, all, check, manual, estimate;
    const char *log_file, *cell, *model, *metric, *save;
    list set, skip;
    int argc;      /* what follows the options */
    char **argv;
    const char *sample_dir;
};

/* Options ------------------------------------------------------------------------------------------ */

#define AT(field) offsetof(parsed, field)

const option cli_options[] = {
    {"--run-all", NULL, FLAG, AT(run_all), " workbench ", "Run every cell at once."},
    {"--no-session", NULL, FLAG, AT(no_session), " workbench ", "One plain process that ends with its terminal."},
    {"--linear", NULL, FLAG, AT(linear), " workbench attach ", "Lines instead of a screen: for screen readers, braille displays, pipes."},
    {"--quiet", NULL, FLAG, AT(quiet), " run -e import models plot predict workbench ", "No progress."},
    {"--json", NULL, FLAG, AT(json), " run -e check ls import models plot predict ", "One JSON object a line on standard output."},
    {"--log-file", "FILE", WORD, AT(log_file), " run -e workbench ", "Append what happens, with the time, to a file."},
    {"--set", "NAME=VALUE", LIST, AT(set), " run workbench ", "For run, a variable of the script, after the cell tagged \"parameters\" or else before the first; for the workbench, one of its settings. May be given again."},
    {"--estimate", NULL, FLAG, AT(estimate), " check ", "Also what each training would take, in time and memory, by a sample of its file and a trial of less than a second."},
    {"--skip", "TAG", LIST, AT(skip), " run ", "Leave out the cells with this tag. May be given again."},
    {"--reproducible", NULL, FLAG, AT(reproducible), " run -e ", "Every training gives the same model again; seeds that were not given are printed."},
    {"--cell", "N", WORD, AT(cell), " send ", "Run the notebook's cell of that number or title."},
    {"--model", "MODEL", WORD, AT(model), " plot ", "The model's file; it may also stand without --model."},
    {"--metric", "METRIC", WORD, AT(metric), " plot ", "A metric of the scoring history, e.g. err, logloss, auc, rmse; or roc, pr, varimp. Without: what it was trained by."},
    {"--save", "FILE", WORD, AT(save), " plot ", "Into a file instead: .svg, .txt, or .png."},
    {"--all", NULL, FLAG, AT(all), " kill ", "Every session."},
    {"--check", NULL, FLAG, AT(check), " keys ", "Only say whether two keys clash; status 1 when they do."},
    {"--dump", NULL, FLAG, AT(check), " config ", "Print the options; what it does anyway."},
    {"--manual", NULL, FLAG, AT(manual), " help ", "Print the manual page, for man(1)."},
};
enum { OPTIONS = sizeof cli_options / sizeof *cli_options };
const size_t cli_option_count = OPTIONS;

/* Commands ----------------------------------------------------------------------------------------- */

static int on_screen(const parsed *p)
{
    char *pass[2 * MOST_LIST + 8];
    int n = 0;
    const char *file = p->argc ? p->argv[0] : NULL, *perform = p->run_all ? "run-all" : NULL;
    const char *shows = file || perform || p->linear ? NULL : "start";
    session_options o = {.file = file, .sample_dir = p->sample_dir, .command = perform ? perform : shows, .linear = p->linear, .log_file = p->log_file, .set = p->set.v};

    if (p->no_session || !isatty(0) || !isatty(1))
        return session_plain(&o);
    if (perform)
        pass[n++] = (char *)(uintptr_t)"--run-all";
    if (p->log_file) {
        pass[n++] = (char *)(uintptr_t)"--log-file";
        pass[n++] = (char *)(uintptr_t)p->log_file;
    }
    for (size_t i = 0; i < p->set.n && n < 2 * MOST_LIST; i++) {
        pass[n++] = (char *)(uintptr_t)"--set";
        pass[n++] = (char *)(uintptr_t)p->set.v[i];
    }
    pass[n] = NULL;
    client_options c = {.file = file, .command = perform, .shows = shows, .linear = p->linear, .options = pass};
    return client_open(&c);
}

static int without_screen(const parsed *p, const char *script, const char *code, int argc, char **argv)
{
    headless_options h = {.script = script, .code = code, .argc = argc, .argv = argv, .sample_dir = p->sample_dir, .quiet = p->quiet,
                          .json = p->json, .reproducible = p->reproducible, .log_file = p->log_file, .set = p->set.v, .n_set = p->set.n,
                          .skip = p->skip.v, .n_skip = p->skip.n};
    return headless_run(&h);
}

static int run_workbench(const parsed *p)
{
    if (p->linear || (isatty(0) && isatty(1)))
        return on_screen(p);
    return without_screen(p, p->argc ? p->argv[0] : NULL, NULL, 0, NULL); /* no screen: the notebook is a script */
}

static int run_session(const parsed *p)
{
    session_options o = {.file = p->argc ? p->argv[0] : NULL, .sample_dir = p->sample_dir, .command = p->run_all ? "run-all" : NULL,
                         .log_file = p->log_file, .set = p->set.v};
    return session_serve(&o);
}

static int run_script(const parsed *p)
{
    return without_screen(p, p->argv[0], NULL, p->argc - 1, p->argv + 1);
}

static int run_line(const parsed *p)
{
    return without_screen(p, NULL, p->argv[0], p->argc - 1, p->argv + 1);
}

static int run_inspect(const parsed *p)
{
    return without_screen(p, NULL, "require('weir').inspect(arg[1])", 1, p->argv);
}

static int run_check(const parsed *p)
{
    return check_command(p->sample_dir, p->argc, p->argv, p->json, p->estimate);
}

static shell_options shell_of(const parsed *p)
{
    return (shell_options){.sample_dir = p->sample_dir, .log_file = p->log_file, .json = p->json, .quiet = p->quiet};
}

/* Predictions of a saved model for a CSV file, as CSV: in a pipe too. */
static int run_predict(const parsed *p)
{
    shell_options o = shell_of(p);

    return shell_predict(&o, p->argv[0], p->argv[1]);
}

static int run_import(const parsed *p)
{
    shell_options o = shell_of(p);

    return shell_import(&o, p->argc, p->argv);
}

static int run_models(const parsed *p)
{
    shell_options o = shell_of(p);

    return shell_models(&o, p->argc, p->argv);
}

static int run_plot(const parsed *p)
{
    shell_options o = shell_of(p);

    if ((p->model != NULL) + p->argc != 1) {
        fprintf(stderr, "weir: plot needs one model: weir plot MODEL, or --model MODEL\n");
        return EXIT_USAGE;
    }
    return shell_plot(&o, p->model ? p->model : p->argv[0], p->metric, p->save);
}

static int run_attach(const parsed *p)
{
    return client_attach(p->argc ? p->argv[0] : NULL, p->linear);
}

static int run_ls(const parsed *p)
{
    return control_list(p->json);
}

static int run_detach(const parsed *p)
{
    return control_detach(p->argc ? p->argv[0] : NULL);
}

static int run_kill(const parsed *p)
{
    return control_kill(p->argc ? p->argv[0] : NULL, p->all);
}

static int run_send(const parsed *p)
{
    const char *name = p->argc > (p->cell ? 0 : 1) ? p->argv[0] : NULL;

    if (p->argc != (name != NULL) + !p->cell) {
        fprintf(stderr, "weir: send takes code, or --cell N\n");
        return EXIT_USAGE;
    }
    return control_send(name, p->cell, p->cell ? NULL : p->argv[p->argc - 1]);
}

/* The tables of keys of all presets, or what is wrong with them. */
static int run_keys(const parsed *p)
{
    keymap k = {0};
    int wrong = 0;
    char path[4200], why[600];
    settings set;

    if (configure_path(path, sizeof path) && access(path, R_OK) == 0) { /* as bound by the person's own */
        if (!configure_read(path, &set, &k, why, sizeof why)) {
            fprintf(stderr, "weir: %s\n", why);
            return 1;
        }
        if (p->check)
            wrong += keymap_check(&k);
        else
            keymap_print(&k);
        keymap_free(&k);
        return wrong ? 1 : 0;
    }
    for (size_t i = 0; keymap_presets[i]; i++) {
        keymap_reset(&k, keymap_presets[i]);
        if (p->check)
            wrong += keymap_check(&k);
        else
            keymap_print(&k);
    }
    keymap_free(&k);
    return wrong ? 1 : 0;
}

/* The options as they are, ready to be a configuration. */
static int run_config(const parsed *p)
{
    char path[4200], why[600];
    settings set;
    keymap k = {0};
    text t = {0};

    (void)p;
    settings_defaults(&set);
    if (configure_path(path, sizeof path) && !configure_read(path, &set, &k, why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    configure_dump(&set, &t);
    fputs(text_str(&t), stdout);
    text_free(&t);
    keymap_free(&k);
    return 0;
}

static int run_completion(const parsed *p)
{
    return completion_script(p->argv[0]);
}

static int run_words(const parsed *p)
{
    return completion_words(p->argc, p->argv);
}

static int run_help(const parsed *p);
static const char *slip(const char *s);

const verb cli_verbs[] = {
    {"workbench", "[OPTIONS] [NOTEBOOK]", 0, 1, run_workbench, "The workbench on a notebook, in a session that outlives the terminal; without one, its start page."},
    {"run", "[OPTIONS] SCRIPT [ARGS]", 1, -1, run_script, "Runs a notebook or script without a screen; - is standard input."},
    {"inspect", "FILE", 1, 1, run_inspect, "What stands in a file of a model or a frame."},
    {"check", "NOTEBOOK...", 1, -1, run_check, "Says what is wrong with notebooks before they run; trains nothing."},
    {"predict", "MODEL DATA", 2, 2, run_predict, "Predictions of a saved model for a CSV file, as CSV on standard output; DATA - is standard input."},
    {"import", "FILE...", 1, -1, run_import, "Reads files and says what is in them: rows, columns, types, missing values, ranges; - is standard input."},
    {"models", "[FOLDER...]", 0, -1, run_models, "The models in folders, with what they predict and how well."},
    {"plot", "MODEL", 0, 1, run_plot, "A plot of a saved model, in the terminal: its scoring history, ROC curve or importances."},
    {"attach", "[SESSION]", 0, 1, run_attach, "Back to a session, the one used last unless it is named."},
    {"ls", "", 0, 0, run_ls, "The sessions that run."},
    {"detach", "[SESSION]", 0, 1, run_detach, "Takes a session off its terminal; it goes on."},
    {"kill", "SESSION | --all", 0, 1, run_kill, "Ends a session: trainings finish their iteration and are kept."},
    {"send", "[SESSION] CODE | - | --cell N", 0, 2, run_send, "Runs code or a cell in a session and prints what it prints."},
    {"keys", "", 0, 0, run_keys, "The keys of the workbench."},
    {"config", "", 0, 0, run_config, "Every option with its value, default and help, as a configuration."},
    {"help", "[TOPIC]", 0, 1, run_help, "Help on a command, a function of weir, a parameter, a metric."},
    {"completion", "SHELL", 1, 1, run_completion, "The completion script of bash, zsh or fish; make install has put it where the shell looks."},
    {"-e", "CODE [ARGS]", 1, -1, run_line, "Runs a line of Lua and prints its value."},
    {"complete-words", "", 0, -1, run_words, NULL}, /* what those scripts ask */
    {"session-process", "", 0, 1, run_session, NULL}, /* what a client starts; not for people */
};
enum { VERBS = sizeof cli_verbs / sizeof *cli_verbs };
const size_t cli_verb_count = VERBS;

const verb *cli_find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (!strcmp(cli_verbs[i].name, name))
            return &cli_verbs[i];
    return NULL;
}

bool cli_takes(const option *o, const verb *v)
{
    char word[40];

    snprintf(word, sizeof word, " %s ", strcmp(v->name, "session-process") ? v->name : "workbench");
    return strstr(o->commands, word) != NULL;
}

/* Help ------------------------------------------------------------------------------------------------- */

static const char *shown(const verb *v)
{
    return strcmp(v->name, "workbench") ? v->name : "";
}

static void usage(FILE *out)
{
    char left[80];

    for (size_t i = 0; i < VERBS; i++) {
        const verb *v = &cli_verbs[i];
        if (!v->help)
            continue;
        snprintf(left, sizeof left, "weir %s%s%s", shown(v), *shown(v) && *v->args ? " " : "", v->args);
        fprintf(out, "%s%-42s %s\n", i ? "       " : "usage: ", left, v->help);
    }
    fputs("       weir --help | --version\n"
          "With a pipe on standard input, weir runs the lines that come. weir help COMMAND tells more.\n", out);
}

static void help_verb(const verb *v)
{
    char left[60];

    printf("weir %s%s%s\n  %s\n", shown(v), *shown(v) && *v->args ? " " : "", v->args, v->help);
    for (size_t i = 0; i < OPTIONS; i++)
        if (cli_takes(&cli_options[i], v)) {
            snprintf(left, sizeof left, "%s%s%s", cli_options[i].name, cli_options[i].arg ? " " : "", cli_options[i].arg ? cli_options[i].arg : "");
            printf("  %-18s %s\n", left, cli_options[i].help);
        }
}

static void print_manual(void)
{
    manual_begin();
    for (size_t i = 0; i < VERBS; i++)
        if (cli_verbs[i].help)
            manual_command(shown(&cli_verbs[i]), cli_verbs[i].args, cli_verbs[i].help);
    manual_options();
    for (size_t i = 0; i < OPTIONS; i++)
        manual_option(cli_options[i].name, cli_options[i].arg, cli_options[i].commands, cli_options[i].help);
    manual_end();
}

static int run_help(const parsed *p)
{
    static const char code[] = "local s, known = weir.help_text(arg[1])\n"
                               "if known then io.write(s) return end\n"
                               "if arg[2] then s = ('no help on \\'%s\\': did you mean \\'%s\\'?\\n'):format(arg[1], arg[2]) end\n"
                               "io.stderr:write('weir: ', s)\n"
                               "os.exit(2)";
    char *topic[] = {p->argc ? p->argv[0] : NULL, NULL, NULL};
    const verb *v = p->argc ? cli_find_verb(topic[0]) : NULL;

    if (p->manual) {
        print_manual();
        return EXIT_GOOD;
    }
    if (!p->argc) {
        usage(stdout);
        return EXIT_GOOD;
    }
    if (v && v->help) {
        help_verb(v);
        return EXIT_GOOD;
    }
    topic[1] = (char *)(uintptr_t)slip(topic[0]); /* perhaps a command was meant */
    return without_screen(p, NULL, code, topic[1] ? 2 : 1, topic);
}

/* Parsing ---------------------------------------------------------------------------------------------- */

static int complain(const char *format, const char *what, const char *near)
{
    fputs("weir: ", stderr);
    fprintf(stderr, strcmp(format, "option") ? "%s '%s'" : "unknown option '%s%s'", strcmp(format, "option") ? format : "", what);
    if (near)
        fprintf(stderr, "; did you mean '%s'?\n", near);
    else
        fprintf(stderr, "; weir --help lists what there is\n");
    return EXIT_USAGE;
}

static const option *find_option(const char *s, size_t n)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strlen(cli_options[i].name) == n && !memcmp(cli_options[i].name, s, n))
            return &cli_options[i];
    return NULL;
}

static int unknown_option(const char *s)
{
    const char *names[OPTIONS];

    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = cli_options[i].name;
    return complain("unknown option", s, text_nearest(s, names, OPTIONS));
}

/* One option at argv[*at], which moves on. 0, or the exit status of wrong usage. */
static int take_option(parsed *p, bool used[OPTIONS], int argc, char **argv, int *at)
{
    char *s = argv[*at], *eq = strchr(s, '=');
    const option *o = find_option(s, eq ? (size_t)(eq - s) : strlen(s));

    if (!o)
        return unknown_option(s);
    used[o - cli_options] = true;
    void *field = (char *)p + o->at;
    if (o->kind == FLAG && eq)
        return complain("no value goes with", o->name, NULL);
    if (o->kind == FLAG) {
        *(bool *)field = true;
        ++*at;
        return 0;
    }
    if (!eq && *at + 1 >= argc) {
        fprintf(stderr, "weir: %s needs %s\n", o->name, o->arg);
        return EXIT_USAGE;
    }
    const char *value = eq ? eq + 1 : argv[*at + 1];
    *at += eq ? 1 : 2;
    if (o->kind == WORD) {
        *(const char **)field = value;
        return 0;
    }
    list *l = field;
    if (l->n == MOST_LIST)
        return complain("too many of", o->name, NULL);
    l->v[l->n++] = value;
    return 0;
}

static bool is_option(const char *s)
{
    return s[0] == '-' && s[1] != '\0' && strcmp(s, "-e") != 0;
}

/* --set NAME=VALUE of a run: the name is a variable's. */
static int check_sets(const parsed *p)
{
    for (size_t i = 0; i < p->set.n; i++) {
        const char *s = p->set.v[i], *eq = strchr(s, '=');
        size_t n = eq ? (size_t)(eq - s) : 0;
        if (!n || strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") < n || (s[0] >= '0' && s[0] <= '9')) {
            fprintf(stderr, "weir: --set takes NAME=VALUE, not '%s'\n", s);
            return EXIT_USAGE;
        }
    }
    return 0;
}

/* A word that is no file, yet close to a command, is a slip. */
static const char *slip(const char *s)
{
    const char *names[VERBS];
    size_t n = 0;

    if (strpbrk(s, "./") || access(s, F_OK) == 0)
        return NULL;
    for (size_t i = 1; i < VERBS; i++)
        if (cli_verbs[i].help)
            names[n++] = cli_verbs[i].name;
    return text_nearest(s, names, n);
}

static int finish(parsed *p, const verb *v, const bool used[OPTIONS])
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (used[i] && !cli_takes(&cli_options[i], v)) {
            fprintf(stderr, "weir: %s does not go with weir%s%s\n", cli_options[i].name, *shown(v) ? " " : "", shown(v));
            return EXIT_USAGE;
        }
    if (p->argc < v->least) {
        fprintf(stderr, "weir: %s needs %s\n", v->name, v->args);
        return EXIT_USAGE;
    }
    if (v->most >= 0 && p->argc > v->most) {
        if (v == cli_verbs && slip(p->argv[0]))
            return complain("there is no command or notebook", p->argv[0], slip(p->argv[0]));
        if (v == cli_verbs)
            fprintf(stderr, "weir: one notebook at a time; did you mean weir run %s?\n", p->argv[0]);
        else
            fprintf(stderr, "weir: %s takes %s, not '%s' too\n", v->name, *v->args ? v->args : "nothing more", p->argv[v->most]);
        return EXIT_USAGE;
    }
    if (v == cli_verbs && p->argc && slip(p->argv[0]))
        return complain("there is no command or notebook", p->argv[0], slip(p->argv[0]));
    int st = check_sets(p);
    return st ? st : v->run(p);
}

/* Where samples lie: the configured place, else ../samples or samples beside the program. */
static const char *find_samples(void)
{
    static char path[PATH_MAX + 32];
    static const char *const beside[] = {"/../samples", "/samples", "/../../samples"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n > 0) {
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        if (slash)
            *slash = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            snprintf(path, sizeof path, "%s%s", self, beside[i]);
            char probe[PATH_MAX + 64];
            snprintf(probe, sizeof probe, "%s/digits.csv", path);
            if (access(probe, R_OK) == 0)
                return path;
        }
    }
    return WEIR_DATADIR "/samples";
}

/* Options stand before the first argument of run and -e, whose script has those behind it; elsewhere anywhere. */
int cli_main(int argc, char **argv)
{
    parsed p = {.sample_dir = find_samples()};
    bool used[OPTIONS] = {false};
    const verb *v = NULL;
    int at = 1, st;

    p.argv = calloc((size_t)argc + 1, sizeof *p.argv);
    if (!p.argv)
        return EXIT_LIMIT;
    while (at < argc) {
        bool whole = v && (((v->run == run_script || v->run == run_line) && p.argc > 0) || v->run == run_words);
        if (!whole && (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h"))) {
            if (v)
                help_verb(v);
            else
                usage(stdout);
            return EXIT_GOOD;
        }
        if (!whole && !strcmp(argv[at], "--version")) {
            printf("weir %s\n", weir_version());
            return EXIT_GOOD;
        }
        if (!whole && is_option(argv[at])) {
            if ((st = take_option(&p, used, argc, argv, &at)) != 0)
                return st;
        } else if (!v && (v = cli_find_verb(argv[at])) != NULL && v != cli_verbs) {
            at++;
        } else {
            v = v ? v : cli_verbs;
            p.argv[p.argc++] = argv[at++];
        }
    }
    st = finish(&p, v ? v : cli_verbs, used);
    free(p.argv);
    return st;
}
