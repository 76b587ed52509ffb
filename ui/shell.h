/* shell.h - commands of the shell on data and models, without a screen: what they do is in shell.lua. Exit statuses. */
#ifndef UI_SHELL_H
#define UI_SHELL_H

#include <stdbool.h>

typedef struct shell_options {
    const char *sample_dir, *log_file;
    bool json, quiet;
} shell_options;

/* Reads the files and prints what came of it: their columns in figures. */
int shell_import(const shell_options *o, int argc, char *const *argv);
/* The models in the folders (none: here), and those that sessions have kept in .weir there. */
int shell_models(const shell_options *o, int argc, char *const *argv);
/* A plot of a model: of a metric's history, "roc", "pr" or "varimp"; save: into a file instead. NULL: not given. */
int shell_plot(const shell_options *o, const char *model, const char *metric, const char *save);
int shell_predict(const shell_options *o, const char *model, const char *data);

#endif
