/*
 * compose.c -- a draft to the bytes that go out.
 *
 * GMime makes the MIME structure, the encoded words and the folding; what it
 * must not decide is decided here: the charset is UTF-8, lines are flowed,
 * the header fields are checked before it sees them.
 */
#include "mail/message/compose.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "mail/message/compose_text.h"

#define ATTACHMENT_MOST (50u << 20)

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* CR, LF and NUL in a field would make another field of it. */
static int
check_line(const char *what, const char *s, struct err *e)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(e, ERR_USAGE, 0,
			    "the %s has a line break or control character",
			    what);
	if (!text_valid(s, strlen(s)))
		return err_set(e, ERR_USAGE, 0, "the %s is not UTF-8", what);
	return 0;
}

static int
check_address(const struct address *v, struct err *e)
{
	struct bytes addr = bytes_of(v->addr);
	const char *at = strrchr(v->addr, '@');

	if (check_line("recipient's name", v->name, e) < 0 ||
	    check_line("recipient's address", v->addr, e) < 0)
		return -1;
	if (!at || at == v->addr || at[1] == '\0' || addr.n > 320 ||
	    strpbrk(v->addr, " <>()[],;:\\\"") ||
	    memchr(v->addr, '@', (size_t)(at - v->addr)))
		return err_set(e, ERR_USAGE, 0,
		    "'%.100s' is not an address that mail can be sent to",
		    v->addr);
	for (const char *p = v->addr; p < at; p++)
		if ((unsigned char)*p >= 0x80)
			return err_set(e, ERR_USAGE, 0,
			    "'%.100s' has letters outside ASCII before the @,"
			    " which most servers refuse",
			    v->addr);
	return 0;
}

static int
check_addresses(const struct addresses *v, struct err *e)
{
	for (size_t i = 0; i < v->n; i++)
		if (check_address(&v->v[i], e) < 0)
			return -1;
	return 0;
}

static int
check_ids(const struct composition *c, struct err *e)
{
	if (check_line("Message-ID", c->message_id, e) < 0 ||
	    check_line("In-Reply-To", c->in_reply_to, e) < 0)
		return -1;
	for (size_t i = 0; i < c->references.n; i++)
		if (check_line("References", c->references.v[i], e) < 0)
			return -1;
	return 0;
}

static int
check(const struct composition *c, struct err *e)
{
	const struct draft *d = c->draft;

	if (d->to.n + d->cc.n + d->bcc.n == 0)
		return err_set(e, ERR_USAGE, 0, "there is no recipient");
	if (check_line("subject", d->subject, e) < 0 ||
	    check_address(&d->from, e) < 0 || check_addresses(&d->to, e) < 0 ||
	    check_addresses(&d->cc, e) < 0 || check_addresses(&d->bcc, e) < 0 ||
	    check_ids(c, e) < 0)
		return -1;
	if (!text_valid(d->text, strlen(d->text)))
		return err_set(e, ERR_USAGE, 0, "the text is not UTF-8");
	return 0;
}

static void
set_addresses(InternetAddressList *list, const struct addresses *v)
{
	for (size_t i = 0; i < v->n; i++) {
		InternetAddress *ia =
		    internet_address_mailbox_new(v->v[i].name[0] ? v->v[i].name
								 : NULL,
			v->v[i].addr);

		internet_address_set_charset(ia, "utf-8");
		internet_address_list_add(list, ia);
		g_object_unref(ia);
	}
}

static void
set_date(GMimeMessage *m, const struct composition *c)
{
	GTimeZone *zone = g_time_zone_new_offset(c->zone_minutes * 60);
	GDateTime *utc = g_date_time_new_from_unix_utc(c->date);
	GDateTime *local = g_date_time_to_timezone(utc, zone);

	g_mime_message_set_date(m, local);
	g_date_time_unref(local);
	g_date_time_unref(utc);
	g_time_zone_unref(zone);
}

static void
set_ids(GMimeMessage *m, const struct composition *c)
{
	GMimeObject *o = GMIME_OBJECT(m);
	struct buf refs = { 0 };

	g_mime_message_set_message_id(m, c->message_id);
	if (c->in_reply_to[0] != '\0') {
		buf_fmt(&refs, "<%s>", c->in_reply_to);
		g_mime_object_set_header(o, "In-Reply-To", buf_text(&refs),
		    "utf-8");
	}
	buf_clear(&refs);
	for (size_t i = 0; i < c->references.n; i++)
		buf_fmt(&refs, "%s<%s>", i ? " " : "", c->references.v[i]);
	if (refs.len > 0)
		g_mime_object_set_header(o, "References", buf_text(&refs),
		    "utf-8");
	buf_free(&refs);
}

static void
set_head(GMimeMessage *m, const struct composition *c)
{
	const struct draft *d = c->draft;
	struct addresses from = { (struct address *)&d->from, 1 };

	set_addresses(g_mime_message_get_from(m), &from);
	if (d->to.n > 0)
		set_addresses(g_mime_message_get_to(m), &d->to);
	if (d->cc.n > 0)
		set_addresses(g_mime_message_get_cc(m), &d->cc);
	g_mime_message_set_subject(m, d->subject, "utf-8");
	set_date(m, c);
	set_ids(m, c);
}

static void
set_content(GMimePart *part, const void *bytes, size_t n,
    GMimeContentEncoding how)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(bytes, n);
	GMimeDataWrapper *w = g_mime_data_wrapper_new_with_stream(s,
	    GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, w);
	g_mime_part_set_content_encoding(part, how);
	g_object_unref(w);
	g_object_unref(s);
}

static GMimeObject *
text_part(const char *text)
{
	GMimePart *part =
	    GMIME_PART(g_mime_part_new_with_type("text", "plain"));
	struct buf flowed = { 0 };
	bool ascii = compose_flow(&flowed, text);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
	    "utf-8");
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "format",
	    "flowed");
	set_content(part, buf_text(&flowed), flowed.len,
	    ascii ? GMIME_CONTENT_ENCODING_7BIT
		  : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	buf_free(&flowed);
	return GMIME_OBJECT(part);
}

static GMimeObject *
file_part(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	struct arena a = { 0 };
	struct buf bytes = { 0 };
	GMimePart *part = NULL;

	if (check_line("attachment's name", name, e) < 0 ||
	    file_read(&bytes, path, ATTACHMENT_MOST, e) < 0)
		goto out;
	part = g_mime_part_new();
	compose_type(GMIME_OBJECT(part), name, buf_text(&bytes), bytes.len);
	g_mime_part_set_filename(part, name);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	g_mime_part_set_filename(part, name);
	set_content(part, buf_text(&bytes), bytes.len,
	    GMIME_CONTENT_ENCODING_BASE64);
out:
	buf_free(&bytes);
	arena_free(&a);
	return part ? GMIME_OBJECT(part) : NULL;
}

static GMimeObject *
mixed(const struct draft *d, struct err *e)
{
	GMimeMultipart *m = g_mime_multipart_new_with_subtype("mixed");
	GMimeObject *part = text_part(d->text);

	g_mime_multipart_add(m, part);
	g_object_unref(part);
	for (size_t i = 0; i < d->attachments.n; i++) {
		part = file_part(d->attachments.v[i], e);
		if (!part) {
			g_object_unref(m);
			return NULL;
		}
		g_mime_multipart_add(m, part);
		g_object_unref(part);
	}
	return GMIME_OBJECT(m);
}

static void
write_out(struct buf *out, GMimeMessage *m)
{
	GMimeFormatOptions *f = g_mime_format_options_new();
	GMimeStream *s = g_mime_stream_mem_new();
	GByteArray *bytes;

	g_mime_format_options_set_newline_format(f, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_format_options_set_param_encoding_method(f,
	    GMIME_PARAM_ENCODING_METHOD_RFC2231);
	g_mime_object_write_to_stream(GMIME_OBJECT(m), f, s);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(s));
	buf_add(out, bytes->data, bytes->len);
	g_object_unref(s);
	g_mime_format_options_free(f);
}

int
mail_compose(struct buf *out, const struct composition *c, struct err *e)
{
	const struct draft *d = c->draft;
	GMimeMessage *m;
	GMimeObject *body;

	if (check(c, e) < 0)
		return -1;
	pthread_once(&once, g_mime_init);
	body = d->attachments.n > 0 ? mixed(d, e) : text_part(d->text);
	if (!body)
		return -1;
	m = g_mime_message_new(FALSE);
	set_head(m, c);
	g_mime_message_set_mime_part(m, body);
	write_out(out, m);
	g_object_unref(body);
	g_object_unref(m);
	return 0;
}
