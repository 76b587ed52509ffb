/* verbs_model_file.c - saving, loading and looking into model files. */
#include "store/model_file.h"

#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MOST = 4000 };

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

/* The file's path: `path` names a folder, unless it ends in .weir. Makes the folder. */
static weir_status place(const weir_model *m, const char *path, const char *filename, char *to, size_t cap, weir_error *err)
{
    struct stat s;

    if (!*path || strlen(path) + strlen(filename ? filename : m->id) + 8 >= cap)
        return weir_fail_at(err, WEIR_EINVAL, "path", "path = \"%.40s\" is no place for a file", path);
    if (filename && (!*filename || strchr(filename, '/')))
        return weir_fail_at(err, WEIR_EINVAL, "filename", "filename = \"%.60s\" is no name of a file; folders go into path", filename);
    if (!filename && ends_with(path, ".weir") && (stat(path, &s) || !S_ISDIR(s.st_mode))) {
        snprintf(to, cap, "%s", path);
        return WEIR_OK;
    }
    if (stat(path, &s) && mkdir(path, 0777) && errno != EEXIST)
        return weir_fail_at(err, WEIR_EIO, "path", "cannot make the folder '%s': %s", path, strerror(errno));
    if (!stat(path, &s) && !S_ISDIR(s.st_mode))
        return weir_fail_at(err, WEIR_EINVAL, "path", "path = \"%s\" is a file, not a folder", path);
    snprintf(to, cap, "%s%s%s%s", path, ends_with(path, "/") ? "" : "/", filename ? filename : m->id, filename ? "" : ".weir");
    return WEIR_OK;
}

static weir_status save(const verb_context *c, const char *model, weir_value *out, weir_error *err)
{
    const weir_model *m = verb_model(c, model);
    char to[PATH_MOST];
    weir_status st = place(m, verb_text(c, "path"), verb_text(c, "filename"), to, sizeof to, err);

    if (!st && !verb_bool(c, "force", false) && access(to, F_OK) == 0) {
        weir_fail_at(err, WEIR_EINVAL, "path", "there is a file '%s' already", to);
        weir_hint(err, "force = true replaces it");
        return WEIR_EINVAL;
    }
    if (!st)
        st = model_file_write(m, to, err);
    if (!st)
        *out = weir_text(to);
    return !st && out->kind != WEIR_TEXT ? weir_no_memory(err, "saving a model") : st;
}

static weir_status run_save(const verb_context *c, weir_value *out, weir_error *err)
{
    return save(c, "self", out, err);
}

static weir_status run_save_model(const verb_context *c, weir_value *out, weir_error *err)
{
    return save(c, "model", out, err);
}

static weir_status run_load(const verb_context *c, weir_value *out, weir_error *err)
{
    weir_model *m = NULL;
    weir_status st = model_file_read(&m, verb_text(c, "path"), err);

    if (!st)
        *out = (weir_value){.kind = WEIR_MODEL, .as.model = m};
    return st;
}

static weir_status run_inspect(const verb_context *c, weir_value *out, weir_error *err)
{
    return model_file_inspect(verb_text(c, "path"), out, err);
}

#define PLACE                                                                                                          \
    {.name = "path", .type = "text", .def = ".", .optional = true,                                                     \
     .help = "Folder, made if need be; or the file itself when it ends in .weir."},                                    \
        {.name = "force", .type = "bool", .def = "false", .optional = true, .help = "Replace a file of that name."},   \
        {.name = "filename", .type = "text", .optional = true, .help = "Name of the file; the model's id and .weir by default."}

static const weir_arg_info save_args[] = {PLACE};
static const weir_arg_info save_model_args[] = {{.name = "model", .type = "model", .help = "Model to save."}, PLACE};
static const weir_arg_info path_args[] = {{.name = "path", .type = "text", .help = "File that save wrote."}};

const verb verbs_model_file[] = {
    {{.name = "save", .on = "model", .group = "files", .gives = "text", .job = true,
      .help = "Writes the model into a file, with all that a later training needs to go on; gives its path.",
      .args = save_args, .n_args = 3}, run_save},
    {{.name = "save_model", .on = "", .group = "files", .gives = "text", .job = true,
      .help = "Writes a model into a file, with all that a later training needs to go on; gives its path.",
      .args = save_model_args, .n_args = 4}, run_save_model},
    {{.name = "load_model", .on = "", .group = "files", .gives = "model", .job = true,
      .help = "The model in a file that save wrote; its predictions are the same to the bit.",
      .args = path_args, .n_args = 1}, run_load},
    {{.name = "inspect_file", .on = "", .group = "files", .gives = "value",
      .help = "What stands in a file of weir: its sections, and their fields.",
      .args = path_args, .n_args = 1}, run_inspect},
};
const size_t verbs_model_file_count = sizeof verbs_model_file / sizeof *verbs_model_file;
