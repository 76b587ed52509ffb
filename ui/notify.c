/* notify.c - see notify.h. */
#include "config.h"
#include "ui/notify.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Consoles and old terminals would print what they do not know. */
static bool takes_strings(const char *type)
{
    static const char *const families[] = {"xterm", "tmux", "screen", "rxvt", "foot", "alacritty", "kitty", "wezterm", "vte", "gnome", "konsole", "iterm", "contour", "ghostty", "st-"};

    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strncmp(type, families[i], strlen(families[i])))
            return true;
    return false;
}

/* Nothing in the words may end or escape the sequence. */
static void plain(const char *words, char *buf, size_t cap)
{
    size_t n = 0;

    for (; *words && n + 1 < cap; words++)
        buf[n++] = (unsigned char)*words < ' ' || *words == 127 || *words == ';' ? ' ' : *words;
    buf[n] = '\0';
}

size_t notify_bytes(const char *type, const char *kind, const char *words, char *buf, size_t cap)
{
    /* tmux hands on what is wrapped, when allow-passthrough is on; without it the note is left out. */
    bool tmux = !strncmp(type, "tmux", 4);
    const char *open = tmux ? "\033Ptmux;\033\033]" : "\033]", *close = tmux ? "\a\033\\" : "\a";
    bool nine = strcmp(kind, "osc777") != 0, seven = strcmp(kind, "osc9") != 0;
    char clean[300];
    size_t n = 0;

    if (!strcmp(kind, "off") || !takes_strings(type))
        return 0;
    plain(words, clean, sizeof clean);
    if (nine)
        n += (size_t)snprintf(buf + n, cap - n, "%s9;%s%s", open, clean, close);
    if (seven && n < cap)
        n += (size_t)snprintf(buf + n, cap - n, "%s777;notify;weir;%s%s", open, clean, close);
    return n < cap ? n : 0;
}

void notify_end(app *a, const job_row *r)
{
    char words[400], took[32], bytes[1000];
    const weir_job_info *i = &r->info;
    bool good = i->state == WEIR_JOB_DONE && !r->bad;

    clock_duration(i->elapsed, took, sizeof took);
    snprintf(words, sizeof words, "J%lld %.40s %s after %s%s%.200s", (long long)i->id, i->title, jobs_word(r), took, *r->metric || !good ? ": " : "",
             good ? r->metric : *r->why ? r->why : r->metric);
    if (i->elapsed < a->set.notify_after && i->state != WEIR_JOB_FAILED) /* the person has not looked away yet */
        return;
    app_say(a, good ? SAY_GOOD : i->state == WEIR_JOB_CANCELLED ? SAY_NOTE : SAY_ERROR, "%s", words);
    if (!a->term)
        return;
    if (a->set.bell)
        term_ring(a->term);
    size_t n = notify_bytes(term_type(a->term), a->set.notify, words, bytes, sizeof bytes);
    term_write(a->term, bytes, n);
}

void notify_leave(app *a)
{
    if (a->window_title[0])
        term_write(a->term, "\033[23;2t", 7);
}

void notify_title(app *a)
{
    char title[160] = "", bytes[200];
    const char *name = a->nb.path ? strrchr(a->nb.path, '/') : NULL;
    weir_job *j;
    weir_job_info i = {.state = WEIR_JOB_DONE};

    if (!a->term || !a->set.title || !takes_strings(term_type(a->term)))
        return;
    j = pane_training(a->session);
    if (j)
        weir_job_get(j, &i);
    weir_job_unref(j);
    name = name ? name + 1 : a->nb.path ? a->nb.path : "notebook";
    if (i.state == WEIR_JOB_RUNNING && !a->set.calm)
        snprintf(title, sizeof title, "%d %% %.60s - weir", isnan(i.done) ? 0 : (int)(100 * i.done) / 5 * 5, name);
    else
        snprintf(title, sizeof title, "%.60s - weir%s", name, i.state == WEIR_JOB_FAILED ? " (failed)" : "");
    if (!strcmp(title, a->window_title))
        return;
    bool first = !a->window_title[0];
    snprintf(a->window_title, sizeof a->window_title, "%s", title);
    char clean[170];
    plain(title, clean, sizeof clean);
    int n = snprintf(bytes, sizeof bytes, "%s\033]2;%s\a", first ? "\033[22;2t" : "", clean); /* the old title is remembered */
    term_write(a->term, bytes, (size_t)n);
}
