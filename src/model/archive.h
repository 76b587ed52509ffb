/* archive.h - the parts of a model as fields of an archive (base/archive.h).
 *
 * Each function writes *x, or reads into it: *x is NULL (or cleared) then and
 * set only when the archive is still good. What was read is checked so far
 * that no later index can leave its array. */
#ifndef MODEL_ARCHIVE_H
#define MODEL_ARCHIVE_H

#include "base/archive.h"
#include "model/model.h"

void encoder_archive(archive *a, encoder **x);
void metrics_archive(archive *a, weir_metrics **x);
void history_archive(archive *a, history **x);
/* Topology, and keep factors; reading makes a network of zeros, whose weights take at most `most` bytes. */
void topology_archive(archive *a, network **x, size_t most);
/* Weights and biases of a network that is there. */
void weights_archive(archive *a, network *x);
void loss_archive(archive *a, loss_spec *x);
/* all: every value; otherwise what the client had set. Frames and models stand there by id, functions
 * not at all. Reading: a parameter that is unknown or refused adds a sentence to notes (LIST). */
void params_archive(archive *a, const char *name, weir_params **x, bool all, weir_value *notes);

#endif
