/* place.h - where sessions are found: one socket each in a private folder of this user.
 *
 * The folder is weir-UID in the system's temporary folder (WEIR_TMPDIR names another), not in
 * XDG_RUNTIME_DIR, which goes away with the login. It must belong to this user and be closed to all
 * others, and so must the process at the other end of a socket. */
#ifndef UI_PLACE_H
#define UI_PLACE_H

#include "ui/wire.h"

#include <sys/types.h>

enum { PLACE_NAME = 48, PLACE_PATH = 104 };

/* The folder, made if need be. false with a sentence. */
bool place_folder(char path[PLACE_PATH], char *why, size_t cap);
/* The socket of a session that other processes can reach under the name, or one like it that is
 * free: *name is changed then. -1 with a sentence. */
int place_listen(char name[PLACE_NAME], char *why, size_t cap);
void place_leave(const char *name); /* no longer to be found */
int place_accept(int listener);     /* a connection of this user's own process, or -1 */
/* -1 with a sentence; a socket that nobody listens at is removed. */
int place_connect(const char *name, char *why, size_t cap);
/* The process at the other end, 0 = unknown. */
pid_t place_peer(int socket);
/* What a session of this notebook would be called: "mnist" of "/home/me/mnist.lua". */
void place_name(const char *file, char name[PLACE_NAME]);
/* Holds other processes of this user off while sessions are looked for and started; -1 = no folder. */
int place_hold(void);
void place_let_go(int hold);

/* A session as it describes itself. */
typedef struct place_entry {
    char name[PLACE_NAME];
    wire_message info; /* WIRE_INFO; WIRE_NONE: it does not answer */
    pid_t pid;
} place_entry;
/* All sessions, oldest first, at most cap; gives their number. They have so many seconds to answer, all together; one of
 * them, by name, is left out (NULL: none is). */
size_t place_list(place_entry *out, size_t cap, const char *without, double seconds);
void place_list_clear(place_entry *list, size_t n);

/* The locale that text goes by, as the environment names it; it need not be installed. */
const char *place_locale(void);
/* "" or a sentence: the system ends a user's processes at logout. */
void place_survival(char *note, size_t cap);

#endif
