/* wire.h - messages between the processes of weir over a Unix socket: a kind, named texts, and
 * the descriptors of a terminal. Sockets keep the borders of messages (SOCK_SEQPACKET). */
#ifndef UI_WIRE_H
#define UI_WIRE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum wire_kind {
    WIRE_NONE,
    /* To the session. */
    WIRE_ATTACH,  /* version, term, locale, no_color, terminfo, from, previous, entered, note; two descriptors: in, out */
    WIRE_SIZE,    /* the terminal has another size */
    WIRE_PAUSE,   /* the client was told to stop (SIGTSTP) */
    WIRE_RESUME,  /* the client is back after WIRE_STOP */
    WIRE_DETACH,
    WIRE_RAN,     /* status: what WIRE_RUN's command ended with */
    WIRE_STATUS,  /* asks for WIRE_INFO */
    WIRE_SEND,    /* cell or code, in parts: more */
    WIRE_KILL,    /* end the session */
    WIRE_BREAK,   /* interrupt what WIRE_SEND runs */
    /* To the client. */
    WIRE_ATTACHED,
    WIRE_REFUSED, /* why */
    WIRE_STOP,    /* the terminal is as it was: stop yourself, then WIRE_RESUME */
    WIRE_RUN,     /* command, folder: run it on the terminal, then WIRE_RAN */
    WIRE_BYE,     /* why: the terminal is as it was, the client ends. next: it is as it is drawn on, and the client
                   * enters the session, the one of the file (in folder), or a new one */
    WIRE_INFO,    /* name, file, state, pid, started, attached, ... */
    WIRE_OUTPUT,  /* stream, text */
    WIRE_ENDED,   /* status */
    WIRE_KINDS
} wire_kind;

enum { WIRE_MOST = 60000, WIRE_FDS = 2 }; /* bytes of a message, descriptors with it */

typedef struct wire_message {
    wire_kind kind;
    text body;       /* "name=value\0" again and again */
    int fd[WIRE_FDS];
    int n_fd;        /* of a received message: the receiver closes them */
} wire_message;

/* A message to fill: wire_begin, wire_add ..., wire_send, wire_clear. */
void wire_begin(wire_message *m, wire_kind kind);
void wire_add(wire_message *m, const char *name, const char *value); /* NULL: left out */
void wire_add_n(wire_message *m, const char *name, const char *value, size_t n);
void wire_clear(wire_message *m); /* closes received descriptors */
const char *wire_get(const wire_message *m, const char *name); /* "" when it is not there */
bool wire_has(const wire_message *m, const char *name);

typedef enum wire_result { WIRE_OK, WIRE_LATER, WIRE_CLOSED } wire_result;
/* WIRE_LATER: the socket takes nothing now. The message stays the caller's. */
wire_result wire_send(int socket, const wire_message *m);
/* WIRE_OK: *m holds one message, to be cleared. A malformed one counts as WIRE_CLOSED. */
wire_result wire_receive(int socket, wire_message *m);
/* Waits for a message, at most so many seconds; WIRE_LATER: none came. */
wire_result wire_wait(int socket, wire_message *m, double seconds);
/* A kind and one text. */
wire_result wire_say(int socket, wire_kind kind, const char *name, const char *value);

#endif
