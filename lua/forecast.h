/* forecast.h - what a training would take before it runs, by a sample of the file that it learns from. */
#ifndef LUA_FORECAST_H
#define LUA_FORECAST_H

#include "weir.h"

typedef struct forecast {
    double rows;          /* that it learns from, as far as the sample tells */
    bool exact;           /* the sample was the whole file */
    double epochs, inputs, weights, samples;
    double memory, frame; /* bytes of the training, and of the frame it learns from */
    double seconds;       /* by a trial of less than a second; NaN: it could not be tried */
    int threads;
} forecast;

/* p: what the script gives, without frames. path: the file of the training frame; share: the part of its rows that is learnt
 * from; factor: the response is made a factor, or NULL. Reads the beginning of the file, imports that, and trains on it for a
 * moment. false with a sentence in why. */
bool forecast_training(weir_session *s, const weir_params *p, const char *path, double share, const char *factor, forecast *out, char *why, size_t cap);

#endif
