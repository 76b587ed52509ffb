/* pty.h - weir in a real pseudo-terminal whose screen an independent emulator (libvterm) keeps. */
#ifndef TESTS_UI_PTY_H
#define TESTS_UI_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <vterm.h>

typedef struct pty {
    pid_t pid;
    int fd, rows, cols;
    VTerm *vt;
    VTermScreen *screen;
    size_t bytes; /* received so far */
    char part[4]; /* of a character whose end has not come yet */
    size_t n_part;
    size_t left; /* how often the program went back to the terminal's first screen */
    size_t bells; /* that rang */
    char told[2000]; /* the strings for the terminal itself (ESC ] ... BEL: titles, notes), "]2;words]9;words"; the last of them */
    size_t n_told;
    int string;   /* 1: an escape was the last byte, 2: in such a string */
    size_t asked; /* how often the program asked for the terminal's status */
    bool closed;  /* nothing will come any more */
    bool missed;  /* something waited for did not come: the next waits are short */
} pty;

/* Starts argv in a terminal of that size; locale e.g. "C.UTF-8". */
bool pty_start(pty *p, char *const *argv, int rows, int cols, const char *term, const char *locale);
/* Reads what comes for at most so many milliseconds; gives true when something came. */
bool pty_read(pty *p, int ms);
void pty_send(pty *p, const char *keys);
void pty_resize(pty *p, int rows, int cols);
/* The screen as text: lines without trailing blanks. malloc'd. */
char *pty_text(const pty *p);
/* Reads until the screen holds the text. The seconds are what it may take a machine that does nothing else: waited is until
 * it must be a hang (patience.h), and so few only when an earlier wait on this terminal was in vain. */
bool pty_expect(pty *p, const char *text, double seconds);
/* Reads until the screen does not hold it, or no longer. */
bool pty_lacks(pty *p, const char *text, double seconds);
/* Reads until nothing came for `quiet` ms while weir and its sessions slept all the time: what was sent has been taken and
 * answered. Not for a screen that moves by itself. */
void pty_settle(pty *p, int quiet);
/* The same of sessions that no terminal here shows. */
void sessions_settle(int quiet);
/* Waits for the end, as pty_expect waits, and gives the exit status, -1 when it does not come. */
int pty_end(pty *p, double seconds);
void pty_free(pty *p);

#endif
