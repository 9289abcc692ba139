/*
 * returned.c -- what a bounce says, in a sentence for people.
 */
#include "desk/returned.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *code; /* subject and detail; the subject alone for others */
	const char *text;
} meanings[] = {
	{ "1.1", "there is no such address" },
	{ "1.2", "there is no such domain" },
	{ "1.3", "the address is not written right" },
	{ "1.4", "the address stands for more than one mailbox" },
	{ "1.6", "the mailbox has moved, nobody knows where" },
	{ "1.10", "the domain takes no mail" },
	{ "1", "something is wrong with the address" },
	{ "2.1", "the mailbox is switched off" },
	{ "2.2", "the mailbox is full" },
	{ "2.3", "the mail is too large for the mailbox" },
	{ "2", "something is wrong with the mailbox" },
	{ "3.0", "" }, /* whatever a server has no other code for */
	{ "3.1", "the server there has no room left" },
	{ "3.4", "the mail is too large for the server there" },
	{ "3", "something is wrong with the server there" },
	{ "4.1", "the server there does not answer" },
	{ "4.3", "the way to the domain could not be looked up" },
	{ "4.4", "the domain has no mail server" },
	{ "4.6", "the mail went in circles" },
	{ "4.7", "it was tried for too long" },
	{ "4", "something is wrong on the way there" },
	{ "5.3", "the mail has too many recipients" },
	{ "6", "something in the mail cannot be taken there" },
	{ "7.1", "the receiver's rules refuse it" },
	{ "7.8", "the server there wanted a login" },
	{ "7.20", "no signature of the mail is right" },
	{ "7.21", "no signature of the mail is accepted there" },
	{ "7.22", "the signature is not of the sender's domain" },
	{ "7.23", "our server may not send for our domain (SPF)" },
	{ "7.25", "our server has no name that leads back to it" },
	{ "7.26", "the mail failed every check of who sent it" },
	{ "7", "it was refused as a matter of rules or safety" },
};

static const char *
meaning_of(const char *code, size_t n)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		if (strlen(meanings[i].code) == n &&
		    memcmp(meanings[i].code, code, n) == 0)
			return meanings[i].text;
	}
	return NULL;
}

const char *
returned_meaning(const char *status)
{
	const char *code = strchr(status, '.'), *text;

	if (code == NULL || *++code == '\0')
		return "";
	text = meaning_of(code, strlen(code));
	if (text == NULL)
		text = meaning_of(code, strcspn(code, "."));
	return text != NULL ? text : "";
}

static const char *
outcome(const struct bounce *b)
{
	if (text_same(b->action, "delayed"))
		return "not delivered yet";
	if (text_same(b->action, "delivered"))
		return "delivered";
	if (text_same(b->action, "relayed") || text_same(b->action, "expanded"))
		return "passed on";
	return "not delivered";
}

static const char *
how_final(const struct bounce *b)
{
	if (text_same(b->action, "delayed"))
		return ", it is tried again";
	if (strncmp(outcome(b), "not", 3) != 0)
		return "";
	return b->permanent ? ", for good" : ", for now";
}

const char *
returned_sentence(struct arena *a, const struct bounce *b)
{
	const char *why = *b->status == '2' ? "" : returned_meaning(b->status);
	bool code = *b->status != '\0';
	bool also = b->also != NULL && *b->also != '\0';
	const char *more = !also                                ? ""
			   : strncmp(outcome(b), "not", 3) == 0 ? "; nor to "
								: "; also to ";

	return arena_fmt(a, "%s%s%s%s%s%s%s%s%s%s%s", outcome(b),
	    *b->recipient != '\0' ? " to " : "", b->recipient, how_final(b),
	    code ? " (" : "", b->status, code ? ")" : "",
	    *why != '\0' ? ": " : "", why, more, also ? b->also : "");
}
