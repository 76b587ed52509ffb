/* model.c - models and metrics in Lua. */
#include "config.h"
#include "lua/bind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Metrics ----------------------------------------------------------------------------------------- */

weir_metrics *bind_metrics(lua_State *L, int at)
{
    return bind_object(L, at, BIND_METRICS);
}

static int push_table(lua_State *L, const weir_metrics *m, const char *name)
{
    weir_frame *f;
    weir_error err = {0};

    if (weir_metrics_table(m, name, &f, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    return 1;
}

static const char *const tables[] = {"confusion_matrix", "thresholds_and_metric_scores", "max_criteria_and_metric_scores",
                                     "gains_lift_table", "hit_ratio_table", "multinomial_auc_table", "multinomial_aucpr_table", NULL};
enum { TABLES = sizeof tables / sizeof *tables - 1 };
static const struct { const char *alias, *name; } table_aliases[] = {
    {"default_confusion_matrix", "confusion_matrix"}, {"gains_lift", "gains_lift_table"}, {"hit_ratios", "hit_ratio_table"}, {"hit_ratio", "hit_ratio_table"},
    {"thresholds", "thresholds_and_metric_scores"}, {"max_criteria", "max_criteria_and_metric_scores"}};

static const char *table_name(const char *key)
{
    for (size_t i = 0; tables[i]; i++)
        if (!strcmp(tables[i], key))
            return tables[i];
    for (size_t i = 0; i < sizeof table_aliases / sizeof *table_aliases; i++)
        if (!strcmp(table_aliases[i].alias, key))
            return table_aliases[i].name;
    return NULL;
}

static int metrics_number(lua_State *L)
{
    lua_pushnumber(L, weir_metrics_number(bind_metrics(L, 1), lua_tostring(L, lua_upvalueindex(1))));
    return 1;
}

static int metrics_table(lua_State *L)
{
    return push_table(L, bind_metrics(L, 1), lua_tostring(L, lua_upvalueindex(1)));
}

static int custom_value(lua_State *L)
{
    lua_getfield(L, 1, "value");
    return 1;
}

/* perf.custom.name, perf.custom.value; perf:custom() is the value too. */
static int push_custom(lua_State *L, const weir_value *info)
{
    const weir_value *name = weir_dict_get(info, "custom_name"), *value = weir_dict_get(info, "custom");

    lua_createtable(L, 0, 2);
    if (name) {
        bind_push(L, name);
        lua_setfield(L, -2, "name");
    }
    lua_pushnumber(L, value ? value->as.r : (lua_Number)NAN);
    lua_setfield(L, -2, "value");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, custom_value);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
    return 1;
}

static int metrics_index(lua_State *L)
{
    weir_metrics *m = bind_metrics(L, 1);
    const char *key = luaL_checkstring(L, 2), *table = table_name(key);
    weir_value *info;

    if (bind_push_extra(L, "metrics", key))
        return 1;
    info = bind_hold(L);
    if (weir_metrics_info(m, info, NULL))
        return 0;
    if (!strcmp(key, "custom"))
        return push_custom(L, info);
    if (weir_metric_find(key) >= 0 || table) {
        lua_pushstring(L, table ? table : key);
        lua_pushcclosure(L, table ? metrics_table : metrics_number, 1);
        return 1;
    }
    const weir_value *v = weir_dict_get(info, key);
    if (!v)
        return bind_no_member(L, "metrics have no", "metrics", key, tables, TABLES);
    bind_push(L, v);
    return 1;
}

static int metrics_tostring(lua_State *L)
{
    text t = {0};
    show_metrics(&t, bind_metrics(L, 1), bind_of(L)->columns);
    return bind_push_text(L, &t);
}

static int metrics_gc(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_METRICS);
    weir_metrics_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Models -------------------------------------------------------------------------------------------- */

static const char *const sets[] = {"train", "valid", "xval"};

bool bind_option(lua_State *L, int at, const char *key)
{
    if (!lua_istable(L, at))
        return false;
    lua_getfield(L, at, key);
    bool yes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return yes;
}

static void check_options(lua_State *L, int at)
{
    if (lua_isnoneornil(L, at))
        return;
    if (!lua_istable(L, at))
        bind_fail(L, "m:performance(frame) gives the metrics of a frame",
                  "options are a table such as { valid = true }, not a %s", luaL_typename(L, at));
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        const char *k = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(k, "train") != 0 && strcmp(k, "valid") != 0 && strcmp(k, "xval") != 0)
            bind_unknown(L, "options are train, valid and xval, not", k, sets, 3);
    }
}

/* Pushes one number or table per set asked for: several come as a table by set. */
static int of_sets(lua_State *L, const char *name, bool table)
{
    weir_model *m = bind_model(L, 1);
    int asked = 0;

    check_options(L, 2);
    for (int i = 0; i < 3; i++)
        asked += bind_option(L, 2, sets[i]);
    if (asked > 1)
        lua_newtable(L);
    for (int i = 0; i < 3; i++) {
        if (asked ? !bind_option(L, 2, sets[i]) : i > 0)
            continue;
        weir_metrics *x = weir_model_metrics(m, sets[i]);
        if (!x)
            return bind_fail(L, NULL, "the model has no %s metrics", i == 1 ? "validation" : i == 2 ? "cross-validation" : "training");
        bind_push_object(L, x, BIND_METRICS);
        if (table)
            push_table(L, x, name);
        else
            lua_pushnumber(L, weir_metrics_number(x, name));
        lua_remove(L, -2);
        if (asked > 1)
            lua_setfield(L, -2, sets[i]);
    }
    return 1;
}

static int model_number(lua_State *L)
{
    return of_sets(L, lua_tostring(L, lua_upvalueindex(1)), false);
}

static int model_metrics_table(lua_State *L)
{
    return of_sets(L, lua_tostring(L, lua_upvalueindex(1)), true);
}

static int model_table(lua_State *L)
{
    weir_frame *f;
    weir_error err = {0};

    if (weir_model_table(bind_model(L, 1), lua_tostring(L, lua_upvalueindex(1)), &f, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    return 1;
}

static int model_show(lua_State *L)
{
    text t = {0};

    show_model(&t, bind_model(L, 1), bind_of(L)->columns);
    bind_say(L, &t);
    return 0;
}

static int params_tostring(lua_State *L)
{
    text t = {0};
    weir_value *v;

    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "value");
    v = luaL_checkudata(L, -1, BIND_HOLD);
    show_params(&t, v, 80);
    return bind_push_text(L, &t);
}

static int push_params(lua_State *L, const weir_value *params)
{
    weir_value *keep;

    bind_push(L, params);
    lua_newtable(L);
    keep = bind_hold(L);
    if (weir_value_copy(keep, params, NULL))
        *keep = weir_dict();
    lua_setfield(L, -2, "value");
    lua_pushcfunction(L, params_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2);
    return 1;
}

static int no_member(lua_State *L, const char *key, const weir_value *info)
{
    static const char *const own[] = {"scoring_history", "varimp", "summary", "show", "plot"};
    enum { OWN = sizeof own / sizeof *own };
    size_t n = 0;
    const char **names = lua_newuserdatauv(L, (TABLES + OWN + info->as.list.n) * sizeof *names, 0);

    for (size_t i = 0; i < TABLES; i++)
        names[n++] = tables[i];
    for (size_t i = 0; i < OWN; i++)
        names[n++] = own[i];
    for (size_t i = 0; i < info->as.list.n; i++)
        names[n++] = info->as.list.key[i];
    return bind_no_member(L, "a model has no", "model", key, names, n);
}

static int model_index(lua_State *L)
{
    weir_model *m = bind_model(L, 1);
    const char *key = luaL_checkstring(L, 2), *table = table_name(key);
    static const struct { const char *key, *name; } aliases[] = {
        {"model_performance", "performance"}, {"model_id", "id"}, {"type", "category"}, {"score_history", "scoring_history"}};

    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i].key, key))
            key = aliases[i].name;
    if (!strcmp(key, "output") && bind_push_extra(L, "model", "details")) { /* a field: worked out when asked for */
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        return 1;
    }
    if (bind_push_extra(L, "model", key))
        return 1;
    const weir_verb_info *v = weir_verb_find("model", key);
    if (v) {
        bind_push_verb(L, v);
        return 1;
    }
    if (weir_metric_find(key) >= 0 || table) {
        lua_pushstring(L, table ? table : key);
        lua_pushcclosure(L, table ? model_metrics_table : model_number, 1);
        return 1;
    }
    if (!strcmp(key, "scoring_history") || !strcmp(key, "varimp") || !strcmp(key, "summary")) {
        lua_pushstring(L, key);
        lua_pushcclosure(L, model_table, 1);
        return 1;
    }
    if (!strcmp(key, "show")) {
        lua_pushcfunction(L, model_show);
        return 1;
    }
    weir_value *info = bind_hold(L);
    weir_error err = {0};
    if (weir_model_info(m, info, &err))
        return bind_raise(L, &err);
    const weir_value *x = weir_dict_get(info, key);
    if (!x)
        return no_member(L, key, info);
    if (!strcmp(key, "params"))
        return push_params(L, x);
    bind_push(L, x);
    return 1;
}

static int model_tostring(lua_State *L)
{
    text t = {0};
    show_model(&t, bind_model(L, 1), bind_of(L)->columns);
    return bind_push_text(L, &t);
}

static int model_gc(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_MODEL);
    weir_model_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Two names of one model are equal: weir.get_model(m.id) == m. */
static int model_equal(lua_State *L)
{
    const bind_box *a = luaL_testudata(L, 1, BIND_MODEL), *b = luaL_testudata(L, 2, BIND_MODEL);

    lua_pushboolean(L, a && b && a->object == b->object);
    return 1;
}

void model_setup(lua_State *L)
{
    bind_meta(L, BIND_MODEL, model_index, model_tostring, model_gc);
    luaL_getmetatable(L, BIND_MODEL);
    lua_pushcfunction(L, model_equal);
    lua_setfield(L, -2, "__eq");
    lua_pop(L, 1);
    bind_meta(L, BIND_METRICS, metrics_index, metrics_tostring, metrics_gc);
}
