/* wire.c - see wire.h. What comes from the other side is checked before it is used. */
#include "config.h"
#include "ui/wire.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct head {
    char magic[4];
    uint8_t version, kind, zero[2];
} head;

static const head first_head = {.magic = {'w', 'e', 'i', 'r'}, .version = 1};

void wire_begin(wire_message *m, wire_kind kind)
{
    memset(m, 0, sizeof *m);
    m->kind = kind;
}

void wire_add_n(wire_message *m, const char *name, const char *value, size_t n)
{
    text_add(&m->body, name);
    text_char(&m->body, '=');
    text_add_n(&m->body, value, strnlen(value, n));
    text_char(&m->body, '\0');
}

void wire_add(wire_message *m, const char *name, const char *value)
{
    if (value)
        wire_add_n(m, name, value, strlen(value));
}

void wire_clear(wire_message *m)
{
    for (int i = 0; i < m->n_fd; i++)
        close(m->fd[i]);
    text_free(&m->body);
    memset(m, 0, sizeof *m);
}

static const char *find(const wire_message *m, const char *name)
{
    size_t n = strlen(name);

    for (size_t at = 0; at < m->body.n; at += strlen(m->body.s + at) + 1)
        if (!strncmp(m->body.s + at, name, n) && m->body.s[at + n] == '=')
            return m->body.s + at + n + 1;
    return NULL;
}

const char *wire_get(const wire_message *m, const char *name)
{
    const char *s = find(m, name);
    return s ? s : "";
}

bool wire_has(const wire_message *m, const char *name)
{
    return find(m, name) != NULL;
}

wire_result wire_send(int socket, const wire_message *m)
{
    head h = first_head;
    struct iovec part[2] = {{.iov_base = &h, .iov_len = sizeof h}, {.iov_base = m->body.s, .iov_len = m->body.n}};
    union {
        struct cmsghdr align;
        char buf[CMSG_SPACE(WIRE_FDS * sizeof(int))];
    } control = {0};
    struct msghdr msg = {.msg_iov = part, .msg_iovlen = m->body.n ? 2 : 1};

    if (m->body.failed || m->body.n > WIRE_MOST)
        return WIRE_CLOSED;
    h.kind = (uint8_t)m->kind;
    if (m->n_fd) {
        size_t n = (size_t)m->n_fd * sizeof(int);
        msg.msg_control = control.buf;
        msg.msg_controllen = CMSG_SPACE(n);
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n);
        memcpy(CMSG_DATA(c), m->fd, n);
    }
    for (;;) {
        if (sendmsg(socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
            return WIRE_OK;
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
            return WIRE_LATER;
        if (errno != EINTR)
            return WIRE_CLOSED;
    }
}

/* Keeps what descriptors came; more than a message may carry are closed. */
static void take_fds(struct msghdr *msg, wire_message *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (m->n_fd < WIRE_FDS)
                m->fd[m->n_fd++] = fd;
            else
                close(fd);
        }
    }
}

wire_result wire_receive(int socket, wire_message *m)
{
    char buf[sizeof(head) + WIRE_MOST];
    head h;
    struct iovec part = {.iov_base = buf, .iov_len = sizeof buf};
    union {
        struct cmsghdr align;
        char buf[CMSG_SPACE(WIRE_FDS * sizeof(int))];
    } control;
    struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.buf, .msg_controllen = sizeof control.buf};
    ssize_t n;

    memset(m, 0, sizeof *m);
    do
        n = recvmsg(socket, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? WIRE_LATER : WIRE_CLOSED;
    take_fds(&msg, m);
    if ((size_t)n < sizeof h || (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
        goto bad;
    memcpy(&h, buf, sizeof h);
    if (memcmp(h.magic, first_head.magic, sizeof h.magic) || h.version != first_head.version || h.kind == WIRE_NONE || h.kind >= WIRE_KINDS)
        goto bad;
    m->kind = (wire_kind)h.kind;
    text_add_n(&m->body, buf + sizeof h, (size_t)n - sizeof h);
    if (m->body.n && m->body.s[m->body.n - 1] != '\0')
        text_char(&m->body, '\0');
    if (!m->body.failed)
        return WIRE_OK;
bad:
    wire_clear(m);
    return WIRE_CLOSED;
}

wire_result wire_wait(int socket, wire_message *m, double seconds)
{
    double until = clock_now() + seconds;

    for (;;) {
        wire_result r = wire_receive(socket, m);
        double left = until - clock_now();
        if (r != WIRE_LATER || left <= 0)
            return r;
        struct pollfd p = {.fd = socket, .events = POLLIN};
        poll(&p, 1, (int)(left * 1000) + 1);
    }
}

wire_result wire_say(int socket, wire_kind kind, const char *name, const char *value)
{
    wire_message m;

    wire_begin(&m, kind);
    if (name)
        wire_add(&m, name, value);
    wire_result r = wire_send(socket, &m);
    wire_clear(&m);
    return r;
}
