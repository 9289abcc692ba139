/*
 * hash.h -- digests, keyed digests and random bytes.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define HASH_SIZE 32

/* SHA-256 (FIPS 180-4). */
void hash_sha256(const void *bytes, size_t n, uint8_t out[HASH_SIZE]);

/* HMAC-SHA-256 (RFC 2104). */
void hash_hmac(const void *key, size_t keylen, const void *bytes, size_t n,
    uint8_t out[HASH_SIZE]);

/* Equal in constant time?  1 or 0. */
int hash_same(const void *a, const void *b, size_t n);

/* Lower-case hex, ended by a NUL: 2 * n + 1 bytes. */
void hash_hex(const uint8_t *bytes, size_t n, char *out);
int hash_unhex(const char *hex, uint8_t *out, size_t n);

/* Bytes from the kernel's generator; ends the program if it fails. */
void hash_random(void *out, size_t n);

/* A random UUID (RFC 9562, version 7: sorts by time) as text, 37 bytes. */
void hash_uuid(int64_t now, char out[37]);

/* Base64 (RFC 4648), appended; base64url without padding for tokens. */
struct buf;
void hash_base64(struct buf *out, const void *bytes, size_t n);
void hash_base64url(struct buf *out, const void *bytes, size_t n);

#endif
