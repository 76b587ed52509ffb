/* trainer_pace.c - how many threads work on a block of rows, by the clock.
 *
 * For trainings whose results no number of threads changes: on a busy machine one thread alone may be the fastest. */
#include "train/trainer_impl.h"

#include "base/clock.h"
#include "base/thread.h"

enum {
    TRIAL = 32,              /* rows by which a number of threads is judged */
    SOON = 4, SELDOM = 32    /* blocks of rows between two times that the others are tried: when they have won, and in the end */
};

void pace_new(pace *p, int threads)
{
    int cpus = thread_usable_cpus(), most = cpus < threads ? cpus : threads;
    int all[] = {most, (most + 3) / 4, 1};

    *p = (pace){.wait = SOON};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!p->choices || all[i] < p->choice[p->choices - 1])
            p->choice[p->choices++] = all[i];
}

void pace_fix(pace *p, int threads)
{
    *p = (pace){.choice = {threads}, .choices = 1, .wait = SELDOM};
}

/* The number at work is judged by all that it did since the last trials, as a single block may be held up; but for the
 * first, whose memory is new. */
static void note(pace *p, int choice, bool trial, double seconds, size_t rows)
{
    if (!trial && p->warm) {
        p->seconds += seconds;
        p->rows += rows;
    } else if (trial && p->rows && seconds / (double)rows < p->better) {
        p->better = seconds / (double)rows;
        p->winner = choice;
    }
    p->warm = true;
    if (++p->next < p->wait + p->choices)
        return;
    p->wait = p->winner != p->best ? SOON : p->wait < SELDOM ? 2 * p->wait : SELDOM;
    p->best = p->winner;
    p->next = 0;
    p->seconds = 0;
    p->rows = 0;
}

size_t pace_run(trainer *t, pace *p, pace_block *block, const uint32_t *order, size_t n, uint64_t samples, size_t size,
                progress *to)
{
    size_t done = 0;

    while (done < n && !progress_cancelled(to)) {
        int choice = p->next < p->wait ? p->best : p->next - p->wait;
        bool trial = choice != p->best;
        if (p->next == p->wait) {
            p->better = p->rows ? p->seconds / (double)p->rows : 0;
            p->winner = p->best;
        }
        size_t rows = trial ? TRIAL : size;
        rows = rows < n - done ? rows : n - done;
        double from = clock_now();
        size_t did = block(t, order, done, done + rows, samples, p->choice[choice], to);
        note(p, choice, trial, clock_now() - from, did ? did : 1);
        done += did;
        progress_reach(to, samples + done);
    }
    return done;
}
