#include "base/hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include "base/buf.h"

void
hash_sha256(const void *bytes, size_t n, uint8_t out[HASH_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	if (n > 0)
		sha256_update(&ctx, n, bytes);
	sha256_digest(&ctx, HASH_SIZE, out);
}

void
hash_hmac(const void *key, size_t keylen, const void *bytes, size_t n,
    uint8_t out[HASH_SIZE])
{
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, keylen, key);
	if (n > 0)
		hmac_sha256_update(&ctx, n, bytes);
	hmac_sha256_digest(&ctx, HASH_SIZE, out);
	explicit_bzero(&ctx, sizeof(ctx));
}

int
hash_same(const void *a, const void *b, size_t n)
{
	return n == 0 || memeql_sec(a, b, n);
}

void
hash_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[bytes[i] >> 4];
		out[2 * i + 1] = digit[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hash_unhex(const char *hex, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex[2 * i]);
		int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

		if (low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return hex[2 * n] == '\0' ? 0 : -1;
}

void
hash_random(void *out, size_t n)
{
	uint8_t *to = out;

	while (n > 0) {
		ssize_t got = getrandom(to, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fputs("shopbell: no random bytes from the kernel\n",
			    stderr);
			_exit(EX_OSERR);
		}
		to += got;
		n -= (size_t)got;
	}
}

void
hash_uuid(int64_t now, char out[37])
{
	uint64_t ms = (uint64_t)now * 1000;
	uint8_t b[16];
	char hex[33];

	hash_random(b, sizeof(b));
	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (uint8_t)(0x70 | (b[6] & 0x0f)); /* RFC 9562, 5.7 */
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	hash_hex(b, sizeof(b), hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
	    hex + 16, hex + 20);
}

void
hash_base64(struct buf *out, const void *bytes, size_t n)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(n);

	base64_encode_raw(buf_room(out, len), n, bytes);
	out->len += len;
	out->data[out->len] = '\0';
}

void
hash_base64url(struct buf *out, const void *bytes, size_t n)
{
	size_t from = out->len;

	hash_base64(out, bytes, n);
	while (out->len > from && out->data[out->len - 1] == '=')
		buf_cut(out, out->len - 1);
	for (char *c = out->data + from; *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
	}
}
