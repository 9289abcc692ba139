/*
 * imap_box.c -- mailboxes: which there are, what they hold, selecting one.
 */
#include <string.h>
#include <strings.h>

#include "base/mutf7.h"
#include "base/text.h"
#include "mail/imap_inside.h"

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

/*
 * Where the server does not tell: the names that mail programs give, by the
 * last part of the name, compared folded.
 */
static const struct {
	enum mailbox_role role;
	const char *names; /* each between bars */
} known[] = {
	{ ROLE_SENT,
	    "|sent|sent items|sent messages|sent mail|gesendet|"
	    "gesendete objekte|gesendete elemente|envoyes|"
	    "elements envoyes|messages envoyes|enviados|"
	    "elementos enviados|itens enviados|posta inviata|inviati|"
	    "inviata|verzonden|verzonden items|skickat|skickade objekt|"
	    "sendt|sendte elementer|lahetetyt|wyslane|elementy wyslane|"
	    "odeslane|odeslana posta|elkuldott elemek|trimise|"
	    "отправленные|надіслані|"
	    "送信済み|送信済みアイテム|"
	    "已发送|已发送邮件|寄件備份|"
	    "보낸 편지함|보낸편지함|gonderilmis ogeler|gonderilenler|" },
	{ ROLE_DRAFTS,
	    "|drafts|draft|entwurfe|brouillons|borradores|rascunhos|bozze|"
	    "concepten|utkast|kladder|luonnokset|kopie robocze|wersje robocze|"
	    "koncepty|piszkozatok|черновики|чернетки|"
	    "下書き|草稿|草稿箱|임시 보관함|임시보관함|taslaklar|" },
	{ ROLE_JUNK,
	    "|junk|spam|junk e-mail|junk email|bulk mail|bulk|spamverdacht|"
	    "junk-e-mail|courrier indesirable|indesirables|"
	    "correo no deseado|no deseado|lixo eletronico|"
	    "posta indesiderata|ongewenste e-mail|skrappost|uonsket|"
	    "uonsket e-mail|roskaposti|wiadomosci-smieci|nevyzadana posta|"
	    "levelszemet|спам|нежелательная почта|迷惑メール|"
	    "垃圾邮件|垃圾郵件|스팸|스팸메일함|정크 메일|gereksiz|" },
	{ ROLE_TRASH,
	    "|trash|deleted|deleted items|deleted messages|bin|papierkorb|"
	    "geloschte elemente|geloschte objekte|geloscht|corbeille|"
	    "elements supprimes|papelera|elementos eliminados|lixeira|lixo|"
	    "itens excluidos|cestino|posta eliminata|prullenbak|"
	    "verwijderde items|papperskorgen|borttaget|slettet post|"
	    "slettede elementer|roskakori|kosz|elementy usuniete|kos|"
	    "odstranena posta|torolt elemek|корзина|удаленные|кошик|"
	    "ごみ箱|已删除邮件|已删除|垃圾桶|刪除的郵件|휴지통|"
	    "지운 편지함|cop kutusu|silinmis ogeler|" },
	{ ROLE_ARCHIVE,
	    "|archive|archives|archiv|archivo|archivados|arquivo|archivio|"
	    "archief|arkiv|arkisto|archiwum|архив|архів|アーカイブ|"
	    "归档|存档|封存|보관|보관함|arsiv|" },
};

static const char *
last_part(const char *name, char delimiter)
{
	const char *at = delimiter != '\0' ? strrchr(name, delimiter) : NULL;

	return at != NULL ? at + 1 : name;
}

static enum mailbox_role
role_by_name(const char *name, char delimiter)
{
	const char *part = last_part(name, delimiter);
	struct buf folded = { 0 }, wanted = { 0 };
	enum mailbox_role role = ROLE_NONE;

	text_fold(&folded, part, strlen(part));
	buf_fmt(&wanted, "|%s|", buf_text(&folded));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct buf names = { 0 };

		/* The table goes through the same fold, so it may hold
		 * letters in any form. */
		text_fold(&names, known[i].names, strlen(known[i].names));
		if (strstr(buf_text(&names), buf_text(&wanted)) != NULL)
			role = known[i].role;
		buf_free(&names);
		if (role != ROLE_NONE)
			break;
	}
	buf_free(&folded);
	buf_free(&wanted);
	return role;
}

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

	if (mutf7_decode(&name, row->mb_name) < 0) {
		/* Raw UTF-8, or a name made by a broken program. */
		buf_clear(&name);
		buf_str(&name, row->mb_name);
	}
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

/* Names count only for roles that the server left open. */
static void
roles_by_name(struct imap_box *v, size_t n)
{
	unsigned told = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].special)
			told |= 1u << v[i].role;
	for (size_t i = 0; i < n; i++) {
		enum mailbox_role role;

		if (v[i].special || !v[i].selectable)
			continue;
		role = role_by_name(v[i].name, v[i].delimiter);
		if (role == ROLE_NONE || (told & 1u << role) != 0)
			continue;
		v[i].role = role;
		told |= 1u << role;
	}
}

int
imap_list(struct imap *s, struct arena *a, struct imap_box **v, size_t *n,
    struct err *e)
{
	struct buf command = { 0 };
	clistiter *cell;
	int rc;

	*v = NULL;
	*n = 0;
	buf_str(&command, "LIST \"\" \"*\"");
	if (imap_can(s, "SPECIAL-USE") && imap_can(s, "LIST-EXTENDED"))
		buf_str(&command, " RETURN (SPECIAL-USE)");
	rc = imap_run(s, &command, "LIST", e);
	buf_free(&command);
	if (rc < 0)
		return -1;
	for (cell = clist_begin(s->im->imap_response_info->rsp_mailbox_list);
	     cell != NULL; cell = clist_next(cell)) {
		const struct mailimap_mailbox_list *row = clist_content(cell);

		if (row == NULL || row->mb_name == NULL)
			continue;
		*v = arena_grow(a, *v, *n, sizeof(**v));
		memset(&(*v)[*n], 0, sizeof(**v));
		box_read(&(*v)[(*n)++], a, row);
	}
	roles_by_name(*v, *n);
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

int
imap_status(struct imap *s, const char *name, struct imap_state *out,
    struct err *e)
{
	struct buf command = { 0 };
	int rc;

	memset(out, 0, sizeof(*out));
	buf_str(&command, "STATUS ");
	rc = imap_quote_box(&command, name, e);
	buf_fmt(&command, " (MESSAGES UIDNEXT UIDVALIDITY%s)",
	    imap_can(s, "CONDSTORE") || imap_can(s, "QRESYNC")
		? " HIGHESTMODSEQ"
		: "");
	if (rc == 0)
		rc = imap_run(s, &command, "STATUS", e);
	buf_free(&command);
	if (rc < 0) {
		if (e->kind == ERR_REFUSED && imap_no_such(s))
			err_set(e, ERR_MISSING, 0, "%s has no mailbox %s",
			    s->account->imap.host, name);
		return -1;
	}
	status_read(out, s->im->imap_response_info->rsp_status);
	return 0;
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

/*
 * ENABLE QRESYNC once, before the first SELECT (RFC 7162, 3.2.3).  iCloud
 * offers it and then sends what cannot be read.
 */
static void
enable(struct imap *s)
{
	const char *host = s->account->imap.host;
	size_t len = strlen(host);
	struct buf command = { 0 };
	struct err ignored = { 0 };

	if (s->enabled)
		return;
	s->enabled = true;
	if (!imap_can(s, "QRESYNC") || !imap_can(s, "ENABLE"))
		return;
	if (len >= 7 && (strcasecmp(host + len - 7, ".me.com") == 0 ||
			    strcasestr(host, "icloud.com") != NULL))
		return;
	buf_str(&command, "ENABLE QRESYNC");
	s->qresync = imap_run(s, &command, "ENABLE", &ignored) == 0;
	buf_free(&command);
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
	mutf7_encode(&wire, name);
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
	if (imap_create(s, *name, e) == 0)
		return 0;
	if (e->kind != ERR_REFUSED || beside == below)
		return -1;
	/* With INBOX alone there is nothing to see how it is done here. */
	*name = within ? beside : below;
	return imap_create(s, *name, &ignored) == 0 ? 0 : -1;
}
