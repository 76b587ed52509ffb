/* project.h - .weir.lua: the configuration that a project brings along, in the folder of its notebooks or one above. It is
 * other people's code: it runs only when the person has trusted these very bytes in this place, which is remembered in
 * $XDG_STATE_HOME/weir/projects (or ~/.local/state). */
#ifndef UI_PROJECT_H
#define UI_PROJECT_H

#include "base/text.h"

typedef enum project_trust { PROJECT_NONE, PROJECT_UNKNOWN, PROJECT_TRUSTED, PROJECT_REFUSED } project_trust;

typedef struct project {
    project_trust trust; /* NONE: there is no such file, or none that can be read; then path is "" or why says why not */
    char path[4352];
    char hash[65];
    text code;           /* the bytes that the hash is of */
} project;

/* Looks beside the notebook (NULL: in the folder one is in) and in the folders above it up to the home folder; outside
 * of that only beside it. The nearest counts. why: "" or a sentence. */
void project_open(project *p, const char *notebook, char *why, size_t cap);
void project_free(project *p);
/* Remembers the decision. false with a sentence; it counts for this time all the same. */
bool project_decide(project *p, bool trusted, char *why, size_t cap);

#endif
