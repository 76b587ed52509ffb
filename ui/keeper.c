/* keeper.c - see keeper.h. */
#include "config.h"
#include "ui/keeper.h"

#include "base/clock.h"
#include "ui/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EVERY 1.5 /* seconds from a change to its place in the journal; with the turn it waits for, below 2 */

/* Taking hold ------------------------------------------------------------------------------------- */

static void hold(keeper *k, const char *path)
{
    char why[500] = "";

    free(k->path);
    k->path = strdup(path);
    k->read_only = false;
    switch (lock_take(&k->lock, path, why, sizeof why)) {
    case LOCK_TAKEN: case LOCK_AFTER_CRASH: break;
    case LOCK_HELD:
        k->read_only = true;
        snprintf(k->note, sizeof k->note, "read only: %s", why);
        break;
    case LOCK_IMPOSSIBLE:
        snprintf(k->note, sizeof k->note, "no lock is held: %s", why);
        break;
    }
    memset(&k->journal, 0, sizeof k->journal);
    if (!k->read_only)
        journal_open(&k->journal, path, k->lock.path[0]);
}

/* The first stand-in that nobody else uses: it may hold what a crash has left. */
static void hold_unnamed(keeper *k)
{
    enum { MOST = 100 };
    char path[4200];

    k->unnamed = true;
    for (int i = 1; i <= MOST && journal_unnamed(i, path, sizeof path); i++) {
        k->note[0] = '\0';
        hold(k, path);
        if (!k->read_only)
            return;
    }
    k->read_only = false;
}

void keeper_open(keeper *k, const char *file)
{
    memset(k, 0, sizeof *k);
    if (file)
        hold(k, file);
    else
        hold_unnamed(k);
}

/* After a crash ------------------------------------------------------------------------------------- */

static bool on_disk(const keeper *k)
{
    return !k->unnamed && k->path && access(k->path, F_OK) == 0;
}

/* Cells that had run need it again, as Lua's variables went with the process. */
static size_t mark_needed(app *a, const char *ran)
{
    size_t n = 0;
    char *end;

    for (const char *s = ran; *s; s = end) {
        size_t i = strtoul(s, &end, 10);
        if (end == s)
            break;
        if (i >= 1 && i <= a->nb.n && a->nb.cell[i - 1].kind == CELL_CODE) {
            a->nb.cell[i - 1].stale = true;
            n++;
        }
    }
    return n;
}

static void tell_recovery(app *a, const journal_entry *e, bool edits, size_t needed, const char *model)
{
    char when[32] = "", more[200] = "";
    time_t t = (time_t)e->when;
    struct tm tm;

    strftime(when, sizeof when, "%d %b %H:%M", localtime_r(&t, &tm));
    if (needed)
        snprintf(more, sizeof more, " %zu cell%s had run: R s runs them again.", needed, needed == 1 ? "" : "s");
    if (*model)
        app_say(a, SAY_NOTE, "A training's last checkpoint is kept: weir.load_model(\"%s\")", model);
    if (edits)
        app_say(a, SAY_WARNING, "Recovered unsaved edits of %s; undo goes back to the saved text.%s%s%s", when,
                e->base_same ? "" : " The file has changed since.", more, *model ? " A checkpoint is kept (g t)." : "");
    else if (needed)
        app_say(a, SAY_WARNING, "The session ended unexpectedly on %s.%s%s", when, more, *model ? " A checkpoint is kept (g t)." : "");
}

void keeper_recover(keeper *k, app *a)
{
    char *file = nb_file(&a->nb), value[4000];
    journal_entry e;

    k->base = on_disk(k) ? strdup(file ? file : "") : NULL;
    if (*k->note)
        app_say(a, SAY_WARNING, "%s", k->note);
    if (!journal_read(&k->journal, k->base, &e)) {
        free(file);
        return;
    }
    bool edits = file && strcmp(file, e.file) != 0;
    if (edits) {
        nb_remember(&a->nb, (nb_place){0, 0});
        edits = nb_set_text(&a->nb, e.file);
    }
    size_t needed = journal_value(e.state, "ran", value, sizeof value) ? mark_needed(a, value) : 0;
    if (journal_value(e.state, "cell", value, sizeof value) && strtoul(value, NULL, 10) < a->nb.n)
        a->selected = strtoul(value, NULL, 10);
    char model[4700] = "";
    if (needed)
        checkpoints_left(k->path, model, sizeof model);
    tell_recovery(a, &e, edits, needed, model);
    journal_entry_clear(&e);
    free(file);
    k->due = clock_now(); /* this process's own journal */
}

/* The journal ------------------------------------------------------------------------------------------ */

static bool describe(app *a, text *state)
{
    bool any = false;

    text_fmt(state, "cell %zu\nran", a->selected);
    for (size_t i = 0; i < a->nb.n; i++)
        if (a->nb.cell[i].started > 0) {
            text_fmt(state, " %zu", i + 1);
            any = true;
        }
    text_char(state, '\n');
    return any;
}

static void write_journal(keeper *k, app *a)
{
    char *file = nb_file(&a->nb), why[9300] = "";
    text state = {0};
    bool ran = describe(a, &state);

    bool wanted = file && (a->nb.modified || ran);
    bool good = !wanted || journal_write(&k->journal, file, k->base, text_str(&state), why, sizeof why);
    int how = !good ? 2 : *why != 0;
    if (!a->nb.modified && !ran)
        journal_remove(&k->journal);
    if (how && how != k->failing)
        app_say(a, SAY_WARNING, good ? "%s" : "%s; it is tried again", why);
    else if (!how && wanted && k->failing)
        app_say(a, SAY_GOOD, "what is typed is kept for a crash %s", k->failing == 2 ? "again" : "beside the notebook again");
    k->failing = wanted ? how : k->failing;
    text_free(&state);
    free(file);
}

/* The notebook got a name, or another one. */
static void follow_name(keeper *k, app *a)
{
    if (!a->nb.path || (!k->unnamed && k->path && !strcmp(k->path, a->nb.path)))
        return;
    journal_remove(&k->journal);
    lock_release(&k->lock);
    k->unnamed = false;
    k->note[0] = '\0';
    hold(k, a->nb.path);
    a->opt.read_only = k->read_only;
    if (*k->note)
        app_say(a, SAY_WARNING, "%s", k->note);
}

void keeper_tick(keeper *k, app *a)
{
    double now = clock_now();

    follow_name(k, a);
    if (k->was_modified && !a->nb.modified) { /* saved */
        free(k->base);
        k->base = nb_file(&a->nb);
    }
    k->was_modified = a->nb.modified;
    if (!k->due)
        k->due = now + EVERY;
    if (now < k->due)
        return;
    k->due = 0;
    if (journal_kept(&k->journal))
        write_journal(k, a);
}

double keeper_patience(const keeper *k)
{
    if (!k->due || !journal_kept(&k->journal))
        return -1;
    double left = k->due - clock_now();
    return left > 0 ? left : 0;
}

void keeper_close(keeper *k, app *a, bool keep)
{
    if (keep && a && a->nb.modified)
        write_journal(k, a);
    else
        journal_remove(&k->journal);
    lock_release(&k->lock);
    free(k->path);
    free(k->base);
    memset(k, 0, sizeof *k);
}
