/* source_sign.h - signed requests to S3 (AWS Signature Version 4). */
#ifndef DATA_SOURCE_SIGN_H
#define DATA_SOURCE_SIGN_H

#include "base/text.h"

#include <time.h>

typedef struct sign_key {
    const char *access, *secret, *token; /* token: of temporary credentials, or NULL */
    const char *region;
} sign_key;

/* A path with everything but letters, digits and - . _ ~ / as %XX. */
void sign_encode_path(text *out, const char *path);
/* The headers of a GET of that encoded path at that host, each with its name; now: the time of signing. */
void sign_get(text *date, text *authorization, const sign_key *key, const char *host, const char *encoded_path, time_t now);

#endif
