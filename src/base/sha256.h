/* sha256.h - the hash SHA-256 (FIPS 180-4) and its keyed form HMAC (RFC 2104), for signed requests. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

void sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES]);
void sha256_hmac(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA256_BYTES]);
void sha256_hex(const uint8_t hash[SHA256_BYTES], char out[SHA256_HEX]); /* small letters, NUL */

#endif
