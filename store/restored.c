/*
 * restored.c -- a store that was put back from a copy never sends by itself.
 *
 * What the copy holds as unsent the store may have sent since the copy was
 * made.  So it is in doubt, and a person must decide.  A store knows itself
 * by three things, of which a copy has at least one wrong:
 *
 *   the file it is in: number and time of birth, kept in meta "place";
 *   its instance, a random name given anew to each copy, kept in meta and in
 *   the witness beside the store;
 *   the count of mails that were ever about to leave, kept in both: a copy
 *   made before the last of them counts fewer.
 */
#include "store/own.h"
#include "store/witness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "base/when.h"

/* What the store says of itself. */
struct self {
	const char *place; /* "": nothing is kept */
	const char *instance;
	int64_t sends;
};

enum kinship {
	KIN_SAME,
	KIN_NEW, /* a store that has no witness yet */
	KIN_COPY,
};

/* A file is known by its number, which is used again, and its birth. */
static int
place_of(const char *path, struct arena *a, const char **place)
{
	struct statx st;

	if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &st) < 0)
		return -1;
	if ((st.stx_mask & STATX_BTIME) == 0)
		st.stx_btime.tv_sec = st.stx_btime.tv_nsec = 0;
	*place = arena_fmt(a, "%llu %lld.%09u", (unsigned long long)st.stx_ino,
	    (long long)st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
	return 0;
}

/* Version 1 of this kept the number of the file alone. */
static int
old_place(struct db *d, const char *here, struct arena *a, struct self *self,
    struct err *e)
{
	int64_t inode;
	int rc = db_get(d, &inode, e,
	    "SELECT value FROM meta WHERE name='inode'", "");

	if (rc > 0)
		self->place = strtoll(here, NULL, 10) == inode
				  ? here
				  : arena_str(a, "elsewhere");
	return rc < 0 ? -1 : 0;
}

static int
self_read(struct store *s, const char *here, struct arena *a, struct self *self,
    struct err *e)
{
	if (db_get_text(s->db, a, &self->place, e,
		"SELECT value FROM meta WHERE name='place'", "") < 0 ||
	    db_get_text(s->db, a, &self->instance, e,
		"SELECT value FROM meta WHERE name='instance'", "") < 0 ||
	    db_get(s->db, &self->sends, e,
		"SELECT value FROM meta WHERE name='sends'", "") < 0)
		return -1;
	if (self->place[0] == '\0')
		return old_place(s->db, here, a, self, e);
	return 0;
}

static enum kinship
kinship(const struct self *self, const char *here, const struct witness *w)
{
	bool at_home = strcmp(self->place, here) == 0;

	if (self->instance[0] != '\0')
		return at_home && strcmp(self->instance, w->instance) == 0 &&
			       self->sends >= w->sends
			   ? KIN_SAME
			   : KIN_COPY;
	/* A crash while it was given its first name leaves a witness. */
	if (at_home || (self->place[0] == '\0' && w->instance[0] == '\0'))
		return KIN_NEW;
	return KIN_COPY;
}

/* ---- putting it right ---- */

int
restored_doubt(struct store *s, int64_t now, int *n, struct err *e)
{
	static const char why[] =
	    "this store was restored from a copy: it may have been sent";
	static const enum outbox_state from[] = { OUTBOX_QUEUED,
		OUTBOX_SENDING };
	int64_t id;
	int rc = 0;

	*n = 0;
	for (size_t i = 0; i < 2 && rc == 0; i++) {
		while ((rc = db_get(s->db, &id, e,
			    "SELECT id FROM outbox WHERE state=?1 LIMIT 1", "i",
			    (int64_t)from[i])) > 0) {
			if (outbox_into_doubt(s, id, from[i], why, now, e) < 0)
				return -1;
			++*n;
		}
	}
	return rc;
}

static int
name_it(struct store *s, const char *here, const struct witness *w,
    struct err *e)
{
	if (db_run(s->db, e, "DELETE FROM meta WHERE name='inode'", "") < 0 ||
	    db_run(s->db, e, "INSERT OR REPLACE INTO meta VALUES('place', ?1)",
		"s", here) < 0 ||
	    db_run(s->db, e,
		"INSERT OR REPLACE INTO meta VALUES('instance', ?1)", "s",
		w->instance) < 0)
		return -1;
	return db_run(s->db, e,
	    "INSERT OR REPLACE INTO meta VALUES('sends', ?1)", "i", w->sends);
}

static void
new_name(struct witness *w)
{
	uint8_t random[WITNESS_ID / 2];

	hash_random(random, sizeof(random));
	hash_hex(random, sizeof(random), w->instance);
}

/*
 * A new store: the witness first, for a store that has a name and no witness
 * is a copy.  A copy: the store first, so that a crash between the two is
 * seen to again.
 */
static int
adopt(struct store *s, const char *here, enum kinship kin,
    struct witness_file *f, struct witness *w, int *doubts, struct err *e)
{
	int64_t now = when_now();
	int rc = 0;

	new_name(w);
	if (kin == KIN_NEW && witness_write(f, w, e) < 0)
		return -1;
	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	if (kin == KIN_COPY)
		rc = restored_doubt(s, now, doubts, e);
	if (rc == 0)
		rc = name_it(s, here, w, e);
	rc = store_end(s, rc, now, e);
	if (rc == 0 && kin == KIN_COPY)
		rc = witness_write(f, w, e);
	return rc;
}

/* With the witness held: look again, then put it right. */
static int
set_right(struct store *s, const char *here, struct arena *a, int *doubts,
    struct err *e)
{
	struct self self = { 0 };
	struct witness_file f;
	struct witness w;
	enum kinship kin;
	int rc;

	if (witness_hold(s->shop->store, &f, e) < 0)
		return -1;
	witness_read(&f, &w);
	rc = self_read(s, here, a, &self, e);
	kin = rc == 0 ? kinship(&self, here, &w) : KIN_SAME;
	if (w.sends < self.sends)
		w.sends = self.sends;
	if (rc == 0 && kin != KIN_SAME)
		rc = adopt(s, here, kin, &f, &w, doubts, e);
	else if (rc == 0)
		rc = witness_write(&f, &w, e);
	witness_let_go(&f);
	return rc;
}

/* Who came only to read puts a copy right too, if he may write. */
static int
set_right_reading(struct store *s, const char *here, struct arena *a,
    int *doubts, struct err *e)
{
	int rc;

	if (access(s->shop->store, W_OK) < 0)
		return 0;
	if (db_script(s->db, "PRAGMA query_only=OFF", e) < 0)
		return -1;
	rc = set_right(s, here, a, doubts, e);
	if (db_script(s->db, "PRAGMA query_only=ON", e) < 0)
		rc = -1;
	return rc;
}

int
restored_notice(struct store *s, struct err *e)
{
	const char *path = s->shop->store, *here;
	struct self self = { 0 };
	struct arena a = { 0 };
	struct witness w = { 0 };
	enum kinship kin;
	char count[TEXT_COUNT];
	int doubts = 0, rc = 0;

	if (place_of(path, &a, &here) < 0)
		goto out;
	rc = witness_look(path, &w, e) < 0 ? -1
					   : self_read(s, here, &a, &self, e);
	if (rc < 0)
		goto out;
	kin = kinship(&self, here, &w);
	if (kin == KIN_SAME && self.sends == w.sends)
		goto out;
	if (s->how != STORE_READ)
		rc = set_right(s, here, &a, &doubts, e);
	else if (kin == KIN_COPY)
		rc = set_right_reading(s, here, &a, &doubts, e);
	if (doubts > 0)
		log_line(LOG_ERROR,
		    "this store was put back from a copy: %s may have"
		    " left already: settle what is in doubt (shopbell outbox)",
		    text_count(doubts, "answer", count));
out:
	arena_free(&a);
	return rc;
}
