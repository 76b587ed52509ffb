/* outfile.h - a file that appears whole or not at all.
 *
 * What is written goes to PATH.part beside it; outfile_commit brings it to the
 * disk and gives it its name. A file of that name stays as it was until then,
 * and for good when anything fails; the new one has its permissions. A link is
 * followed: what it points to is replaced. A pipe or a device has no whole: it
 * is written to at once. */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include "weir.h"

typedef struct outfile {
    int fd;           /* of PATH.part, or -1 */
    char *path;        /* as it was given; owned */
    char *real, *part; /* through links; NULL part: written to at once; owned */
    unsigned char *buffer;
    size_t n;         /* bytes in the buffer */
    uint64_t written; /* all bytes so far */
} outfile;

/* Every function that fails releases *o and removes PATH.part. */
weir_status outfile_open(outfile *o, const char *path, weir_error *err); /* a new file: 0666 without the umask */
weir_status outfile_write(outfile *o, const void *bytes, size_t n, weir_error *err);
weir_status outfile_commit(outfile *o, weir_error *err);
/* Gives up: nothing is left behind. Fine after any of the others, and on a zeroed *o. */
void outfile_drop(outfile *o);

/* All three in one: `path` holds these bytes, or what it held before. */
weir_status outfile_put(const char *path, const void *bytes, size_t n, weir_error *err);

#endif
