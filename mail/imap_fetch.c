/*
 * imap_fetch.c -- messages as they stream by, and searching for them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutf7.h"
#include "desk/keyword.h"
#include "mail/imap_inside.h"

/* Of one mail; no person gave it more, and each costs a look at the thread. */
#define KEYWORDS_MAX 100

#define BESIDE (1u << 20) /* what may come around a body */

/* ---- one message ---- */

/* Days since 1970-01-01 of a civil date (proleptic Gregorian). */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
	    (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static int64_t
instant_of(const struct mailimap_date_time *d)
{
	int zone = d->dt_zone / 100 * 3600 + d->dt_zone % 100 * 60;

	if (d->dt_month < 1 || d->dt_month > 12)
		return 0;
	return days_of(d->dt_year, d->dt_month, d->dt_day) * 86400 +
	       d->dt_hour * 3600 + d->dt_min * 60 + d->dt_sec - zone;
}

static void
add_string(struct arena *a, struct strings *to, const char *text)
{
	to->v = arena_grow(a, (void *)to->v, to->n, sizeof(*to->v));
	to->v[to->n++] = arena_str(a, text);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
keywords_limit(struct imap_mail *m)
{
	if (m->keywords.n <= KEYWORDS_MAX)
		return;
	qsort((void *)m->keywords.v, m->keywords.n, sizeof(*m->keywords.v),
	    by_name);
	m->keywords.n = KEYWORDS_MAX;
}

static void
read_flags(struct imap *s, struct imap_mail *m,
    const struct mailimap_msg_att_dynamic *dynamic)
{
	clistiter *cell;

	m->has_flags = true;
	if (dynamic == NULL || dynamic->att_list == NULL)
		return;
	for (cell = clist_begin(dynamic->att_list); cell != NULL;
	     cell = clist_next(cell)) {
		const struct mailimap_flag_fetch *f = clist_content(cell);

		if (f->fl_type != MAILIMAP_FLAG_FETCH_OTHER ||
		    f->fl_flag == NULL)
			continue;
		m->flags |= imap_flag_bit(f->fl_flag);
		if (f->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
		    f->fl_flag->fl_data.fl_keyword != NULL)
			add_string(&s->flags, &m->keywords,
			    f->fl_flag->fl_data.fl_keyword);
	}
	keywords_limit(m);
}

/* Headers where whole mails are asked for are an answer to nothing. */
static bool
is_wanted(const struct imap *s,
    const struct mailimap_msg_att_body_section *body)
{
	bool header =
	    body->sec_section != NULL && body->sec_section->sec_spec != NULL;

	return header == s->header &&
	       (header || (uint32_t)body->sec_origin_octet == s->from);
}

static void
read_static(struct imap *s, struct imap_mail *m,
    const struct mailimap_msg_att_static *att)
{
	const struct mailimap_msg_att_body_section *body;

	switch (att->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		m->uid = att->att_data.att_uid;
		break;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		if (att->att_data.att_internal_date != NULL)
			m->internal_date =
			    instant_of(att->att_data.att_internal_date);
		break;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		m->size = att->att_data.att_rfc822_size;
		break;
	case MAILIMAP_MSG_ATT_BODY_SECTION:
		body = att->att_data.att_body_section;
		if (body == NULL || !is_wanted(s, body))
			break;
		/* NIL: the server has no bytes for it; an empty mail. */
		m->raw = body->sec_body_part != NULL ? body->sec_body_part : "";
		m->raw_size =
		    body->sec_body_part != NULL ? body->sec_length : 0;
		break;
	default:
		break;
	}
}

static void
read_extension(struct imap *s, struct imap_mail *m,
    const struct mailimap_extension_data *x)
{
	const struct mailimap_msg_att_xgmlabels *labels;
	clistiter *cell;

	if (x == NULL || x->ext_data == NULL)
		return;
	if (x->ext_extension == &mailimap_extension_condstore &&
	    x->ext_type == MAILIMAP_CONDSTORE_TYPE_FETCH_DATA) {
		m->modseq =
		    ((struct mailimap_condstore_fetch_mod_resp *)x->ext_data)
			->cs_modseq_value;
	} else if (x->ext_extension == &mailimap_extension_xgmlabels) {
		m->has_labels = true;
		labels = x->ext_data;
		for (cell = clist_begin(labels->att_labels); cell != NULL;
		     cell = clist_next(cell))
			add_string(&s->flags, &m->labels, clist_content(cell));
	}
}

/* A person's labels are as good as keywords, where there are labels. */
static void
labels_as_keywords(struct imap *s, struct imap_mail *m)
{
	for (size_t i = 0; i < m->labels.n; i++) {
		struct buf name = { 0 };
		const char *word;

		mutf7_name(&name, m->labels.v[i]);
		word = keyword_of_label(&s->flags, buf_text(&name));
		if (word != NULL)
			add_string(&s->flags, &m->keywords, word);
		buf_free(&name);
	}
	keywords_limit(m);
	/* Flags told in passing, without them, are only half of it. */
	if (!m->has_labels && m->raw == NULL)
		m->has_flags = false;
}

/* Some leave the UID out; where one mail was asked for it may be this. */
static void
keep_stray(struct imap *s, const struct imap_mail *m)
{
	s->nameless++;
	if (s->alone == 0 || s->strays++ > 0)
		return;
	s->stray_mail = (struct imap_mail){ .uid = s->alone,
		.has_flags = m->has_flags,
		.flags = m->flags,
		.internal_date = m->internal_date,
		.modseq = m->modseq };
	buf_clear(&s->stray);
	buf_add(&s->stray, m->raw, m->raw_size);
}

/* The only body without a UID, and none with the one that was asked for. */
static int
take_stray(struct imap *s, imap_take *take, void *arg, struct err *e)
{
	struct imap_mail *m = &s->stray_mail;

	if (s->strays != 1 || s->named)
		return 0;
	m->raw = buf_text(&s->stray);
	m->raw_size = s->stray.len;
	return take(arg, m, e);
}

static void
take_one(struct mailimap_msg_att *att, void *arg)
{
	struct imap *s = arg;
	struct imap_mail m = { 0 };
	clistiter *cell;

	/* Each message may be as long as the answer to a command. */
	transport_expect(s->low, s->most);
	if (s->refused || s->take == NULL)
		return;
	arena_reset(&s->flags);
	for (cell = clist_begin(att->att_list); cell != NULL;
	     cell = clist_next(cell)) {
		const struct mailimap_msg_att_item *i = clist_content(cell);

		if (i->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC)
			read_flags(s, &m, i->att_data.att_dyn);
		else if (i->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
			read_static(s, &m, i->att_data.att_static);
		else if (i->att_type == MAILIMAP_MSG_ATT_ITEM_EXTENSION)
			read_extension(s, &m, i->att_data.att_extension_data);
	}
	if (m.has_flags && imap_can(s, "X-GM-EXT-1"))
		labels_as_keywords(s, &m);
	if (m.uid <= 0 && m.raw != NULL)
		keep_stray(s, &m);
	s->named = s->named || (m.uid == s->alone && m.raw != NULL);
	if (m.uid <= 0)
		return; /* unsolicited, by number only: of no use here */
	if (s->take(s->arg, &m, s->taken) == 0)
		return;
	s->refused = true;
	transport_kill(s->low, "stopped");
}

/* ---- the command ---- */

static void
no_progress(size_t now, size_t all, void *arg)
{
	(void)now;
	(void)all;
	(void)arg;
}

/* libetpan ignores the handler unless a progress callback is set too. */
static void
listen_begin(struct imap *s, imap_take *take, void *arg, struct err *taken)
{
	s->take = take;
	s->arg = arg;
	s->taken = taken;
	s->refused = false;
	mailimap_set_progress_callback(s->im, no_progress, no_progress, NULL);
	mailimap_set_msg_att_handler(s->im, take_one, s);
}

static void
listen_end(struct imap *s)
{
	mailimap_set_msg_att_handler(s->im, NULL, NULL);
	mailimap_set_progress_callback(s->im, NULL, NULL, NULL);
	s->take = NULL;
	s->taken = NULL;
	s->refused = false;
	s->most = 0;
}

static int
run_fetch(struct imap *s, const struct buf *command, size_t most,
    imap_take *take, void *arg, struct err *e)
{
	struct err taken = { 0 };
	int rc;

	listen_begin(s, take, arg, &taken);
	s->most = most;
	rc = imap_run(s, command, "FETCH", e);
	listen_end(s);
	return rc;
}

static int
wrong_set(const char *set, struct err *e)
{
	return err_set(e, ERR_USAGE, 0, "\"%.40s\" is no set of UIDs", set);
}

int
imap_fetch(struct imap *s, const char *set, enum imap_what what, uint32_t limit,
    imap_take *take, void *arg, struct err *e)
{
	static const char *const items[] = {
		[IMAP_FLAGS] = "UID FLAGS",
		[IMAP_WHOLE] = "UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]",
		[IMAP_SIZE] = "UID RFC822.SIZE",
		[IMAP_LOOK] = "UID RFC822.SIZE INTERNALDATE",
		[IMAP_IDENT] = "UID FLAGS RFC822.SIZE INTERNALDATE"
			       " BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]",
		[IMAP_HEADER] = "UID FLAGS INTERNALDATE BODY.PEEK[HEADER]",
	};
	struct buf command = { 0 };
	int rc;

	if (!imap_set_ok(set))
		return wrong_set(set, e);
	buf_fmt(&command, "UID FETCH %s (%s", set, items[what]);
	if (limit > 0 && what == IMAP_WHOLE)
		buf_fmt(&command, "<0.%u>", limit);
	if (what != IMAP_SIZE && what != IMAP_LOOK && imap_can(s, "X-GM-EXT-1"))
		buf_str(&command, " X-GM-LABELS");
	buf_str(&command, ")");
	s->header = what == IMAP_HEADER || what == IMAP_IDENT;
	s->alone = strspn(set, "0123456789") == strlen(set)
		       ? (uint32_t)strtoul(set, NULL, 10)
		       : 0;
	s->strays = 0;
	s->named = false;
	rc = run_fetch(s, &command, limit > 0 ? (size_t)limit + BESIDE : 0,
	    take, arg, e);
	if (rc == 0)
		rc = take_stray(s, take, arg, e);
	s->alone = 0;
	buf_free(&command);
	return rc;
}

unsigned
imap_oddities(const struct imap *s)
{
	return s->nameless + transport_garbled(s->low);
}

int
imap_fetch_piece(struct imap *s, const char *set, uint32_t from, uint32_t n,
    imap_take *take, void *arg, struct err *e)
{
	struct buf command = { 0 };
	int rc;

	if (!imap_set_ok(set))
		return wrong_set(set, e);
	buf_fmt(&command, "UID FETCH %s (UID BODY.PEEK[]<%u.%u>)", set, from,
	    n);
	s->header = false;
	s->from = from;
	rc = run_fetch(s, &command, (size_t)n + BESIDE, take, arg, e);
	s->from = 0;
	buf_free(&command);
	return rc;
}

/* Every VANISHED line (RFC 7162, 3.2.10), not only the first. */
static int
vanished(struct imap *s, imap_gone *gone, void *arg, struct err *e)
{
	const struct mailimap_qresync_vanished *v;
	clistiter *cell = NULL, *i;

	while ((v = imap_extension(s, &mailimap_extension_qresync,
		    MAILIMAP_QRESYNC_TYPE_VANISHED, &cell)) != NULL) {
		if (v->qr_known_uids == NULL)
			continue;
		for (i = clist_begin(v->qr_known_uids->set_list); i != NULL;
		     i = clist_next(i)) {
			const struct mailimap_set_item *r = clist_content(i);
			uint32_t first = r->set_first, last = r->set_last;

			if (first > last && last != 0) {
				first = r->set_last;
				last = r->set_first;
			}
			if (first != 0 && gone(arg, first, last, e) < 0)
				return -1;
		}
	}
	return 0;
}

int
imap_changes(struct imap *s, const char *set, uint64_t modseq, imap_take *take,
    imap_gone *gone, void *arg, struct err *e)
{
	struct buf command = { 0 };
	bool tell = s->qresync && gone != NULL;
	int rc;

	if (!imap_set_ok(set))
		return wrong_set(set, e);
	buf_fmt(&command,
	    "UID FETCH %s (UID FLAGS INTERNALDATE%s) (CHANGEDSINCE %llu%s)",
	    set, imap_can(s, "X-GM-EXT-1") ? " X-GM-LABELS" : "",
	    (unsigned long long)modseq, tell ? " VANISHED" : "");
	rc = run_fetch(s, &command, 0, take, arg, e);
	buf_free(&command);
	if (rc == 0 && tell)
		rc = vanished(s, gone, arg, e);
	return rc;
}

/* ---- searching ---- */

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int
run_search(struct imap *s, const struct buf *command, struct arena *a,
    uint32_t **v, size_t *n, struct err *e)
{
	clistiter *cell;
	clist *found;
	size_t count;

	*v = NULL;
	*n = 0;
	if (imap_run(s, command, "SEARCH", e) < 0)
		return -1;
	found = s->im->imap_response_info->rsp_search_result;
	if (found == NULL)
		return 0;
	count = (size_t)clist_count(found);
	*v = arena_array(a, count, sizeof(**v));
	for (cell = clist_begin(found); cell != NULL; cell = clist_next(cell))
		if (*n < count)
			(*v)[(*n)++] = *(uint32_t *)clist_content(cell);
	if (*n > 1)
		qsort(*v, *n, sizeof(**v), by_number);
	return 0;
}

int
imap_uids(struct imap *s, uint32_t first, uint32_t last, struct arena *a,
    uint32_t **v, size_t *n, struct err *e)
{
	struct buf command = { 0 };
	int rc;

	if (last > 0)
		buf_fmt(&command, "UID SEARCH UID %u:%u", first, last);
	else
		buf_fmt(&command, "UID SEARCH UID %u:*", first);
	/* Where one mailbox holds all, it holds drafts; they are no mail. */
	if (imap_can(s, "X-GM-EXT-1"))
		buf_str(&command, " UNDRAFT");
	rc = run_search(s, &command, a, v, n, e);
	buf_free(&command);
	/* n:* names the last message even if it lies before n. */
	while (rc == 0 && *n > 0 && (*v)[0] < first) {
		(*v)++;
		(*n)--;
	}
	return rc;
}

int
imap_find(struct imap *s, const char *message_id, struct arena *a, uint32_t **v,
    size_t *n, struct err *e)
{
	struct buf command = { 0 }, id = { 0 };
	int rc;

	buf_fmt(&id, "<%s>", message_id);
	buf_str(&command, "UID SEARCH HEADER Message-ID ");
	rc = imap_quote(&command, buf_text(&id), e);
	if (rc == 0)
		rc = run_search(s, &command, a, v, n, e);
	buf_free(&id);
	buf_free(&command);
	return rc;
}
