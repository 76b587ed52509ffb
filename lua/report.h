/* report.h - what a run without a screen tells: text for people, or one JSON object per event.
 *
 * For people: values and prints on standard output, the rest on standard error; progress is a bar on a
 * terminal, else a line every ten seconds; no escape codes in a pipe. JSON: everything on standard
 * output, one object a line, the key "event" first (the manual lists them). Either way a log file,
 * if one is named, gets what happened with the time. */
#ifndef LUA_REPORT_H
#define LUA_REPORT_H

#include "base/text.h"
#include "lua/interp.h"

#include <stdio.h>

typedef struct report report;

typedef struct report_options {
    bool json, quiet, ascii; /* ascii: plots keep to it */
    const char *log_file; /* or NULL */
} report_options;

/* NULL with a sentence. */
report *report_new(const report_options *o, char *why, size_t cap);
void report_free(report *r);

void report_begin(report *r, const char *script, size_t cells);
void report_cell(report *r, size_t number, const char *title, int64_t line);
void report_cell_end(report *r, bool ok, double seconds);
void report_skipped(report *r, size_t number, const char *title, const char *why);
/* What the interpreter sends; values are shown when asked for. */
void report_event(report *r, const interp_event *e, bool values);
/* Once per turn of the waiting loop: progress of trainings, scoring events. */
void report_jobs(report *r, weir_session *s, bool progress);
/* A line about what runs, asked for by a signal. */
void report_status(report *r, weir_session *s);
/* A notice: "stopping; ..." */
/* Only into the log file. */
void report_record(report *r, const char *module, const char *words);
void report_note(report *r, weir_log_level level, const char *module, const char *words);
/* What is worth a line to who sits at a terminal and is not quiet; the file and the events have it in any case. */
void report_aside(report *r, weir_log_level level, const char *module, const char *words);
void report_end(report *r, int status, double seconds);
/* The terminal is gone: what would be written to it goes to this file instead. */
void report_hung_up(report *r, const char *file);
bool report_on_terminal(const report *r);

#endif
