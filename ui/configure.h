/* configure.h - the person's configuration in the app: options, keys, commands, hooks. */
#ifndef UI_CONFIGURE_H
#define UI_CONFIGURE_H

#include "ui/app.h"

/* $XDG_CONFIG_HOME/weir/config.lua, else ~/.config/weir/config.lua, or init.lua beside it when that is there. */
bool configure_path(char *buf, size_t cap);
/* Reads it (NULL: none), and the project's file when that is trusted, which may add to it. When one is wrong nothing changes, and the message names file and line. */
bool configure_load(app *a, const char *path, char *why, size_t cap);
/* The settings of the command line; they win. false with a sentence. */
bool configure_set(app *a, char *why, size_t cap);
/* Only options and keys, without an app, e.g. to list them. */
bool configure_read(const char *path, settings *s, keymap *k, char *why, size_t cap);
void configure_free(app *a);
bool configure_command(app *a, const char *name); /* runs a command of the configuration; false: there is none */
void configure_hook(app *a, const char *event);   /* "score", "done", "fail", "attach" */
/* Every option with value, default and help, as a configuration that could be read. */
void configure_dump(const settings *s, text *out);

#endif
