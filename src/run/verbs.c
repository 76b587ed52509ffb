/* verbs.c - the verbs of all floors, joined into one table. */
#include "run/verbs.h"

#include "data/export.h"
#include "data/frame_verbs.h"
#include "data/import.h"
#include "model/score.h"
#include "store/frame_file.h"
#include "store/model_file.h"

#include <string.h>

#define FRAME_TABLE(topic) {verbs_##topic, &verbs_##topic##_count},
#define TABLES /* one line per floor's table; filled as floors bring theirs */ \
    {verbs_session, &verbs_session_count}, {verbs_import, &verbs_import_count}, \
    {verbs_export, &verbs_export_count}, {verbs_model, &verbs_model_count}, \
    {verbs_frame_file, &verbs_frame_file_count}, {verbs_model_file, &verbs_model_file_count}, \
    {verbs_metrics, &verbs_metrics_count}, {verbs_encoder, &verbs_encoder_count}, \
    FRAME_TOPICS(FRAME_TABLE)

static const struct {
    const verb *table;
    const size_t *count;
} tables[] = {TABLES};

enum { N_TABLES = sizeof tables / sizeof *tables };

size_t verbs_all_count(void)
{
    size_t n = 0;

    for (size_t t = 0; t < N_TABLES; t++)
        n += *tables[t].count;
    return n;
}

const verb *verbs_all_at(size_t i)
{
    for (size_t t = 0; t < N_TABLES; t++) {
        if (i < *tables[t].count)
            return &tables[t].table[i];
        i -= *tables[t].count;
    }
    return NULL;
}

const verb *verbs_all_find(const char *on, const char *name)
{
    for (size_t t = 0; t < N_TABLES; t++)
        for (size_t i = 0; i < *tables[t].count; i++) {
            const verb *v = &tables[t].table[i];
            if (!strcmp(v->info.name, name) && !strcmp(v->info.on, on))
                return v;
        }
    return NULL;
}

size_t weir_verb_count(void)
{
    return verbs_all_count();
}

const weir_verb_info *weir_verb_at(size_t i)
{
    const verb *v = verbs_all_at(i);
    return v ? &v->info : NULL;
}

const weir_verb_info *weir_verb_find(const char *on, const char *name)
{
    const verb *v = verbs_all_find(on, name);
    return v ? &v->info : NULL;
}
