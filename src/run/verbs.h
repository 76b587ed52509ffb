/* verbs.h - the verbs of all floors, joined into one table. */
#ifndef RUN_VERBS_H
#define RUN_VERBS_H

#include "data/verb.h"

size_t verbs_all_count(void);
const verb *verbs_all_at(size_t i);
/* on = "frame", "model", "metrics" or "". */
const verb *verbs_all_find(const char *on, const char *name);

/* This floor's own: what needs the session. */
extern const verb verbs_session[];
extern const size_t verbs_session_count;

#endif
