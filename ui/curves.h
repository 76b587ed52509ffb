/* curves.h - the scoring history of a training as a plot that is looked at: which metric, over what, of
 * which models, how far zoomed, where the cursor stands. What is drawn is a scene of src/draw/plot.h. */
#ifndef UI_CURVES_H
#define UI_CURVES_H

#include "draw/plot.h"
#include "ui/app.h"

typedef enum curves_x { CURVES_EPOCHS, CURVES_SAMPLES, CURVES_TIME, CURVES_ITERATIONS, CURVES_XS } curves_x;

enum { CURVES_SOURCES = 8, CURVES_NAME = 64, CURVES_PANELS = 6, CURVES_FOLDS = 32 };

#define CURVES_NO_JOB INT64_MAX

/* One recorded history: a training's, or a model's. */
typedef struct curves_source {
    char name[CURVES_NAME];   /* the model's id, else the job's title */
    int64_t job;               /* 0: a model's */
    weir_score_row *rows;      /* owned */
    size_t n, cap;
    bool running;
    double planned[CURVES_XS]; /* where x will end; NaN = unknown */
    char stopped[160];         /* why it ended; "" */
} curves_source;

typedef struct curves_view {
    curves_source source[CURVES_SOURCES]; /* the first is the training that is watched */
    size_t n;
    char over[CURVES_SOURCES - 1][CURVES_NAME]; /* models laid over it */
    size_t n_over;
    curves_source fold[CURVES_FOLDS]; /* models of the first one's folds: "<id>_cv_1" ... */
    size_t n_fold;
    int64_t job;               /* which training; 0: the newest; CURVES_NO_JOB: none, only models that are laid over it */
    int64_t newest;            /* when that was chosen: a newer one takes over */

    ptrdiff_t metric;          /* position in the table of metrics and 1; 0: by the model */
    curves_x x;
    bool log_x, log_y, panels;
    int smooth;                /* 0: as it is; 1, 2: more and more */
    unsigned hidden;           /* bits of series, in the order of the legend */
    plot_charset set;          /* it was drawn with */
    bool zoomed, cursor_on;
    double lo, hi;             /* of x, zoomed */
    size_t at;                 /* the cursor's row in source[0] */

    scale shown_x, held_y[CURVES_PANELS + CURVES_SOURCES]; /* axes hold still */
    int64_t shown_job;
    bool shown_running;
    int shown_w, shown_h, below; /* below: rows of words under the plot */
} curves_view;

void curves_free(curves_view *v);
/* Looks at the session: what was scored since. */
void curves_follow(curves_view *v, weir_session *s);
/* The training it watches (owned), or NULL. */
weir_job *curves_job(const curves_view *v, weir_session *s);
/* Into a rectangle; *cursor: where the hardware cursor stands. Gives when it has to be drawn again although
 * nothing happens (the clock of base/clock.h), 0 = need not. */
double curves_draw(curves_view *v, canvas *c, box b, bool calm, spot *cursor);
/* The plot in words. */
void curves_words(curves_view *v, text *out);
/* The plot into a file by its ending: svg, png, txt, csv. */
weir_status curves_save(curves_view *v, const char *path, weir_error *err);
/* What the axes hold is looked for anew. */
void curves_fresh(curves_view *v);

/* For the files of the plot: the metric shown, whether one was recorded, where a row stands on x. */
ptrdiff_t curves_metric(const curves_view *v);
bool curves_recorded(const curves_source *s, size_t metric);
double curves_at(const weir_score_row *r, curves_x x);
extern const char *const curves_x_names[CURVES_XS], *const curves_x_words[CURVES_XS]; /* "epochs", "epoch" */

/* Keys. */
void curves_next_metric(curves_view *v);
void curves_zoom(curves_view *v, double factor); /* 0.5 shows half */
void curves_pan(curves_view *v, double share);   /* of what is shown */
void curves_move(curves_view *v, int rows);      /* the cursor */
/* Lays a model over, or takes it away; false: there is no room. */
bool curves_overlay(curves_view *v, const char *model);
bool curves_is_over(const curves_view *v, const char *model);

#endif
