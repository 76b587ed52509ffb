/* commands_model.c - what is inside a model, and the rows behind its figures. */
#include "ui/pane_model.h"

static bool in_model(app *a)
{
    return a->focus == &pane_model;
}

static bool in_rows(app *a)
{
    return a->focus == &pane_model || a->focus == &pane_rows;
}

static void tab_next(app *a) { model_tab_by(a, 1); }
static void tab_previous(app *a) { model_tab_by(a, -1); }
static void tab_summary(app *a) { model_tab(a, TAB_SUMMARY); }
static void tab_confusion(app *a) { model_tab(a, TAB_CONFUSION); }
static void tab_history(app *a) { model_tab(a, TAB_HISTORY); }
static void tab_varimp(app *a) { model_tab(a, TAB_VARIMP); }
static void tab_layers(app *a) { model_tab(a, TAB_LAYERS); }
static void tab_params(app *a) { model_tab(a, TAB_PARAMS); }
static void tab_hits(app *a) { model_tab(a, TAB_HITS); }
static void tab_errors(app *a) { model_tab(a, TAB_ERRORS); }
static void on_train(app *a) { model_metrics_of(a, "train"); }
static void on_valid(app *a) { model_metrics_of(a, "valid"); }
static void on_xval(app *a) { model_metrics_of(a, "xval"); }
static void left(app *a) { model_sideways(a, -1); }
static void right(app *a) { model_sideways(a, 1); }

const command commands_model[] = {
    {"models", "models", "Go to a model of the session.", model_pick, NULL},
    {"tab-next", "next tab", "The next part of the model.", tab_next, in_model},
    {"tab-previous", "previous tab", "The part of the model before.", tab_previous, in_model},
    {"tab-summary", "summary", "Metrics and layers of the model.", tab_summary, in_model},
    {"tab-confusion", "confusion", "Its confusion matrix.", tab_confusion, in_model},
    {"tab-history", "history", "How it scored while it learned.", tab_history, in_model},
    {"tab-varimp", "varimp", "Its variable importances.", tab_varimp, in_model},
    {"tab-layers", "layers", "Rates, weights and dead units of its layers, over time.", tab_layers, in_model},
    {"tab-params", "params", "Its parameters, the changed ones first.", tab_params, in_model},
    {"tab-hits", "hit ratio", "How often the right class is among the first k.", tab_hits, in_model},
    {"tab-errors", "errors", "Residuals, or reconstruction errors, of the rows.", tab_errors, in_model},
    {"metrics-train", "train", "By the training rows.", on_train, in_model},
    {"metrics-valid", "valid", "By the validation frame.", on_valid, in_model},
    {"metrics-xval", "cross-val", "By cross-validation.", on_xval, in_model},
    {"cell-left", "left", "A cell to the left.", left, in_rows},
    {"cell-right", "right", "A cell to the right.", right, in_rows},
    {"percent", "percent", "Counts, or percent of each row.", model_percent, in_model},
    {"pixel-map", "image", "As an image, where the columns are pixels.", model_image, in_rows},
    {"model-filter", "filter", "Only the lines that hold some words.", model_filter, in_model},
    {"threshold", "threshold", "Another threshold of the reconstruction error.", model_threshold, in_model},
    {0},
};
