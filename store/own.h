/*
 * own.h -- what the files of the store share with one another.
 *
 * Functions named in here run inside a transaction of the caller unless
 * said otherwise.
 */
#ifndef STORE_OWN_H
#define STORE_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/machine.h"
#include "desk/group.h"
#include "desk/kin.h"
#include "desk/mail.h"
#include "desk/model.h"
#include "desk/shop.h"
#include "desk/target.h"
#include "store/db.h"
#include "store/store.h"

/* Threads that a transaction has touched; settled before it ends. */
struct dirty {
	struct dirty_thread {
		int64_t id;
		bool moved; /* its revision goes up */
	} * v;
	size_t n;
};

/* New messages whose thread is only a guess; settled before it ends. */
struct keyset {
	int64_t *slot; /* open addressing; 0 is free */
	size_t mask;
	size_t n;
};
struct strays {
	int64_t *v;
	size_t n;
	struct keyset in;
};

/* Words of new messages; given to the index before it ends. */
struct unindexed {
	struct words {
		int64_t message;
		const char *subject, *sender, *people, *words, *files, *numbers;
		const char *snippet;
	} * v;
	size_t n;
};

struct store {
	struct db *db;
	const struct shop *shop;
	enum store_open how;
	uint8_t key[32];
	int64_t version;     /* last PRAGMA data_version */
	int64_t batch_ended; /* of the last ingest; microseconds, monotonic */
	int64_t waited;  /* and when somebody stood in line for it; 0 never */
	int64_t trimmed; /* pages in the log at the last checkpoint */

	struct arena rules_arena;
	struct target_rules *rules; /* NULL until first needed */

	struct arena scratch; /* of the transaction under way */
	struct dirty dirty;
	struct unindexed unindexed;
	struct strays stray;
};

/* ---- schema.c ---- */

#define STORE_APPLICATION 0x53424c4c /* "SBLL", PRAGMA application_id */
#define STORE_SCHEMA      6          /* PRAGMA user_version */

/* Scripts ended by NULL; [0] makes version 1 of an empty file. */
extern const char *const *const schema_steps[];

/* ---- functions.c, tokenizer.c ---- */

int functions_register(struct db *d, struct err *e);
int tokenizer_register(struct db *d, struct err *e);

/* ---- event.c ---- */

struct fact {
	const char *kind;
	int64_t thread;      /* 0 none */
	int64_t message;     /* 0 none */
	const char *payload; /* JSON text, NULL for {} */
	const char
	    *subject;   /* address of a customer, login of an agent; NULL */
	int64_t target; /* seq of the event it cancels or restores; 0 */
	int64_t action; /* undo group; 0: none */
};

/* Append; the thread becomes dirty.  *seq may be NULL. */
int event_append(struct store *s, const struct act *by, const struct fact *f,
    int64_t *seq, struct err *e);

/* The machine itself, at an instant. */
struct act act_machine(int64_t now);

void thread_touch(struct store *s, int64_t thread, bool moved);

/* ---- outbox.c, restored.c ---- */

/* What an event about a row speaks of: its thread, and the sending of it. */
int outbox_fact(struct store *s, int64_t id, struct fact *f, struct err *e);

/* A row queued or sending may have left: only a person can tell. */
int outbox_into_doubt(struct store *s, int64_t id, enum outbox_state from,
    const char *why, int64_t now, struct err *e);

/* All of them, of a copy; *n counts them. */
int restored_doubt(struct store *s, int64_t now, int *n, struct err *e);

/* On opening: is this a copy that was put back?  Not in a transaction. */
int restored_notice(struct store *s, struct err *e);

/* ---- ahead.c ---- */

/* Open s->db; a log that belongs to another file is put aside first. */
int ahead_open(struct store *s, enum db_open_how how, int busy_ms,
    struct err *e);

/* Name the file that the log builds on, if it is not named. */
int ahead_name(struct store *s, struct err *e);

/* Did somebody have to wait for the sync a moment ago? */
bool agents_about(const struct store *s);

/* ---- fold.c ---- */

/* What a message is to the clock and the state. */
enum weight {
	WEIGHT_NONE,      /* our own copy, a note */
	WEIGHT_CUSTOMER,  /* a person wrote to us */
	WEIGHT_AUTOMATIC, /* a robot or a list did */
	WEIGHT_FOUND,     /* our answer, written elsewhere */
	WEIGHT_OURS,      /* our answer, through the outbox */
	WEIGHT_BOUNCE,    /* one of ours could not be delivered, for good */
};

enum item_kind {
	ITEM_OTHER, /* told to people, changes nothing here */
	ITEM_MAIL,
	ITEM_NOTE,
	ITEM_SEND,     /* value: enum thread_state; carries the message */
	ITEM_ACCEPTED, /* value: the state it was queued with; refers: SEND */
	ITEM_FAILED,
	ITEM_DOUBT,
	ITEM_RETRY,
	ITEM_STATE, /* value: enum thread_state */
	ITEM_DISMISS,
	ITEM_SNOOZE, /* value: until */
	ITEM_WAKE,
	ITEM_ASSIGN, /* value: agent */
	ITEM_TAG,    /* text */
	ITEM_UNTAG,
	ITEM_STAR,      /* value: 0 or 1 */
	ITEM_AUTOMATIC, /* value: 1 a robot, 0 a person */
	ITEM_CUSTOMER,  /* value: who an agent said it is; 0 unknown */
	ITEM_MERGE,     /* value: the thread that came in; by_hand */
};

/* Where the server had filed a mail, and nowhere else. */
enum junk { JUNK_NOT, JUNK_SPAM, JUNK_TRASH };

/* One event of a thread that holds, in order of seq, with its message. */
struct item {
	int64_t seq;
	int64_t at;
	int64_t agent;
	int64_t origin; /* the thread it happened in, before any merge */
	enum item_kind kind;
	int64_t value;
	bool by_hand;
	const char *text;
	int64_t refers; /* seq of the event it is about */

	int64_t message; /* 0 if it carries none; then the rest is 0 */
	int64_t received_at;
	enum message_kind message_kind;
	enum direction direction;
	enum weight weight;
	bool old; /* beyond `history` when it was fetched */
	enum junk junk;
	bool hidden;
	bool seen;
	bool attachment;
	int64_t customer;
};

struct assigned {
	int64_t at;
	int64_t agent;
};

/* A whole thread reckoned from its log. */
struct reckoned {
	struct machine machine;
	int64_t assignee;
	bool starred;
	struct strings tags; /* sorted */
	int64_t customer;
	int messages;
	int unread;
	bool attachment;
	int64_t first_message;
	int64_t last_message;
	int64_t first_at;
	int64_t last_at;
	struct timeline timeline;
	struct contact *contact; /* what the timeline was made of */
	size_t contacts;
	struct assigned *assigned; /* history, oldest first */
	size_t assigned_n;
};

/* Pure: the same items give the same fold.  seen_at: first known here. */
void fold_make(struct arena *a, int64_t thread, int64_t seen_at,
    const struct item *v, size_t n, struct reckoned *out);

/* Who had it at an instant; 0 nobody. */
int64_t fold_assignee_at(const struct reckoned *f, int64_t at);

/* ---- settle.c ---- */

/* A list row as it ought to be, with what hangs on it. */
struct row {
	struct thread thread;
	struct reckoned fold;
	char *tags;   /* joined by \x1f, with one before and behind */
	int64_t sort; /* of ORDER_WAITING */
};

/* Key of ORDER_WAITING: longest wait first, then the newest. */
int64_t thread_sort(int64_t waiting_since, int64_t last_at);
int row_make(struct store *s, int64_t thread, int64_t now, struct arena *a,
    struct row *out, struct err *e);

struct target_rules *store_rules(struct store *s, int64_t now, struct err *e);

/* Reckon every due instant again after the settings changed; whole
 * transactions of its own. */
int clock_reckon(struct store *s, const char *digest, struct err *e);

/* End a transaction: settle if rc is 0, then commit or roll back. */
int store_end(struct store *s, int rc, int64_t now, struct err *e);
int store_begin(struct store *s, enum db_sync sync, struct err *e);

/* ---- body.c: what is kept of a mail beside its row ---- */

void body_head(struct buf *out, const struct mail *m);
void body_folds(struct buf *out, const struct mail *m);
void body_sender(struct buf *out, const struct mail *m);
void body_people(struct buf *out, const struct mail *m);
void body_files(struct buf *out, const struct mail *m);

/* The text of a body, packed; nothing if that would not pay. */
void body_pack(struct buf *out, const char *text);

/* A column text of body, however it is kept. */
int text_unpack(struct rows *r, int col, struct arena *a, const char **text,
    struct err *e);

/* The new words of a text: without what is folded.  Appended. */
void body_visible(struct buf *out, const char *text, size_t n,
    const void *folds, size_t folds_n);

/* The start of the new words, one line, for the list. */
char *body_snippet(struct arena *a, const char *text, size_t n,
    const void *folds, size_t folds_n);

struct fold *body_unfold(struct arena *a, const void *folds, size_t n,
    size_t *count);

/* ---- pack.c ---- */

/* Append what ingest_pack packed. */
int pack_open(const void *packed, size_t n, struct buf *raw, struct err *e);

/* ---- message.c ---- */

struct message_new {
	const struct mail *mail; /* NULL for a note */
	int64_t thread;
	enum message_kind kind;
	enum direction direction;
	enum weight weight;
	int64_t received_at;
	int64_t customer;
	int64_t agent;
	bool seen;
	bool old;
	enum junk junk;
	const char *text;   /* of a note */
	const void *packed; /* NULL: none yet */
	size_t packed_size;
	int64_t partial; /* as raw.partial; see rest.c */
};
int message_insert(struct store *s, const struct message_new *m, int64_t *id,
    struct err *e);

/* Ask for the rest of a mail some time later. */
int wanted_again(struct store *s, int64_t message, int64_t now, struct err *e);

/* The rest of a mail came: its text, its parts and what is searched. */
int message_complete(struct store *s, int64_t id, const struct mail *m,
    struct err *e);
/* What was inserted since store_begin becomes searchable. */
int words_index(struct store *s, struct err *e);

/* The snippet of a message that waits for the index; NULL: it does not. */
const char *words_snippet(const struct store *s, int64_t message);

/* They joined by blanks, appended; for the column numbers of the search. */
void ident_numbers(struct buf *out, const char *text, size_t n);

/* Identifiers (order, tracking, phone numbers) in a text. */
struct strings ident_find(struct arena *a, const char *text, size_t n);

/* The twin key: mails that are one though their bytes differ.  Not 0. */
int64_t message_twin(const struct mail *m);

/* The first 8 bytes of a hash, as the indexes have it. */
int64_t hash_key(const uint8_t *hash);

/* ---- bytes.c ---- */

struct bytes_sum {
	int64_t mails;
	int64_t bytes;
	int64_t beginnings; /* of large mails: nothing to compare them with */
	int64_t damaged;
};

/*
 * Read every mail; bad (may be NULL) is told of each that is damaged and ends
 * it by -1.  In no transaction: others go on working.
 */
int bytes_check(struct store *s,
    int (*bad)(void *arg, int64_t message, struct err *e), void *arg,
    struct bytes_sum *out, struct err *e);

/* Does a server of a configured account still have this mail? */
int bytes_there(struct store *s, int64_t message, bool *there, struct err *e);

/* ---- group.c ---- */

/* The key of a Message-ID: first 8 bytes of its SHA-256; even, not 0. */
int64_t mid_key(const char *id);

/* The key of a mail named by the hash of its bytes; odd. */
int64_t name_key(const uint8_t *hash);

int thread_begin(struct store *s, const uint8_t uid[16], int64_t now,
    int64_t *id, struct err *e);

/* Follow merges to the living thread. */
int thread_follow(struct store *s, int64_t id, int64_t *to, struct err *e);

/* A set of living threads, in the scratch arena. */
struct found {
	int64_t *v;
	size_t n;
};
int found_add(struct store *s, struct found *f, int64_t thread, struct err *e);

/* Where an id or name is known, and where its subject may matter. */
int found_key(struct store *s, struct found *f, int64_t key, struct err *e);
int found_subject(struct store *s, struct found *f, const struct kin *k,
    struct err *e);

/* Who wrote from outside, or was written to; addr is "" if nobody. */
struct address group_counterpart(struct store *s, const struct mail *m,
    enum direction d);

/*
 * A mail as the rules see it, in the scratch arena.  customer: the address
 * outside, "" if there is none; ours: from our Sent or the outbox.
 */
int group_read(struct store *s, const struct mail *m, const char *customer,
    bool ours, int64_t at, struct kin *out, struct err *e);

/* Find or begin the thread of a mail that is not stored yet. */
struct placing {
	int64_t thread;
	bool made;
	bool stray; /* a guess, to be looked at by group_settle */
};
int group_place(struct store *s, const struct mail *m, const struct kin *k,
    int64_t now, struct placing *p, struct err *e);

/* Remember it once it is stored. */
int group_keep(struct store *s, const struct kin *k, const struct placing *p,
    int64_t message, struct err *e);
int kin_write(struct store *s, int64_t message, const struct kin *k,
    struct err *e);
int group_tie(struct store *s, const struct kin *k, int64_t thread,
    struct err *e);

/* This thread's mails are to be looked at whenever one more comes. */
int group_loose(struct store *s, int64_t thread, struct err *e);

/* ---- family.c ---- */

/* A mail with all that may decide where it stands, in an arena. */
struct member {
	int64_t message;
	int64_t thread; /* living */
};
struct family {
	struct store *s;
	struct arena *a;
	bool strict;
	struct member *m;
	struct kin *k;
	size_t n;
	int64_t *thread; /* all they stand in */
	size_t threads;
	struct keyset in;    /* those threads */
	struct keyset asked; /* ids looked up */
	bool cut;            /* too large to be gathered whole */
};

/* Is the key new?  Then it is in the set now. */
bool keyset_take(struct arena *a, struct keyset *k, int64_t key);
bool keyset_has(const struct keyset *k, int64_t key);

/*
 * Gather the family of some threads: every mail of theirs, and of each
 * thread where anything they say is known.  strict: what agents did to a
 * thread does not hold its mails together, but pins do.
 */
enum family_how { FAMILY_HELD, FAMILY_STRICT };
int family_gather(struct store *s, struct arena *a, const int64_t *thread,
    size_t n, enum family_how how, struct family *out, struct err *e);

/* kin.flags in the store: its references were never read (schema.c). */
#define KIN_UNREAD 256

/* ---- regroup.c ---- */

/* One mail that stands elsewhere by the rules; to is 0 for a new thread. */
struct shift {
	int64_t message;
	int64_t from;
	int64_t to;
};

/* Settle the strays of this transaction. */
int group_settle(struct store *s, const struct act *by, struct err *e);

/* What the rules would change in a family; apply it. */
int family_shifts(struct family *f, struct shift **v, size_t *n, struct err *e);
int family_apply(struct family *f, const struct act *by, struct err *e);

/* A new thread for some mails, named after the first whose name is free. */
int thread_fresh(struct store *s, const int64_t *message, size_t n, int64_t now,
    int64_t *thread, struct err *e);

/* ---- merge.c ---- */

/* The thread `from` runs into `into`, told by an event. */
int thread_merge(struct store *s, const struct act *by, int64_t into,
    int64_t from, struct err *e);

/* The rows alone: everything of `from` belongs to `into`. */
int thread_dissolve(struct store *s, int64_t into, int64_t from, struct err *e);

/* The row of a thread that ran into another lives again, empty. */
int thread_revive(struct store *s, int64_t thread, struct err *e);

/* The same, with all that happened in it and in what had run into it. */
int thread_part(struct store *s, int64_t thread, struct err *e);

/* Begun in this transaction: nobody has seen it. */
bool thread_is_new(struct store *s, int64_t thread);

/* One message, with all that hangs on it, to another living thread. */
struct passage {
	int64_t from;
	int64_t to;
	int64_t origin; /* to, or one that ran into it and it goes back to */
};
int message_move(struct store *s, int64_t message, const struct passage *p,
    struct err *e);

/* Tie all ids of a stored mail to a thread that it came to. */
int kin_tie(struct store *s, int64_t message, int64_t thread, struct err *e);

/* ---- part.c ---- */

/* A merge or move by hand, taken back or done again. */
struct parted {
	int64_t seq;
	const char *kind;
	int64_t thread; /* where the event stands now */
	int64_t origin; /* where it happened */
	const char *payload;
};
int parting_turn(struct store *s, const struct parted *p, bool back,
    struct err *e);

/* How many pins are not those of the log. */
int pins_check(struct store *s, int64_t *wrong, struct err *e);

/* ---- customer.c ---- */

int customer_known(struct store *s, const char *addr, int64_t *id,
    struct err *e); /* 0 if nobody knows the address */
int customer_of(struct store *s, const struct address *who, int64_t at,
    int64_t *id, struct err *e);
/* Does it look like the address of a customer whom we knew before? */
int customer_is_lookalike(struct store *s, const char *addr, bool *is,
    struct err *e);
int customer_wrote_to(struct store *s, const struct addresses *v, int64_t at,
    struct err *e);

/* ---- agent.c ---- */

/* Login of an agent id, "" for 0. */
int agent_login(struct store *s, int64_t id, struct arena *a,
    const char **login, struct err *e);
int agent_id(struct store *s, const char *login, int64_t *id, struct err *e);

/* ---- push.c ---- */

/* Queue a flag for every place of a message. */
int push_flag(struct store *s, int64_t message, unsigned flag, bool on,
    int64_t now, struct err *e);

/*
 * Queue a tag as a keyword: on goes to the customer's newest mail, off to
 * all mails of the thread that carry it.
 */
int push_tag(struct store *s, int64_t thread, const char *tag, bool on,
    int64_t now, struct err *e);

/* Ids of the customers' mails of a thread, in the scratch arena. */
int mails_in(struct store *s, int64_t thread, int64_t **v, size_t *n,
    struct err *e);

/* Queue moves for the customers' mails of a thread that changed state. */
int push_state(struct store *s, int64_t thread, enum thread_state was,
    enum thread_state is, int64_t now, struct err *e);

/* A place is lost: what waits for it waits for the mail to be met again. */
int push_orphan(struct store *s, int64_t mailbox, int64_t uid, struct err *e);

/* The mail was met: here is what waits for it. */
int push_adopt(struct store *s, int64_t message, int64_t mailbox, int64_t uid,
    struct err *e);

/* What waits to be told about a place: the server's word is older. */
struct waiting {
	unsigned flags;
	struct strings tags;
	bool move;
};
int push_waits(struct store *s, int64_t mailbox, int64_t uid, struct waiting *w,
    struct err *e);

/* ---- keywords.c ---- */

/* Lists as a place keeps them, joined by blanks; NULL if empty. */
char *keywords_join(struct arena *a, const struct strings *v);
struct strings keywords_split(struct arena *a, const char *joined);

/* Does one of them stand for a tag? */
bool keywords_have(const struct strings *v, const char *tag);

/* Those that stand for a tag, or all the others. */
struct strings keywords_of_tag(struct arena *a, const struct strings *v,
    const char *tag, bool stand);

/* The keywords of a place changed on the server: the thread's tags follow. */
struct keywords_change {
	int64_t thread;
	int64_t mailbox;
	int64_t uid;
	struct strings was;
	struct strings is;
};
int keywords_changed(struct store *s, const struct act *by,
    const struct keywords_change *c, struct err *e);

/* ---- ingest_whose.c ---- */

/* What a mail is, as bits of enum mailbox_role say where it lies or lay. */
struct whose {
	enum direction direction;
	enum weight weight;
	enum junk junk;
};
struct whose whose_is(struct store *s, const struct mail *m, unsigned roles);

/*
 * One more place of a mail was stored, where it has these roles: its row, its
 * customer and its thread follow, but for what our outbox sent.  history is
 * that of ingest_batch.
 */
int whose_again(struct store *s, int64_t message, const struct mail *m,
    unsigned roles, int64_t history, int64_t now, struct err *e);

/* ---- ingest_*.c ---- */

struct cursor;
int cursor_write(struct store *s, int64_t mailbox, const struct cursor *c,
    struct err *e);
int flags_take(struct store *s, const struct act *by, int64_t message,
    int64_t thread, unsigned flags, struct err *e);
int flags_changed(struct store *s, const struct act *by, int64_t message,
    int64_t thread, unsigned was, unsigned is, struct err *e);
int star_thread(struct store *s, const struct act *by, int64_t thread, bool on,
    struct err *e);

/* ---- thread.c ---- */

/* Columns of a list row and how to read them; see thread.c. */
#define THREAD_COLUMNS                                                         \
	"t.id,t.revision,t.subject,t.snippet,t.state,t.snoozed_until,"         \
	"t.assignee,a.login,t.customer,c.name,c.address,c.vip,t.tags,"         \
	"t.messages,t.unread,t.starred,t.automatic,t.undelivered,"             \
	"t.attachment,t.failed,t.draft,t.waiting_since,t.due_at,t.warn_at,"    \
	"t.target,t.first_at,t.last_at"
#define THREAD_JOINS                                                           \
	" LEFT JOIN agent a ON a.id=t.assignee"                                \
	" LEFT JOIN customer c ON c.id=t.customer"
#define THREAD_COLUMN_COUNT 27
void thread_read(struct rows *r, struct arena *a, struct thread *out);

/* ---- change.c, presence.c ---- */

/* Open an undo group for an agent; 0 for the machine. */
int action_begin(struct store *s, const struct act *by, int64_t thread,
    bool light, const char *text, int64_t *id, struct err *e);

int message_read_set(struct store *s, int64_t message, bool on, int64_t now,
    struct err *e);

/* 1 and who, if another agent is writing here. */
int claim_held(struct store *s, const struct act *by, int64_t thread,
    const char **who, struct err *e);

/* ---- send.c and outbox.c ---- */

/* Something refers to this Message-ID: if ours was in doubt it did leave. */
int outbox_evidence(struct store *s, const struct act *by, const char *id,
    int64_t at, struct err *e);

/* A row in doubt did leave, at an instant. */
int outbox_prove(struct store *s, int64_t id, int64_t at, struct err *e);

/* A copy of this message of ours lies in Sent. */
int outbox_in_sent(struct store *s, const struct act *by, int64_t message,
    struct err *e);

/* queued -> cancelled, inside a transaction; *draft is the draft that came
 * back. */
int outbox_take_back(struct store *s, const struct act *by, int64_t id,
    int64_t *draft, struct err *e);

/* ---- draft.c ---- */

void draft_dump(struct buf *out, const struct draft *d);
int draft_load(struct arena *a, const char *json, struct draft *d,
    struct err *e);
void addresses_dump(struct buf *out, const struct addresses *v);
struct addresses addresses_load(struct arena *a, const struct json *v);
struct strings strings_load(struct arena *a, const struct json *v);

/* JSON text of a string, quoted, appended. */
void json_quote(struct buf *out, const char *s);

#endif
