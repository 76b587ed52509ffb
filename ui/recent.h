/* recent.h - the notebooks that were opened or saved last: a path a line in the user's state folder
 * ($XDG_STATE_HOME/weir/recent), the newest first. */
#ifndef UI_RECENT_H
#define UI_RECENT_H

#include <stddef.h>

enum { RECENT_MOST = 20 };

/* The path becomes the newest. What cannot be written is not kept: nothing depends on it. */
void recent_add(const char *path);
/* Those that are still there, newest first, at most cap; gives how many. free() each. */
size_t recent_list(char **path, size_t cap);

#endif
