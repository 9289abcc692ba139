/*
 * people.h -- who wrote, who is answered, who is a robot.
 */
#ifndef DESK_PEOPLE_H
#define DESK_PEOPLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "desk/mail.h"
#include "desk/model.h"
#include "desk/shop.h"

/*
 * Address as key: lower case, the domain in the letters it stands for
 * (never as xn--), no comments or needless quotes.
 */
char *people_key(struct arena *a, const char *addr);

/*
 * Is it fit to be sent to?  One @, no CR, LF, NUL, blanks or controls, but
 * for what a quoted name may have before its @ (RFC 5321, 4.1.2).
 */
bool people_address_ok(const char *addr);

/* Bytes of a quoted name that an address begins with; 0 if it has none. */
size_t people_quoted(const char *addr);

/*
 * An address as it stands on the wire: the letters of its domain as xn--
 * labels (RFC 5891).  Those before the @ stay as they are: where they are
 * beyond ASCII the servers must know SMTPUTF8 (RFC 6531).  ERR_USAGE: no
 * server can have such a domain.
 */
int people_wire(struct arena *a, const char *addr, const char **out,
    struct err *e);

/* "Name <addr>" as a person types it, several by commas; ERR_USAGE. */
int people_parse(struct arena *a, const char *s, struct addresses *out,
    struct err *e);

/* As shown to a person, and as parsed back by people_parse. */
char *people_format(struct arena *a, const struct address *v);
char *people_format_all(struct arena *a, const struct addresses *v);

/*
 * The customer of an incoming mail: Reply-To before From where From is the
 * shop's own or a machine that writes for many, then who filled in the form
 * (form.h); X-Original-Sender on lists; the inner sender of an agent's proven
 * forward.
 */
struct address people_customer(struct arena *a, const struct shop *s,
    const struct mail *m);

/*
 * The sender inside a forward, proven or not, if it is not one of us; NULL
 * if there is none.  To be offered by key where people_customer said no.
 */
const struct address *people_inner(const struct shop *s, const struct mail *m);

/* Is the mail one we sent: From is an account, alias or agent of ours? */
bool people_is_ours(const struct shop *s, const struct mail *m);

/*
 * Is it automatic for us, or list mail?  What the mail says, unless its
 * sender is one of those whose automatic mail is a person's (shop.human);
 * Reply-To counts as sender, too, because forms are sent by the machine of
 * the site.
 */
bool people_is_robot(const struct shop *s, const struct mail *m);

/* The name a person gave, or "" where it poses as an address or hides one. */
const char *people_name(const char *name);

/* "Ana" of "Ana Ruiz", "Ruiz, Ana"; "" if no name is fit for a greeting. */
char *people_first_name(struct arena *a, const char *name);

/*
 * Recipients of an answer to m (a mail in or out).  all: everybody; else the
 * one who wrote.  Our own addresses never; no one twice.  from is the alias
 * the customer wrote to.
 *
 * to is empty where m itself does not say: a form of the site, or what an
 * agent passed on.  The answer is then for the customer of the thread.
 */
void people_answer(struct arena *a, const struct shop *s,
    const struct message *m, bool all, struct address *from,
    struct addresses *to, struct addresses *cc);

/*
 * Whom an answer to m, a mail that came in, goes to; n is 0 where that is
 * who sent it, and nothing has to be said.
 */
struct addresses people_elsewhere(struct arena *a, const struct shop *s,
    const struct message *m);

#endif
