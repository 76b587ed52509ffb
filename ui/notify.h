/* notify.h - telling a person who looks elsewhere that a job has ended: bell, a note of the desktop
 * (OSC 9 and 777), the window's title. Each can be off. */
#ifndef UI_NOTIFY_H
#define UI_NOTIFY_H

#include "ui/jobs.h"

void notify_end(app *a, const job_row *r);
void notify_title(app *a); /* the window's title follows what runs */
void notify_leave(app *a); /* the terminal gets its title back */
/* The bytes of a note for a terminal of that type: kind is "osc9", "osc777" or "both"; n = 0: none that it would understand. */
size_t notify_bytes(const char *type, const char *kind, const char *words, char *buf, size_t cap);

#endif
