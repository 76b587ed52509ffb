/* Tests of lua/interp.c: cells, interrupts, interleaving, events. */
#include "tests/tap.h"

#include "lua/interp.h"

#include "base/clock.h"
#include "base/text.h"
#include "tests/patience.h"

#include <time.h>

static weir_session *session;
static interp *in;

static void begin(void)
{
    interp_options o = {.headless = true};

    CHECK(weir_session_new(&session, NULL, NULL) == WEIR_OK);
    o.session = session;
    CHECK(interp_new(&in, &o, NULL) == WEIR_OK);
}

static void end(void)
{
    interp_free(in);
    weir_session_free(session);
}

/* What a cell said, in order. */
typedef struct said {
    char out[4096], error[1024], hint[256];
    int64_t line, status;
    bool ok, finished;
} said;

static void append(char *to, size_t cap, const char *s)
{
    size_t n = strlen(to);
    snprintf(to + n, cap - n, "%s", s ? s : "");
}

/* Takes events of cells 1..n until so many of them have finished, or until it must be a hang. */
static void listen_for(said *cells, int n, int ends)
{
    patience wait = patience_of(tap_failed_now ? 10 : PATIENCE);

    for (interp_event e; ends > 0 && patience_left(&wait);) {
        if (!interp_next(in, &e)) {
            interp_wait(in, 0.05);
            continue;
        }
        said *c = &cells[e.cell >= 1 && e.cell <= n ? e.cell - 1 : 0];
        if (e.kind == INTERP_STDOUT || e.kind == INTERP_VALUE)
            append(c->out, sizeof c->out, e.text);
        if (e.kind == INTERP_ERROR) {
            append(c->error, sizeof c->error, e.text);
            append(c->hint, sizeof c->hint, e.hint);
            c->line = e.line;
        }
        if (e.kind == INTERP_FINISHED) {
            c->ok = e.ok;
            c->status = e.line;
            c->finished = true;
            ends--;
        }
        interp_event_clear(&e);
    }
}

static void listen(said *cells, int n)
{
    listen_for(cells, n, n);
}

static said run(const char *code)
{
    said s = {0};
    interp_submit(in, 1, "cell", 1, code);
    listen(&s, 1);
    return s;
}

static void output_comes_in_order(void)
{
    begin();
    said s = run("print('a', 1) io.write('b') io.stdout:write('c', 2, '\\n')");
    TEXT_EQ(s.out, "a\t1\nbc2\n");
    CHECK(s.ok && s.finished && s.status == -1);
    end();
}

static void globals_stay_from_cell_to_cell(void)
{
    begin();
    CHECK(run("x = 41").ok);
    said s = run("x + 1");
    TEXT_EQ(s.out, "42");
    interp_restart(in);
    s = run("tostring(x)");
    TEXT_EQ(s.out, "nil");
    end();
}

static void an_error_names_its_line_in_the_file(void)
{
    said s = {0};

    begin();
    interp_submit(in, 1, "notes.lua", 10, "local a = 1\nerror('bad luck')\n");
    listen(&s, 1);
    CHECK(!s.ok && s.line == 11);
    TEXT_EQ(s.error, "notes.lua:11: bad luck");
    s = run("weir.frame({x = {1}}).y");
    CHECK(!s.ok && strstr(s.error, "has no column or method 'y'"));
    TEXT_EQ(s.hint, "did you mean 'x'?");
    s = run("gone = weir.frame{x = {1}} debug.getmetatable(gone).__gc(gone) return gone");
    CHECK(s.finished); /* a released frame as the value ends nothing */
    s = run("x = = 2");
    CHECK(!s.ok && s.line == 1);
    s = run("error(setmetatable({}, {__tostring = function() error('again') end}))");
    CHECK(!s.ok && s.finished);
    end();
}

/* What each cell shows, by hand from Lua's grammar. */
static void F143_the_value_of_the_last_expression_is_shown(void)
{
    static const struct { const char *code, *shows; } cases[] = {
        {"1 + 1", "2"},
        {"a = 20\na + 1", "21"},
        {"local b = 3; b * 2 -- twice\n", "6"},
        {"a, 'x'", "20x"},
        {"a = 1", ""},
        {"f = function(x) return x and x + 1 end", ""},
        {"local y = 5\nf(y)", "6"},
        {"f(1)\nf(2)", "3"},
        {"f(nil)", ""},
        {"print('said')", "said\n"},
        {"print('said') f(1)", "said\n2"},
        {"io.write('w')", "w"},
        {"a = f\n(7)", ""},         /* one statement, as Lua reads it */
        {"a", "8"},
        {"g = {f = f}\ng.f(1)", "2"},
        {"g.f\n(4)", "5"},
        {"local t = {1, 2}\n#t", "2"},
        {"a = 5\n(a + 1)", "6"},
        {"a = 5\n-a", ""},          /* a = 5 - a */
        {"a", "0"},
        {"a = a and f(1)", ""},
        {"if a then f(1) end", ""},
        {"for i = 1, 2 do f(i) end", ""},
        {"repeat local z = 1 until f(z)", ""},
        {"repeat until true\nf(9)", "10"},
        {"function h(x) return x, x end h(3)", "33"},
        {"h(3);", ""},
        {"a;", ""},
        {"a = 4; ; a;", ""},
        {"return a", "4"},
        {"return f(a);", "5"},
        {"x = 'text'\nx:upper()", "TEXT"},
        {"[[long\ntext]]", "long\ntext"},
        {"a = 1 [==[b]==]", "b"},
        {"goto over\n::over::\nf(1)", "2"},
        {"do local q = 1 end\nnot a", "false"},
        {"function k() return 1 end\nk", NULL},
        {"-- only a remark", ""},
        {"", ""},
        {"select('#', ...)", "0"},
    };

    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        said s = run(cases[i].code);
        CHECK(s.ok && s.finished);
        if (cases[i].shows)
            TEXT_EQ(s.out, cases[i].shows);
        else
            CHECK(!strncmp(s.out, "function: ", 10));
    }
    said s = run("local a = 1\na = = 2\na");
    CHECK(!s.ok && s.line == 2);
    s = run("local a = 1\nlocal function deep() error('here') end\ndeep()"); /* the call stands in the traceback */
    CHECK(!s.ok && s.line == 2);
    s = run("x = = 2;");
    CHECK(!s.ok && s.line == 1);
    end();
}

/* Processor seconds that a cell of n statements takes, the least of three. */
static double seconds_of(int n)
{
    double least = INFINITY;

    for (int turn = 0; turn < 3; turn++) {
        text t = {0};
        for (int i = 0; i < n; i++)
            text_fmt(&t, "x = %d\n", i);
        text_add(&t, "2 + 2\n");
        clock_t from = clock();
        said s = run(text_str(&t));
        least = fmin(least, (double)(clock() - from) / CLOCKS_PER_SEC);
        CHECK(s.ok && !strcmp(s.out, "4"));
        text_free(&t);
    }
    return least;
}

/* The statements are looked through once: four times as many take about four times the work, not sixteen times. */
static void F143_a_long_cell_begins_at_once(void)
{
    begin();
    double few = seconds_of(5000), many = seconds_of(20000);
    if (!CHECK(many < WORK * fmax(few, 0.002)))
        printf("# %.4f s, and %.4f s for four times as many\n", few, many);
    end();
}

/* F013: by itself none of them would ever end. */
static void interrupts_end_every_loop(void)
{
    static const char *const loops[] = {
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local c = coroutine.wrap(function() while true do end end) c()",
        "local function f() return f() end f()",
        "repeat local ok = pcall(error, 'x') until false"};

    begin();
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        said s = {0};
        interp_submit(in, 1, "loop", 1, loops[i]);
        interp_wait(in, 5);
        interp_interrupt(in, 1);
        listen(&s, 1);
        CHECK(s.finished && !s.ok);
        CHECK(strstr(s.error, "interrupted") != NULL);
    }
    said s = run("1 + 1");
    TEXT_EQ(s.out, "2"); /* the next cell is not hit */
    end();
}

/* Waits until the cell has said something more. */
static bool hear_dot(said *s)
{
    patience wait = patience_of(tap_failed_now ? 10 : PATIENCE);
    size_t before = strlen(s->out);

    for (interp_event e; strlen(s->out) == before && !s->finished && patience_left(&wait);) {
        if (!interp_next(in, &e)) {
            interp_wait(in, 0.05);
            continue;
        }
        if (e.kind == INTERP_STDOUT)
            append(s->out, sizeof s->out, e.text);
        s->finished |= e.kind == INTERP_FINISHED;
        interp_event_clear(&e);
    }
    return strlen(s->out) > before;
}

/* Inside the engine: the verb that runs when the interrupt comes does not come to its end, where it would say a dot. A test
 * that is held up between the dot and the interrupt tries again. */
static void U045_interrupts_act_inside_long_verbs(void)
{
    enum { ATTEMPTS = 8 };
    static const char *const verbs[] = {"big:sort('u')", "big:quantile()", "big:rank_within_group_by{group_by = 'g', sort_by = 'u'}", "big:group('u')", "big.u:unique()"};

    begin();
    said s = run("big = weir.frame{x = weir.range(1, 1500000)} big['u'] = big:runif(1) big['g'] = big['x'] % 1000");
    if (!CHECK(s.ok))
        printf("# %s\n", s.error);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        char code[300];
        bool inside = false;
        snprintf(code, sizeof code, "while true do if pcall(function() return %s end) then io.write('.') end end", verbs[i]);
        for (int attempt = 0; attempt < ATTEMPTS && !inside; attempt++) {
            memset(&s, 0, sizeof s);
            interp_submit(in, 1, "long", 1, code);
            if (!CHECK(hear_dot(&s)))
                printf("# %s\n", verbs[i]);
            size_t dots = strlen(s.out);
            interp_interrupt(in, 1);
            listen(&s, 1);
            CHECK(s.finished && !s.ok);
            inside = strlen(s.out) == dots;
        }
        if (!CHECK(inside))
            printf("# %s\n", verbs[i]);
    }
    end();
}

static void a_queued_cell_can_be_interrupted(void)
{
    said s[2];
    memset(s, 0, sizeof s);

    begin();
    interp_submit(in, 1, "a", 1, "while true do end");
    interp_submit(in, 2, "b", 1, "print('b ran')");
    interp_interrupt(in, 2);
    interp_interrupt(in, 1);
    listen(s, 2);
    CHECK(s[1].finished && !s[1].ok && !*s[1].out);
    end();
}

static const char *const training =
    "local f = weir.frame{x = weir.range(1, 200), y = weir.range(1, 200)}\n"
    "local m = weir.deeplearning{training_frame = f, y = 'y', hidden = {8}, epochs = 1e9,\n"
    "  max_runtime_secs = %s, stopping_rounds = 0, regression_stop = -1}\n"
    "print(m.epochs > 0)";

/* The trainings of the session end when they have taken so many rows. */
static void run_limits(int64_t rows)
{
    weir_job *jobs[8];
    size_t n = weir_session_jobs(session, jobs, 8);

    for (size_t k = 0; k < n && k < 8; k++) {
        weir_job_set_limits(jobs[k], 0, rows);
        weir_job_unref(jobs[k]);
    }
}

/* A cell that waits for a training lets others run. */
static void two_cells_interleave(void)
{
    char code[512];
    said s[2];
    memset(s, 0, sizeof s);

    begin();
    snprintf(code, sizeof code, training, "36000");
    interp_submit(in, 1, "a", 1, code);
    interp_submit(in, 2, "b", 1, "print('second')");
    listen_for(s, 2, 1);
    TEXT_EQ(s[1].out, "second\n");
    CHECK(s[1].finished && s[1].ok && !s[0].finished);
    run_limits(1); /* what it has learnt is the cell's, and the cell goes on */
    listen_for(s, 2, 1);
    TEXT_EQ(s[0].out, "true\n");
    end();
}

static void an_interrupt_ends_the_wait_and_leaves_the_training(void)
{
    char code[512];
    said s = {0};
    weir_job *jobs[8];
    bool runs = false;

    begin();
    snprintf(code, sizeof code, training, "36000");
    interp_submit(in, 1, "a", 1, code);
    for (patience wait = patience_of(PATIENCE); !runs && patience_left(&wait);) {
        size_t n = weir_session_jobs(session, jobs, 8);
        for (size_t k = 0; k < n && k < 8; k++) {
            weir_job_info info;
            weir_job_get(jobs[k], &info);
            runs |= info.state == WEIR_JOB_RUNNING && !strcmp(info.kind, "train");
            weir_job_unref(jobs[k]);
        }
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    CHECK(runs);
    interp_interrupt(in, 1);
    listen(&s, 1);
    CHECK(s.finished && !s.ok);
    size_t n = weir_session_jobs(session, jobs, 8);
    bool still = false;
    for (size_t k = 0; k < n && k < 8; k++) {
        weir_job_info info;
        weir_job_get(jobs[k], &info);
        still |= info.state == WEIR_JOB_RUNNING;
        weir_job_cancel(jobs[k], false);
        weir_job_unref(jobs[k]);
    }
    CHECK(still);
    end();
}

/* Who stops a cell interrupts it and cancels its job; while another cell keeps the thread, the job has ended before the first
 * one hears of either. */
static void U045_a_job_that_ended_first_does_not_hide_the_interrupt(void)
{
    char code[512];
    said s[2];
    weir_job *j = NULL;

    memset(s, 0, sizeof s);
    begin();
    snprintf(code, sizeof code, training, "36000");
    interp_submit(in, 1, "a", 1, code);
    interp_submit(in, 2, "b", 1, "io.write('.') while true do end");
    CHECK(hear_dot(&s[1]));
    if (CHECK(weir_session_jobs(session, &j, 1) == 1)) {
        interp_interrupt(in, 1);
        weir_job_cancel(j, false);
        CHECK(weir_job_wait(j, PATIENCE, NULL) == WEIR_OK);
        weir_job_unref(j);
    }
    interp_interrupt(in, 2);
    listen(s, 2);
    CHECK(s[0].finished && !s[0].ok && strstr(s[0].error, "interrupted"));
    CHECK(s[1].finished && !s[1].ok);
    end();
}

static void exit_gives_its_status(void)
{
    begin();
    CHECK(run("os.exit(3)").status == 3);
    CHECK(run("os.exit(true)").status == 0);
    CHECK(run("os.exit(false)").status == 1);
    end();
}

static void whole_chunks_are_told_from_parts(void)
{
    CHECK(interp_complete_chunk("x = 1"));
    CHECK(interp_complete_chunk("1 + 1"));
    CHECK(!interp_complete_chunk("for i = 1, 3 do"));
    CHECK(!interp_complete_chunk("weir.deeplearning{"));
    CHECK(interp_complete_chunk("x = = 1")); /* wrong, and no more lines help */
}

int main(void)
{
    TEST(output_comes_in_order);
    TEST(globals_stay_from_cell_to_cell);
    TEST(an_error_names_its_line_in_the_file);
    TEST(F143_the_value_of_the_last_expression_is_shown);
    TEST(F143_a_long_cell_begins_at_once);
    TEST(interrupts_end_every_loop);
    TEST(U045_interrupts_act_inside_long_verbs);
    TEST(a_queued_cell_can_be_interrupted);
    TEST(two_cells_interleave);
    TEST(an_interrupt_ends_the_wait_and_leaves_the_training);
    TEST(U045_a_job_that_ended_first_does_not_hide_the_interrupt);
    TEST(exit_gives_its_status);
    TEST(whole_chunks_are_told_from_parts);
    return tap_done();
}
