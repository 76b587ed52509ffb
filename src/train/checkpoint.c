/* checkpoint.c - models written to a folder while a training goes on. */
#include "train/train_impl.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/model_file.h"

#include <stdio.h>

/* The model that would be given if the training ended here, with what it needs to go on. */
static weir_model *model_now(run *r, weir_error *err)
{
    bool best = r->p->overwrite_with_best_model && r->best;
    weir_model *m = run_model(r, best ? r->best : r->net, best ? r->best_train : r->train,
                              best ? r->best_valid : r->valid, err);

    if (m && run_keep_state(r, m, err)) {
        weir_model_unref(m);
        return NULL;
    }
    return m;
}

weir_status run_checkpoint(run *r, weir_error *err)
{
    const train_input *in = r->in;
    char path[4200], why[400];
    weir_error slip;

    if (!in->checkpoint_dir || clock_now() - r->last_checkpoint < in->checkpoint_interval)
        return WEIR_OK;
    r->last_checkpoint = clock_now();
    weir_model *m = model_now(r, err);
    if (!m)
        return err ? err->status : WEIR_ENOMEM;
    snprintf(path, sizeof path, "%s/%s.weir", in->checkpoint_dir, m->id);
    weir_status st = model_file_write(m, path, &slip);
    weir_model_unref(m);
    r->last_checkpoint = clock_now(); /* the interval is between them, however long writing takes */
    if (!st || r->checkpoint_missed)
        return WEIR_OK;
    r->checkpoint_missed = true; /* said once; training matters more */
    snprintf(why, sizeof why, "no checkpoint could be written: %.300s", slip.message);
    return run_warn(r, why, err);
}
