/*
 * schema.c -- the tables, and the steps from one version to the next.
 *
 * The store is one SQLite file in WAL mode.  Instants are seconds since
 * 1970-01-01 UTC.  Three kinds of row:
 *
 *   The log and the mail are the truth.  event holds everything that
 *   happened, message and body every mail, note and call, raw the bytes of
 *   every mail (zstd, with the dictionary named beside them).  None of them
 *   is ever deleted because a server says so.
 *
 *   Reckoned: thread, turn, tagged, tally, tag, customer.first_at and the
 *   search index follow from the log and the mail; shopbell check reckons
 *   them again and compares.  A text in body is TEXT, or a BLOB packed as
 *   raw is.
 *
 *   Bookkeeping: account, fact, mailbox, place, push (the servers), draft,
 *   outbox, recipient, lease (sending), look and claim (who is here).
 *
 * An event's subject means the same on every host: a message is the SHA-256
 * of its bytes, a thread is named by the first 16 bytes of the hash of its
 * first message, an agent by login, a customer by address.  The columns
 * thread and message of event are this file's own short names for them.
 */
#include "store/own.h"

/* The log and the mail. */
#define TRUTH                                                                  \
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"       \
	"CREATE TABLE agent(id INTEGER PRIMARY KEY, login TEXT NOT NULL"       \
	" UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,"                    \
	" active INTEGER NOT NULL DEFAULT 1);"                                 \
	"CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT,"            \
	" uuid BLOB NOT NULL, at INTEGER NOT NULL, agent INTEGER,"             \
	" kind TEXT NOT NULL, thread INTEGER, origin INTEGER,"                 \
	" message INTEGER, subject TEXT, base INTEGER, target INTEGER, "       \
	"action INTEGER,"                                                      \
	" undone INTEGER NOT NULL DEFAULT 0, payload TEXT);"                   \
	"CREATE UNIQUE INDEX event_uuid ON event(uuid);"                       \
	"CREATE INDEX event_thread ON event(thread, seq);"                     \
	"CREATE INDEX event_action ON event(action) WHERE action NOT NULL;"    \
	"CREATE TABLE action(id INTEGER PRIMARY KEY AUTOINCREMENT,"            \
	" agent INTEGER NOT NULL, at INTEGER NOT NULL, thread INTEGER,"        \
	" state INTEGER NOT NULL, light INTEGER NOT NULL, text TEXT NOT "      \
	"NULL);"                                                               \
	"CREATE INDEX action_agent ON action(agent, state, id);"               \
	"CREATE TABLE message(id INTEGER PRIMARY KEY AUTOINCREMENT,"           \
	" hash BLOB NOT NULL, name INTEGER NOT NULL, twin INTEGER,"            \
	" thread INTEGER NOT NULL,"                                            \
	" kind INTEGER NOT NULL, direction INTEGER NOT NULL,"                  \
	" weight INTEGER NOT NULL, received_at INTEGER NOT NULL,"              \
	" date INTEGER, message_id TEXT NOT NULL, subject TEXT NOT NULL,"      \
	" from_name TEXT NOT NULL, from_addr TEXT NOT NULL,"                   \
	" customer INTEGER, agent INTEGER, size INTEGER NOT NULL,"             \
	" seen INTEGER NOT NULL, attachment INTEGER NOT NULL,"                 \
	" automatic INTEGER NOT NULL, old INTEGER NOT NULL,"                   \
	" junk INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,"             \
	" hidden INTEGER NOT NULL DEFAULT 0, outbox INTEGER);"                 \
	"CREATE INDEX message_name ON message(name);"                          \
	"CREATE INDEX message_twin ON message(twin) WHERE twin NOT NULL;"      \
	"CREATE INDEX message_thread ON message(thread, received_at, id);"     \
	"CREATE TABLE body(message INTEGER PRIMARY KEY, text NOT NULL,"        \
	" folds BLOB, sender TEXT, people TEXT, files TEXT, head TEXT);"       \
	"CREATE TABLE raw(message INTEGER PRIMARY KEY,"                        \
	" partial INTEGER NOT NULL, packed BLOB NOT NULL);"                    \
	"CREATE TABLE mid(id INTEGER PRIMARY KEY, thread INTEGER NOT NULL);"   \
	"CREATE TABLE subject(base TEXT NOT NULL, address TEXT NOT NULL,"      \
	" thread INTEGER NOT NULL, at INTEGER NOT NULL,"                       \
	" PRIMARY KEY(base, address)) WITHOUT ROWID;"

/* What follows from them. */
#define RECKONED                                                               \
	"CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"    \
	" address TEXT NOT NULL, vip INTEGER NOT NULL DEFAULT 0,"              \
	" note TEXT NOT NULL DEFAULT '', first_at INTEGER NOT NULL);"          \
	"CREATE INDEX customer_vip ON customer(id) WHERE vip<>0;"              \
	"CREATE TABLE address(key TEXT PRIMARY KEY, customer INTEGER NOT "     \
	"NULL,"                                                                \
	" addr TEXT NOT NULL, name TEXT NOT NULL, written INTEGER NOT NULL"    \
	" DEFAULT 0, named_at INTEGER NOT NULL DEFAULT 0,"                     \
	" skeleton TEXT NOT NULL DEFAULT '') WITHOUT ROWID;"                   \
	"CREATE INDEX address_customer ON address(customer);"                  \
	"CREATE INDEX address_skeleton ON address(skeleton);"                  \
	"CREATE TABLE thread(id INTEGER PRIMARY KEY AUTOINCREMENT,"            \
	" uid BLOB NOT NULL, merged INTEGER, revision INTEGER NOT NULL"        \
	" DEFAULT 0, seen_at INTEGER NOT NULL,"                                \
	" subject TEXT NOT NULL DEFAULT '', snippet TEXT NOT NULL DEFAULT ''," \
	" state INTEGER NOT NULL DEFAULT 0,"                                   \
	" snoozed_until INTEGER NOT NULL DEFAULT 0,"                           \
	" assignee INTEGER NOT NULL DEFAULT 0,"                                \
	" customer INTEGER NOT NULL DEFAULT 0,"                                \
	" tags TEXT NOT NULL DEFAULT '', messages INTEGER NOT NULL DEFAULT 0," \
	" unread INTEGER NOT NULL DEFAULT 0,"                                  \
	" starred INTEGER NOT NULL DEFAULT 0,"                                 \
	" automatic INTEGER NOT NULL DEFAULT 0,"                               \
	" undelivered INTEGER NOT NULL DEFAULT 0,"                             \
	" attachment INTEGER NOT NULL DEFAULT 0,"                              \
	" failed INTEGER NOT NULL DEFAULT 0,"                                  \
	" draft INTEGER NOT NULL DEFAULT 0,"                                   \
	" waiting_since INTEGER NOT NULL DEFAULT 0,"                           \
	" due_at INTEGER NOT NULL DEFAULT 0,"                                  \
	" warn_at INTEGER NOT NULL DEFAULT 0,"                                 \
	" target TEXT NOT NULL DEFAULT '', first_at INTEGER NOT NULL DEFAULT " \
	"0,"                                                                   \
	" last_at INTEGER NOT NULL DEFAULT 0,"                                 \
	" last_message INTEGER NOT NULL DEFAULT 0,"                            \
	" first_closed INTEGER NOT NULL DEFAULT 0,"                            \
	" last_closed INTEGER NOT NULL DEFAULT 0,"                             \
	" closer INTEGER NOT NULL DEFAULT 0,"                                  \
	" sort INTEGER NOT NULL DEFAULT 0);"

#define INDEXES                                                                \
	"CREATE UNIQUE INDEX thread_uid ON thread(uid);"                       \
	"CREATE INDEX thread_sort ON thread(sort, id)"                         \
	" WHERE merged IS NULL AND state<3;"                                   \
	"CREATE INDEX thread_state ON thread(state, sort, id)"                 \
	" WHERE merged IS NULL;"                                               \
	"CREATE INDEX thread_mine ON thread(assignee, state, sort, id)"        \
	" WHERE merged IS NULL AND assignee<>0;"                               \
	"CREATE INDEX thread_last ON thread(last_at, id)"                      \
	" WHERE merged IS NULL AND state<3;"                                   \
	"CREATE INDEX thread_state_last ON thread(state, last_at, id)"         \
	" WHERE merged IS NULL;"                                               \
	"CREATE INDEX thread_unread ON thread(sort, id)"                       \
	" WHERE merged IS NULL AND unread>0;"                                  \
	"CREATE INDEX thread_starred ON thread(sort, id)"                      \
	" WHERE merged IS NULL AND starred<>0;"                                \
	"CREATE INDEX thread_snoozed ON thread(snoozed_until, id)"             \
	" WHERE merged IS NULL AND snoozed_until<>0;"                          \
	"CREATE INDEX thread_due ON thread(due_at, id)"                        \
	" WHERE merged IS NULL AND due_at<>0;"                                 \
	"CREATE INDEX thread_waiting ON thread(waiting_since, id)"             \
	" WHERE merged IS NULL AND waiting_since<>0;"                          \
	"CREATE INDEX thread_automatic ON thread(state, sort, id)"             \
	" WHERE merged IS NULL AND automatic<>0;"                              \
	"CREATE INDEX thread_trouble ON thread(sort, id)"                      \
	" WHERE merged IS NULL AND (undelivered<>0 OR failed<>0);"             \
	"CREATE INDEX thread_draft ON thread(sort, id)"                        \
	" WHERE merged IS NULL AND draft<>0;"                                  \
	"CREATE INDEX thread_customer ON thread(customer, last_at, id)"        \
	" WHERE merged IS NULL;"                                               \
	"CREATE INDEX thread_closed ON thread(first_closed)"                   \
	" WHERE first_closed<>0;"

#define TURNS                                                                  \
	"CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"  \
	" threads INTEGER NOT NULL DEFAULT 0);"                                \
	"CREATE TABLE tagged(tag INTEGER NOT NULL, thread INTEGER NOT NULL,"   \
	" PRIMARY KEY(tag, thread)) WITHOUT ROWID;"                            \
	"CREATE TABLE turn(id INTEGER PRIMARY KEY AUTOINCREMENT,"              \
	" thread INTEGER NOT NULL, n INTEGER NOT NULL, from_at INTEGER NOT "   \
	"NULL,"                                                                \
	" until_at INTEGER NOT NULL, ending INTEGER NOT NULL,"                 \
	" first INTEGER NOT NULL, agent INTEGER NOT NULL,"                     \
	" assignee INTEGER NOT NULL, from_ref INTEGER NOT NULL,"               \
	" until_ref INTEGER NOT NULL, target TEXT NOT NULL,"                   \
	" hours TEXT NOT NULL, allowed INTEGER NOT NULL,"                      \
	" due_at INTEGER NOT NULL, warn_at INTEGER NOT NULL);"                 \
	"CREATE UNIQUE INDEX turn_thread ON turn(thread, n);"                  \
	"CREATE INDEX turn_until ON turn(until_at);"

/* Search. */
#define SEARCH                                                                 \
	"CREATE VIEW searched AS SELECT m.id AS id, m.subject AS subject,"     \
	" b.sender AS sender, b.people AS people,"                             \
	" visible(b.text, b.folds) AS words, b.files AS files,"                \
	" numbers(m.subject, visible(b.text, b.folds)) AS numbers"             \
	" FROM message m JOIN body b ON b.message=m.id;"                       \
	"CREATE VIRTUAL TABLE search USING fts5(subject, sender, people,"      \
	" words, files, numbers, content='searched', content_rowid='id',"      \
	" tokenize='shopbell');"

/* Servers, sending, presence. */
#define BOOKS                                                                  \
	"CREATE TABLE account(title TEXT PRIMARY KEY,"                         \
	" last_good INTEGER NOT NULL DEFAULT 0,"                               \
	" last_tried INTEGER NOT NULL DEFAULT 0,"                              \
	" retry_at INTEGER NOT NULL DEFAULT 0,"                                \
	" failures INTEGER NOT NULL DEFAULT 0,"                                \
	" error TEXT NOT NULL DEFAULT '') WITHOUT ROWID;"                      \
	"CREATE TABLE fact(account TEXT, name TEXT, value TEXT NOT NULL,"      \
	" PRIMARY KEY(account, name)) WITHOUT ROWID;"                          \
	"CREATE TABLE mailbox(id INTEGER PRIMARY KEY, account TEXT NOT NULL,"  \
	" name TEXT NOT NULL, role INTEGER NOT NULL,"                          \
	" uidvalidity INTEGER NOT NULL DEFAULT 0,"                             \
	" high INTEGER NOT NULL DEFAULT 0, low INTEGER NOT NULL DEFAULT 0,"    \
	" complete INTEGER NOT NULL DEFAULT 0,"                                \
	" modseq INTEGER NOT NULL DEFAULT 0, UNIQUE(account, name));"          \
	"CREATE TABLE place(mailbox INTEGER NOT NULL, uid INTEGER NOT NULL,"   \
	" message INTEGER NOT NULL, flags INTEGER NOT NULL, keywords TEXT,"    \
	" moved INTEGER NOT NULL DEFAULT 0,"                                   \
	" gone INTEGER NOT NULL DEFAULT 0,"                                    \
	" PRIMARY KEY(mailbox, uid)) WITHOUT ROWID;"                           \
	"CREATE INDEX place_message ON place(message);"                        \
	"CREATE TABLE adrift(mailbox INTEGER NOT NULL, message INTEGER NOT"    \
	" NULL, PRIMARY KEY(mailbox, message)) WITHOUT ROWID;"                 \
	"CREATE TABLE push(id INTEGER PRIMARY KEY AUTOINCREMENT,"              \
	" account TEXT NOT NULL, mailbox INTEGER NOT NULL,"                    \
	" uid INTEGER NOT NULL, kind INTEGER NOT NULL, flag INTEGER NOT NULL," \
	" base INTEGER NOT NULL, value INTEGER NOT NULL, at INTEGER NOT "      \
	"NULL);"                                                               \
	"CREATE UNIQUE INDEX push_place ON push(mailbox, uid, kind, flag);"    \
	"CREATE INDEX push_account ON push(account, id);"

#define SENDING                                                                \
	"CREATE TABLE draft(id INTEGER PRIMARY KEY AUTOINCREMENT,"             \
	" thread INTEGER NOT NULL, agent INTEGER NOT NULL,"                    \
	" updated_at INTEGER NOT NULL, discarded INTEGER NOT NULL DEFAULT 0,"  \
	" content TEXT NOT NULL);"                                             \
	"CREATE INDEX draft_thread ON draft(thread);"                          \
	"CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT,"            \
	" account TEXT NOT NULL, thread INTEGER NOT NULL,"                     \
	" base INTEGER NOT NULL, message INTEGER NOT NULL,"                    \
	" message_id TEXT NOT NULL, sender TEXT NOT NULL,"                     \
	" state INTEGER NOT NULL, stage INTEGER NOT NULL DEFAULT 0,"           \
	" token TEXT, agent INTEGER NOT NULL,"                                 \
	" queued_at INTEGER NOT NULL, not_before INTEGER NOT NULL,"            \
	" next_try INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"        \
	" accepted_at INTEGER NOT NULL DEFAULT 0,"                             \
	" filed_at INTEGER NOT NULL DEFAULT 0,"                                \
	" code INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',"    \
	" canned TEXT NOT NULL DEFAULT '', draft TEXT NOT NULL,"               \
	" event INTEGER NOT NULL, content BLOB NOT NULL);"                     \
	"CREATE UNIQUE INDEX outbox_base ON outbox(thread, base)"              \
	" WHERE state NOT IN (4, 5);"                                          \
	"CREATE INDEX outbox_due ON outbox(account, next_try, id)"             \
	" WHERE state=0;"                                                      \
	"CREATE INDEX outbox_alive ON outbox(state, id)"                       \
	" WHERE state NOT IN (3, 5);"                                          \
	"CREATE INDEX outbox_doubt ON outbox(message_id) WHERE state=6;"       \
	"CREATE INDEX outbox_mid ON outbox(message_id);"                       \
	"CREATE INDEX outbox_thread ON outbox(thread);"                        \
	"CREATE INDEX outbox_message ON outbox(message);"                      \
	"CREATE INDEX outbox_canned ON outbox(canned) WHERE canned<>'';"       \
	"CREATE TABLE recipient(outbox INTEGER NOT NULL, addr TEXT NOT NULL,"  \
	" state INTEGER NOT NULL DEFAULT 0, code INTEGER NOT NULL DEFAULT 0,"  \
	" text TEXT NOT NULL DEFAULT '',"                                      \
	" PRIMARY KEY(outbox, addr)) WITHOUT ROWID;"                           \
	"CREATE TABLE lease(account TEXT PRIMARY KEY, boot TEXT NOT NULL,"     \
	" pid INTEGER NOT NULL, started INTEGER NOT NULL, token TEXT NOT "     \
	"NULL)"                                                                \
	" WITHOUT ROWID;"                                                      \
	"CREATE TABLE look(agent INTEGER PRIMARY KEY, thread INTEGER NOT "     \
	"NULL,"                                                                \
	" since INTEGER NOT NULL, until INTEGER NOT NULL);"                    \
	"CREATE TABLE claim(thread INTEGER PRIMARY KEY, agent INTEGER NOT"     \
	" NULL, since INTEGER NOT NULL, until INTEGER NOT NULL);"

static const char *const first[] = { TRUTH, RECKONED, INDEXES, TURNS, SEARCH,
	BOOKS, SENDING, NULL };

/* Places of a mailbox are counted as they come and go. */
static const char *const second[] = {
	"ALTER TABLE mailbox ADD COLUMN places INTEGER NOT NULL DEFAULT 0;"
	"UPDATE mailbox SET places=(SELECT count(*) FROM place p"
	" WHERE p.mailbox=mailbox.id AND p.gone=0);",

	"CREATE TRIGGER place_in AFTER INSERT ON place WHEN new.gone=0 BEGIN"
	" UPDATE mailbox SET places=places+1 WHERE id=new.mailbox; END;"
	"CREATE TRIGGER place_out AFTER DELETE ON place WHEN old.gone=0 BEGIN"
	" UPDATE mailbox SET places=places-1 WHERE id=old.mailbox; END;"
	"CREATE TRIGGER place_gone AFTER UPDATE OF gone ON place"
	" WHEN old.gone<>new.gone BEGIN UPDATE mailbox"
	" SET places=places+iif(new.gone, -1, 1) WHERE id=new.mailbox; END;",

	NULL
};

/*
 * What the rules of threads look at (desk/kin.h), and what people did.
 *
 *   kin   of each mail; ids and people are arrays of 64-bit keys.  flags
 *         has 256 where the mail was stored before there was this table: of
 *         its references only their ties are known, until rethread.
 *   tie   the threads in which an id or name is known: every one where it is,
 *         and some where it was; id 0 marks threads to look at closely.
 *   pin   mails that a person put into a thread or kept there; cut: moved.
 */
static const char *const third[] = {
	"CREATE TABLE kin(message INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
	" id INTEGER NOT NULL, alias INTEGER, customer INTEGER NOT NULL,"
	" base INTEGER NOT NULL, asked INTEGER, flags INTEGER NOT NULL,"
	" ids BLOB, people BLOB);"
	"CREATE INDEX kin_subject ON kin(base, customer, at) WHERE base<>0;"
	"CREATE TABLE tie(id INTEGER NOT NULL, thread INTEGER NOT NULL,"
	" PRIMARY KEY(id, thread)) WITHOUT ROWID;"
	"CREATE TABLE pin(message INTEGER PRIMARY KEY,"
	" cut INTEGER NOT NULL);",

	"INSERT INTO kin(message, at, id, customer, base, flags)"
	" SELECT id, iif(date>0, date, received_at), id_key(message_id), 0, 0,"
	" iif(weight IN (3, 4), 257, 256) FROM message WHERE kind=0;"
	"INSERT OR IGNORE INTO tie SELECT id & ~1, thread FROM mid;"
	"DROP TABLE mid;"
	"DROP TABLE subject;",

	"UPDATE address SET skeleton=skeleton(addr);",

	NULL
};

/*
 * What a change waits for, and what it is about: the keyword of a tag, the
 * mail wherever it lies, how far a move has come.  Where a mail lay and how
 * long it was there tells a UID given twice.
 */
static const char *const fourth[] = {
	"ALTER TABLE place ADD COLUMN at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE place ADD COLUMN size INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE mailbox ADD COLUMN adrift INTEGER NOT NULL DEFAULT 0;",

	"ALTER TABLE push ADD COLUMN message INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE push ADD COLUMN name TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE push ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE push ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;"
	"UPDATE push SET message=coalesce((SELECT message FROM place p"
	" WHERE p.mailbox=push.mailbox AND p.uid=push.uid), 0);"
	"DROP INDEX push_place;"
	"CREATE UNIQUE INDEX push_place ON"
	" push(mailbox, uid, kind, flag, name);"
	"CREATE INDEX push_message ON push(message);",

	NULL
};

/* What a mail bore before its mailbox was renumbered. */
static const char *const fifth[] = {
	"ALTER TABLE adrift ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE adrift ADD COLUMN keywords TEXT;",

	NULL
};

/* Mails of which the rest is asked for. */
static const char *const sixth[] = {
	"CREATE TABLE wanted(message INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
	" tries INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '');",

	NULL
};

const char *const *const schema_steps[] = { first, second, third, fourth,
	fifth, sixth };
