/* value.c - weir_value: what goes into parameters and verbs and comes out.
 * Frames, models and metrics begin with an object, so this floor need not
 * know them. */
#include "base/mem.h"
#include "base/object.h"
#include "base/status.h"

#include <string.h>

const char *weir_kind_name(weir_kind k)
{
    static const char *const names[] = {"nil",  "bool",  "int",   "real",    "text", "list",
                                        "dict", "frame", "model", "metrics", "func"};
    return (size_t)k < sizeof names / sizeof *names ? names[k] : "unknown";
}

weir_value weir_nil(void)
{
    return (weir_value){.kind = WEIR_NIL};
}

weir_value weir_bool(bool b)
{
    return (weir_value){.kind = WEIR_BOOL, .as.b = b};
}

weir_value weir_int(int64_t i)
{
    return (weir_value){.kind = WEIR_INT, .as.i = i};
}

weir_value weir_real(double r)
{
    return (weir_value){.kind = WEIR_REAL, .as.r = r};
}

weir_value weir_func(int64_t number)
{
    return (weir_value){.kind = WEIR_FUNC, .as.i = number};
}

weir_value weir_text_n(const char *s, size_t n)
{
    char *copy = mem_text_n(s, n);
    if (!copy)
        return weir_nil();
    return (weir_value){.kind = WEIR_TEXT, .as.text = {copy, n}};
}

weir_value weir_text(const char *s)
{
    return s ? weir_text_n(s, strlen(s)) : weir_nil();
}

weir_value weir_list(void)
{
    return (weir_value){.kind = WEIR_LIST};
}

weir_value weir_dict(void)
{
    return (weir_value){.kind = WEIR_DICT};
}

weir_value weir_of_frame(const weir_frame *f)
{
    return (weir_value){.kind = WEIR_FRAME, .as.frame = weir_frame_ref(f)};
}

weir_value weir_of_model(const weir_model *m)
{
    return (weir_value){.kind = WEIR_MODEL, .as.model = weir_model_ref(m)};
}

weir_value weir_of_metrics(const weir_metrics *m)
{
    return (weir_value){.kind = WEIR_METRICS, .as.metrics = weir_metrics_ref(m)};
}

/* Every shared object begins with its count. */
static object *object_of(const weir_value *v)
{
    switch (v->kind) {
    case WEIR_FRAME:
        return (object *)v->as.frame;
    case WEIR_MODEL:
        return (object *)v->as.model;
    case WEIR_METRICS:
        return (object *)v->as.metrics;
    default:
        return NULL;
    }
}

void weir_value_clear(weir_value *v)
{
    if (v->kind == WEIR_TEXT)
        mem_free(v->as.text.s);
    if (v->kind == WEIR_LIST || v->kind == WEIR_DICT) {
        for (size_t i = 0; i < v->as.list.n; i++) {
            weir_value_clear(&v->as.list.v[i]);
            if (v->as.list.key)
                mem_free(v->as.list.key[i]);
        }
        mem_free(v->as.list.v);
        mem_free(v->as.list.key);
    }
    object_unref(object_of(v));
    *v = weir_nil();
}

static weir_status room_for_one(weir_value *l, bool keyed, weir_error *err)
{
    if (l->as.list.n < l->as.list.cap)
        return WEIR_OK;
    size_t cap = l->as.list.cap ? 2 * l->as.list.cap : 8;
    weir_value *v = mem_resize(l->as.list.v, cap, sizeof *v);
    if (!v)
        return weir_no_memory(err, "growing a list");
    l->as.list.v = v;
    if (keyed) {
        char **key = mem_resize(l->as.list.key, cap, sizeof *key);
        if (!key)
            return weir_no_memory(err, "growing a table");
        l->as.list.key = key;
    }
    l->as.list.cap = cap;
    return WEIR_OK;
}

weir_status weir_list_add(weir_value *list, weir_value v, weir_error *err)
{
    weir_status st = room_for_one(list, false, err);
    if (st)
        weir_value_clear(&v);
    else
        list->as.list.v[list->as.list.n++] = v;
    return st;
}

weir_status weir_dict_set(weir_value *dict, const char *key, weir_value v, weir_error *err)
{
    for (size_t i = 0; i < dict->as.list.n; i++)
        if (!strcmp(dict->as.list.key[i], key)) {
            weir_value_clear(&dict->as.list.v[i]);
            dict->as.list.v[i] = v;
            return WEIR_OK;
        }
    weir_status st = room_for_one(dict, true, err);
    char *copy = st ? NULL : mem_text(key);
    if (!copy) {
        weir_value_clear(&v);
        return st ? st : weir_no_memory(err, "growing a table");
    }
    dict->as.list.key[dict->as.list.n] = copy;
    dict->as.list.v[dict->as.list.n++] = v;
    return WEIR_OK;
}

const weir_value *weir_dict_get(const weir_value *dict, const char *key)
{
    if (dict->kind == WEIR_DICT)
        for (size_t i = 0; i < dict->as.list.n; i++)
            if (!strcmp(dict->as.list.key[i], key))
                return &dict->as.list.v[i];
    return NULL;
}

static weir_status copy_list(weir_value *out, const weir_value *v, weir_error *err)
{
    weir_value l = {.kind = v->kind};
    for (size_t i = 0; i < v->as.list.n; i++) {
        weir_value item;
        weir_status st = weir_value_copy(&item, &v->as.list.v[i], err);
        if (!st)
            st = v->kind == WEIR_DICT ? weir_dict_set(&l, v->as.list.key[i], item, err)
                                      : weir_list_add(&l, item, err);
        if (st) {
            weir_value_clear(&l);
            return st;
        }
    }
    *out = l;
    return WEIR_OK;
}

weir_status weir_value_copy(weir_value *out, const weir_value *v, weir_error *err)
{
    if (v->kind == WEIR_LIST || v->kind == WEIR_DICT)
        return copy_list(out, v, err);
    if (v->kind == WEIR_TEXT) {
        weir_value t = weir_text_n(v->as.text.s, v->as.text.n);
        if (t.kind == WEIR_NIL)
            return weir_no_memory(err, "copying text");
        *out = t;
        return WEIR_OK;
    }
    object_ref(object_of(v));
    *out = *v;
    return WEIR_OK;
}

bool weir_value_equal(const weir_value *a, const weir_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case WEIR_NIL: return true;
    case WEIR_BOOL: return a->as.b == b->as.b;
    case WEIR_INT:
    case WEIR_FUNC: return a->as.i == b->as.i;
    case WEIR_REAL: return a->as.r == b->as.r || (a->as.r != a->as.r && b->as.r != b->as.r);
    case WEIR_TEXT: return a->as.text.n == b->as.text.n && !memcmp(a->as.text.s, b->as.text.s, a->as.text.n);
    case WEIR_FRAME: return a->as.frame == b->as.frame;
    case WEIR_MODEL: return a->as.model == b->as.model;
    case WEIR_METRICS: return a->as.metrics == b->as.metrics;
    case WEIR_LIST:
    case WEIR_DICT: break;
    }
    if (a->as.list.n != b->as.list.n)
        return false;
    for (size_t i = 0; i < a->as.list.n; i++)
        if ((a->kind == WEIR_DICT && strcmp(a->as.list.key[i], b->as.list.key[i]) != 0) ||
            !weir_value_equal(&a->as.list.v[i], &b->as.list.v[i]))
            return false;
    return true;
}
