/* source_sign.c - signed requests to S3.
 *
 * The request is written in a canonical form, hashed, and signed with a key that is
 * derived from the secret, the day, the region and the service. The body of a GET
 * is empty, so its hash is that of nothing. */
#include "config.h"
#include "data/source_sign.h"

#include "base/sha256.h"

#include <string.h>

#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

void sign_encode_path(text *out, const char *path)
{
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~/", *p);
        if (plain)
            text_char(out, (char)*p);
        else
            text_fmt(out, "%%%02X", *p);
    }
}

static void signing_key(const sign_key *key, const char *day, uint8_t out[SHA256_BYTES])
{
    text secret = {0};
    uint8_t k[SHA256_BYTES];

    text_fmt(&secret, "AWS4%s", key->secret);
    sha256_hmac(text_str(&secret), secret.n, day, strlen(day), k);
    sha256_hmac(k, sizeof k, key->region, strlen(key->region), k);
    sha256_hmac(k, sizeof k, "s3", 2, k);
    sha256_hmac(k, sizeof k, "aws4_request", 12, out);
    text_free(&secret);
}

void sign_get(text *date, text *authorization, const sign_key *key, const char *host, const char *encoded_path, time_t now)
{
    char when[32] = "", day[16] = "", hash[SHA256_HEX];
    uint8_t bytes[SHA256_BYTES], secret[SHA256_BYTES];
    struct tm tm;
    text request = {0}, sign = {0};
    const char *signed_headers = key->token ? "host;x-amz-content-sha256;x-amz-date;x-amz-security-token" : "host;x-amz-content-sha256;x-amz-date";

    if (gmtime_r(&now, &tm)) {
        strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", &tm);
        strftime(day, sizeof day, "%Y%m%d", &tm);
    }
    text_fmt(&request, "GET\n%s\n\nhost:%s\nx-amz-content-sha256:" EMPTY_HASH "\nx-amz-date:%s\n", encoded_path, host, when);
    if (key->token)
        text_fmt(&request, "x-amz-security-token:%s\n", key->token);
    text_fmt(&request, "\n%s\n" EMPTY_HASH, signed_headers);
    sha256(text_str(&request), request.n, bytes);
    sha256_hex(bytes, hash);
    text_fmt(&sign, "AWS4-HMAC-SHA256\n%s\n%s/%s/s3/aws4_request\n%s", when, day, key->region, hash);
    signing_key(key, day, secret);
    sha256_hmac(secret, sizeof secret, text_str(&sign), sign.n, bytes);
    sha256_hex(bytes, hash);
    text_fmt(date, "x-amz-date: %s", when);
    text_fmt(authorization, "Authorization: AWS4-HMAC-SHA256 Credential=%s/%s/%s/s3/aws4_request, SignedHeaders=%s, Signature=%s", key->access,
             day, key->region, signed_headers, hash);
    date->failed |= request.failed || sign.failed;
    text_free(&request);
    text_free(&sign);
}
