/* messages.h - what was said: the message row shows the last, the log keeps the rest. */
#ifndef UI_MESSAGES_H
#define UI_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum message_kind { SAY_NOTE, SAY_GOOD, SAY_WARNING, SAY_ERROR } message_kind;

enum { MESSAGES = 1000 };

typedef struct message { message_kind kind; double when; char *text; } message; /* when: seconds since 1970 */

typedef struct messages {
    message v[MESSAGES]; /* a ring */
    size_t first, n;
    uint64_t count;      /* that were ever said */
    bool shown;          /* the last one is in the message row */
} messages;

void messages_add(messages *m, message_kind kind, const char *text);
const message *messages_at(const messages *m, size_t i); /* 0 = the oldest */
const message *messages_last(const messages *m);         /* NULL: none to show */
void messages_free(messages *m);

#endif
