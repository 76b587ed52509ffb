/* pane_model.h - what is inside a model, finished or in training: what the table of commands asks. */
#ifndef UI_PANE_MODEL_H
#define UI_PANE_MODEL_H

#include "ui/jobs.h"

typedef enum model_tab_kind { TAB_SUMMARY, TAB_CONFUSION, TAB_HISTORY, TAB_VARIMP, TAB_LAYERS, TAB_PARAMS, TAB_HITS, TAB_ERRORS, TABS } model_tab_kind;

/* The model of a training, its latest while it runs. false: it has none. */
bool model_open_job(app *a, const job_row *r);
void model_open(app *a, const weir_model *m);
void model_pick(app *a);              /* asks which of the session's */
void model_tab(app *a, model_tab_kind tab);
void model_tab_by(app *a, int by);
void model_metrics_of(app *a, const char *which); /* "train", "valid", "xval" */
void model_sideways(app *a, int by);
void model_percent(app *a);
void model_image(app *a);
void model_filter(app *a);
void model_threshold(app *a);
void model_open_item(app *a);         /* Enter, in the model or in the rows behind it */

/* Rows of a frame, one line each; note[i] about row[i] or NULL. Takes row and note over. */
void rows_open(app *a, const char *title, const weir_frame *f, size_t *row, char **note, size_t n);
void rows_image(app *a);
void rows_open_item(app *a);
void rows_sideways(app *a, int by);

#endif
