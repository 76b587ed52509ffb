/* verbs_encoder.c - how a model turns columns into inputs, for scorers of one's own. */
#include "model/score.h"

#include "base/status.h"

#include <string.h>

static const encoder *encoder_here(const verb_context *c)
{
    return verb_model(c, "self")->enc;
}

/* A list of n reals. */
static weir_status reals(weir_value *out, size_t n, double (*at)(const encoder *e, size_t i), const encoder *e, weir_error *err)
{
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < n && !st; i++)
        st = weir_list_add(&list, weir_real(at(e, i)), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static double mul_at(const encoder *e, size_t i)
{
    return e->number[i].mul;
}

static double sub_at(const encoder *e, size_t i)
{
    return e->number[i].sub;
}

static double offset_at(const encoder *e, size_t i)
{
    return (double)(i < e->n_factors ? e->factor[i].offset : e->slots);
}

static double response_mul(const encoder *e, size_t i)
{
    (void)i;
    return e->resp_mul;
}

static double response_sub(const encoder *e, size_t i)
{
    (void)i;
    return e->resp_sub;
}

static weir_status run_normmul(const verb_context *c, weir_value *out, weir_error *err)
{
    return reals(out, encoder_here(c)->n_numbers, mul_at, encoder_here(c), err);
}

static weir_status run_normsub(const verb_context *c, weir_value *out, weir_error *err)
{
    return reals(out, encoder_here(c)->n_numbers, sub_at, encoder_here(c), err);
}

static weir_status run_catoffsets(const verb_context *c, weir_value *out, weir_error *err)
{
    return reals(out, encoder_here(c)->n_factors + 1, offset_at, encoder_here(c), err);
}

/* One number, for a numeric response. */
static size_t response_numbers(const encoder *e)
{
    return e->response && !e->labels ? 1 : 0;
}

static weir_status run_respmul(const verb_context *c, weir_value *out, weir_error *err)
{
    return reals(out, response_numbers(encoder_here(c)), response_mul, encoder_here(c), err);
}

static weir_status run_respsub(const verb_context *c, weir_value *out, weir_error *err)
{
    return reals(out, response_numbers(encoder_here(c)), response_sub, encoder_here(c), err);
}

static weir_status run_input_names(const verb_context *c, weir_value *out, weir_error *err)
{
    const encoder *e = encoder_here(c);
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < e->inputs && !st; i++) {
        char name[512];
        encoder_input_name(e, i, name, sizeof name);
        st = weir_list_add(&list, weir_text(name), err);
    }
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static weir_status run_uses(const verb_context *c, weir_value *out, weir_error *err)
{
    const encoder *e = encoder_here(c);
    const char *name = verb_text(c, "column");
    bool used = false;

    (void)err;
    for (size_t i = 0; i < e->n_factors; i++)
        used |= !strcmp(e->factor[i].name, name);
    for (size_t i = 0; i < e->n_codes; i++)
        used |= !strcmp(e->code[i].name, name);
    for (size_t i = 0; i < e->n_numbers; i++)
        used |= !e->number[i].code && !strcmp(e->number[i].name, name);
    *out = weir_bool(used);
    return WEIR_OK;
}

static const weir_arg_info column_args[] = {{.name = "column", .type = "text", .help = "Name of a column of the training frame."}};

const verb verbs_encoder[] = {
    {{.name = "normmul", .on = "model", .group = "inside", .gives = "value",
      .help = "Factors of the numeric inputs: input = (value - normsub) * normmul."}, run_normmul},
    {{.name = "normsub", .on = "model", .group = "inside", .gives = "value",
      .help = "What is taken from the numeric inputs before scaling."}, run_normsub},
    {{.name = "respmul", .on = "model", .group = "inside", .gives = "value",
      .help = "Factor of a numeric response in training; empty for classes."}, run_respmul},
    {{.name = "respsub", .on = "model", .group = "inside", .gives = "value",
      .help = "What is taken from a numeric response in training; empty for classes."}, run_respsub},
    {{.name = "catoffsets", .on = "model", .group = "inside", .gives = "value",
      .help = "First input of each factor, counted from 0, and of the numbers behind them."}, run_catoffsets},
    {{.name = "input_names", .on = "model", .group = "inside", .gives = "value",
      .help = "Names of the network's inputs in order."}, run_input_names},
    {{.name = "uses", .on = "model", .group = "inside", .gives = "bool",
      .help = "Whether predictions depend on a column.", .args = column_args, .n_args = 1}, run_uses},
};
const size_t verbs_encoder_count = sizeof verbs_encoder / sizeof *verbs_encoder;
