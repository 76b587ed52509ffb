/* loss.h - distributions, losses, and which go together.
 *
 * A family (distribution) has a link, a deviance and a gradient with respect
 * to the network's output f in link space. Formulas: the booklet, 5.2.2; sign
 * and scale of gradients as in H2O (the derivative of the deviance, so
 * gaussian gives 2(f - y)), which keeps its rates and rho comparable. */
#ifndef MODEL_LOSS_H
#define MODEL_LOSS_H

#include "weir.h"

typedef enum family_kind {
    FAMILY_AUTO,
    FAMILY_BERNOULLI,
    FAMILY_MULTINOMIAL,
    FAMILY_GAUSSIAN,
    FAMILY_POISSON,
    FAMILY_GAMMA,
    FAMILY_TWEEDIE,
    FAMILY_LAPLACE,
    FAMILY_QUANTILE,
    FAMILY_HUBER,
    FAMILY_COUNT
} family_kind;

typedef enum loss_kind {
    LOSS_AUTOMATIC,
    LOSS_CROSS_ENTROPY,
    LOSS_QUADRATIC,
    LOSS_HUBER,
    LOSS_ABSOLUTE,
    LOSS_QUANTILE,
    LOSS_COUNT
} loss_kind;

/* What the output layer minimises. Immutable during one iteration. */
typedef struct loss_spec {
    family_kind family; /* never AUTO */
    loss_kind loss;     /* never AUTOMATIC but for poisson, gamma, tweedie */
    double quantile_alpha, tweedie_power;
    double huber_delta;     /* threshold in the space the network is trained in; updated between
                               iterations from huber_alpha */
    double label_smoothing; /* [0, 1) */
} loss_spec;

/* Derivative of the deviance of one regression target with respect to f. */
double loss_gradient(const loss_spec *s, double y, double f);
/* Deviance of weight-1 target y at prediction mu (response space, data-and-metrics 4.5). */
double loss_deviance(const loss_spec *s, double y, double mu);
/* What training minimises, in link space, so that loss_gradient is its derivative (gradient check). */
double loss_value(const loss_spec *s, double y, double f);
/* p[n] = exp(z) / sum exp(z), in double; the largest z is taken off first. */
void loss_softmax(const float *z, size_t n, double *p);
double family_link(family_kind k, double mu);
double family_link_inverse(family_kind k, double f);
bool family_is_log_link(family_kind k);
/* The 10 x 6 matrix: may this family be used with this loss on this sort of problem? */
typedef enum problem_kind { PROBLEM_REGRESSION, PROBLEM_CLASSES, PROBLEM_AUTOENCODER } problem_kind;
bool loss_legal(family_kind f, loss_kind l, problem_kind p);
/* AUTO family and Automatic loss become what they stand for. n_labels of a classification. */
void loss_resolve(loss_spec *s, problem_kind p, size_t n_labels);
extern const char *const family_names[]; /* NULL-terminated, by family_kind, H2O's spelling */
extern const char *const loss_names[];   /* NULL-terminated, by loss_kind */

#endif
