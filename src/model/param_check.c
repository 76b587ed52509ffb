/* param_check.c - names and ids become objects, and the rules between parameters.
 * Every refusal names the parameter, its value and what is allowed. */
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"
#include "model/loss.h"
#include "model/model.h"
#include "model/param_rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Resolving --------------------------------------------------------------------------- */

static weir_status resolve_object(weir_value *v, weir_kind kind, const char *name, param_lookup *lookup,
                                  weir_session *s, weir_error *err)
{
    weir_value found = weir_nil();
    weir_status st;

    if (v->kind != WEIR_TEXT)
        return WEIR_OK;
    st = lookup(s, v->as.text.s, &found, err);
    if (st) {
        char why[sizeof err->message];
        snprintf(why, sizeof why, "%s", err ? err->message : "");
        char hint[sizeof err->hint];
        snprintf(hint, sizeof hint, "%s", err ? err->hint : "");
        weir_fail_at(err, st, name, "%s: %.900s", name, why);
        if (hint[0])
            weir_hint(err, "%s", hint);
        return st;
    }
    if (found.kind != kind) {
        st = weir_fail_at(err, WEIR_EINVAL, name, "%s = \"%s\" is a %s, not a %s", name, v->as.text.s,
                          weir_kind_name(found.kind), weir_kind_name(kind));
        weir_value_clear(&found);
        return st;
    }
    weir_value_clear(v);
    *v = found;
    return WEIR_OK;
}

static weir_status resolve_column(weir_value *v, const char *name, const weir_frame *f, weir_error *err)
{
    if (v->kind == WEIR_NIL)
        return WEIR_OK;
    if (v->kind == WEIR_INT) {
        if (v->as.i < 1 || v->as.i > (int64_t)f->cols)
            return weir_fail_at(err, WEIR_EINVAL, name, "%s = %lld: the training frame has columns 1 to %zu", name,
                                (long long)v->as.i, f->cols);
        weir_value t = weir_text(f->name[v->as.i - 1]);
        if (t.kind == WEIR_NIL)
            return weir_no_memory(err, "resolving a column");
        *v = t;
        return WEIR_OK;
    }
    if (v->kind != WEIR_TEXT)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s must hold column names or positions, not %s", name,
                            weir_kind_name(v->kind));
    if (weir_frame_find(f, v->as.text.s) < 0) {
        weir_fail_at(err, WEIR_EINVAL, name, "%s: the training frame has no column '%s'", name, v->as.text.s);
        const char *near = text_nearest(v->as.text.s, (const char *const *)f->name, f->cols);
        if (near)
            weir_hint(err, "did you mean '%s'?", near);
        return WEIR_EINVAL;
    }
    return WEIR_OK;
}

static weir_status resolve_columns(weir_value *v, const char *name, const weir_frame *f, weir_error *err)
{
    weir_status st = WEIR_OK;

    if (v->kind == WEIR_TEXT || v->kind == WEIR_INT) {
        weir_value list = weir_list();
        st = weir_list_add(&list, *v, err);
        *v = st ? weir_nil() : list;
    }
    for (size_t i = 0; v->kind == WEIR_LIST && i < v->as.list.n && !st; i++)
        st = resolve_column(&v->as.list.v[i], name, f, err);
    return st;
}

weir_status param_resolve(weir_params *p, param_lookup *lookup, weir_session *s, weir_error *err)
{
    weir_status st = resolve_object(&p->training_frame, WEIR_FRAME, "training_frame", lookup, s, err);

    if (!st)
        st = resolve_object(&p->validation_frame, WEIR_FRAME, "validation_frame", lookup, s, err);
    if (!st)
        st = resolve_object(&p->checkpoint, WEIR_MODEL, "checkpoint", lookup, s, err);
    if (!st)
        st = resolve_object(&p->pretrained_autoencoder, WEIR_MODEL, "pretrained_autoencoder", lookup, s, err);
    weir_value *lists[] = {&p->initial_weights, &p->initial_biases};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; lists[k]->kind == WEIR_LIST && i < lists[k]->as.list.n && !st; i++)
            st = resolve_object(&lists[k]->as.list.v[i], WEIR_FRAME, k ? "initial_biases" : "initial_weights", lookup, s, err);
    if (st)
        return st;
    const weir_frame *f = param_frame(&p->training_frame);
    if (!f)
        return weir_fail_at(err, WEIR_EINVAL, "training_frame", "training_frame is needed: the frame to learn from");
    struct { weir_value *v; const char *name; } one[] = {
        {&p->response_column, "response_column"}, {&p->weights_column, "weights_column"},
        {&p->offset_column, "offset_column"}, {&p->fold_column, "fold_column"}};
    for (size_t i = 0; i < 4 && !st; i++)
        st = resolve_column(one[i].v, one[i].name, f, err);
    if (!st)
        st = resolve_columns(&p->x, "x", f, err);
    if (!st)
        st = resolve_columns(&p->ignored_columns, "ignored_columns", f, err);
    return st;
}

/* Checking ------------------------------------------------------------------------------ */

/* Does parameter i have to stay at its default, and why? NULL = no. */
static const char *idle(const weir_params *p, size_t i)
{
    const weir_param_info *info = weir_param_at(i);

    if (!info->acts)
        return "does not act yet";
    if (info->compat_only && p->compat != COMPAT_H2O)
        return "acts only with compat=\"h2o\"";
    bool learning = !strcmp(info->group, "optimizer") || !strcmp(info->group, "regularization");
    if (info->ours && learning && p->compat == COMPAT_H2O)
        return "is weir's own and has no meaning with compat=\"h2o\"";
    return NULL;
}

/* Parameters that do not act must have their defaults. */
static weir_status check_acting(const weir_params *p, weir_error *err)
{
    weir_status st = WEIR_OK;
    weir_params *fresh = weir_params_new();

    if (!fresh)
        return weir_no_memory(err, "checking parameters");
    for (size_t i = 0; i < PARAM_COUNT && !st; i++) {
        const weir_param_info *info = weir_param_at(i);
        weir_value v = weir_nil(), d = weir_nil();
        const char *why = p->given[i] ? idle(p, i) : NULL;
        if (!why)
            continue;
        st = weir_params_get(p, info->name, &v, err);
        if (!st)
            st = weir_params_get(fresh, info->name, &d, err);
        bool same = v.kind == d.kind && (v.kind == WEIR_NIL || (v.kind == WEIR_BOOL && v.as.b == d.as.b) ||
                                         (v.kind == WEIR_INT && v.as.i == d.as.i) ||
                                         (v.kind == WEIR_REAL && v.as.r == d.as.r) ||
                                         (v.kind == WEIR_TEXT && !strcmp(v.as.text.s, d.as.text.s)));
        if (!st && !same)
            st = weir_fail_at(err, WEIR_EINVAL, info->name, "%s %s; leave it at its default", info->name, why);
        weir_value_clear(&v);
        weir_value_clear(&d);
    }
    weir_params_free(fresh);
    return st;
}

/* Spellings that are declared but cannot be taken, and why. */
static weir_status check_values(const weir_params *p, weir_error *err)
{
    int e = p->categorical_encoding;

    if (e == ENCODING_ENUM || e == ENCODING_EXPLICIT)
        return weir_fail_at(err, WEIR_EINVAL, "categorical_encoding",
                            "categorical_encoding = \"%s\" is not for networks; OneHotInternal gives one input per level",
                            param_spelling(PARAM_categorical_encoding, e));
    if (e == ENCODING_SORT_BY_RESPONSE && p->autoencoder)
        return weir_fail_at(err, WEIR_EINVAL, "categorical_encoding",
                            "categorical_encoding = \"SortByResponse\" needs a response, which an autoencoder has not");
    if (p->compat == COMPAT_H2O && !p->reproducible)
        return weir_fail_at(err, WEIR_EINVAL, "compat", "compat = \"h2o\" needs reproducible = true");
    return WEIR_OK;
}

static weir_status check_optimizer(const weir_params *p, weir_error *err)
{
    if (p->optimizer == OPTIMIZER_ADADELTA && p->given[PARAM_adaptive_rate] && !p->adaptive_rate)
        return weir_fail_at(err, WEIR_EINVAL, "optimizer", "optimizer = \"adadelta\" contradicts adaptive_rate = false");
    if ((p->optimizer == OPTIMIZER_SGD || p->optimizer == OPTIMIZER_ADAM) && p->given[PARAM_adaptive_rate] &&
        p->adaptive_rate)
        return weir_fail_at(err, WEIR_EINVAL, "optimizer", "optimizer = \"%s\" contradicts adaptive_rate = true",
                            param_spelling(PARAM_optimizer, p->optimizer));
    return WEIR_OK;
}

static weir_status check_dropout(const weir_params *p, weir_error *err)
{
    if (!p->hidden_dropout_ratios.n)
        return WEIR_OK;
    if (!param_dropout(p))
        return weir_fail_at(err, WEIR_EINVAL, "hidden_dropout_ratios",
                            "hidden_dropout_ratios needs an activation with dropout, such as \"%sWithDropout\", not \"%s\"",
                            param_spelling(PARAM_activation, p->activation), param_spelling(PARAM_activation, p->activation));
    if (p->hidden_dropout_ratios.n != p->hidden.n)
        return weir_fail_at(err, WEIR_EINVAL, "hidden_dropout_ratios",
                            "hidden_dropout_ratios has %zu entries, hidden has %zu layers: one each is needed",
                            p->hidden_dropout_ratios.n, p->hidden.n);
    return WEIR_OK;
}

static problem_kind problem_of(const weir_params *p, const column *response)
{
    const weir_model *from = p->compat == COMPAT_H2O ? param_model(&p->checkpoint) : NULL;

    if (p->autoencoder)
        return PROBLEM_AUTOENCODER;
    if (from && from->enc->labels) /* numbers are matched with its labels */
        return PROBLEM_CLASSES;
    return response->type == WEIR_TYPE_FACTOR ? PROBLEM_CLASSES : PROBLEM_REGRESSION;
}

/* The words of a list that are legal, in a row: "a, b, c". */
static void list_legal(char *buf, size_t cap, const char *const *names, bool of_losses, family_kind f, problem_kind problem)
{
    size_t n = 0;

    buf[0] = '\0';
    for (int k = 0; names[k] && n < cap; k++)
        if (of_losses ? loss_legal(f, (loss_kind)k, problem) : loss_legal((family_kind)k, LOSS_AUTOMATIC, problem))
            n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? ", " : "", names[k]);
}

static weir_status check_loss(const weir_params *p, problem_kind problem, weir_error *err)
{
    static const char *const of[] = {"a numeric response", "a factor response", "an autoencoder"};
    family_kind f = (family_kind)p->distribution;
    loss_kind l = (loss_kind)p->loss;

    if (loss_legal(f, l, problem))
        return WEIR_OK;
    const char *d = param_spelling(PARAM_distribution, p->distribution), *ls = param_spelling(PARAM_loss, p->loss);
    bool family_alone = !loss_legal(f, LOSS_AUTOMATIC, problem);
    weir_fail_at(err, WEIR_EINVAL, family_alone ? "distribution" : "loss",
                 "distribution = \"%s\" with loss = \"%s\" cannot be used for %s", d, ls, of[problem]);
    char words[200];
    list_legal(words, sizeof words, family_alone ? family_names : loss_names, !family_alone, f, problem);
    if (problem == PROBLEM_REGRESSION && (f == FAMILY_BERNOULLI || f == FAMILY_MULTINOMIAL || l == LOSS_CROSS_ENTROPY))
        weir_hint(err, "for classes turn the response into a factor: asfactor");
    else if (problem == PROBLEM_CLASSES)
        weir_hint(err, "a factor response takes bernoulli or multinomial with CrossEntropy or Quadratic");
    else
        weir_hint(err, "%s takes %s %s", family_alone ? of[problem] : d, family_alone ? "a distribution of" : "a loss of", words);
    return WEIR_EINVAL;
}

static weir_status check_response(const weir_params *p, const weir_frame *f, weir_error *err)
{
    const char *name = param_text(&p->response_column);
    const column *c;

    if (!name)
        return weir_fail_at(err, WEIR_EINVAL, "response_column",
                            "response_column (y) is needed: the column to predict, or set autoencoder=true");
    c = frame_column(f, name, err);
    if (!c)
        return WEIR_EINVAL;
    if (c->type == WEIR_TYPE_STRING)
        return weir_fail_at(err, WEIR_EINVAL, "response_column", "the response '%s' holds text; asfactor makes classes of it", name);
    if (c->type == WEIR_TYPE_MISSING || c->stats.missing == c->rows)
        return weir_fail_at(err, WEIR_EINVAL, "response_column", "the response '%s' is missing in every row", name);
    if (!(c->stats.min < c->stats.max))
        return weir_fail_at(err, WEIR_EINVAL, "response_column", "the response '%s' is constant: there is nothing to learn", name);
    if (family_is_log_link((family_kind)p->distribution) && c->type != WEIR_TYPE_FACTOR) {
        bool gamma = p->distribution == FAMILY_GAMMA;
        if (gamma ? c->stats.min <= 0 : c->stats.min < 0)
            return weir_fail_at(err, WEIR_EINVAL, "distribution", "distribution = \"%s\" needs a response %s; '%s' goes down to %g",
                                param_spelling(PARAM_distribution, p->distribution), gamma ? "above 0" : "of at least 0",
                                name, c->stats.min);
    }
    return WEIR_OK;
}

static weir_status check_special(const weir_params *p, const weir_frame *f, weir_error *err)
{
    const char *w = param_text(&p->weights_column), *o = param_text(&p->offset_column), *y = param_text(&p->response_column);
    const column *c;

    if (w) {
        c = frame_column(f, w, err);
        if (c->type != WEIR_TYPE_NUMERIC)
            return weir_fail_at(err, WEIR_EINVAL, "weights_column", "weights_column '%s' is %s; it must be numeric", w, weir_type_name(c->type));
        if (c->stats.missing || c->stats.min < 0)
            return weir_fail_at(err, WEIR_EINVAL, "weights_column", "weights_column '%s' has %s values; weights are at least 0", w,
                                c->stats.missing ? "missing" : "negative");
        if (!(c->stats.max > 0))
            return weir_fail_at(err, WEIR_EINVAL, "weights_column", "weights_column '%s' is 0 in every row", w);
    }
    if (o) {
        c = frame_column(f, o, err);
        if (c->type != WEIR_TYPE_NUMERIC)
            return weir_fail_at(err, WEIR_EINVAL, "offset_column", "offset_column '%s' is %s; it must be numeric", o, weir_type_name(c->type));
        if (c->stats.missing)
            return weir_fail_at(err, WEIR_EINVAL, "offset_column", "offset_column '%s' has missing values", o);
        if (w && !strcmp(w, o))
            return weir_fail_at(err, WEIR_EINVAL, "offset_column", "offset_column and weights_column are both '%s'", o);
        if (p->autoencoder || (y && frame_column(f, y, NULL)->type == WEIR_TYPE_FACTOR))
            return weir_fail_at(err, WEIR_EINVAL, "offset_column", "offset_column is for regression only");
    }
    if ((w && y && !strcmp(w, y)) || (o && y && !strcmp(o, y)))
        return weir_fail_at(err, WEIR_EINVAL, "response_column", "the response '%s' cannot be weights or offset too", y);
    return WEIR_OK;
}

static weir_status check_stopping(const weir_params *p, problem_kind problem, size_t labels, weir_error *err)
{
    static const char *const models[] = {"bmra", "r", "bm", "bmra", "bmra", "r", "r", "bm", "bm", "b", "bm", "bm", "bmr", "bmr"};
    char kind = problem == PROBLEM_AUTOENCODER ? 'a' : problem == PROBLEM_REGRESSION ? 'r' : labels == 2 ? 'b' : 'm';

    if (!strchr(models[p->stopping_metric], kind))
        return weir_fail_at(err, WEIR_EINVAL, "stopping_metric", "stopping_metric = \"%s\" has no meaning for %s",
                            param_spelling(PARAM_stopping_metric, p->stopping_metric),
                            kind == 'a' ? "an autoencoder" : kind == 'r' ? "a numeric response"
                            : kind == 'b' ? "two classes" : "many classes");
    if (kind == 'm' && (p->stopping_metric == STOP_AUC || p->stopping_metric == STOP_AUCPR) && p->auc_type < 2)
        return weir_fail_at(err, WEIR_EINVAL, "stopping_metric", "stopping_metric = \"%s\" with many classes needs auc_type, such as MACRO_OVR",
                            param_spelling(PARAM_stopping_metric, p->stopping_metric));
    if (p->stopping_metric >= STOP_CUSTOM && p->custom_metric_func.kind == WEIR_NIL)
        return weir_fail_at(err, WEIR_EINVAL, "stopping_metric", "stopping_metric = \"%s\" needs custom_metric_func",
                            param_spelling(PARAM_stopping_metric, p->stopping_metric));
    return WEIR_OK;
}

static weir_status check_balance(const weir_params *p, problem_kind problem, size_t labels, weir_error *err)
{
    if (p->balance_classes && problem != PROBLEM_CLASSES)
        return weir_fail_at(err, WEIR_EINVAL, "balance_classes", "balance_classes = true is for a factor response only");
    if (p->class_sampling_factors.n && !p->balance_classes)
        return weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class_sampling_factors needs balance_classes = true");
    if (p->class_sampling_factors.n && p->class_sampling_factors.n != labels)
        return weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class_sampling_factors has %zu entries, the response %zu levels: one each is needed",
                            p->class_sampling_factors.n, labels);
    return WEIR_OK;
}

static weir_status check_autoencoder(const weir_params *p, weir_error *err)
{
    bool maxout = p->activation == ACTIVATION_MAXOUT || p->activation == ACTIVATION_MAXOUT_DROPOUT;

    if (!p->autoencoder) {
        if (p->sparsity_beta > 0)
            return weir_fail_at(err, WEIR_EINVAL, "sparsity_beta", "sparsity_beta = %g is for autoencoders only", p->sparsity_beta);
        if (p->given[PARAM_average_activation] && p->average_activation != 0)
            return weir_fail_at(err, WEIR_EINVAL, "average_activation", "average_activation = %g is for autoencoders only", p->average_activation);
        return WEIR_OK;
    }
    if (maxout)
        return weir_fail_at(err, WEIR_EINVAL, "activation", "activation = \"%s\" cannot be used for an autoencoder; Tanh, Rectifier and ExpRectifier can, with dropout or without",
                            param_spelling(PARAM_activation, p->activation));
    if (!p->hidden.n)
        return weir_fail_at(err, WEIR_EINVAL, "hidden", "an autoencoder needs at least one hidden layer");
    if (p->custom_metric_func.kind != WEIR_NIL)
        return weir_fail_at(err, WEIR_EINVAL, "custom_metric_func", "custom_metric_func cannot be used for an autoencoder");
    if (p->sparsity_beta > 0) {
        bool tanh_like = p->activation <= ACTIVATION_TANH_DROPOUT;
        if (tanh_like ? !(p->average_activation > -1 && p->average_activation < 1) : !(p->average_activation > 0))
            return weir_fail_at(err, WEIR_EINVAL, "average_activation", "average_activation = %g must be %s with activation \"%s\"",
                                p->average_activation, tanh_like ? "in (-1, 1)" : "above 0", param_spelling(PARAM_activation, p->activation));
    }
    return WEIR_OK;
}

static weir_status check_pretrained(const weir_params *p, weir_error *err)
{
    const weir_model *m = param_model(&p->pretrained_autoencoder);

    if (!m)
        return WEIR_OK;
    if (m->category != CATEGORY_AUTOENCODER)
        return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder '%s' is a %s model, not an autoencoder",
                            m->id, category_name(m->category));
    if (p->checkpoint.kind != WEIR_NIL)
        return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder and checkpoint cannot both be given");
    size_t hidden = m->net->layers - 1;
    bool same = hidden == p->hidden.n;
    for (size_t i = 0; same && i < hidden; i++)
        same = (int64_t)m->net->layer[i].units == p->hidden.v[i];
    if (same)
        return WEIR_OK;
    text there = {0}, here = {0};
    for (size_t i = 0; i < hidden; i++)
        text_fmt(&there, "%s%zu", i ? "," : "", m->net->layer[i].units);
    for (size_t i = 0; i < p->hidden.n; i++)
        text_fmt(&here, "%s%lld", i ? "," : "", (long long)p->hidden.v[i]);
    weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder '%s' has the hidden layers %.200s, hidden asks for %.200s",
                 m->id, text_str(&there), here.n ? text_str(&here) : "none");
    text_free(&there), text_free(&here);
    return WEIR_EINVAL;
}

/* May parameter i not change when a training continues? */
static bool stays(const weir_params *p, size_t i)
{
    if (i == PARAM_categorical_encoding && p->compat == COMPAT_H2O) /* H2O does not look */
        return false;
    return weir_param_at(i)->fixed;
}

/* A parameter's value in an error message: as it is written in Lua. */
static void say_value(text *t, const weir_value *v)
{
    switch (v->kind) {
    case WEIR_NIL: text_add(t, "not given"); break;
    case WEIR_BOOL: text_add(t, v->as.b ? "true" : "false"); break;
    case WEIR_INT: text_fmt(t, "%lld", (long long)v->as.i); break;
    case WEIR_REAL: text_number(t, v->as.r); break;
    case WEIR_TEXT: text_fmt(t, "\"%.60s\"", v->as.text.s); break;
    case WEIR_LIST:
        text_char(t, '{');
        for (size_t i = 0; i < v->as.list.n && t->n < 200; i++) {
            text_add(t, i ? ", " : "");
            say_value(t, &v->as.list.v[i]);
        }
        text_char(t, '}');
        break;
    default: text_fmt(t, "a %s", weir_kind_name(v->kind));
    }
}

static weir_status fixed_changed(const char *name, const weir_value *now, const weir_value *before, const weir_model *m, weir_error *err)
{
    text a = {0}, b = {0};

    say_value(&a, now);
    say_value(&b, before);
    weir_fail_at(err, WEIR_EINVAL, name, "%s may not change when a training continues: it is %.220s, with '%s' it was %.220s", name, text_str(&a),
                 m->id, text_str(&b));
    text_free(&a), text_free(&b);
    return WEIR_EINVAL;
}

static weir_status check_continuation(const weir_params *p, weir_error *err)
{
    const weir_model *m = param_model(&p->checkpoint);
    weir_status st = WEIR_OK;

    if (!m)
        return WEIR_OK;
    if (!m->state)
        return weir_fail_at(err, WEIR_EINVAL, "checkpoint", "model '%s' was kept without the state that a continued training needs", m->id);
    for (size_t i = 0; i < PARAM_COUNT && !st; i++) {
        const weir_param_info *info = weir_param_at(i);
        weir_value a = weir_nil(), b = weir_nil();
        if (!stays(p, i))
            continue;
        st = weir_params_get(p, info->name, &a, err);
        if (!st)
            st = weir_params_get(m->params, info->name, &b, err);
        if (!st && !weir_value_equal(&a, &b))
            st = fixed_changed(info->name, &a, &b, m, err);
        weir_value_clear(&a);
        weir_value_clear(&b);
    }
    if (!st && (p->initial_weights.kind != WEIR_NIL || p->initial_biases.kind != WEIR_NIL))
        st = weir_fail_at(err, WEIR_EINVAL, "initial_weights", "initial weights and biases cannot be given with a checkpoint: it goes on from those of '%s'", m->id);
    if (!st && !param_frame(&p->validation_frame) != !m->valid)
        st = weir_fail_at(err, WEIR_EINVAL, "validation_frame", "validation_frame must be given exactly when model '%s' had one", m->id);
    if (!st && p->epochs <= m->state->epochs)
        st = weir_fail_at(err, WEIR_EINVAL, "epochs", "epochs = %g: the checkpoint has had %g already; epochs count from the beginning, so ask for more",
                          p->epochs, m->state->epochs);
    return st;
}

static weir_status check_validation(const weir_params *p, weir_error *err)
{
    const weir_frame *v = param_frame(&p->validation_frame);
    const char *y = param_text(&p->response_column);

    if (v && !v->rows)
        return weir_fail_at(err, WEIR_EINVAL, "validation_frame", "validation_frame has no rows");
    if (v && !p->autoencoder && weir_frame_find(v, y) < 0)
        return weir_fail_at(err, WEIR_EINVAL, "validation_frame", "validation_frame lacks the response column '%s'", y);
    return WEIR_OK;
}

weir_status param_check(const weir_params *p, weir_error *err)
{
    const weir_frame *f = param_frame(&p->training_frame);
    const column *response = NULL;
    weir_status st = param_check_folds(p, err);

    if (!st)
        st = check_acting(p, err);
    if (!st)
        st = check_values(p, err);
    if (!st && !f->rows)
        st = weir_fail_at(err, WEIR_EINVAL, "training_frame", "training_frame has no rows");
    if (!st)
        st = check_autoencoder(p, err);
    if (!st && !p->autoencoder)
        st = check_response(p, f, err);
    if (st)
        return st;
    if (!p->autoencoder)
        response = frame_column(f, param_text(&p->response_column), err);
    problem_kind problem = problem_of(p, response);
    const weir_model *from = param_model(&p->checkpoint);
    size_t labels = response && response->type == WEIR_TYPE_FACTOR ? response->n_levels : from ? from->enc->n_labels : 0;
    st = check_loss(p, problem, err);
    if (!st)
        st = check_special(p, f, err);
    if (!st)
        st = check_optimizer(p, err);
    if (!st)
        st = check_dropout(p, err);
    if (!st)
        st = check_stopping(p, problem, labels, err);
    if (!st)
        st = check_balance(p, problem, labels, err);
    if (!st)
        st = check_validation(p, err);
    if (!st)
        st = check_pretrained(p, err);
    if (!st)
        st = param_check_rules(p, f, err);
    if (!st)
        st = check_continuation(p, err);
    return st;
}
