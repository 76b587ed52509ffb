/* setup.h - a configuration in Lua: assignments are options, calls bind keys and name commands and hooks.
 *
 *   theme = "light"
 *   bind("notebook", "C-x C-r", "run-all")
 *   command("rows", "How many rows there are.", [[print(train.nrow)]])
 *   hook("done", [[os.execute("...")]])
 *
 * Code of commands and hooks is text: it runs where cells run. */
#ifndef LUA_SETUP_H
#define LUA_SETUP_H

#include <stdbool.h>
#include <stddef.h>

typedef struct config_sink { /* each gives false with a sentence in why */
    void *user;
    bool (*set)(void *user, const char *name, const char *value, char *why, size_t cap);
    bool (*bind)(void *user, const char *where, const char *keys, const char *command, char *why, size_t cap);
    bool (*command)(void *user, const char *name, const char *help, const char *code, char *why, size_t cap);
    bool (*hook)(void *user, const char *event, const char *code, char *why, size_t cap);
} config_sink;

/* false: why names file and line. A file that does not exist is an empty one. */
bool config_run(const char *path, const config_sink *sink, char *why, size_t cap);

/* The same of a text that was read already; name: of its file, for messages. */
bool config_run_text(const char *name, const char *s, size_t n, const config_sink *sink, char *why, size_t cap);

#endif
