/*
 * customer -- what we know about the person behind a thread.
 */
#include <string.h>

#include "base/text.h"
#include "desk/people.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/cmd.h"
#include "ui/cmd/inner.h"

static int
customer_of(struct ctx *c, struct thread *t, struct err *e)
{
	if (store_thread(c->store, c->thread[0].thread, c->arena, t, e) < 0)
		return -1;
	if (t->customer.id == 0)
		return err_set(e, ERR_USAGE, 0, "thread %lld has no customer",
		    (long long)t->id);
	return 0;
}

static int
note_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct buf clean = { 0 };
	const char *text = arg[1].given ? arg[1].str : "";
	struct thread t;
	int rc = customer_of(c, &t, e);

	text_repair(&clean, text, strlen(text));
	if (rc == 0)
		rc = store_customer_note(c->store, &c->act, t.customer.id,
		    buf_text(&clean), e);
	buf_free(&clean);
	if (rc == 0)
		ctx_say(c, "%s on the card of %.100s",
		    *text == '\0' ? "no note" : "noted", t.customer.address);
	return rc;
}

const struct cmd cmd_customer_note = {
	.name = "customer note",
	.args = "<thread> [<text>...]",
	.brief = "Write the note on a customer's card",
	.man = "The note is shown beside every thread of the customer.\n"
	       "It takes the place of the one before; without\n.Ar text\nthe"
	       " card has none.\n",
	.flags = CMD_WRITE | CMD_FINAL,
	.run = note_run,
};

static int
inner_text(struct ctx *c, const struct thread *t, const char **text,
    struct err *e)
{
	struct message *v;
	struct address who;
	size_t n;
	int rc;

	if (store_messages(c->store, t->id, c->arena, &v, &n, e) < 0)
		return -1;
	rc = inner_of_thread(c->store, c->shop, t, v, n, c->arena, &who, e);
	if (rc == 0)
		return err_set(e, ERR_USAGE, 0,
		    "nobody else's mail is forwarded in thread %lld: name the "
		    "customer's address",
		    (long long)t->id);
	*text = rc > 0 ? people_format(c->arena, &who) : "";
	return rc < 0 ? -1 : 0;
}

static int
is_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct change change = { .kind = CHANGE_CUSTOMER };
	const char *text = arg[1].given ? arg[1].str : "";
	struct thread t;
	size_t changed;

	if (store_thread(c->store, c->thread[0].thread, c->arena, &t, e) < 0 ||
	    (*text == '\0' && inner_text(c, &t, &text, e) < 0))
		return -1;
	change.text = text;
	if (store_change(c->store, &c->act, c->thread, 1, &change, 1, &changed,
		e) < 0)
		return -1;
	ctx_say(c, "thread %lld %s of %.120s", (long long)t.id,
	    changed > 0 ? "is now" : "was already",
	    text_cleaned(c->arena, text, TEXT_LINE));
	return 0;
}

const struct cmd cmd_customer_is = {
	.name = "customer is",
	.args = "<thread> [<text>...]",
	.keys = "list:W thread:W",
	.brief = "Say who the customer of a thread is",
	.man = "Without an address it is the sender of the mail inside what"
	       " one of us\nforwarded; from then on answers go to that"
	       " address.\n"
	       "Where our own server vouches for the forward this is done by"
	       " itself.\n",
	.flags = CMD_WRITE,
	.run = is_run,
};

static int
vip_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool on = strcmp(arg[1].str, "yes") == 0;
	struct thread t;

	if (customer_of(c, &t, e) < 0 ||
	    store_customer_vip(c->store, &c->act, t.customer.id, on, e) < 0)
		return -1;
	ctx_say(c, "%.100s is %s good customer", t.customer.address,
	    on ? "a" : "no longer marked as a");
	return 0;
}

const struct cmd cmd_customer_vip = {
	.name = "customer vip",
	.args = "<thread> yes|no",
	.brief = "Say who is a good customer",
	.man = "Good customers bear a star, are found by\n.Ql is:vip\nand may"
	       " have targets of their own.\n",
	.flags = CMD_WRITE | CMD_FINAL,
	.run = vip_run,
};
