/* messages.c - a ring of lines. */
#include "ui/messages.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

void messages_add(messages *m, message_kind kind, const char *text)
{
    char *s = strdup(text);

    if (!s)
        return;
    if (m->n == MESSAGES) {
        free(m->v[m->first].text);
        m->first = (m->first + 1) % MESSAGES;
        m->n--;
    }
    m->v[(m->first + m->n++) % MESSAGES] = (message){kind, clock_wall(), s};
    m->shown = true;
    m->count++;
}

const message *messages_at(const messages *m, size_t i)
{
    return &m->v[(m->first + i) % MESSAGES];
}

const message *messages_last(const messages *m)
{
    return m->shown && m->n ? messages_at(m, m->n - 1) : NULL;
}

void messages_free(messages *m)
{
    for (size_t i = 0; i < m->n; i++)
        free(m->v[(m->first + i) % MESSAGES].text);
    m->n = 0;
}
