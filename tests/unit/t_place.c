/* t_place.c - how processes of weir find and trust each other: messages, the private folder, locks. */
#include "config.h"
#include "tests/tap.h"

#include "base/clock.h"
#include "ui/lock.h"
#include "ui/place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[64], why[600];

static void messages_carry_names_texts_and_descriptors(void)
{
    int s[2], p[2];
    wire_message m;
    char c = 0;

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0 && pipe(p) == 0);
    wire_begin(&m, WIRE_ATTACH);
    wire_add(&m, "term", "xterm=256");
    wire_add(&m, "from", NULL);
    wire_add(&m, "empty", "");
    m.fd[0] = p[0];
    m.fd[1] = p[1];
    m.n_fd = 2;
    CHECK(wire_send(s[0], &m) == WIRE_OK);
    m.n_fd = 0;
    wire_clear(&m);
    CHECK(wire_receive(s[1], &m) == WIRE_OK && m.kind == WIRE_ATTACH && m.n_fd == 2);
    TEXT_EQ(wire_get(&m, "term"), "xterm=256");
    CHECK(!wire_has(&m, "from") && wire_has(&m, "empty") && !*wire_get(&m, "nothing"));
    CHECK(write(m.fd[1], "x", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'x');
    CHECK(fcntl(m.fd[0], F_GETFD) == FD_CLOEXEC);
    int got = m.fd[0];
    wire_clear(&m);
    CHECK(fcntl(got, F_GETFD) < 0); /* closed with the message */
    CHECK(wire_receive(s[1], &m) == WIRE_LATER);
    close(s[0]);
    CHECK(wire_receive(s[1], &m) == WIRE_CLOSED);
    close(s[1]);
    close(p[0]);
    close(p[1]);
}

static void whatever_bytes_come_a_message_is_whole_or_refused(void)
{
    int s[2];
    unsigned seed = 7;
    char bytes[300];
    wire_message m;

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0);
    for (int i = 0; i < 5000; i++) {
        size_t n = (size_t)(rand_r(&seed) % (int)sizeof bytes) + 1;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)rand_r(&seed);
        if (i % 2) /* a true beginning */
            memcpy(bytes, "weir\1", n < 5 ? n : 5);
        CHECK(send(s[0], bytes, n, 0) == (ssize_t)n);
        wire_result r = wire_receive(s[1], &m);
        CHECK(r == WIRE_CLOSED || (r == WIRE_OK && i % 2 && m.kind > WIRE_NONE && m.kind < WIRE_KINDS));
        if (r == WIRE_OK) {
            CHECK(strlen(wire_get(&m, "a")) <= n);
            wire_clear(&m);
        }
    }
    close(s[0]);
    close(s[1]);
}

static void the_folder_is_private_or_refused(void)
{
    char path[PLACE_PATH], want[PLACE_PATH], other[128];
    struct stat s;

    CHECK(place_folder(path, why, sizeof why));
    snprintf(want, sizeof want, "%s/weir-%u", top, (unsigned)geteuid());
    TEXT_EQ(path, want);
    CHECK(stat(path, &s) == 0 && (s.st_mode & 07777) == 0700 && s.st_uid == geteuid());
    CHECK(chmod(path, 0755) == 0 && !place_folder(path, why, sizeof why) && strstr(why, "chmod 700"));
    CHECK(chmod(path, 0700) == 0);
    snprintf(other, sizeof other, "%s/elsewhere", top);
    CHECK(rename(path, other) == 0 && symlink(other, path) == 0);
    CHECK(!place_folder(want, why, sizeof why) && strstr(why, "not a folder of yours"));
    CHECK(unlink(path) == 0 && rename(other, path) == 0 && place_folder(path, why, sizeof why));
    if (geteuid() == 0) { /* somebody else made it first */
        CHECK(chown(path, 1, 1) == 0 && !place_folder(want, why, sizeof why) && chown(path, 0, 0) == 0);
    }
    setenv("WEIR_TMPDIR", "/tmp/a-very-long-name-of-a-folder-that-leaves-no-room-for-the-name-of-a-socket", 1);
    CHECK(!place_folder(want, why, sizeof why) && strstr(why, "WEIR_TMPDIR"));
    setenv("WEIR_TMPDIR", top, 1);
}

static void names_come_from_notebooks_and_are_one_of_a_kind(void)
{
    char a[PLACE_NAME], b[PLACE_NAME], c[PLACE_NAME];

    place_name("/home/me/my mnist.lua", a);
    TEXT_EQ(a, "my_mnist");
    place_name("../.lua", a);
    TEXT_EQ(a, "notebook");
    place_name("x/-rf", a);
    TEXT_EQ(a, "notebook");
    place_name(NULL, a);
    TEXT_EQ(a, "notebook");
    place_name("mnist.lua", a);
    place_name("other/mnist.lua", b);
    int first = place_listen(a, why, sizeof why), second = place_listen(b, why, sizeof why);
    CHECK(first >= 0 && second >= 0);
    TEXT_EQ(a, "mnist");
    TEXT_EQ(b, "mnist-2");
    int s = place_connect("mnist", why, sizeof why), t = place_accept(first);
    CHECK(s >= 0 && t >= 0 && place_peer(s) == getpid());
    close(s), close(t);
    CHECK(place_connect("../mnist", why, sizeof why) < 0 && place_connect("none", why, sizeof why) < 0);
    close(first); /* as after a crash: the socket is there, nobody listens */
    place_name("mnist.lua", c);
    first = place_listen(c, why, sizeof why);
    TEXT_EQ(c, "mnist");
    close(first), close(second);
    place_leave("mnist"), place_leave("mnist-2");
    place_entry list[4];
    CHECK(place_list(list, 4, NULL, 1) == 0);
}

/* As root alone one can be somebody else. The folder is opened for the test: it keeps others out by itself. */
static void U178_another_user_is_refused_at_both_ends_of_a_socket(void)
{
    enum { OTHER = 65534 };
    char path[PLACE_PATH], file[PLACE_PATH + 40], name[PLACE_NAME] = "mine";
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int status, ready[2];

    if (geteuid() != 0) {
        printf("# not root: nobody else to be\n");
        return;
    }
    CHECK(place_folder(path, why, sizeof why));
    int l = place_listen(name, why, sizeof why);
    snprintf(file, sizeof file, "%s/%s.sock", path, name);
    CHECK(l >= 0 && chmod(top, 0711) == 0 && chmod(path, 0711) == 0 && chmod(file, 0666) == 0);
    pid_t pid = fork();
    if (pid == 0) { /* a stranger calls: the connection is closed unread */
        char c;
        int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        memcpy(a.sun_path, file, strlen(file) + 1);
        if (setgid(OTHER) || setuid(OTHER) || connect(s, (struct sockaddr *)&a, sizeof a) != 0)
            _exit(2);
        _exit(read(s, &c, 1) == 0 || errno == ECONNRESET ? 0 : 1);
    }
    struct pollfd p = {.fd = l, .events = POLLIN};
    CHECK(poll(&p, 1, 10000) == 1 && place_accept(l) == -1);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(l);
    CHECK(chmod(path, 0700) == 0);
    place_leave(name);
    /* a stranger listens: nothing is said to him */
    CHECK(pipe(ready) == 0);
    pid = fork();
    if (pid == 0) {
        char c = 'x';
        int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        snprintf(a.sun_path, sizeof a.sun_path, "%.90s/false.sock", path);
        if (bind(s, (struct sockaddr *)&a, sizeof a) != 0 || setgid(OTHER) || setuid(OTHER) || listen(s, 4) != 0 || write(ready[1], &c, 1) != 1)
            _exit(2);
        pause();
    }
    char c = 0;
    close(ready[1]);
    CHECK(read(ready[0], &c, 1) == 1);
    CHECK(place_connect("false", why, sizeof why) < 0);
    place_entry list[4];
    CHECK(place_list(list, 4, NULL, 1) == 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ready[0]);
    place_leave("false");
}

static void U193_sessions_are_listed_by_age_and_a_mute_one_too(void)
{
    int ready[2];

    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    if (pid == 0) { /* two sessions: one answers, the other never does */
        char young[PLACE_NAME] = "young", mute[PLACE_NAME] = "mute", x = 'x';
        int a = place_listen(young, why, sizeof why), b = place_listen(mute, why, sizeof why);
        if (a < 0 || b < 0 || write(ready[1], &x, 1) != 1)
            _exit(1);
        for (;;) {
            wire_message m;
            int s;
            while ((s = place_accept(a)) < 0)
                usleep(1000);
            if (wire_wait(s, &m, 60) == WIRE_OK && m.kind == WIRE_STATUS)
                wire_say(s, WIRE_INFO, "started", "7");
            close(s);
        }
    }
    char c;
    CHECK(read(ready[0], &c, 1) == 1);
    place_entry list[4];
    double from = clock_now();
    CHECK(place_list(list, 4, "mute", 60) == 1 && clock_now() - from < 50); /* one that is left out is not waited for */
    TEXT_EQ(list[0].name, "young");
    place_list_clear(list, 1);
    size_t n = 0;
    for (double wait = 1; wait < 40; wait *= 2) { /* one that is held up for longer than the wait is asked again */
        place_list_clear(list, n);
        n = place_list(list, 4, NULL, wait);
        if (n == 2 && list[1].info.kind == WIRE_INFO)
            break;
    }
    CHECK(n == 2);
    TEXT_EQ(list[0].name, "mute");
    CHECK(list[0].info.kind == WIRE_NONE && list[1].info.kind == WIRE_INFO && list[0].pid == pid);
    TEXT_EQ(wire_get(&list[1].info, "started"), "7");
    place_list_clear(list, n);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CHECK(place_list(list, 4, NULL, 1) == 0); /* nobody listens any more */
    close(ready[0]), close(ready[1]);
}

static void path_of(char *path, size_t cap, const char *name)
{
    snprintf(path, cap, "%s/%s", top, name);
}

static void U194_a_notebook_has_one_writer(void)
{
    char nb[128], file[256], s[300] = "";
    int ready[2];
    lock l;

    path_of(nb, sizeof nb, "a.lua");
    path_of(file, sizeof file, ".weir/a.lua/lock");
    CHECK(lock_take(&l, nb, why, sizeof why) == LOCK_TAKEN && access(file, F_OK) == 0);
    lock_release(&l);
    CHECK(access(file, F_OK) != 0);
    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        char c = lock_take(&l, nb, why, sizeof why) == LOCK_TAKEN ? 'y' : 'n';
        if (write(ready[1], &c, 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char c = 0;
    CHECK(read(ready[0], &c, 1) == 1 && c == 'y');
    CHECK(lock_take(&l, nb, why, sizeof why) == LOCK_HELD);
    snprintf(s, sizeof s, "process %ld on ", (long)pid);
    CHECK(strstr(why, s) != NULL);
    lock_release(&l); /* not held: leaves the other's alone */
    CHECK(access(file, F_OK) == 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CHECK(lock_take(&l, nb, why, sizeof why) == LOCK_AFTER_CRASH);
    lock_release(&l);
    FILE *f = fopen(file, "w"); /* another machine's, which cannot be looked into from here */
    fprintf(f, "elsewhere.example %ld 1\n", (long)getpid());
    fclose(f);
    CHECK(lock_take(&l, nb, why, sizeof why) == LOCK_HELD && strstr(why, "elsewhere.example"));
    f = fopen(file, "w"); /* this process's number, of an earlier life */
    gethostname(s, sizeof s);
    fprintf(f, "%s %ld 1\n", s, (long)getpid());
    fclose(f);
    CHECK(lock_take(&l, nb, why, sizeof why) == LOCK_AFTER_CRASH);
    lock_release(&l);
    CHECK(lock_take(&l, "/proc/no/b.lua", why, sizeof why) == LOCK_IMPOSSIBLE);
    close(ready[0]), close(ready[1]);
}

/* Many processes, each after a crashed holder: at no time do two hold it. */
static void U194_the_lock_of_a_crashed_process_has_one_heir(void)
{
    char nb[128], mark[128];

    path_of(nb, sizeof nb, "c.lua");
    path_of(mark, sizeof mark, "held");
    enum { N = 48 };
    pid_t pid[N];
    for (int i = 0; i < N; i++)
        if ((pid[i] = fork()) == 0) {
            int bad = 0;
            for (int k = 0; k < 20; k++) {
                lock l;
                lock_result r = lock_take(&l, nb, why, sizeof why);
                if (r == LOCK_HELD || r == LOCK_IMPOSSIBLE)
                    continue;
                int fd = open(mark, O_CREAT | O_EXCL, 0600); /* two at once would collide here */
                bad += fd < 0;
                usleep(200);
                unlink(mark);
                close(fd);
                if (k % 3 != 2)
                    lock_release(&l);
                else
                    break; /* ends as if by a crash */
            }
            _exit(bad ? 1 : 0);
        }
    for (int i = 0; i < N; i++) {
        int status;
        waitpid(pid[i], &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(void)
{
    char cmd[128];

    snprintf(top, sizeof top, "/tmp/weir-placeXXXXXX");
    if (!mkdtemp(top)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    setenv("WEIR_TMPDIR", top, 1);
    TEST(messages_carry_names_texts_and_descriptors);
    TEST(whatever_bytes_come_a_message_is_whole_or_refused);
    TEST(the_folder_is_private_or_refused);
    TEST(names_come_from_notebooks_and_are_one_of_a_kind);
    TEST(U178_another_user_is_refused_at_both_ends_of_a_socket);
    TEST(U193_sessions_are_listed_by_age_and_a_mute_one_too);
    TEST(U194_a_notebook_has_one_writer);
    TEST(U194_the_lock_of_a_crashed_process_has_one_heir);
    snprintf(cmd, sizeof cmd, "rm -rf %s", top);
    if (system(cmd) != 0)
        printf("# %s was left\n", top);
    return tap_done();
}
