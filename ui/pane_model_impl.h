/* pane_model_impl.h - what the files of the model pane share: pane_model.c the tabs, model_tabs.c what
 * they show, model_rows.c the rows behind their figures. */
#ifndef UI_PANE_MODEL_IMPL_H
#define UI_PANE_MODEL_IMPL_H

#include "ui/curves.h"
#include "ui/pane_model.h"

enum { MODEL_QUANTILES = 5 };

typedef struct model_view {
    weir_job *job;       /* of a training; NULL: a finished model alone */
    weir_model *model;   /* owned */
    size_t version;      /* of the job's model that this is */
    model_tab_kind tab;
    char which[8];       /* whose metrics: "train", "valid", "xval" */
    size_t at, top, column, lines; /* where one is among the lines of the tab */
    bool percent, image;
    char filter[80];
    int page;
    weir_value info;
    weir_frame *varimp, *layers, *confusion, *hits, *summary; /* or NULL */
    weir_metrics *metrics;
    curves_view curves;

    /* Rows behind a figure: the model's predictions or errors on the frame. */
    weir_job *work;      /* works them out; NULL: nobody does */
    bool asked;          /* the person waits for the rows */
    weir_frame *frame, *given; /* judged, and what the verb gave */
    double *error;       /* [n_error]: residual or reconstruction error */
    size_t *order, n_error; /* rows by it, the largest first */
    double quantile[MODEL_QUANTILES]; /* of the residuals */
    double threshold;    /* of reconstruction; 0: the 99th hundredth */
    char trouble[300];
} model_view;

model_view *model_here(app *a);
void model_draw_summary(canvas *c, box b, model_view *v);
void model_draw_confusion(canvas *c, box b, model_view *v, spot *cursor);
void model_draw_varimp(canvas *c, box b, model_view *v, spot *cursor);
void model_draw_layers(canvas *c, box b, model_view *v, spot *cursor);
void model_draw_params(canvas *c, box b, model_view *v, spot *cursor);
void model_draw_hits(canvas *c, box b, model_view *v);
void model_draw_errors(app *a, canvas *c, box b, model_view *v, spot *cursor);
/* Begins to judge the frame's rows; asked: opens them when they are there. */
void model_want_rows(app *a, model_view *v, bool asked);
void model_rows_ready(app *a, model_view *v);
void model_forget_rows(model_view *v);

#endif
