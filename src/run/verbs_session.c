/* verbs_session.c - verbs that need the session. */
#include "base/mem.h"
#include "base/status.h"
#include "data/frame.h"
#include "run/session.h"
#include "run/verbs.h"

#include <string.h>

/* A frame keeps its id for life, so a new name is a new frame over the same columns. */
static weir_status run_assign(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t n = weir_frame_cols(f), *all = mem_array(n, sizeof *all);
    weir_frame *copy = NULL;

    if (!all)
        return weir_no_memory(err, "naming a frame");
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    weir_status st = frame_select(&copy, f, all, n, err);
    mem_free(all);
    if (st)
        return st;
    weir_value v = {.kind = WEIR_FRAME, .as.frame = copy};
    st = registry_put(c->session->objects, verb_text(c, "id"), "frame", &v, err);
    if (st)
        weir_value_clear(&v);
    else
        *out = v;
    return st;
}

/* Does a retained item (object or id) mean this id? */
static bool means(const weir_value *v, const char *id)
{
    const char *own = v->kind == WEIR_TEXT    ? v->as.text.s
                      : v->kind == WEIR_FRAME ? weir_frame_id(v->as.frame)
                      : v->kind == WEIR_MODEL ? weir_model_id(v->as.model)
                                              : "";
    return !strcmp(own, id);
}

static weir_status run_remove_all(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_value *keep = verb_value(c, "retained");
    weir_value list;
    weir_status st = registry_list(c->session->objects, &list, err);
    int64_t gone = 0;

    for (size_t i = 0; !st && i < list.as.list.n; i++) {
        const char *id = weir_dict_get(&list.as.list.v[i], "id")->as.text.s;
        bool kept = false;
        for (size_t k = 0; keep && k < keep->as.list.n && !kept; k++)
            kept = means(&keep->as.list.v[k], id);
        if (!kept && registry_remove(c->session->objects, id, NULL) == WEIR_OK)
            gone++;
    }
    if (!st) {
        weir_value_clear(&list);
        *out = weir_int(gone);
    }
    return st;
}

static const weir_arg_info assign_args[] = {
    {.name = "id", .type = "text", .help = "The new name."},
};
static const weir_arg_info remove_all_args[] = {
    {.name = "retained", .type = "list", .optional = true,
     .help = "Frames, models, or their ids, to keep."},
};

const verb verbs_session[] = {
    {{.name = "assign", .on = "frame", .group = "session", .gives = "frame",
      .help = "The same columns under a name of your own.", .args = assign_args, .n_args = 1},
     run_assign},
    {{.name = "remove_all", .on = "", .group = "session", .gives = "number",
      .help = "Removes every frame and model but the retained ones; gives how many went.",
      .args = remove_all_args, .n_args = 1},
     run_remove_all},
};
const size_t verbs_session_count = sizeof verbs_session / sizeof *verbs_session;
