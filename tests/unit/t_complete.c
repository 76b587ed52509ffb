/* Tests of lua/complete.c: what fits where the cursor (|) stands. */
#include "tests/tap.h"

#include "lua/interp.h"

static weir_session *session;
static interp *in;

static void begin(void)
{
    interp_options o = {0};
    interp_event e;
    bool ended = false;

    CHECK(weir_session_new(&session, NULL, NULL) == WEIR_OK);
    o.session = session;
    CHECK(interp_new(&in, &o, NULL) == WEIR_OK);
    interp_submit(in, 1, "cell", 1, "train = weir.frame{width = {1, 2, 3}, height = {2, 3, 5}} settings = {depth = 3}\n"
                                    "model = weir.deeplearning{training_frame = train, y = 'width', hidden = {2}, epochs = 1}");
    for (int i = 0; i < 500 && !ended; i++) {
        while (interp_next(in, &e)) {
            ended |= e.kind == INTERP_FINISHED && e.ok;
            interp_event_clear(&e);
        }
        interp_wait(in, 0.02);
    }
    CHECK(ended);
}

static void end(void)
{
    interp_free(in);
    weir_session_free(session);
}

/* Whether `want` is offered for code with the cursor at '|', and from where on it is put. */
static bool offers(const char *marked, const char *want, const char *replaced)
{
    static interp_candidate c[400];
    char code[512];
    size_t at = strcspn(marked, "|"), start = 0;

    snprintf(code, sizeof code, "%.*s%s", (int)at, marked, marked + at + 1);
    size_t n = interp_complete(in, code, at, &start, c, 400);
    if (replaced && (at - start != strlen(replaced) || memcmp(code + start, replaced, at - start) != 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(c[i].text, want))
            return true;
    return false;
}

static void members_by_what_the_object_is(void)
{
    CHECK(offers("weir.impo|", "import_file", "impo"));
    CHECK(offers("weir.deep|", "deeplearning", "deep"));
    CHECK(offers("x = train:he|ad()", "head", "he"));
    CHECK(!offers("train:pred|", "predict", NULL));
    CHECK(offers("train.wi|", "width", "wi"));
    CHECK(offers("print(model:pre|", "predict", "pre"));
    CHECK(offers("model:log|", "logloss", "log"));
    CHECK(offers("model.par|", "params", "par"));
    CHECK(offers("settings.|", "depth", ""));
    CHECK(offers("string.form|", "format", "form"));
    CHECK(offers("unknown:spl|", "split", "spl"));
}

static void parameters_inside_a_call(void)
{
    CHECK(offers("weir.deeplearning{ epo|", "epochs", "epo"));
    CHECK(offers("m = weir.deeplearning{\n  y = 'a', -- not {\n  hidden = {3, 4},\n  act|\n}", "activation", "act"));
    CHECK(offers("est:train{ training|", "training_frame", "training"));
    CHECK(offers("train:split{0.75, se|", "seed", "se"));
    CHECK(!offers("print{ epo|", "epochs", NULL));
    CHECK(!offers("weir.deeplearning{ y = '{' } epo|", "epochs", NULL));
}

static void texts(void)
{
    CHECK(offers("weir.deeplearning{ activation = \"Rect|", "RectifierWithDropout", "Rect"));
    CHECK(offers("train[\"he|", "height", "he"));
    CHECK(offers("weir.deeplearning{ y = 'wi|", "width", "wi"));
    CHECK(offers("weir.help('rh|", "rho", "rh"));
}

static void names_and_words(void)
{
    CHECK(offers("tra|", "train", "tra"));
    CHECK(offers("local learning = 1\nlear|", "learning", "lear"));
    CHECK(offers("whi|", "while", "whi"));
    CHECK(!offers("-- tra|", "train", NULL));
    CHECK(!offers("|", "train", NULL)); /* nothing typed, nothing offered */
}

static void odd_code_does_no_harm(void)
{
    static const char *const odd[] = {"((((((((((((((((((((((((((((((((((((((((((((((((((x|", "}}}])|", "[[ tra|", "\"\\|",
                                      "a.b.c:|", ".|", "--[[ x|", "x = '\\", "\xff\xfe.|"};
    static interp_candidate c[4];
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        size_t start = 99, at = strcspn(odd[i], "|");
        CHECK(interp_complete(in, odd[i], at, &start, c, 4) <= 4 && start <= at);
    }
}

static void U024_U025_U026_plots(void)
{
    CHECK(offers("weir.pl|", "plot", "pl"));
    CHECK(offers("weir.plot{ ki|", "kind", "ki"));
    CHECK(offers("weir.plot{ x = train, ti|", "title", "ti"));
    CHECK(offers("train:plot{ b|", "by", "b") && !offers("train:plot{ m|", "metric", NULL)); /* that is of models */
    CHECK(offers("model:plot{ m|", "metric", "m") && !offers("model:plot{ b|", "by", NULL));
    CHECK(offers("model:plot{ timestep = \"|", "duration", "") && !offers("model:plot{ timestep = \"|", "width", NULL));
    CHECK(offers("model:plot{ metric = \"logl|", "logloss", "logl"));
    CHECK(offers("weir.plot{ kind = \"|", "heat", "") && offers("weir.plot{ log = '|", "xy", ""));
    CHECK(offers("train:plot{ y = \"wi|", "width", "wi")); /* columns */
    CHECK(!offers("train:plot{ title = \"|", "width", NULL) && !offers("train:plot{ file = \"|", "width", NULL));
    CHECK(offers("model:varimp|", "varimp_plot", "varimp") && offers("weir.help(\"varimp_|", "varimp_plot", "varimp_"));
}

int main(void)
{
    begin();
    TEST(members_by_what_the_object_is);
    TEST(parameters_inside_a_call);
    TEST(texts);
    TEST(U024_U025_U026_plots);
    TEST(names_and_words);
    TEST(odd_code_does_no_harm);
    end();
    return tap_done();
}
