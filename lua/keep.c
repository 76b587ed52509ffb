/* keep.c - see keep.h. */
#include "config.h"
#include "lua/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool make(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

bool keep_folder(const char *script, char *path, size_t cap)
{
    const char *name = script && strcmp(script, "-") ? script : "weir", *slash = strrchr(name, '/');
    int n = (int)(slash ? slash - name + 1 : 0);

    int k = snprintf(path, cap, "%.*s.weir", n, name);
    if (k < 0 || (size_t)k >= cap || !make(path))
        return false;
    k = snprintf(path, cap, "%.*s.weir/%s", n, name, slash ? slash + 1 : name);
    return k > 0 && (size_t)k < cap && make(path);
}

bool keep_model(weir_session *s, const weir_model *m, const char *folder, char *path, size_t cap, char *why, size_t why_cap)
{
    const weir_verb_info *save = weir_verb_find("model", "save");
    weir_value args = weir_dict(), out = weir_nil();
    weir_error err = {0};
    char models[4300];

    snprintf(models, sizeof models, "%s/models", folder);
    if (!save || !make(models)) {
        snprintf(why, why_cap, save ? "cannot make %s: %s" : "%s: models cannot be saved by this weir%.0s", models, save ? strerror(errno) : "");
        return false;
    }
    weir_dict_set(&args, "self", weir_of_model(m), NULL);
    weir_dict_set(&args, "path", weir_text(models), NULL);
    weir_dict_set(&args, "force", weir_bool(true), NULL);
    bool good = weir_call(s, "model", "save", &args, &out, &err) == WEIR_OK;
    if (good)
        snprintf(path, cap, "%s", out.kind == WEIR_TEXT ? out.as.text.s : models);
    else
        snprintf(why, why_cap, "%s", err.message);
    weir_value_clear(&args);
    weir_value_clear(&out);
    return good;
}
