/* paths.h - names of files as a person types them: completed, and cut so that the file's own name is seen. */
#ifndef UI_PATHS_H
#define UI_PATHS_H

#include "base/text.h"

#include <stdbool.h>

/* ~/x as the shell reads it. free(); NULL: out of memory. */
char *paths_home(const char *name);
/* What was typed, as far on as all names agree that begin so; folders end with a slash. ending: only files that end so,
 * and folders, unless there is none (NULL: all). names: those that fit, apart by two blanks. Gives their number. */
size_t paths_complete(const char *typed, const char *ending, text *longer, text *names);
/* At most so many columns of a path: what is left out stands in the middle of it as "...", and never the file's own name
 * before its folders. */
void paths_cut(const char *path, size_t columns, char *buf, size_t cap);
/* The path of a file in the person's state folder ($XDG_STATE_HOME/weir, else ~/.local/state/weir); make: its folders are made.
 * false: there is no such folder, it cannot be made, or the path is longer than cap. */
bool paths_state(const char *name, char *path, size_t cap, bool make);
/* Makes the folders of a path, for this user alone. */
bool paths_folders(const char *path);

#endif
