/* t_history.c - the plot of a training by its keys: metrics, axes, cursor, zoom, models laid over, words, files. */
#include "tests/ui/by_keys.h"

#include "ui/pane_live.h"
#include "ui/theme.h"

#include <locale.h>

#define TRAIN \
    "-- %% data\nf = weir.dataset('iris') train, test = f:split{0.7, seed = 3}\n" \
    "-- %% net\nm = weir.deeplearning{ y = 'Species', training_frame = train, validation_frame = test, hidden = {8}, epochs = 40, " \
    "score_interval = 0, train_samples_per_iteration = 100, score_duty_cycle = 1, stopping_rounds = 0, seed = 1, model_id = 'first', reproducible = true }\n"

/* A workbench with a training that has ended, the live pane in front. */
static app *trained(const char *more, int w, int h)
{
    char s[4000];

    snprintf(s, sizeof s, "%s%s", TRAIN, more);
    app *a = open_app(s, w, h);
    keys(a, "R a");
    CHECK(idle(a, 60));
    if (w < 110)
        keys(a, "p");
    if (a->focus != &pane_live)
        keys(a, "Tab");
    CHECK(a->focus == &pane_live);
    return a;
}

static void U068_U077_the_history_shows_both_sets_best_and_stop(void)
{
    app *a = trained("", 80, 24);

    CHECK(shows(a, "log loss") && shows(a, "train 0.") && shows(a, "valid 0.") && shows(a, "best 0.") && shows(a, "best valid 0."));
    CHECK(shows(a, "epochs") && shows(a, "stopped: "));
    app_free(a);
}

static curves_view *view(app *a)
{
    return live_view(a);
}

static void U069_m_goes_through_all_recorded_metrics(void)
{
    app *a = trained("", 80, 24);
    curves_view *v = view(a);
    size_t recorded = 0, seen = 0;
    ptrdiff_t first = curves_metric(v);

    for (size_t m = 0; m < weir_metric_count(); m++) /* by the rows themselves */
        recorded += !isnan(v->source[0].rows[v->source[0].n - 1].train[m]) || !isnan(v->source[0].rows[v->source[0].n - 1].valid[m]);
    do {
        CHECK(shows(a, weir_metric_at((size_t)curves_metric(v))->label));
        keys(a, "m");
        seen++;
    } while (curves_metric(v) != first && seen < 100);
    CHECK(recorded > 3 && seen == recorded);
    app_free(a);
}

static void U070_folds_are_a_band(void)
{
    /* Models of the names that folds have, with histories of their own. */
    app *a = trained("-- %% folds\nfor k = 1, 3 do weir.deeplearning{ y = 'Species', training_frame = train, validation_frame = test, hidden = {8}, epochs = 40, "
                     "score_interval = 0, train_samples_per_iteration = 100, score_duty_cycle = 1, stopping_rounds = 0, seed = k, model_id = 'first_cv_' .. k, reproducible = true } end\n", 100, 30);
    weir_job *jobs[8];
    size_t n = weir_session_jobs(a->session, jobs, 8);

    for (size_t i = 0; i < n && i < 8; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (!strcmp(info.title, "first"))
            live_show(a, info.id);
        weir_job_unref(jobs[i]);
    }
    CHECK(shows(a, "folds") && shows(a, "cv mean") && view(a)->n_fold == 3);
    keys(a, "7");
    CHECK(lacks(a, "cv mean 0."));
    app_free(a);
}

#define SECOND "-- %% second\nm2 = weir.deeplearning{ y = 'Species', training_frame = train, validation_frame = test, hidden = {20}, epochs = 40, score_interval = 0, " \
    "train_samples_per_iteration = 100, score_duty_cycle = 1, stopping_rounds = 0, seed = 2, model_id = 'second', reproducible = true }\n"

static void U071_U100_models_lie_over_each_other_or_have_panels(void)
{
    app *a = trained(SECOND, 80, 30);

    keys(a, "a");
    CHECK(shows(a, "Lay a model over"));
    keys(a, "'first' Enter");
    CHECK(shows(a, "first is laid over") && shows(a, "second train") && shows(a, " first\n") && view(a)->n == 2);
    keys(a, "M");
    char *s = screen(a);
    size_t panels = 0;
    for (const char *c = s; (c = strstr(c, "\u2514")); c++)
        panels++;
    CHECK(panels == 2);
    free(s);
    keys(a, "M o");
    CHECK(shows(a, "on the plot"));
    keys(a, "'first' Enter");
    CHECK(shows(a, "taken away") && view(a)->n == 1);
    keys(a, "M");
    CHECK(shows(a, "log loss") && shows(a, "classification error")); /* a panel for each metric */
    app_free(a);
}

static void U071_the_list_of_jobs_lays_models_over_the_plot(void)
{
    app *a = trained(SECOND, 80, 30);

    keys(a, "g j Down o");
    CHECK(shows(a, "first is laid over the plot"));
    keys(a, "p"); /* the plot of that training itself */
    CHECK(a->focus == &pane_live && !strcmp(view(a)->source[0].name, "first") && view(a)->n == 1);
    keys(a, "q");
    CHECK(a->focus == &pane_jobs);
    keys(a, "Up p");
    CHECK(!strcmp(view(a)->source[0].name, "second") && view(a)->n == 2 && shows(a, "second train"));
    app_free(a);
}

static void U072_x_goes_through_epochs_samples_time_iterations(void)
{
    app *a = trained("", 80, 24);

    CHECK(shows(a, "epochs "));
    keys(a, "x");
    CHECK(shows(a, " samples ") && shows(a, " 4000\n"));
    keys(a, "x");
    CHECK(shows(a, "time "));
    keys(a, "x");
    CHECK(shows(a, "iterations "));
    keys(a, "x");
    CHECK(shows(a, "epochs ") && view(a)->x == CURVES_EPOCHS);
    app_free(a);
}

static void U073_l_and_L_make_axes_logarithmic(void)
{
    app *a = trained("", 80, 30);
    scale_tick t[SCALE_TICKS];

    keys(a, "l L");
    app_draw(a);
    const scale *axes[] = {&view(a)->held_y[0], &view(a)->shown_x};
    for (size_t k = 0; k < 2; k++) {
        CHECK(axes[k]->kind == SCALE_LOG && axes[k]->lo > 0);
        size_t n = scale_ticks(axes[k], 6, t);
        CHECK(n > 0);
        for (size_t i = 0; i < n; i++) {
            double m = t[i].at / pow(10, floor(log10(t[i].at) + 1e-9));
            CHECK(fabs(m - 1) < 1e-6 || fabs(m - 2) < 1e-6 || fabs(m - 5) < 1e-6);
            CHECK(fabs(m - 1) > 1e-6 || shows(a, t[i].label)); /* decades have labels in any case */
        }
    }
    keys(a, "l L");
    app_draw(a);
    CHECK(view(a)->held_y[0].kind == SCALE_LINEAR && view(a)->shown_x.kind == SCALE_LINEAR);
    app_free(a);
}

static void U074_zoom_and_pan(void)
{
    app *a = trained("", 80, 24);
    curves_view *v = view(a);

    app_draw(a);
    double lo = v->shown_x.lo, hi = v->shown_x.hi;
    keys(a, "+");
    app_draw(a);
    NEAR(v->shown_x.hi - v->shown_x.lo, (hi - lo) / 2, 1e-9);
    NEAR((v->shown_x.hi + v->shown_x.lo) / 2, (hi + lo) / 2, 1e-9);
    CHECK(shows(a, "zoomed"));
    double before = v->shown_x.lo;
    keys(a, ">");
    app_draw(a);
    NEAR(v->shown_x.lo - before, (hi - lo) / 8, 1e-9); /* a quarter of the half */
    keys(a, "Left Home"); /* the window goes with the cursor */
    app_draw(a);
    double x = curves_at(&v->source[0].rows[v->at], v->x);
    CHECK(v->at == 0 && x >= v->shown_x.lo && x <= v->shown_x.hi);
    keys(a, "- - -");
    CHECK(!v->zoomed);
    keys(a, "+ + 0");
    app_draw(a);
    CHECK(!v->zoomed && v->shown_x.lo == lo && v->shown_x.hi == hi && lacks(a, "zoomed"));
    app_free(a);
}

static void U075_the_cursor_reads_all_lines_at_a_scoring_event(void)
{
    app *a = trained("", 100, 24);
    curves_view *v = view(a);
    char line[200], train[32], valid[32];

    keys(a, "Left Left Left");
    CHECK(v->cursor_on && v->at == v->source[0].n - 3);
    const weir_score_row *r = &v->source[0].rows[v->at];
    size_t m = (size_t)curves_metric(v);
    text_short_number(r->train[m], 4, train);
    text_short_number(r->valid[m], 4, valid);
    snprintf(line, sizeof line, "epoch %.3g  train %s  valid %s", r->epochs, train, valid);
    CHECK(shows(a, line));
    snprintf(line, sizeof line, "row %zu of %zu", v->at + 1, v->source[0].n);
    CHECK(shows(a, line));
    keys(a, "S-Left");
    CHECK(v->at == (v->source[0].n > 13 ? v->source[0].n - 13 : 0));
    keys(a, "End");
    CHECK(v->at == v->source[0].n - 1);
    keys(a, "Enter");
    CHECK(shows(a, "log loss by epochs")); /* the table of the points */
    keys(a, "Esc 0");
    CHECK(!v->cursor_on);
    app_free(a);
}

static void U076_S_smooths_and_the_raw_line_stays_behind(void)
{
    app *a = trained("", 80, 24);

    keys(a, "S");
    CHECK(shows(a, "smoothed 0.6"));
    keys(a, "S");
    CHECK(shows(a, "smoothed 0.9"));
    size_t dim = 0;
    app_draw(a);
    for (int i = 0; i < a->canvas.width * a->canvas.height; i++)
        dim += a->canvas.cell[i].style == STYLE_DIM && a->canvas.cell[i].ch >= 0x2800 && a->canvas.cell[i].ch < 0x2900;
    CHECK(dim > 5);
    keys(a, "S");
    CHECK(lacks(a, "smoothed"));
    app_free(a);
}

static size_t count_between(app *a, uint32_t lo, uint32_t hi)
{
    size_t n = 0;

    app_draw(a);
    for (int i = 0; i < a->canvas.width * a->canvas.height; i++)
        n += a->canvas.cell[i].ch >= lo && a->canvas.cell[i].ch < hi;
    return n;
}

static void U095_tilde_goes_through_braille_blocks_and_ascii(void)
{
    app *a = trained("", 80, 24);

    CHECK(count_between(a, 0x2801, 0x2900) > 20);
    snprintf(a->set.charset, sizeof a->set.charset, "braille");
    keys(a, "~");
    CHECK(!strcmp(a->set.charset, "blocks"));
    a->canvas.blocks = true; /* as the loop sets it for a terminal */
    CHECK(count_between(a, 0x2801, 0x2900) == 0 && count_between(a, 0x2580, 0x2590) > 20);
    keys(a, "~");
    CHECK(!strcmp(a->set.charset, "ascii"));
    a->canvas.ascii = true;
    CHECK(count_between(a, 127, 0x110000) == 0 && shows(a, "*"));
    keys(a, "~ ~");
    CHECK(!strcmp(a->set.charset, "braille"));
    app_free(a);
}

static void U096_names_stand_at_the_ends_of_the_lines(void)
{
    app *a = trained("", 80, 24);

    a->canvas.ascii = true;
    char *s = screen(a), *legend = strstr(s, "train 0."), *end = legend ? strchr(legend, '\n') : NULL;
    CHECK(end && strstr(end, " train\n") && strstr(end, " valid\n"));
    free(s);
    keys(a, "1");
    s = screen(a), legend = strstr(s, "log loss"), end = legend ? strchr(legend, '\n') : NULL;
    CHECK(end && !strstr(end, " train\n")); /* a digit takes a line away */
    free(s);
    app_free(a);
}

/* The log's line of an event says its epoch and its numbers: those of the row itself. */
static void U061_from_a_point_to_its_line_of_the_log_and_back(void)
{
    app *a = trained("", 100, 24);
    curves_view *v = view(a);
    char want[80];

    keys(a, "Home Right Right Right");
    size_t at = v->at;
    const weir_score_row *r = &v->source[0].rows[at];
    CHECK(at == 3);
    keys(a, "t");
    CHECK(a->focus == &pane_job_log && lacks(a, "following"));
    char *s = screen(a), *mark = strstr(s, "\u258c"), *end = mark ? strchr(mark, '\n') : NULL;
    if (end)
        *end = '\0';
    snprintf(want, sizeof want, "epoch %.4g: ", r->epochs);
    if (!mark || !strstr(mark, want))
        printf("# want %s, have %s\n", want, mark ? mark : "nothing");
    CHECK(mark && strstr(mark, want));
    free(s);
    keys(a, "q"); /* back, the cursor where it was */
    CHECK(a->focus == &pane_live && v->cursor_on && v->at == at);
    keys(a, "t Down"); /* another line of the log: its point */
    keys(a, "End Enter");
    CHECK(a->focus == &pane_live && v->cursor_on && v->at == v->source[0].n - 1);
    snprintf(want, sizeof want, "row %zu of %zu", v->source[0].n, v->source[0].n);
    CHECK(shows(a, want));
    keys(a, "q");
    CHECK(a->focus == &pane_notebook);
    keys(a, "g j L"); /* from the list of jobs the plot lies over the log */
    CHECK(a->focus == &pane_job_log);
    keys(a, "End Enter");
    CHECK(a->focus == &pane_live);
    keys(a, "q");
    CHECK(a->focus == &pane_job_log);
    keys(a, "q");
    CHECK(a->focus == &pane_jobs);
    app_free(a);
}

/* With the plot beside the notebook, whose place it keeps. */
static void U061_views_over_the_plot_lead_back_to_it(void)
{
    app *a = trained("", 120, 30);

    keys(a, "t");
    CHECK(a->focus == &pane_job_log);
    keys(a, "q");
    CHECK(a->focus == &pane_live && !a->maximised && shows(a, "-- %% net"));
    keys(a, "g j p");
    CHECK(a->focus == &pane_live && a->maximised);
    keys(a, "q");
    CHECK(a->focus == &pane_jobs && shows(a, "progress"));
    keys(a, "q");
    CHECK(a->focus == &pane_live && !a->maximised && shows(a, "-- %% net"));
    app_free(a);
}

/* The first scoring events of a training fall from 3 to 0.2 within a second: none of them is beyond the axis, which stays. */
static void U097_a_young_training_does_not_run_out_of_its_axis(void)
{
    app *a = trained("", 80, 24);
    curves_view *v = view(a);
    curves_source *s = &v->source[0];
    size_t all = s->n, m = (size_t)curves_metric(v);
    canvas c = {0};
    spot where;

    CHECK(canvas_resize(&c, 80, 20));
    curves_fresh(v);
    s->running = true;
    for (s->n = 1; s->n < all && s->n < 20; s->n++) {
        weir_score_row *r = &s->rows[s->n - 1];
        r->duration = 0.05 * (double)s->n;
        r->train[m] = r->valid[m] = 3 * exp(-0.2 * (double)(s->n - 1));
        canvas_clear(&c);
        curves_draw(v, &c, (box){0, 0, 80, 20}, false, &where);
        CHECK(v->held_y[0].lo == 0 && v->held_y[0].hi >= 3 && v->held_y[0].hi <= 4);
    }
    canvas_free(&c);
    app_free(a);
}

/* What stands at the ends of the axis: the right end of the area is the last epoch, and the last tick is not beyond. */
static void U097_the_axis_ends_where_the_training_does(void)
{
    app *a = trained("", 80, 24);
    curves_view *v = view(a);
    scale_tick t[SCALE_TICKS];

    app_draw(a);
    double last = v->source[0].rows[v->source[0].n - 1].epochs;
    NEAR(v->shown_x.hi, last, 1e-9);
    v->source[0].running = true; /* as while it trains: the planned end, however little is there */
    v->source[0].planned[CURVES_EPOCHS] = 120;
    for (int most = 3; most < 12; most++) {
        scale x = {.kind = SCALE_LINEAR};
        scale_end(&x, 0, 120, most);
        size_t n = scale_ticks(&x, most, t);
        CHECK(x.lo == 0 && x.hi == 120 && n >= 2 && n <= (size_t)most && t[n - 1].at <= 120 && 120 - t[n - 1].at < t[1].at - t[0].at);
    }
    app_free(a);
}

static void U101_D_says_the_plot_in_words(void)
{
    app *a = trained("", 120, 30);

    keys(a, "D");
    CHECK(shows(a, "valid log loss fell from "));
    app_free(a);
}

static void U198_X_writes_the_plot(void)
{
    app *a = trained("", 80, 24);
    char key[300], file[200];
    size_t n;

    snprintf(file, sizeof file, "%s/h.svg", folder);
    snprintf(key, sizeof key, "X C-u '%s' Enter", file);
    keys(a, key);
    CHECK(shows(a, "the plot is in"));
    char *s = nb_read_file(file, &n);
    CHECK(s && strstr(s, "<title>train</title>") && strstr(s, "<title>valid</title>") && strstr(s, "</svg>"));
    free(s);
    snprintf(file, sizeof file, "%s/h.csv", folder);
    snprintf(key, sizeof key, "X C-u '%s' Enter", file);
    keys(a, key);
    s = nb_read_file(file, &n);
    size_t lines = 0;
    for (size_t i = 0; s && i < n; i++)
        lines += s[i] == '\n';
    CHECK(lines == view(a)->source[0].n + 1);
    CHECK(s && !strncmp(s, "model,epochs,samples,iterations,duration,training_", 50));
    free(s);
    keys(a, "X C-u '/no/such/folder/h.svg' Enter");
    CHECK(shows(a, "/no/such/folder"));
    app_free(a);
}

/* 200 ms are two pictures of the loop. */
static void U068_rows_are_on_the_plot_200_ms_after_scoring(void)
{
    app *a = open_app("-- %% net\nf = weir.dataset('iris')\nm = weir.deeplearning{ y = 'Species', training_frame = f, hidden = {50}, epochs = 1e9, "
                      "score_interval = 0.1, score_duty_cycle = 1, stopping_rounds = 0, classification_stop = -1, seed = 1 }\n", 80, 24);
    size_t scored = 0, looked = 0, pictures = 0, late = 0;

    keys(a, "C-t p");
    for (patience wait = patience_of(PATIENCE); looked < 8 && patience_left(&wait);) {
        weir_job *j = pane_training(a->session);
        weir_job_info info = {0};
        if (j)
            weir_job_get(j, &info);
        weir_job_unref(j);
        if (info.scored > scored)
            scored = info.scored, pictures = 0;
        app_turn(a, 50); /* then a picture, as the loop makes ten a second */
        app_draw(a);
        pictures++;
        if (scored > looked && view(a)->source[0].n >= scored) {
            late = pictures > late ? pictures : late;
            looked = scored;
        }
        if (info.scored && info.state != WEIR_JOB_RUNNING)
            break;
    }
    CHECK(looked >= 2 && late <= 2);
    keys(a, "q C-c k");
    idle(a, 20);
    app_free(a);
}

/* Palettes: every theme at every depth. */
static const int depths[] = {0, 8, 16, 256};

static void U160_no_theme_paints_the_background(void)
{
    for (size_t t = 0; theme_names[t]; t++)
        for (size_t d = 0; d < 4; d++)
            for (int s = 0; s < STYLE_COUNT; s++)
                CHECK(theme_look(theme_find(theme_names[t]), (canvas_style)s, depths[d]).bg == -1);
}

static void U165_without_colours_attributes_say_it(void)
{
    for (size_t t = 0; theme_names[t]; t++) {
        const look *theme = theme_find(theme_names[t]);
        for (int s = 0; s < STYLE_COUNT; s++)
            CHECK(theme_look(theme, (canvas_style)s, 0).fg == -1);
        look plain = theme_look(theme, STYLE_PLAIN, 0), error = theme_look(theme, STYLE_ERROR, 0), cursor = theme_look(theme, STYLE_CURSOR, 0);
        CHECK(error.attributes != plain.attributes && cursor.attributes != plain.attributes && cursor.attributes != error.attributes);
    }
}

static void U167_styles_fit_8_colours_and_64_pairs(void)
{
    for (size_t t = 0; theme_names[t]; t++) {
        bool pair[9][9] = {{false}};
        size_t pairs = 0;
        for (int s = 0; s < STYLE_COUNT; s++) {
            look l = theme_look(theme_find(theme_names[t]), (canvas_style)s, 8);
            CHECK(l.fg >= -1 && l.fg < 8 && l.bg >= -1 && l.bg < 8);
            pairs += !pair[l.fg + 1][l.bg + 1];
            pair[l.fg + 1][l.bg + 1] = true;
        }
        CHECK(pairs < 64 && STYLE_COUNT <= 40);
    }
}

static void U162_heat_grows_lighter_step_by_step(void)
{
    const look *theme = theme_find("default");
    double last = -1;

    for (int k = 0; k < 9; k++) { /* relative luminance as the sRGB standard defines it */
        int rgb = theme_rgb(theme_look(theme, plot_heat_style((k + 0.5) / 9), 256).fg);
        double sum = 0, weight[] = {0.2126, 0.7152, 0.0722};
        for (int c = 0; c < 3; c++) {
            double u = (rgb >> (16 - 8 * c) & 255) / 255.0;
            sum += weight[c] * (u <= 0.04045 ? u / 12.92 : pow((u + 0.055) / 1.055, 2.4));
        }
        CHECK(sum > last);
        last = sum;
    }
    for (int a = 0; a < PLOT_LOOKS; a++) /* and no two lines have one colour */
        for (int b = 0; b < a; b++)
            CHECK(theme_look(theme, plot_style(a), 256).fg != theme_look(theme, plot_style(b), 256).fg);
}

static void U168_every_glyph_of_a_plot_is_one_column_wide(void)
{
    app *a = trained("", 120, 40);

    for (int how = 0; how < 3; how++) {
        a->canvas.blocks = how == 1;
        a->canvas.ascii = how == 2;
        app_draw(a);
        for (int i = 0; i < a->canvas.width * a->canvas.height; i++) {
            uint32_t ch = a->canvas.cell[i].ch;
            CHECK(text_width(ch) == 1 && ch < 0x2900 && !(ch >= 0x25aa && ch <= 0x25ab) && !(ch >= 0x25fb && ch <= 0x27bf && ch != 0x2713 && ch != 0x2717));
        }
    }
    app_free(a);
}

static void U099_a_history_with_a_gap_says_where(void)
{
    app *a = trained("", 80, 24);
    curves_view *v = view(a);
    size_t m = (size_t)curves_metric(v), i = v->source[0].n / 2;
    char want[64];

    v->source[0].rows[i].train[m] = (double)NAN;
    snprintf(want, sizeof want, "NaN at %.2g", v->source[0].rows[i].epochs);
    CHECK(shows(a, want) && shows(a, "!"));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U068_U077_the_history_shows_both_sets_best_and_stop);
    TEST(U068_rows_are_on_the_plot_200_ms_after_scoring);
    TEST(U069_m_goes_through_all_recorded_metrics);
    TEST(U070_folds_are_a_band);
    TEST(U071_U100_models_lie_over_each_other_or_have_panels);
    TEST(U071_the_list_of_jobs_lays_models_over_the_plot);
    TEST(U072_x_goes_through_epochs_samples_time_iterations);
    TEST(U073_l_and_L_make_axes_logarithmic);
    TEST(U074_zoom_and_pan);
    TEST(U075_the_cursor_reads_all_lines_at_a_scoring_event);
    TEST(U076_S_smooths_and_the_raw_line_stays_behind);
    TEST(U095_tilde_goes_through_braille_blocks_and_ascii);
    TEST(U096_names_stand_at_the_ends_of_the_lines);
    TEST(U061_from_a_point_to_its_line_of_the_log_and_back);
    TEST(U061_views_over_the_plot_lead_back_to_it);
    TEST(U097_a_young_training_does_not_run_out_of_its_axis);
    TEST(U097_the_axis_ends_where_the_training_does);
    TEST(U101_D_says_the_plot_in_words);
    TEST(U198_X_writes_the_plot);
    TEST(U099_a_history_with_a_gap_says_where);
    TEST(U160_no_theme_paints_the_background);
    TEST(U162_heat_grows_lighter_step_by_step);
    TEST(U165_without_colours_attributes_say_it);
    TEST(U167_styles_fit_8_colours_and_64_pairs);
    TEST(U168_every_glyph_of_a_plot_is_one_column_wide);
    return end_tests();
}
