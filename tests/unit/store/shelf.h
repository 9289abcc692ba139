/*
 * shelf.h -- a store in a folder of its own, and mails to put into it.
 */
#ifndef TESTS_SHELF_H
#define TESTS_SHELF_H

#include "base/arena.h"
#include "desk/shop.h"
#include "store/edit.h"
#include "store/ingest.h"
#include "store/outbox.h"
#include "store/query.h"

#define NOW ((int64_t)1790000000)
#define DAY ((int64_t)86400)

struct shelf {
	struct arena arena;
	struct shop shop;
	struct account account;
	char folder[64];
	struct store *store;
	int64_t inbox;
	int64_t sent;
	int64_t junk;
	int64_t uid;
	struct act ana; /* two agents */
	struct act ben;
};

void shelf_open(struct shelf *s);
void shelf_reopen(struct shelf *s);
void shelf_close(struct shelf *s); /* checks first: no difference */

/* Ends the test program with the text of e unless rc is 0. */
void ok(int rc, const struct err *e);

/* A plain mail; references by blanks, from and to as addresses. */
struct letter {
	const char *id;
	const char *from;
	const char *to;
	const char *subject;
	const char *refs;
	const char *text;
	int64_t at;
	bool automatic;
	unsigned flags;
};
char *letter_raw(struct arena *a, const struct letter *l);
struct mail *letter_mail(struct arena *a, const struct letter *l);

/* A letter as a server has it, for a batch; m is what is read of it. */
struct arrival parcel(struct arena *a, const struct letter *l, struct mail *m,
    int64_t uid);

/* Arrive in a mailbox at `now`; the thread it came to. */
int64_t arrive_at(struct shelf *s, int64_t mailbox, const struct letter *l,
    int64_t now);
int64_t arrive(struct shelf *s, const struct letter *l);

/* Where a letter that arrived stands now. */
int64_t thread_of(struct shelf *s, const struct letter *l);

struct thread row(struct shelf *s, int64_t thread);
int64_t last_mail(struct shelf *s, int64_t thread);

/* Queue an answer to the last mail; the outbox row, or -1 with e. */
int64_t answer(struct shelf *s, const struct act *by, int64_t thread,
    const char *text, bool close, struct err *e);

/* The same, to what an agent saw: base is the last mail as she knew it. */
int64_t answer_to(struct shelf *s, const struct act *by, int64_t thread,
    int64_t base, const char *text, bool close, struct err *e);

/* Carry the row through the sender: accepted at an instant. */
void carry(struct shelf *s, int64_t outbox, int64_t at);

void change(struct shelf *s, const struct act *by, int64_t thread,
    struct change c);

/* Everything a thread row says, as text. */
const char *portrait(struct shelf *s, int64_t thread);

/* The number of differences the check finds, told on stderr. */
int64_t differences(struct shelf *s);

/* Change the file behind the store's back. */
void tamper(struct shelf *s, const char *sql);

/* Another process's write lock, and its end. */
struct db;
struct db *hold_lock(struct shelf *s);
void free_lock(struct db *d);

/* Close without the check. */
void ok_close(struct shelf *s);

/* Pseudo-random numbers, the same on every run. */
uint32_t dice(uint32_t *seed, uint32_t n);

#endif
