/* t_journal.c - what a crash leaves is what was typed. */
#include "config.h"
#include "tests/tap.h"

#include "ui/journal.h"
#include "ui/lock.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[64], nb[128], why[600];

static void U018_what_was_written_comes_back_byte_for_byte(void)
{
    static const char *const files[] = {"", "\n\n", "-- %% a\nx = 1\n", "no end", "weir journal 1\nbase 0\n\n\n", "\xff\xfe \xe2\xa3\xbf\n"};
    journal j, again;
    journal_entry e;
    char value[32];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        journal_open(&j, nb, true);
        CHECK(journal_write(&j, files[i], "saved", "cell 3\nran 1 2\n", why, sizeof why));
        journal_open(&again, nb, true);
        CHECK(again.at[0].there && journal_read(&again, "saved", &e) && e.base_same && e.when > 1e9);
        TEXT_EQ(e.file, files[i]);
        CHECK(journal_value(e.state, "ran", value, sizeof value) && !strcmp(value, "1 2"));
        CHECK(!journal_value(e.state, "an", value, sizeof value) && !journal_value(e.state, "1", value, sizeof value));
        journal_entry_clear(&e);
        CHECK(journal_read(&again, "saved by another", &e) && !e.base_same);
        journal_entry_clear(&e);
        CHECK(journal_read(&again, NULL, &e) && !e.base_same);
        journal_entry_clear(&e);
        journal_remove(&again);
        CHECK(!journal_read(&j, "saved", &e) && !e.file);
    }
}

static void U018_nothing_new_is_not_written_again(void)
{
    journal j;

    journal_open(&j, nb, true);
    CHECK(journal_write(&j, "a", NULL, "", why, sizeof why) && j.at[0].there);
    unlink(j.at[0].path);
    CHECK(journal_write(&j, "a", NULL, "", why, sizeof why) && access(j.at[0].path, F_OK) != 0);
    CHECK(journal_write(&j, "a", NULL, "cell 2\n", why, sizeof why) && access(j.at[0].path, F_OK) == 0);
    journal_remove(&j);
}

static void U018_half_a_journal_is_none(void)
{
    static const char *const bad[] = {"", "weir journal 1\n", "weir journal 1\nbase 1\nwhen 2\n", "weir journal 2\n\nx", "x"};
    journal j;
    journal_entry e;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        journal_open(&j, nb, true);
        FILE *f = fopen(j.at[0].path, "wb");
        fputs(bad[i], f);
        fclose(f);
        CHECK(!journal_read(&j, NULL, &e) && !e.file && !e.state);
    }
    journal_remove(&j);
}

/* Killed at any moment, what is there is one whole text, the last but one at the oldest. */
static void U018_a_kill_while_writing_leaves_a_whole_journal(void)
{
    journal j;
    journal_entry e;

    for (int round = 0; round < 20; round++) {
        int p[2];
        char last = 0;
        CHECK(pipe(p) == 0);
        pid_t pid = fork();
        if (pid == 0) {
            static char text[200001];
            journal_open(&j, nb, true);
            for (int k = 0;; k++) {
                memset(text, 'a' + k % 26, sizeof text - 1);
                if (!journal_write(&j, text, NULL, "", why, sizeof why) || write(p[1], text, 1) != 1)
                    _exit(1);
            }
        }
        close(p[1]);
        usleep(3000 + 500 * (unsigned)round);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(p[0], &last, 1) == 1)
            ;
        close(p[0]);
        journal_open(&j, nb, true);
        bool there = journal_read(&j, NULL, &e);
        CHECK(there || !last);
        if (!there)
            continue;
        size_t n = strlen(e.file);
        CHECK(n == 200000 && strspn(e.file, (char[]){e.file[0], 0}) == n);
        CHECK(!last || e.file[0] == last || e.file[0] == (last == 'z' ? 'a' : last + 1));
        journal_entry_clear(&e);
    }
    journal_remove(&j);
}

/* What is beside the notebook cannot be written: what is typed stands in the state folder, or in the temporary one, until it can. */
static void U018_a_full_disk_is_no_reason_to_lose_what_was_typed(void)
{
    char folder[300], away[300], blocked[300];
    journal j, again;
    journal_entry e;

    setenv("XDG_STATE_HOME", top, 1);
    setenv("WEIR_TMPDIR", top, 1);
    snprintf(folder, sizeof folder, "%s/.weir", top);
    snprintf(away, sizeof away, "%s/away", top);
    journal_open(&j, nb, true);
    CHECK(journal_write(&j, "old", NULL, "", why, sizeof why) && !*why);
    CHECK(rename(folder, away) == 0);
    CHECK(journal_write(&j, "newer", NULL, "", why, sizeof why) && strstr(why, "kept for a crash in") && strstr(why, "weir/journals/"));
    CHECK(rename(away, folder) == 0);
    journal_open(&again, nb, true);
    CHECK(journal_read(&again, NULL, &e)); /* two stand there: the latest counts */
    TEXT_EQ(e.file, "newer");
    journal_entry_clear(&e);
    CHECK(journal_write(&again, "newest", NULL, "", why, sizeof why) && !*why && access(j.at[1].path, F_OK) != 0);
    journal_remove(&again);
    journal_open(&j, nb, false); /* no lock: nothing beside */
    CHECK(journal_kept(&j) && !*j.at[0].path && journal_write(&j, "there", NULL, "", why, sizeof why));
    CHECK(access(j.at[1].path, F_OK) == 0 && !strncmp(j.at[1].path, top, strlen(top)));
    journal_remove(&j);
    snprintf(blocked, sizeof blocked, "%s/weir/journals", top);
    CHECK(rmdir(blocked) == 0);
    FILE *f = fopen(blocked, "w"); /* a file where the folder would be */
    CHECK(f && fclose(f) == 0);
    CHECK(journal_write(&j, "at last", NULL, "", why, sizeof why) && strstr(why, "journal-"));
    CHECK(journal_read(&j, NULL, &e));
    TEXT_EQ(e.file, "at last");
    journal_entry_clear(&e);
    journal_remove(&j);
    CHECK(!journal_read(&j, NULL, &e) && unlink(blocked) == 0);
}

static void an_unnamed_notebook_has_a_place_in_the_state_folder(void)
{
    char path[300], want[300];
    struct stat s;

    setenv("XDG_STATE_HOME", top, 1);
    CHECK(journal_unnamed(1, path, sizeof path));
    snprintf(want, sizeof want, "%s/weir/unnamed-1.lua", top);
    TEXT_EQ(path, want);
    snprintf(want, sizeof want, "%s/weir", top);
    CHECK(stat(want, &s) == 0 && (s.st_mode & 0777) == 0700);
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", top, 1);
    CHECK(journal_unnamed(2, path, sizeof path));
    snprintf(want, sizeof want, "%s/.local/state/weir/unnamed-2.lua", top);
    TEXT_EQ(path, want);
}

int main(void)
{
    char cmd[128], folder[300];

    snprintf(top, sizeof top, "/tmp/weir-journalXXXXXX");
    if (!mkdtemp(top)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    snprintf(nb, sizeof nb, "%s/a.lua", top);
    if (!lock_folder(nb, folder, sizeof folder, true))
        return 1;
    TEST(U018_what_was_written_comes_back_byte_for_byte);
    TEST(U018_nothing_new_is_not_written_again);
    TEST(U018_half_a_journal_is_none);
    TEST(U018_a_kill_while_writing_leaves_a_whole_journal);
    TEST(U018_a_full_disk_is_no_reason_to_lose_what_was_typed);
    TEST(an_unnamed_notebook_has_a_place_in_the_state_folder);
    snprintf(cmd, sizeof cmd, "rm -rf %s", top);
    if (system(cmd) != 0)
        printf("# %s was left\n", top);
    return tap_done();
}
