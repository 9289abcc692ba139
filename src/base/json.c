#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/oom.h"
#include "base/text.h"
#include "base/when.h"

#define DEPTH 64

static json_t *
raw(const struct json *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct json *
made(json_t *v)
{
	if (v == NULL)
		oom_die();
	return (struct json *)v;
}

/* A string of ours; what is not UTF-8 is repaired, as jansson refuses it. */
static json_t *
string(const char *s)
{
	struct buf b = { 0 };
	size_t n;
	json_t *v;

	if (s == NULL)
		return json_null();
	n = strlen(s);
	if (text_valid(s, n))
		return json_stringn_nocheck(s, n);
	text_repair(&b, s, n);
	v = json_stringn_nocheck(buf_text(&b), b.len);
	buf_free(&b);
	return v;
}

struct json *
json_object_new(void)
{
	return made(json_object());
}

struct json *
json_array_new(void)
{
	return made(json_array());
}

static void
put(struct json *o, const char *key, json_t *v)
{
	if (v == NULL || json_object_set_new_nocheck(raw(o), key, v) < 0)
		oom_die();
}

void
json_put_str(struct json *o, const char *key, const char *s)
{
	put(o, key, string(s));
}

void
json_put_int(struct json *o, const char *key, int64_t v)
{
	put(o, key, json_integer(v));
}

void
json_put_real(struct json *o, const char *key, double v)
{
	put(o, key, isfinite(v) ? json_real(v) : json_null());
}

void
json_put_bool(struct json *o, const char *key, bool v)
{
	put(o, key, json_boolean(v));
}

void
json_put_null(struct json *o, const char *key)
{
	put(o, key, json_null());
}

void
json_put_time(struct json *o, const char *key, int64_t t)
{
	char text[WHEN_SIZE];

	put(o, key, t <= 0 ? json_null() : string(when_rfc3339(t, text)));
}

void
json_put(struct json *o, const char *key, struct json *v)
{
	put(o, key, v == NULL ? json_null() : raw(v));
}

void
json_push(struct json *array, struct json *v)
{
	if (json_array_append_new(raw(array), v ? raw(v) : json_null()) < 0)
		oom_die();
}

void
json_push_str(struct json *array, const char *s)
{
	json_push(array, made(string(s)));
}

void
json_push_int(struct json *array, int64_t v)
{
	json_push(array, made(json_integer(v)));
}

static void
write_string(struct buf *out, const char *s, size_t n)
{
	buf_chr(out, '"');
	text_json(out, s, n);
	buf_chr(out, '"');
}

static void write_value(struct buf *out, json_t *v, int depth);

static void
write_array(struct buf *out, json_t *v, int depth)
{
	buf_chr(out, '[');
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (i > 0)
			buf_chr(out, ',');
		write_value(out, json_array_get(v, i), depth);
	}
	buf_chr(out, ']');
}

static void
write_object(struct buf *out, json_t *v, int depth)
{
	const char *key, *comma = "";
	json_t *item;

	buf_chr(out, '{');
	json_object_foreach(v, key, item)
	{
		buf_str(out, comma);
		write_string(out, key, strlen(key));
		buf_chr(out, ':');
		write_value(out, item, depth);
		comma = ",";
	}
	buf_chr(out, '}');
}

static int
dump_bytes(const char *bytes, size_t n, void *out)
{
	buf_add(out, bytes, n);
	return 0;
}

static void
write_value(struct buf *out, json_t *v, int depth)
{
	if (depth > DEPTH) {
		buf_str(out, "null");
		return;
	}
	switch (json_typeof(v)) {
	case JSON_STRING:
		write_string(out, json_string_value(v), json_string_length(v));
		break;
	case JSON_ARRAY:
		write_array(out, v, depth + 1);
		break;
	case JSON_OBJECT:
		write_object(out, v, depth + 1);
		break;
	case JSON_INTEGER:
		buf_fmt(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	default:
		json_dump_callback(v, dump_bytes, out,
		    JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		break;
	}
}

void
json_line(struct buf *out, const struct json *v)
{
	write_value(out, raw(v), 0);
	buf_chr(out, '\n');
}

void
json_free(struct json *v)
{
	json_decref(raw(v));
}

static bool
too_deep(json_t *v, int depth)
{
	const char *key;
	json_t *item;
	size_t i;

	if (depth > DEPTH)
		return true;
	if (json_is_array(v)) {
		json_array_foreach(v, i,
		    item) if (too_deep(item, depth + 1)) return true;
	} else if (json_is_object(v)) {
		json_object_foreach(v, key,
		    item) if (too_deep(item, depth + 1)) return true;
	}
	return false;
}

struct json *
json_read(const char *s, size_t n, struct err *e)
{
	json_error_t why;
	json_t *v;

	v = json_loadb(s, n, JSON_DECODE_ANY, &why);
	if (v == NULL) {
		err_set(e, ERR_DATA, 0, "line %d, column %d: %s", why.line,
		    why.column, why.text);
		return NULL;
	}
	if (too_deep(v, 0)) {
		json_decref(v);
		err_set(e, ERR_DATA, 0, "JSON nested more than %d deep", DEPTH);
		return NULL;
	}
	return made(v);
}

const struct json *
json_at(const struct json *o, const char *key)
{
	return (const struct json *)json_object_get(raw(o), key);
}

const char *
json_str(const struct json *o, const char *key)
{
	return json_string_value(json_object_get(raw(o), key));
}

int64_t
json_int(const struct json *o, const char *key)
{
	return json_integer_value(json_object_get(raw(o), key));
}

bool
json_flag(const struct json *o, const char *key)
{
	return json_is_true(json_object_get(raw(o), key));
}

size_t
json_count(const struct json *array)
{
	return json_array_size(raw(array));
}

const struct json *
json_item(const struct json *array, size_t i)
{
	return (const struct json *)json_array_get(raw(array), i);
}

const char *
json_text(const struct json *v)
{
	return json_string_value(raw(v));
}

int64_t
json_number(const struct json *v)
{
	return json_integer_value(raw(v));
}
