/* resolve.c - parameters as asked become parameters as used: what is automatic is decided,
 * what has no use is named. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"
#include "train/stopping.h"

#include <stdio.h>

weir_status run_warn(run *r, const char *sentence, weir_error *err)
{
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "%s", sentence); /* the model carries it to the front end */
    return weir_list_add(&r->warnings, weir_text(sentence), err);
}

activation_kind run_activation(const weir_params *p)
{
    static const activation_kind by_value[] = {ACT_TANH, ACT_TANH, ACT_RECTIFIER, ACT_RECTIFIER, ACT_MAXOUT,
                                               ACT_MAXOUT, ACT_EXP_RECTIFIER, ACT_EXP_RECTIFIER};
    return by_value[p->activation];
}

/* F080: parameters that the client gave and the optimizer does not look at. */
static weir_status warn_ignored(run *r, weir_error *err)
{
    static const struct { param_id id; const char *name; unsigned used_by; } rules[] = {
        {PARAM_rate, "rate", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_annealing, "rate_annealing", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_decay, "rate_decay", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_schedule, "rate_schedule", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_warmup, "rate_warmup", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_momentum_start, "momentum_start", 1u << OPTIMIZER_SGD},
        {PARAM_momentum_ramp, "momentum_ramp", 1u << OPTIMIZER_SGD},
        {PARAM_momentum_stable, "momentum_stable", 1u << OPTIMIZER_SGD},
        {PARAM_rho, "rho", 1u << OPTIMIZER_ADADELTA},
        {PARAM_epsilon, "epsilon", 1u << OPTIMIZER_ADADELTA | 1u << OPTIMIZER_ADAM}};
    const weir_params *p = r->p;
    text t = {0};
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (p->given[rules[i].id] && !(rules[i].used_by >> p->optimizer & 1))
            text_fmt(&t, "%s%s", t.n ? ", " : "", rules[i].name);
    if (t.n) {
        char s[320];
        snprintf(s, sizeof s, "ignored because the %s: %.240s",
                 p->optimizer == OPTIMIZER_ADADELTA ? "rate is adaptive" : "optimizer has no use for them", text_str(&t));
        st = run_warn(r, s, err);
    }
    text_free(&t);
    return st;
}

weir_status run_resolve(run *r, weir_error *err)
{
    weir_params *p = r->p;
    bool factor = false;

    if (p->seed == -1)
        p->seed = rng_fresh_seed();
    if (p->optimizer == OPTIMIZER_AUTO)
        p->optimizer = p->adaptive_rate ? OPTIMIZER_ADADELTA : OPTIMIZER_SGD;
    p->adaptive_rate = p->optimizer == OPTIMIZER_ADADELTA;
    if (p->optimizer == OPTIMIZER_ADAM && !p->given[PARAM_rate])
        p->rate = 0.001;
    if (p->categorical_encoding == ENCODING_AUTO)
        p->categorical_encoding = ENCODING_ONE_HOT;
    if (!p->autoencoder)
        factor = frame_column(r->frame, param_text(&p->response_column), err)->type == WEIR_TYPE_FACTOR;
    size_t labels = factor ? frame_column(r->frame, param_text(&p->response_column), err)->n_levels : 0;
    r->category = p->autoencoder ? CATEGORY_AUTOENCODER
                  : !factor      ? CATEGORY_REGRESSION
                  : labels == 2  ? CATEGORY_BINOMIAL
                                 : CATEGORY_MULTINOMIAL;
    r->loss = (loss_spec){.family = (family_kind)p->distribution, .loss = (loss_kind)p->loss,
                          .quantile_alpha = p->quantile_alpha, .tweedie_power = p->tweedie_power,
                          .huber_delta = 1, .label_smoothing = factor ? p->label_smoothing : 0};
    loss_resolve(&r->loss, p->autoencoder ? PROBLEM_AUTOENCODER : factor ? PROBLEM_CLASSES : PROBLEM_REGRESSION, labels);
    p->distribution = (int)r->loss.family;
    p->loss = (int)r->loss.loss;
    r->metric = stopping_metric(p, r->category);
    r->less = weir_metric_at(r->metric)->less_is_better;
    weir_status st = param_default_dropout(p, err);
    if (!st)
        st = warn_ignored(r, err);
    return st ? st : run_note_idle(r, err);
}
