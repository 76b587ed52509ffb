/* api.c - the table of what the binding adds to the engine's verbs. */
#include "lua/api.h"

#include <string.h>

#define ARG(name, type, def, help) {name, type, def, true, help}
#define MUST(name, type, help) {name, type, NULL, false, help}

/* Plots ---------------------------------------------------------------------------------------- */

#define PLOT_FILE \
    ARG("file", "text", NULL, "Write it there instead of showing it; the ending says how: .svg, .png or .txt."), \
    ARG("width", "int", NULL, "Width in columns of a terminal; a column is 10 units of SVG and PNG."), \
    ARG("height", "int", NULL, "Height in rows of a terminal; a row is 20 units of SVG and PNG.")
#define PLOT_OPTIONS \
    ARG("x", "column", NULL, "The horizontal axis: a column or a list; absent: the rows from 1 on. A factor gives bars for its levels."), \
    ARG("y", "column", NULL, "What is drawn: a column, several, a list; absent: every numeric column. Of a band its lower and upper edge."), \
    ARG("z", "column", NULL, "Of heat: what the shade tells."), \
    ARG("by", "column", NULL, "A series of its own for each of its values, 12 at most."), \
    ARG("kind", "text", "line", "line, points, bars, band, heat, or hist, which counts the columns' values."), \
    ARG("log", "text|bool", NULL, "Logarithmic axes: \"x\", \"y\" or \"xy\"; true is \"y\"."), \
    ARG("breaks", "any", "sturges", "Of hist: the number of classes, their limits, or a rule's name."), \
    ARG("title", "text", NULL, "What stands above it."), \
    ARG("x_label", "text", NULL, "The name of the horizontal axis; absent: that of the column."), \
    ARG("y_label", "text", NULL, "The name of the vertical axis."), \
    PLOT_FILE

static const weir_arg_info plot_args[] = {ARG("frame", "frame", NULL, "Where columns that are given by name come from."), PLOT_OPTIONS};
static const weir_arg_info frame_plot_args[] = {PLOT_OPTIONS};
static const weir_arg_info model_plot_args[] = {
    ARG("metric", "text", NULL, "Which metric of the history; absent: logloss, deviance, rmse or mse, the first that is there."),
    ARG("timestep", "text", "epochs", "The horizontal axis: epochs, samples, iterations or duration."),
    ARG("log", "bool", "false", "The vertical axis logarithmic."), ARG("title", "text", NULL, "What stands above it."), PLOT_FILE};
static const weir_arg_info varimp_plot_args[] = {ARG("n", "int", "10", "How many variables, the most important first."), PLOT_FILE};
static const weir_arg_info metrics_plot_args[] = {ARG("kind", "text", "roc", "roc, or pr for precision over recall.")};
static const weir_arg_info plot_save_args[] = {
    MUST("path", "text", "The file; its ending says how: .svg and .png pictures, .txt as in the terminal."),
    ARG("width", "int", NULL, "Width in columns of a terminal; a column is 10 units of SVG and PNG."),
    ARG("height", "int", NULL, "Height in rows of a terminal; a row is 20 units of SVG and PNG.")};
static const weir_arg_info image_args[] = {
    MUST("frame", "frame", "Rows whose numeric columns are pixels, row by row."),
    ARG("width", "int", NULL, "Pixels in a row; absent: the pictures are square."), ARG("height", "int", NULL, "Rows of pixels."),
    ARG("across", "int", NULL, "Pictures beside each other."), ARG("min", "real", NULL, "What is shown as nothing; absent: the least."),
    ARG("max", "real", NULL, "What is shown as full; absent: the greatest."), ARG("file", "text", NULL, "A PNG instead of the terminal."),
    ARG("scale", "int", NULL, "Of a PNG: pixels for each."), ARG("black", "bool", NULL, "Of a PNG: light on black."),
    ARG("ascii", "bool", NULL, "In letters instead of shades.")};

/* Jobs and the session --------------------------------------------------------------------------- */

static const weir_arg_info cancel_args[] = {ARG("discard", "bool", "false", "Throw all away instead of keeping the best model so far.")};
static const weir_arg_info threads_args[] = {ARG("n", "int", NULL, "Threads from the next iteration on; 0 = all that are free.")};
static const weir_arg_info limit_args[] = {ARG("seconds", "real", "0", "Seconds from its beginning; 0 = no limit."), ARG("rows", "int", "0", "Rows seen from its beginning; 0 = no limit.")};
static const weir_arg_info move_args[] = {MUST("by", "int", "Places in the queue; below 0 is earlier.")};
static const weir_arg_info log_of_args[] = {ARG("words", "text", NULL, "Only lines that hold them.")};
static const weir_arg_info report_args[] = {MUST("i", "real", "How far the loop is."), MUST("n", "real", "How far it goes."), ARG("text", "text", NULL, "What stands beside the bar.")};
static const weir_arg_info init_args[] = {
    ARG("threads", "int", "-1", "How many at the most; -1 = as many as there are cores."), ARG("memory", "text|real", NULL, "The budget of frames, models and trainings together: \"8G\", \"512M\", bytes."),
    ARG("parameters", "real", NULL, "The most weights a network may have."),
    ARG("seed", "int", "-1", "Calls that are given no seed draw theirs from here on, the same in every run; -1 or weir.null: each its own."),
    ARG("log", "text", NULL, "A file that all messages are appended to, with the time; weir.null: not any more."),
    ARG("nthreads", "int", NULL, "The same as threads."), ARG("max_mem_size", "text|real", NULL, "The same as memory.")};
static const weir_arg_info notebook_args[] = {ARG("path", "text", NULL, "The notebook; absent: the start page.")};
static const weir_arg_info range_args[] = {MUST("from", "int", "The first."), MUST("to", "int", "The last.")};
static const weir_arg_info seq_args[] = {MUST("from", "real", "The first."), MUST("to", "real", "The last at the most."), ARG("by", "real", NULL, "From one to the next.")};
static const weir_arg_info setdiff_args[] = {MUST("a", "list", "What it is taken from."), MUST("b", "any", "What is left out: members, or one.")};
static const weir_arg_info sample_args[] = {MUST("n", "int", "Out of 1 to n."), ARG("k", "int", NULL, "How many; absent: all, mixed."), ARG("seed", "int", "1", "The same gives the same.")};
static const weir_arg_info progress_args[] = {MUST("on", "bool", "Whether trainings show a bar.")};
static const weir_arg_info check_args[] = {MUST("holds", "any", "What should be neither false nor nil."), ARG("text", "text", NULL, "What is said when it is.")};
static const weir_arg_info help_args[] = {ARG("topic", "text", NULL, "A function, a method, a parameter, a metric.")};
static const weir_arg_info demo_args[] = {ARG("name", "text", "deeplearning", "deeplearning, anomaly, checkpoint, quantile."), ARG("interactive", "bool", "true", "At a terminal each step waits for Enter.")};
static const weir_arg_info log_args[] = {MUST("text", "text", "The line.")};
static const weir_arg_info save_logs_args[] = {ARG("dir", "text", ".", "Folder, made if need be.")};
static const weir_arg_info dataset_args[] = {MUST("name", "text", "One of the data sets that come with weir, such as iris or digits.")};
static const weir_arg_info id_args[] = {MUST("id", "text", "Its name in the session.")};
static const weir_arg_info job_args[] = {MUST("id", "int", "Its number.")};
static const weir_arg_info path_args[] = {MUST("path", "text", "The file.")};

static const weir_arg_info column_args[] = {MUST("name", "text|int", "Its name, or its place from 1 on.")};
static const weir_arg_info cell_args[] = {MUST("row", "int", "From 1 on."), MUST("column", "text|int", "Its name, or its place from 1 on.")};
static const weir_arg_info kinds_args[] = {MUST("kind", "text", "numeric, categorical, string, time.")};
#define SETS \
    ARG("train", "bool", NULL, "By the training rows, which is so when nothing is said."), ARG("valid", "bool", NULL, "By the validation frame."), \
    ARG("xval", "bool", NULL, "By cross-validation; of several a table by their names.")
static const weir_arg_info set_args[] = {SETS};
static const weir_arg_info metric_args[] = {MUST("name", "text", "Which metric."), SETS};
static const weir_arg_info threshold_args[] = {SETS, ARG("threshold", "real", NULL, "Of two classes; absent: the best one.")};

#define CALL(on, name, group, gives, help, args) {name, on, group, gives, help, args, sizeof args / sizeof *args, false}
#define PLAIN(on, name, group, gives, help) {name, on, group, gives, help, NULL, 0, false}

static const weir_verb_info own[] = {
    CALL("", "plot", "plots", "plot", "Draws columns or lists: weir.plot(frame, {...}), weir.plot{x = ..., y = ..., by = ...}.", plot_args),
    CALL("frame", "plot", "plots", "plot", "Draws columns of the frame.", frame_plot_args),
    CALL("model", "plot", "plots", "plot", "Draws the scoring history of the model, training and validation.", model_plot_args),
    CALL("model", "learning_curve", "plots", "plot", "The same as plot.", model_plot_args),
    CALL("model", "varimp_plot", "plots", "plot", "Draws the variable importances as bars.", varimp_plot_args),
    CALL("metrics", "plot", "plots", "plot", "Draws the curve of a model with two classes.", metrics_plot_args),
    PLAIN("plot", "show", "plots", "plot", "Shows the plot."),
    CALL("plot", "save", "plots", "text", "Writes the plot to a file and gives its path.", plot_save_args),
    PLAIN("plot", "words", "plots", "text", "Says in words what the plot shows."),
    CALL("", "image", "plots", "value", "Draws rows of a frame as pictures.", image_args),
    PLAIN("frame", "names", "looking", "list", "The names of the columns."),
    PLAIN("frame", "types", "looking", "dict", "The type of each column by its name."),
    CALL("frame", "columns_by_type", "looking", "list", "The names of the columns of a kind.", kinds_args),
    PLAIN("frame", "to_list", "looking", "list", "The values of a column, or rows of values."),
    PLAIN("frame", "to_table", "looking", "dict", "Lists of values by the names of the columns."),
    CALL("frame", "cell", "looking", "value", "One value.", cell_args),
    CALL("frame", "col", "looking", "frame", "One column as a frame.", column_args),
    CALL("frame", "pop", "columns", "frame", "Takes a column out of the frame and gives it.", column_args),
    PLAIN("model", "scoring_history", "models", "frame", "How the model scored while it learned, a row for each scoring."),
    PLAIN("model", "varimp", "models", "frame", "How important each variable is, the most important first."),
    PLAIN("model", "summary", "models", "frame", "The layers of the network: units, rates, weights."),
    PLAIN("model", "show", "models", "value", "Prints what the model is and how well it does."),
    CALL("model", "confusion_matrix", "models", "frame", "How often each class was taken for each.", threshold_args),
    CALL("model", "hit_ratio_table", "models", "frame", "How often the right class is among the first k.", set_args),
    CALL("model", "metric", "models", "number", "One metric of the model.", metric_args),
    CALL("model", "roc", "models", "frame", "The false and true positive rates of all thresholds.", set_args),
    CALL("model", "F1", "models", "list", "The F1 at a threshold, the best one when none is given: {threshold, value}.", threshold_args),
    CALL("model", "accuracy", "models", "list", "The accuracy at a threshold, the best one when none is given.", threshold_args),
    CALL("model", "precision", "models", "list", "The precision at a threshold, the best one when none is given.", threshold_args),
    CALL("model", "recall", "models", "list", "The recall at a threshold, the best one when none is given.", threshold_args),
    CALL("model", "mcc", "models", "list", "Matthews' correlation at a threshold, the best one when none is given.", threshold_args),
    PLAIN("model", "default_threshold", "models", "number", "From where on the model predicts the second of two classes."),
    PLAIN("job", "join", "jobs", "value", "Waits for the job and gives its result."),
    PLAIN("job", "wait", "jobs", "value", "The same as join."),
    CALL("job", "cancel", "jobs", "value", "Stops the job.", cancel_args),
    PLAIN("job", "status", "jobs", "text", "How the job stands: queued, running, done, cancelled or failed."),
    PLAIN("job", "progress", "jobs", "number", "How far the job is, from 0 to 1."),
    PLAIN("job", "model", "jobs", "model", "The model of the training as it is now."),
    CALL("job", "threads", "jobs", "value", "Gives, or sets, how many threads the job works with.", threads_args),
    CALL("job", "limit", "jobs", "value", "Sets limits while the job runs; it keeps what it has when one is reached.", limit_args),
    PLAIN("job", "checkpoint", "jobs", "value", "Writes a checkpoint after this iteration."),
    CALL("job", "move", "jobs", "bool", "Moves the job in the queue for threads.", move_args),
    CALL("job", "log", "jobs", "list", "The lines of the job's log.", log_of_args),
    CALL("", "init", "session", "value", "Limits of the session, where drawing begins, a file for the log; gives what cluster gives.", init_args),
    CALL("", "notebook", "session", "value", "Opens a notebook on the terminal and waits until it is left.", notebook_args),
    PLAIN("", "cluster", "session", "dict", "Threads, memory and version of the session."),
    PLAIN("", "shutdown", "session", "value", "Ends the jobs and forgets frames and models."),
    PLAIN("", "clock", "session", "number", "Seconds of a clock that only goes on, to measure what takes how long."),
    PLAIN("", "citation", "session", "text", "How to cite weir."),
    CALL("", "help_text", "session", "text", "The help on a topic as text, and whether there is any.", help_args),
    PLAIN("", "print", "session", "value", "The same as print."),
    PLAIN("", "frame", "reading", "frame", "A frame of lists by the names of columns, or of a list of rows: weir.frame({a = {1, 2}}, {names =, types =})."),
    CALL("", "range", "lists", "list", "The whole numbers from one to another.", range_args),
    CALL("", "seq", "lists", "list", "Numbers at equal steps.", seq_args),
    CALL("", "setdiff", "lists", "list", "Members of a list that are not in another.", setdiff_args),
    CALL("", "sample", "lists", "list", "Some of 1 to n, none twice; weir.sample{ n, seed =, function(dice) ... end } makes n members.", sample_args),
    PLAIN("", "merge", "lists", "dict", "A new table with the entries of all; later ones win."),
    PLAIN("", "upload_file", "reading", "frame", "The same as import_file."),
    PLAIN("", "download_model", "models", "text", "The same as save_model."),
    PLAIN("", "upload_model", "models", "model", "The same as load_model."),
    PLAIN("", "estimate", "session", "value", "What a training would take in time and memory: the arguments are those of deeplearning; the training frame may be a file that is not loaded."),
    PLAIN("", "estimate_memory", "session", "value", "The memory of a training alone."),
    CALL("", "demo", "session", "value", "Walks through an example, step by step: what is done, and what it gives.", demo_args),
    CALL("", "report", "session", "value", "Shows how far a loop of your own is.", report_args),
    CALL("", "progress", "session", "value", "Switches the bars of trainings on or off.", progress_args),
    CALL("", "check", "session", "value", "Gives what holds; fails the cell, and the run, when it does not.", check_args),
    CALL("", "help", "session", "value", "Prints help on a topic.", help_args),
    CALL("", "log", "session", "value", "Writes a line into the session's log, and shows it.", log_args),
    CALL("", "save_logs", "session", "text", "All logs, of the session and its jobs, as one text file; gives its path.", save_logs_args),
    CALL("", "dataset", "session", "frame", "A data set that comes with weir.", dataset_args),
    PLAIN("", "ls", "session", "value", "Prints the frames and models there are."),
    PLAIN("", "frames", "session", "list", "The frames there are."),
    PLAIN("", "models", "session", "list", "The models there are."),
    CALL("", "get_frame", "session", "frame", "A frame by its name in the session.", id_args),
    CALL("", "get_model", "session", "model", "A model by its name in the session.", id_args),
    CALL("", "remove", "session", "value", "Forgets a frame or a model.", id_args),
    PLAIN("", "jobs", "session", "list", "The jobs, the newest first."),
    CALL("", "job", "session", "job", "A job by its number.", job_args),
    CALL("", "read_file", "session", "text", "What stands in a file, unpacked when gzip packed it.", path_args),
    CALL("", "inspect", "session", "value", "Prints what stands in a model's file.", path_args),
};

size_t api_count(void)
{
    return weir_verb_count() + sizeof own / sizeof *own;
}

const weir_verb_info *api_at(size_t i)
{
    size_t verbs = weir_verb_count();

    return i < verbs ? weir_verb_at(i) : &own[i - verbs];
}

const char *const *api_values(const weir_verb_info *v, const char *arg)
{
    static const char *const kinds[] = {"line", "points", "bars", "band", "heat", "hist", NULL}, *const curves[] = {"roc", "pr", NULL};
    static const char *const logs[] = {"x", "y", "xy", NULL}, *const steps[] = {"epochs", "samples", "iterations", "duration", NULL}, *const none[] = {NULL};
    static const struct { const char *on, *name, *arg; const char *const *values; } table[] = {
        {"", "plot", "kind", kinds}, {"frame", "plot", "kind", kinds}, {"metrics", "plot", "kind", curves}, {"", "plot", "log", logs},
        {"frame", "plot", "log", logs}, {"model", "plot", "timestep", steps}, {"model", "learning_curve", "timestep", steps}};
    static const char *const free_text[] = {"title", "x_label", "y_label", "file", "path"};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].on, v->on) && !strcmp(table[i].name, v->name) && !strcmp(table[i].arg, arg))
            return table[i].values;
    for (size_t i = 0; i < sizeof free_text / sizeof *free_text; i++)
        if (!strcmp(free_text[i], arg) && !strcmp(v->group, "plots"))
            return none;
    return NULL;
}
