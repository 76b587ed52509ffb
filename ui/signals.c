/* signals.c - see signals.h. */
#include "config.h"
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int told[2] = {-1, -1}; /* a handler has nothing else to reach its process by */

static void on_signal(int sig)
{
    int e = errno;
    char c = (char)sig;
    ssize_t n = write(told[1], &c, 1);
    (void)n;
    errno = e;
}

int signals_take(const int *sig, size_t n)
{
    struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (told[0] < 0 && pipe2(told, O_CLOEXEC | O_NONBLOCK) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        sigaction(sig[i], &sa, NULL);
    return told[0];
}

int signals_next(void)
{
    char c;

    return read(told[0], &c, 1) == 1 ? c : 0;
}

void signals_stop_job(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL}, ours;

    sigaction(SIGTSTP, &usual, &ours);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
}
