/*
 * imap_box.c -- mailboxes: which there are, what they hold, selecting one.
 */
#include <string.h>
#include <strings.h>

#include "base/mutf7.h"
#include "base/text.h"
#include "mail/imap_inside.h"
#include "mail/roles.h"

/* ---- roles ---- */

static const struct {
	const char *attribute; /* RFC 6154, without the backslash */
	enum mailbox_role role;
} special[] = {
	{ "Inbox", ROLE_INBOX }, /* XLIST of old */
	{ "Sent", ROLE_SENT }, { "Drafts", ROLE_DRAFTS }, { "Junk", ROLE_JUNK },
	{ "Spam", ROLE_JUNK }, /* XLIST */
	{ "Trash", ROLE_TRASH }, { "Archive", ROLE_ARCHIVE },
	{ "All", ROLE_ALL }, { "AllMail", ROLE_ALL }, /* XLIST */
};

static void
flags_read(struct imap_box *b, const struct mailimap_mbx_list_flags *flags)
{
	clistiter *cell;

	if (flags == NULL)
		return;
	if (flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG &&
	    flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT)
		b->selectable = false;
	for (cell = clist_begin(flags->mbf_oflags); cell != NULL;
	     cell = clist_next(cell)) {
		const struct mailimap_mbx_list_oflag *f = clist_content(cell);

		if (f->of_type != MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT)
			continue;
		if (strcasecmp(f->of_flag_ext, "NonExistent") == 0 ||
		    strcasecmp(f->of_flag_ext, "NoSelect") == 0)
			b->selectable = false;
		for (size_t i = 0; i < sizeof(special) / sizeof(special[0]);
		     i++)
			if (strcasecmp(f->of_flag_ext, special[i].attribute) ==
			    0) {
				b->role = special[i].role;
				b->special = true;
			}
	}
}

static void
box_read(struct imap_box *b, struct arena *a,
    const struct mailimap_mailbox_list *row)
{
	struct buf name = { 0 };

	mutf7_name(&name, row->mb_name);
	b->name = arena_str(a, buf_text(&name));
	buf_free(&name);
	b->selectable = true;
	b->delimiter = row->mb_delimiter;
	flags_read(b, row->mb_flag);
	if (strcasecmp(b->name, "INBOX") == 0) {
		b->name = "INBOX";
		b->role = ROLE_INBOX;
		b->special = true;
	}
}

/* ---- QRESYNC ---- */

#define ENABLE "ENABLE QRESYNC"

/* By its name, or by the ways to log in that no other has. */
static bool
is_icloud(const struct imap *s)
{
	const char *host = s->account->imap.host;
	size_t len = strlen(host);

	return s->atoken ||
	       (len >= 7 && strcasecmp(host + len - 7, ".me.com") == 0) ||
	       strcasestr(host, "icloud.com") != NULL;
}

/*
 * ENABLE QRESYNC once, before the first SELECT (RFC 7162, 3.2.3).  iCloud
 * offers it and then sends what cannot be read.
 */
static bool
is_to_enable(struct imap *s)
{
	return !s->enabled && imap_can(s, "QRESYNC") && imap_can(s, "ENABLE") &&
	       !is_icloud(s);
}

static void
enable(struct imap *s)
{
	struct buf command = { 0 };
	struct err ignored = { 0 };

	if (is_to_enable(s)) {
		buf_str(&command, ENABLE);
		s->qresync = imap_run(s, &command, "ENABLE", &ignored) == 0;
		buf_free(&command);
	}
	s->enabled = true;
}

/* ---- the list ---- */

/*
 * What stands before the names of all mailboxes but INBOX (RFC 2342).  The
 * list mostly shows it; only where it holds nothing else the server is asked.
 */
static int
prefix_find(struct imap *s, const struct imap_box *v, size_t n, struct err *e)
{
	struct mailimap_namespace_data *told = NULL;
	struct arena a = { 0 };
	const char *prefix = roles_prefix(v, n, &a);
	clistiter *first = NULL;
	int rc = 0;

	buf_clear(&s->prefix);
	if (prefix != NULL)
		buf_str(&s->prefix, prefix);
	arena_free(&a);
	if (prefix != NULL || !imap_can(s, "NAMESPACE"))
		return 0;
	transport_begin(s->low);
	rc = imap_result(s, mailimap_namespace(s->im, &told), "NAMESPACE", e);
	if (rc == 0 && told != NULL && told->ns_personal != NULL)
		first = clist_begin(told->ns_personal->ns_data_list);
	if (first != NULL) {
		const struct mailimap_namespace_info *i = clist_content(first);

		mutf7_decode(&s->prefix, i->ns_prefix);
	}
	if (told != NULL)
		mailimap_namespace_data_free(told);
	return rc < 0 && !s->dead ? 0 : rc;
}

const char *
imap_prefix(const struct imap *s)
{
	return buf_text(&s->prefix);
}

/* With it goes what is to be asked for before the first SELECT. */
static int
list_run(struct imap *s, struct err *e)
{
	struct buf command[2] = { 0 };
	bool both = is_to_enable(s);
	int rc = 0;

	buf_str(&command[0], "LIST \"\" \"*\"");
	if (imap_can(s, "SPECIAL-USE") && imap_can(s, "LIST-EXTENDED"))
		buf_str(&command[0], " RETURN (SPECIAL-USE)");
	buf_str(&command[1], ENABLE);
	if (both)
		rc = imap_ahead(s, command, 2, e);
	if (rc == 0)
		rc = imap_run(s, &command[0], "LIST", e);
	buf_free(&command[0]);
	buf_free(&command[1]);
	return rc;
}

int
imap_list(struct imap *s, struct arena *a, struct imap_box **v, size_t *n,
    struct err *e)
{
	clistiter *cell;

	*v = NULL;
	*n = 0;
	if (list_run(s, e) < 0) {
		enable(s);
		return -1;
	}
	for (cell = clist_begin(s->im->imap_response_info->rsp_mailbox_list);
	     cell != NULL; cell = clist_next(cell)) {
		const struct mailimap_mailbox_list *row = clist_content(cell);

		if (row == NULL || row->mb_name == NULL)
			continue;
		*v = arena_grow(a, *v, *n, sizeof(**v));
		memset(&(*v)[*n], 0, sizeof(**v));
		box_read(&(*v)[(*n)++], a, row);
	}
	/* The answer to the list is read before that to what follows it. */
	enable(s);
	if (prefix_find(s, *v, *n, e) < 0)
		return -1;
	roles_give(*v, *n, imap_prefix(s));
	return 0;
}

/* ---- state ---- */

static void
status_read(struct imap_state *out,
    const struct mailimap_mailbox_data_status *status)
{
	clistiter *cell;

	if (status == NULL || status->st_info_list == NULL)
		return;
	for (cell = clist_begin(status->st_info_list); cell != NULL;
	     cell = clist_next(cell)) {
		const struct mailimap_status_info *i = clist_content(cell);
		const struct mailimap_extension_data *x = i->st_ext_data;

		if (i->st_att == MAILIMAP_STATUS_ATT_MESSAGES)
			out->exists = i->st_value;
		else if (i->st_att == MAILIMAP_STATUS_ATT_UIDNEXT)
			out->uidnext = i->st_value;
		else if (i->st_att == MAILIMAP_STATUS_ATT_UIDVALIDITY)
			out->uidvalidity = i->st_value;
		else if (x != NULL && x->ext_data != NULL &&
			 x->ext_extension == &mailimap_extension_condstore &&
			 x->ext_type == MAILIMAP_CONDSTORE_TYPE_STATUS_INFO)
			out->modseq = ((struct mailimap_condstore_status_info *)
					   x->ext_data)
					  ->cs_highestmodseq_value;
	}
}

static int
status_command(struct imap *s, struct buf *command, const char *name,
    struct err *e)
{
	buf_str(command, "STATUS ");
	if (imap_quote_box(command, name, e) < 0)
		return -1;
	buf_fmt(command, " (MESSAGES UIDNEXT UIDVALIDITY%s)",
	    imap_can(s, "CONDSTORE") || imap_can(s, "QRESYNC")
		? " HIGHESTMODSEQ"
		: "");
	return 0;
}

static int
status_run(struct imap *s, const struct buf *command, const char *name,
    struct imap_state *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (imap_run(s, command, "STATUS", e) < 0) {
		if (e->kind == ERR_REFUSED && imap_no_such(s))
			err_set(e, ERR_MISSING, 0, "%s has no mailbox %s",
			    s->account->imap.host, name);
		return -1;
	}
	status_read(out, s->im->imap_response_info->rsp_status);
	return 0;
}

int
imap_status(struct imap *s, const char *name, struct imap_state *out,
    struct err *e)
{
	struct buf command = { 0 };
	int rc = status_command(s, &command, name, e);

	if (rc == 0)
		rc = status_run(s, &command, name, out, e);
	buf_free(&command);
	return rc;
}

/* The answers to n commands that are on their way. */
static int
glances_take(struct imap *s, const struct buf *command, struct imap_glance *v,
    size_t n, struct err *e)
{
	struct err why = { 0 };

	for (size_t i = 0; i < n && !s->dead; i++)
		v[i].known = status_run(s, &command[i], v[i].name, &v[i].there,
				 i == 0 ? e : &why) == 0;
	if (!s->dead)
		return 0;
	if (e->kind == ERR_NONE)
		*e = why;
	return -1;
}

static void
commands_free(struct buf *command, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_free(&command[i]);
}

int
imap_status_all(struct imap *s, struct imap_glance *v, size_t n, struct err *e)
{
	struct buf command[IMAP_GLANCES] = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = status_command(s, &command[i], v[i].name, e);
	if (rc == 0 && n > 1)
		rc = imap_ahead(s, command, n, e);
	if (rc == 0)
		rc = glances_take(s, command, v, n, e);
	commands_free(command, IMAP_GLANCES);
	return rc == 0 && v[0].known ? 0 : -1;
}

static void
keyword_permanent(struct imap *s, const struct mailimap_flag *f)
{
	if (f->fl_type == MAILIMAP_FLAG_KEYWORD &&
	    f->fl_data.fl_keyword != NULL)
		buf_fmt(&s->permanent, "%s ", f->fl_data.fl_keyword);
}

/* PERMANENTFLAGS (RFC 3501, 7.1); none said means all (6.3.1). */
static void
permanent_read(struct imap *s, struct imap_state *out, clist *flags)
{
	clistiter *cell;

	out->flags = 0;
	for (cell = clist_begin(flags); cell != NULL; cell = clist_next(cell)) {
		const struct mailimap_flag_perm *f = clist_content(cell);

		if (f->fl_type == MAILIMAP_FLAG_PERM_ALL) {
			out->keywords = true;
		} else if (f->fl_flag != NULL) {
			out->flags |= imap_flag_bit(f->fl_flag);
			keyword_permanent(s, f->fl_flag);
		}
	}
	s->any_keyword = out->keywords;
}

bool
imap_keeps(const struct imap *s, const char *keyword)
{
	const char *list = buf_text(&s->permanent), *at = list;
	size_t n = strlen(keyword);

	if (s->any_keyword)
		return true;
	for (; (at = strcasestr(at, keyword)) != NULL; at++)
		if (at > list && at[-1] == ' ' && at[n] == ' ')
			return true;
	return false;
}

static void
selection_read(struct imap *s, struct imap_state *out, uint64_t modseq)
{
	const struct mailimap_selection_info *i = s->im->imap_selection_info;

	buf_clear(&s->permanent);
	buf_chr(&s->permanent, ' ');
	s->any_keyword = false;
	out->modseq = modseq;
	out->flags = MAIL_SEEN | MAIL_ANSWERED | MAIL_FLAGGED | MAIL_DELETED |
		     MAIL_DRAFT;
	if (i == NULL)
		return;
	out->uidvalidity = i->sel_uidvalidity;
	out->uidnext = i->sel_uidnext;
	out->exists = i->sel_exists;
	out->read_only = i->sel_perm == MAILIMAP_MAILBOX_READONLY;
	if (i->sel_perm_flags != NULL)
		permanent_read(s, out, i->sel_perm_flags);
}

bool
imap_qresync(const struct imap *s)
{
	return s->qresync;
}

void
imap_without_qresync(struct imap *s)
{
	s->enabled = true;
}

int
imap_select(struct imap *s, const char *name, struct imap_state *out,
    struct err *e)
{
	struct buf wire = { 0 };
	uint64_t modseq = 0;
	int r;

	memset(out, 0, sizeof(*out));
	if (s->dead)
		return err_set(e, ERR_RETRY, 0, "%s: the session is over",
		    s->account->imap.host);
	/* Only to check it; libetpan quotes on its own. */
	if (imap_quote_box(&wire, name, e) < 0) {
		buf_free(&wire);
		return -1;
	}
	enable(s);
	buf_clear(&wire);
	mutf7_wire(&wire, name);
	buf_clear(&s->selected);
	s->vanished_n = 0;
	transport_begin(s->low);
	if (imap_can(s, "CONDSTORE") || imap_can(s, "QRESYNC"))
		r = mailimap_select_condstore(s->im, buf_text(&wire), &modseq);
	else
		r = mailimap_select(s->im, buf_text(&wire));
	buf_free(&wire);
	if (imap_result(s, r, "SELECT", e) < 0) {
		if (e->kind == ERR_REFUSED && imap_no_such(s))
			err_set(e, ERR_MISSING, 0, "%s has no mailbox %s",
			    s->account->imap.host, name);
		return -1;
	}
	selection_read(s, out, modseq);
	buf_str(&s->selected, name);
	s->exists = out->exists;
	return 0;
}

/* libetpan's own SELECT is sent ahead only where its text is sure. */
int
imap_select_inbox(struct imap *s, struct imap_state *out, struct imap_glance *v,
    size_t n, struct err *e)
{
	struct buf command[IMAP_GLANCES + 1] = { 0 };
	struct err why = { 0 };
	int rc = 0, r;

	enable(s);
	buf_fmt(&command[0], "SELECT INBOX%s",
	    imap_can(s, "CONDSTORE") || imap_can(s, "QRESYNC") ? " (CONDSTORE)"
							       : "");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = status_command(s, &command[i + 1], v[i].name, e);
	if (rc == 0)
		rc = imap_ahead(s, command, n + 1, e);
	if (rc == 0) {
		rc = imap_select(s, "INBOX", out, e);
		r = glances_take(s, command + 1, v, n, &why);
		if (rc == 0 && r < 0) {
			*e = why;
			rc = -1;
		}
	}
	commands_free(command, IMAP_GLANCES + 1);
	return rc;
}

bool
imap_moved_on(const struct imap *s)
{
	const struct mailimap_selection_info *i = s->im->imap_selection_info;

	return !s->dead && s->selected.len > 0 && i != NULL &&
	       i->sel_exists != s->exists;
}

int
imap_create(struct imap *s, const char *name, struct err *e)
{
	struct buf command = { 0 };
	struct imap_state state;
	struct err was;
	int rc;

	buf_str(&command, "CREATE ");
	rc = imap_quote_box(&command, name, e);
	if (rc == 0)
		rc = imap_run(s, &command, "CREATE", e);
	buf_free(&command);
	if (rc == 0 || e->kind != ERR_REFUSED)
		return rc;
	was = *e;
	if (imap_status(s, name, &state, e) == 0)
		return 0;
	*e = was;
	return -1;
}

int
imap_make(struct imap *s, const struct imap_box *box, size_t n,
    const char *word, struct arena *a, const char **name, struct err *e)
{
	const char *beside = word, *below = word;
	bool within = false;
	struct err ignored = { 0 };

	for (size_t i = 0; i < n; i++) {
		char level[2] = { box[i].delimiter, '\0' };

		if (strncmp(box[i].name, "INBOX", 5) != 0 || level[0] == '\0')
			continue;
		below = arena_fmt(a, "INBOX%s%s", level, word);
		within |= box[i].name[5] == level[0];
	}
	*name = within ? below : beside;
	if (s->prefix.len > 0)
		*name = below = arena_fmt(a, "%s%s", imap_prefix(s), word);
	if (imap_create(s, *name, e) == 0)
		return 0;
	if (e->kind != ERR_REFUSED || beside == below)
		return -1;
	/* With INBOX alone there is nothing to see how it is done here. */
	*name = strcmp(*name, below) == 0 ? beside : below;
	return imap_create(s, *name, &ignored) == 0 ? 0 : -1;
}
