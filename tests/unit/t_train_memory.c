/* t_train_memory.c - whole trainings in which one allocation fails, each in its turn: a clean error or the
 * whole model, and nothing left behind (the sanitizer tier sees leaks). */
#include "tests/tap.h"

#include "base/mem.h"
#include "model/param.h"
#include "train/train.h"

enum { ROWS = 40, MOST = 30000 };

typedef struct setting { const char *name, *text; double number; } setting; /* text NULL: the number */

typedef struct variant {
    const char *name;
    bool coder;        /* an autoencoder */
    bool goes_on;      /* continues a first training */
    int threads;
    setting s[6];
} variant;

static const variant variants[] = {
    {"two classes, validated, balanced", .threads = 1, .s = {{"balance_classes", "true", 0}, {"activation", "RectifierWithDropout", 0}, {"score_training_samples", NULL, 6}}},
    {"on copies of the network", .threads = 2, .s = {{"reproducible", "false", 0}}},
    {"mini-batches with Adam and an average", .threads = 2, .s = {{"mini_batch_size", NULL, 8}, {"optimizer", "adam", 0}, {"weight_average", NULL, 0.9},
                                                                   {"activation", "MaxoutWithDropout", 0}}},
    {"adversarial, Binary", .threads = 1, .s = {{"adversarial_epsilon", NULL, 0.1}, {"categorical_encoding", "Binary", 0}}},
    {"Eigen, quantile metrics", .threads = 1, .s = {{"categorical_encoding", "Eigen", 0}, {"gainslift_bins", NULL, 3}}},
    {"sorted by the response", .threads = 1, .s = {{"categorical_encoding", "SortByResponse", 0}}},
    {"hashed, Skip", .threads = 1, .s = {{"max_categorical_features", NULL, 2}, {"missing_values_handling", "Skip", 0}}},
    {"a sparse autoencoder", .coder = true, .threads = 1, .s = {{"activation", "Tanh", 0}, {"sparsity_beta", NULL, 0.1}}},
    {"continued", .goes_on = true, .threads = 1, .s = {{"shuffle_training_data", "true", 0}}},
};

static weir_frame *make_frame(void)
{
    static const char *const words[] = {"red", "green", "blue"}, *const classes[] = {"no", "yes"};
    const char *colour[ROWS], *label[ROWS];
    double x[ROWS], z[ROWS];
    weir_frame *f = NULL;

    for (int i = 0; i < ROWS; i++) {
        x[i] = i == 4 ? (double)NAN : (7 * i % 11) / 4.0;
        z[i] = (5 * i % 13) / 3.0;
        colour[i] = i == 7 ? NULL : words[i % 3];
        label[i] = classes[i % 4 == 1];
    }
    weir_column_init cols[] = {{.name = "x", .numbers = x}, {.name = "z", .numbers = z},
                               {.name = "colour", .type = WEIR_TYPE_FACTOR, .labels = colour},
                               {.name = "y", .type = WEIR_TYPE_FACTOR, .labels = label}};
    CHECK(!weir_frame_build(&f, cols, 4, ROWS, NULL));
    return f;
}

static void set(weir_params *p, const char *name, weir_value v)
{
    weir_error err;

    if (!CHECK(!weir_params_set(p, name, &v, &err)))
        printf("# %s\n", err.message);
    weir_value_clear(&v);
}

static weir_params *make_params(const variant *v, const weir_frame *f, double epochs)
{
    weir_params *p = weir_params_new();
    weir_value hidden = weir_list();

    weir_list_add(&hidden, weir_int(5), NULL);
    weir_list_add(&hidden, weir_int(3), NULL);
    set(p, "hidden", hidden);
    set(p, "training_frame", weir_of_frame(f));
    set(p, "validation_frame", weir_of_frame(f));
    set(p, "reproducible", weir_bool(true));
    set(p, "seed", weir_int(3));
    set(p, "epochs", weir_real(epochs));
    set(p, "threads", weir_int(v->threads));
    set(p, v->coder ? "autoencoder" : "response_column", v->coder ? weir_bool(true) : weir_text("y"));
    for (size_t i = 0; i < 6 && v->s[i].name; i++) {
        const setting *s = &v->s[i];
        bool flag = s->text && (!strcmp(s->text, "true") || !strcmp(s->text, "false"));
        set(p, s->name, !s->text ? weir_real(s->number) : flag ? weir_bool(s->text[0] == 't') : weir_text(s->text));
    }
    return p;
}

/* Whoever looks on takes the snapshots. */
static void look(void *user, weir_model *snapshot)
{
    (void)user;
    weir_model_unref(snapshot);
}

static weir_status run_training(const weir_params *p, int threads, int cancel, weir_model **m, weir_error *err)
{
    progress pr = {0};
    train_watch watch = {.progress = &pr, .publish = look};
    train_input in = {.params = p, .watch = &watch, .comm = comm_self()};

    pr.threads = threads;
    atomic_store(&pr.cancel, cancel);
    return train_run(&in, m, err);
}

/* Gives the number of allocations of a whole training, 0 when one of them was not answered well. */
static uint64_t fail_each(const weir_params *p, int threads)
{
    for (uint64_t n = 1; n < MOST; n++) {
        weir_model *m = NULL;
        weir_error err = {0};
        mem_fail_nth(n);
        weir_status st = run_training(p, threads, 0, &m, &err);
        bool through = mem_fail_pending();
        mem_fail_nth(0);
        bool good = st == WEIR_OK ? m != NULL : !through && st == WEIR_ENOMEM && !m && err.message[0];
        weir_model_unref(m);
        if (!CHECK(good)) {
            printf("# allocation %llu: status %d: %s\n", (unsigned long long)n, (int)st, err.message);
            return 0;
        }
        if (through)
            return n;
    }
    return 0;
}

static void every_allocation_fails_once(const variant *v)
{
    weir_frame *f = make_frame();
    weir_params *p = make_params(v, f, 2), *first = v->goes_on ? make_params(v, f, 1) : NULL;
    weir_model *m = NULL;
    weir_error err = {0};

    if (first && CHECK(!run_training(first, v->threads, 0, &m, &err)))
        set(p, "checkpoint", weir_of_model(m));
    uint64_t n = fail_each(p, v->threads);
    CLAIM(n > 50, "a training survives a lack of memory at each of %llu allocations: %s", (unsigned long long)(n ? n - 1 : 0), v->name);
    weir_model_unref(m);
    weir_params_free(first), weir_params_free(p);
    weir_frame_unref(f);
}

/* Cancels at the first iteration's end. */
static void cancel_when_moved(void *user, double epochs, double total, int64_t samples, int64_t iterations, double speed)
{
    progress *pr = user;

    (void)epochs, (void)total, (void)iterations, (void)speed;
    if (samples && !atomic_load(&pr->cancel))
        atomic_store(&pr->cancel, 1);
}

static void cancelled(const variant *v)
{
    weir_frame *f = make_frame();
    weir_params *p = make_params(v, f, 1000);
    weir_error err = {0};
    weir_model *none = NULL, *kept = NULL;
    weir_status early = run_training(p, v->threads, 1, &none, &err), discarded;

    CHECK(early == WEIR_OK ? none != NULL : early == WEIR_ECANCEL && !none); /* there may be nothing to keep yet */
    weir_model_unref(none);
    none = NULL;
    discarded = run_training(p, v->threads, 2, &none, &err);
    CHECK(discarded == WEIR_ECANCEL && !none);
    progress pr = {.threads = v->threads};
    train_watch watch = {.progress = &pr, .user = &pr, .moved = cancel_when_moved};
    train_input in = {.params = p, .watch = &watch, .comm = comm_self()};
    if (CHECK(train_run(&in, &kept, &err) == WEIR_OK && kept)) {
        TEXT_EQ(kept->stopped, "cancelled");
        CHECK(kept->epochs > 0 && kept->epochs < 1000 && kept->state && kept->train);
    } else {
        printf("# %s: %s\n", v->name, err.message);
    }
    weir_model_unref(kept);
    weir_params_free(p);
    weir_frame_unref(f);
}

static void a_cancelled_training_is_kept_or_given_up(void)
{
    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++)
        cancelled(&variants[k]);
}

int main(void)
{
    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++)
        every_allocation_fails_once(&variants[k]);
    TEST(a_cancelled_training_is_kept_or_given_up);
    return tap_done();
}
