/*
 * json.h -- JSON values (RFC 8259), by jansson.
 *
 * json_line writes strings by text_json: no control byte and nothing that
 * cannot be seen leaves the program as itself.
 * A value put into another belongs to it.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct json; /* jansson's json_t */

struct json *json_object_new(void);
struct json *json_array_new(void);

/* Set a key of an object.  str NULL and time 0 or less give null. */
void json_put_str(struct json *o, const char *key, const char *s);
void json_put_int(struct json *o, const char *key, int64_t v);
void json_put_real(struct json *o, const char *key, double v);
void json_put_bool(struct json *o, const char *key, bool v);
void json_put_null(struct json *o, const char *key);
void json_put_time(struct json *o, const char *key, int64_t t); /* RFC 3339 */
void json_put(struct json *o, const char *key, struct json *v);

/* Append to an array. */
void json_push(struct json *array, struct json *v);
void json_push_str(struct json *array, const char *s);
void json_push_int(struct json *array, int64_t v);

/* Append as one line, with a newline, keys in the order they were put. */
void json_line(struct buf *out, const struct json *v);

void json_free(struct json *v);

/* Parse, at most 64 deep; NULL with ERR_DATA.  json_free it. */
struct json *json_read(const char *s, size_t n, struct err *e);

/* Look into an object; NULL, 0 or false if absent or of another type. */
const struct json *json_at(const struct json *o, const char *key);
const char *json_str(const struct json *o, const char *key);
int64_t json_int(const struct json *o, const char *key);
bool json_flag(const struct json *o, const char *key);
size_t json_count(const struct json *array);
const struct json *json_item(const struct json *array, size_t i);
const char *json_text(const struct json *v);   /* a string itself, or NULL */
int64_t json_number(const struct json *v);

#endif
