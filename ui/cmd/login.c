/*
 * login -- let this program in at the service that holds the mailbox.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "mail/run.h"
#include "ui/cmd/login.h"

/* A pasted address may hold a code of 2 KB, escaped. */
#define PASTE_MAX 16384

static void
tell(void *arg, const char *line)
{
	struct ctx *c = arg;
	struct err ignored = { 0 };

	out_text(c->out, "%s\n", line);
	out_flush(c->out, &ignored);
}

/* By stdio, which setup reads its answers with, too. */
static int
paste(void *arg, const char *question, struct buf *out, struct err *e)
{
	struct ctx *c = arg;
	int byte;

	out_text(c->out, "%s: ", question);
	if (out_flush(c->out, e) < 0)
		return -1;
	buf_room(out, PASTE_MAX);
	buf_str(out, "");
	while ((byte = getchar()) != EOF && byte != '\n')
		if (out->len < PASTE_MAX)
			buf_chr(out, (char)byte);
	if (!isatty(STDIN_FILENO))
		out_text(c->out, "\n");
	if (byte != EOF || out->len > 0)
		return 0;
	buf_free(out);
	return err_set(e, ERR_USAGE, 0,
	    "login: nothing was pasted: nothing has changed");
}

int
login_ask(struct ctx *c, const struct shop *shop, const struct account *a,
    enum login_way way, struct err *e)
{
	struct login_ask ask = {
		.way = way,
		.tell = tell,
		.paste = paste,
		.arg = c,
	};

	return mail_login(shop, a, &ask, e);
}

/* The one named, or the only one that logs in so. */
static const struct account *
which(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct account *found = NULL;

	if (arg->given) {
		found = shop_account(c->shop, arg->str);
		if (found == NULL)
			err_set(e, ERR_USAGE, 0, "login: no account \"%.60s\"",
			    arg->str);
		return found;
	}
	for (size_t i = 0; i < c->shop->accounts; i++) {
		const struct account *a = &c->shop->account[i];

		if (*a->oauth.provider == '\0')
			continue;
		if (found != NULL) {
			err_set(e, ERR_USAGE, 0,
			    "login: which account: \"%.40s\", \"%.40s\" ...?",
			    found->title, a->title);
			return NULL;
		}
		found = a;
	}
	if (found == NULL)
		err_set(e, ERR_USAGE, 0,
		    "login: no account has \"oauth\" set: a password needs no "
		    "login");
	return found;
}

static int
login_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct account *a = which(c, &arg[0], e);
	enum login_way way = LOGIN_USUAL;

	if (a == NULL)
		return -1;
	if (ctx_has(c, "forget")) {
		if (mail_logout(a, e) < 0)
			return -1;
		ctx_say(c, "forgotten: %s", a->title);
		return 0;
	}
	if (ctx_has(c, "device") && ctx_has(c, "paste"))
		return err_set(e, ERR_USAGE, 0,
		    "login: --device or --paste, not both");
	if (ctx_has(c, "device"))
		way = LOGIN_DEVICE;
	if (ctx_has(c, "paste"))
		way = LOGIN_PASTE;
	if (login_ask(c, c->shop, a, way, e) < 0)
		return -1;
	ctx_say(c, "now run \"shopbell sync\"");
	return 0;
}

const struct cmd cmd_login = {
	.name = "login",
	.args = "[<account>]",
	.options = "[--device] [--paste] [--forget]",
	.brief = "Log in by a browser instead of a password",
	.man = "For an account that has\n.Ic oauth\nset (OAuth 2), as Microsoft"
	       " and Google want it.\n"
	       "Where the service can, a short code is shown, to be entered in"
	       " a browser on any machine\n.Pq Fl \\-device ;\n"
	       "elsewhere an address is shown to be opened in a browser, and"
	       " the address at which the browser ends is pasted back here\n"
	       ".Pq Fl \\-paste .\n"
	       "The tokens are kept for the user who runs this, who must be the"
	       " one who runs\n.Ic shopbell sync ;\nthe sync renews them.\n"
	       "When the service takes them back, the screen, the sync and\n"
	       ".Ic doctor\nsay so: then run this again.\n"
	       "With\n.Fl \\-forget\nthe tokens are deleted here; at the"
	       " service they are revoked on its web site.\n",
	.flags = CMD_LINE | CMD_NO_STORE,
	.run = login_run,
};
