#include "unit.h"

#include "desk/shop.h"

#define ACCOUNT                                                                \
	"[account \"shop\"]\n"                                                 \
	"\taddress = hello@shop.example\n"                                     \
	"\tpassword-command = pass show shop\n"                                \
	"\timap = imaps://mail.shop.example\n"                                 \
	"\tsmtp = smtp://mail.shop.example\n"

static struct shop *
read_shop(struct arena *a, const char *text, struct err *e)
{
	struct conf c = { 0 };

	if (conf_parse(a, &c, "conf", text, strlen(text), 0, e) < 0)
		return NULL;
	return shop_make(a, &c, e);
}

static void
an_empty_file_is_a_shop_with_defaults(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct shop *s = read_shop(&a, "", &e);

	(void)state;
	assert_non_null(s);
	assert_int_equal(s->undo_delay, 10);
	assert_int_equal(s->history, 30 * 86400);
	assert_true(s->sync_from_screen);
	assert_non_null(strstr(s->store, "/shopbell/store.db"));
	assert_non_null(strstr(s->canned, "/shopbell/canned"));
	assert_text(s->theme, "dark");
	assert_text(s->keys, "default");
	assert_text(s->notify, "bell");
	assert_int_equal(s->accounts, 0);
	arena_free(&a);
}

static const char whole[] =
    "[shopbell]\n"
    "\tstore = /var/lib/shopbell/store.db\n"
    "\tundo-delay = 20s   # a comment\n"
    "\tsync-from-screen = no\n"
    "\tzone = Europe/Berlin\n"
    "\thuman = forms@shop.example, Market <m@market.example>\n" ACCOUNT
    "\talias = orders@shop.example\n"
    "\talias = Help@Shop.example\n"
    "\tname = The Shop\n"
    "\tmailbox = INBOX\n"
    "\tmailbox = Support\n"
    "\tsent = append\n"
    "\tsize-limit = 500K\n"
    "\tca-file =\n"
    "[agent \"ana\"]\n"
    "\tname = Ana Ruiz\n"
    "\temail = ana@shop.example\n"
    "\tsignature = Ana\\nThe Shop\n"
    "[target \"default\"]\n\tfirst = 5m\n\tnext = 4h\n"
    "\thours = office\n"
    "[target \"vip\"]\n\tmatch = is:vip\n\tfirst = 2m\n\twarn = 50%\n"
    "[hours \"office\"]\n"
    "\tfrom = 2026-06-01\n"
    "\topen = mon-fri 10:00-16:00\n"
    "[hours \"office\"]\n"
    "\tzone = America/New_York\n"
    "\topen = mon-fri 09:00-12:30\n"
    "\topen = sat 10:00-14:00\n"
    "\topen = 2026-11-27 18:00-23:00\n"
    "\tclosed = 2026-12-25\n"
    "[view \"Returns\"]\n\tquery = tag:returns is:open\n"
    "\tkey = g R\n"
    "[bind \"list\"]\n\tassign = A\n\tclose = C-x\n"
    "[screen]\n\ttheme = light\n\tkeys = emacs\n";

static void
the_whole_of_it_is_understood(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct shop *s = read_shop(&a, whole, &e);
	const struct account *x;

	(void)state;
	if (s == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(s->undo_delay, 20);
	assert_false(s->sync_from_screen);
	assert_int_equal(s->human.n, 2);
	assert_text(s->human.v[1], "m@market.example");
	assert_int_equal(s->accounts, 1);
	x = &s->account[0];
	assert_text(x->title, "shop");
	assert_text(x->user, "hello@shop.example");
	assert_text(x->imap.host, "mail.shop.example");
	assert_int_equal(x->imap.port, 993);
	assert_true(x->imap.implicit_tls);
	assert_int_equal(x->smtp.port, 587);
	assert_false(x->smtp.implicit_tls);
	assert_false(x->tls_none);
	assert_int_equal(x->alias.n, 2);
	assert_int_equal(x->mailbox.n, 2);
	assert_int_equal(x->sent, SENT_APPEND);
	assert_int_equal(x->size_limit, 500 * 1024);
	assert_text(x->file, "conf");
	assert_text(s->agent[0].signature, "Ana\nThe Shop");
	/* "default" is asked last wherever it stands. */
	assert_text(s->target[0].name, "vip");
	assert_int_equal(s->target[0].warn, 50);
	assert_text(s->target[1].name, "default");
	assert_int_equal(s->target[1].first, 300);
	assert_int_equal(s->target[1].warn, 80);
	/* Two versions, by their day; the zone of the shop where none is. */
	assert_int_equal(s->hours_n, 2);
	assert_int_equal(s->hours[0].from, 0);
	assert_text(s->hours[0].zone, "America/New_York");
	assert_int_equal(s->hours[0].opens, 2);
	assert_int_equal(s->hours[0].exceptions, 2);
	assert_int_equal(s->hours[1].from, at("Europe/Berlin", "2026-06-01"));
	assert_text(s->hours[1].zone, "Europe/Berlin");
	assert_text(s->view[0].query, "tag:returns is:open");
	assert_int_equal(s->binds, 2);
	assert_text(s->bind[1].command, "close");
	assert_text(s->bind[1].key, "C-x");
	assert_text(s->theme, "light");
	assert_non_null(shop_account(s, "shop"));
	assert_null(shop_account(s, "x"));
	assert_non_null(shop_agent(s, "ana"));
	assert_ptr_equal(shop_account_of(s, "HELP@shop.example"), x);
	assert_null(shop_account_of(s, "ana@shop.example"));
	assert_true(shop_owns(s, "Ana@Shop.Example"));
	assert_false(shop_owns(s, "maria@kunde.example"));
	assert_false(shop_owns(s, ""));
	arena_free(&a);
}

#define OAUTH                                                                  \
	"[account \"o\"]\naddress = o@shop.example\n"                         \
	"imap = imaps://x.example\nsmtp = smtps://x.example\n"                 \
	"oauth-client-id = id\n"

static void
known_services_need_only_a_client(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct shop *s = read_shop(&a, OAUTH "oauth = microsoft\n", &e);
	const struct oauth *o;

	(void)state;
	assert_non_null(s);
	o = &s->account[0].oauth;
	assert_text(o->token, "https://login.microsoftonline.com/common"
			      "/oauth2/v2.0/token");
	assert_non_null(strstr(o->device, "/common/oauth2/v2.0/devicecode"));
	assert_non_null(strstr(o->scope, "SMTP.Send offline_access"));
	s = read_shop(&a,
	    OAUTH "oauth = Microsoft\noauth-tenant = shop.example\n"
		  "oauth-token = http://[::1]:8080/t\noauth-scope = x\n",
	    &e);
	assert_non_null(s);
	o = &s->account[0].oauth;
	assert_text(o->token, "http://[::1]:8080/t");
	assert_text(o->scope, "x");
	assert_non_null(strstr(o->authorize, "/shop.example/oauth2/"));
	s = read_shop(&a, OAUTH "oauth = google\n", &e);
	assert_non_null(s);
	o = &s->account[0].oauth;
	assert_text(o->device, "");
	assert_text(o->scope, "https://mail.google.com/");
	arena_free(&a);
}

static const struct {
	const char *text;
	const char *error;
} faults[] = {
	{ OAUTH "oauth = mikrosoft\n",
	    "conf:6:9: oauth cannot be \"mikrosoft\" (did you mean "
	    "\"microsoft\"?)" },
	{ OAUTH "oauth = other\n",
	    "conf:1:2: [account \"o\"] needs \"oauth-token\" for oauth = "
	    "other" },
	{ OAUTH "oauth = other\noauth-token = https://x.example/t\n",
	    "conf:1:2: [account \"o\"] needs \"oauth-device\" or "
	    "\"oauth-authorize\"" },
	{ OAUTH "oauth = microsoft\noauth-tenant = ../x\n",
	    "conf:7:16: oauth-tenant is a name like shop.example, or the "
	    "number of the directory" },
	{ OAUTH "oauth-token = http://login.example/t\n",
	    "conf:6:15: oauth-token: http:// is for loopback addresses only: "
	    "use https://" },
	{ OAUTH "oauth-token = http://127.0.0.1.example.com/t\n",
	    "conf:6:15: oauth-token: http:// is for loopback addresses only: "
	    "use https://" },
	{ OAUTH "oauth-token = http://localhost@login.example/t\n",
	    "conf:6:15: oauth-token: a user or password cannot stand in the "
	    "address" },
	{ OAUTH "oauth-token = ftp://login.example/t\n",
	    "conf:6:15: oauth-token: an address begins with https://" },
	{ OAUTH "oauth-token = https://\n",
	    "conf:6:15: oauth-token: the address names no host" },
	{ OAUTH "oauth-token = https://login.example/a b\n",
	    "conf:6:15: oauth-token: there is a character in it that an "
	    "address cannot have" },
	{ "[account \"o\"]\naddress = o@x.example\nimap = imaps://x\n"
	  "oauth = google\n",
	    "conf:1:2: [account \"o\"] needs \"oauth-client-id\"" },
	{ "[shopbel]\nstore = x\n", "conf:1:2: there is no section "
				    "[shopbel] (did you mean [shopbell]?)" },
	{ "[zzzzzzzzz]\nstore = x\n", "conf:1:2: there is no section "
				      "[zzzzzzzzz]" },
	{ "[shopbell]\n\tundo-dealy = 3s\n",
	    "conf:2:2: there is no "
	    "\"undo-dealy\" in [shopbell] (did you mean "
	    "\"undo-delay\"?)" },
	{ "[shopbell]\n  imap = x\n",
	    "conf:2:3: there is no \"imap\" "
	    "in [shopbell] (did you mean [account]?)" },
	{ "[shopbell]\nundo-delay = soon\n",
	    "conf:2:14: undo-delay "
	    "is a duration like 10s, 5m, 4h or 2d, not \"soon\"" },
	{ "[shopbell]\nundo-delay = 40d\n", "conf:2:14: undo-delay "
					    "can be at most 24h" },
	{ "[shopbell]\nundo-delay =\n", "conf:2:13: undo-delay needs "
					"a value" },
	{ "[shopbell]\nsync-from-screen = yse\n",
	    "conf:2:20: "
	    "sync-from-screen cannot be \"yse\" (did you mean "
	    "\"yes\"?)" },
	{ "[shopbell]\nzone = Europe/Berln\n",
	    "conf:2:8: there is no "
	    "time zone \"Europe/Berln\" (they are named like "
	    "Europe/Berlin)" },
	{ "[screen]\ntheme = drak\n", "conf:2:9: theme cannot be "
				      "\"drak\" (did you mean \"dark\"?)" },
	{ "[screen]\ntheme = dark\ntheme = light\n",
	    "conf:3:1: "
	    "\"theme\" was given on line 2 already" },
	{ "[account]\naddress = a@b.example\n",
	    "conf:1:2: [account] "
	    "needs a name, as in [account \"example\"]" },
	{ "[screen \"x\"]\ntheme = dark\n", "conf:1:9: [screen] takes "
					    "no title" },
	{ "[account \"shop\"]\nimap = imaps://x\n",
	    "conf:1:2: "
	    "[account \"shop\"] needs \"address\"" },
	{ "[account \"s\"]\naddress = a@b.example\n"
	  "imap = imaps://x\n",
	    "conf:1:2: [account \"s\"] needs "
	    "\"password-command\", \"password-file\", "
	    "\"token-command\" or \"oauth\"" },
	{ ACCOUNT "password-file = x\n",
	    "conf:1:2: [account "
	    "\"shop\"] has more than one of \"password-command\", "
	    "\"password-file\", \"token-command\" and \"oauth\"" },
	{ ACCOUNT "alias = nobody\n", "conf:6:9: alias: \"nobody\" is "
				      "not a mail address" },
	{ "[account \"s\"]\naddress = a b@c.example\n",
	    "conf:2:11: "
	    "address: \"a b@c.example\" is not a mail address" },
	{ "[account \"s\"]\nimap = http://x\n",
	    "conf:2:8: imap must "
	    "begin with imaps:// or imap://, not \"http://x\"" },
	{ "[account \"s\"]\nimap = imaps://x:99999\n",
	    "conf:2:16: "
	    "imap: \"x:99999\" is not a host with a port from 1 to "
	    "65535" },
	{ "[account \"s\"]\nsmtp = smtps://a b\n",
	    "conf:2:16: "
	    "smtp: \"a b\" is not a host with a port from 1 to "
	    "65535" },
	{ ACCOUNT "tls = none\n",
	    "conf:6:7: tls = none is for "
	    "loopback addresses only, and mail.shop.example is "
	    "none" },
	{ ACCOUNT "tls = off\n", "conf:6:7: tls cannot be \"off\": it "
				 "is one of required, none" },
	{ ACCOUNT "sent = sever\n", "conf:6:8: sent cannot be "
				    "\"sever\" (did you mean \"server\"?)" },
	{ ACCOUNT "size-limit = 1\n", "conf:6:14: size-limit must lie "
				      "between 64K and 2048M" },
	{ ACCOUNT "size-limit = big\n", "conf:6:14: size-limit is a "
					"size like 500K or 32M, not \"big\"" },
	{ ACCOUNT "[account \"two\"]\naddress = x@shop.example\n"
		  "alias = HELLO@shop.example\ndeliver-to = /tmp/x\n",
	    "conf:6:2: [account \"two\"] has an address that [account "
	    "\"shop\"] has, too" },
	{ "[hours \"o\"]\nopen = 9-17\n", "conf:2:8: \"9-17\" is not "
					  "a date like 2026-12-25" },
	{ "[hours \"o\"]\nopen = mon-fri 9-17\n",
	    "conf:2:8: \"9-17\" "
	    "is not a time like 09:00-17:30" },
	{ "[hours \"o\"]\nclosed = xmas\n", "conf:2:10: \"xmas\" is "
					    "not a date like 2026-12-25" },
	{ "[hours \"o\"]\nclosed = 2026-12-25\n",
	    "conf:1:2: [hours "
	    "\"o\"] never opens: it needs \"open\"" },
	{ "[hours \"o\"]\nopen = daily 0:00-24:00\n[hours \"o\"]\n"
	  "open = mon 9:00-10:00\n",
	    "conf:4:8: two versions of "
	    "[hours \"o\"] hold from the same day: give the later "
	    "one its \"from\"" },
	{ "[target \"x\"]\nfirst = 5m\nhours = ofice\n[hours "
	  "\"office\"]\nopen = daily 0:00-24:00\n",
	    "conf:3:9: there "
	    "is no [hours \"ofice\"] (did you mean \"office\"?)" },
	{ "[target \"x\"]\nwarn = 50%\n", "conf:1:2: [target \"x\"] "
					  "needs \"first\" or \"next\"" },
	{ "[target \"x\"]\nfirst = 5m\nwarn = 0%\n",
	    "conf:3:8: warn "
	    "is a share from 1% to 100%, not \"0%\"" },
	{ "[target \"x\"]\nfirst = 5m\nmatch = tag:a is:opne\n",
	    "conf:3:18: match: there is no is:opne (did you mean "
	    "is:open?)" },
	{ "[view \"x\"]\nkey = g x\n", "conf:1:2: [view \"x\"] needs "
				       "\"query\"" },
	{ "[view \"x\"]\nquery = (a\n", "conf:2:9: query: this ( is "
					"not closed" },
	{ "[bind \"list\"]\nassign =\n", "conf:2:9: which keys?" },
};

static void
faults_are_told_with_place_and_cure(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };

		if (read_shop(&a, faults[i].text, &e) != NULL)
			fail_msg("taken: %s", faults[i].text);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_text(e.text, faults[i].error);
		arena_free(&a);
	}
}

static void
plain_text_is_for_loopback_alone(void **state)
{
	static const struct {
		const char *host;
		bool ok;
	} cases[] = { { "localhost", true }, { "127.0.0.1", true },
		{ "127.1.2.3", true }, { "[::1]", true },
		{ "localhost:1143", true }, { "127.0.0.1.example.com", false },
		{ "localhost.example.com", false }, { "10.0.0.1", false },
		{ "mail.shop.example", false }, { "[::2]", false },
		{ "127.0.0.256", false } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		const char *text = arena_fmt(&a,
		    "[account \"s\"]\n"
		    "address = a@b.example\npassword-command = x\n"
		    "imap = imap://%s\ntls = none\n",
		    cases[i].host);
		struct shop *s = read_shop(&a, text, &e);

		if ((s != NULL) != cases[i].ok)
			fail_msg("%s: %s", cases[i].host, e.text);
		arena_free(&a);
	}
}

/* What the system says a person may say again, but not in a shared store. */
static void
a_person_may_override_but_not_rule(void **state)
{
	static const char system[] = "[shopbell]\nundo-delay = 10s\n" ACCOUNT
				     "[hours \"o\"]\nopen = daily 0:00-24:00\n";
	static const char person[] =
	    "[shopbell]\nundo-delay = 30s\n"
	    "[account \"shop\"]\nname = Mine\n[screen]\ntheme = light\n"
	    "[hours \"o\"]\nfrom = 2026-01-01\nopen = mon 9:00-10:00\n";
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };
	struct shop *s;

	(void)state;
	assert_int_equal(conf_parse(&a, &c, "system", system,
			     sizeof(system) - 1, 1, &e),
	    0);
	assert_int_equal(conf_parse(&a, &c, "person", person,
			     sizeof(person) - 1, 0, &e),
	    0);
	s = shop_make(&a, &c, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(s->undo_delay, 30);
	assert_text(s->account[0].name, "Mine");
	assert_int_equal(s->account[0].system, 1);
	assert_int_equal(s->hours_n, 2);
	assert_text(s->theme, "light");
	arena_free(&a);
}

static void
the_digest_moves_with_what_the_clock_means(void **state)
{
	static const char *const texts[] = {
		"[target \"default\"]\nfirst = 5m\n",
		"[target \"default\"]\nfirst = 6m\n",
		"[target \"default\"]\nfirst = 5m\nwarn = 70%\n",
		"[target \"default\"]\nfirst = 5m\nmatch = is:vip\n",
		"[target \"default\"]\nfirst = 5m\nhours = o\n[hours \"o\"]\n"
		"open = daily 0:00-24:00\n",
		"[target \"default\"]\nfirst = 5m\nhours = o\n[hours \"o\"]\n"
		"open = daily 0:00-24:00\nclosed = 2026-12-25\n",
		"[target \"default\"]\nfirst = 5m\nhours = o\n[hours \"o\"]\n"
		"open = daily 0:00-24:00\nzone = Asia/Tokyo\n",
	};
	char digest[COUNT(texts)][65];
	char again[65];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct arena a = { 0 };
		struct err e;
		struct shop *s = read_shop(&a, texts[i], &e);

		assert_non_null(s);
		shop_clock_digest(s, digest[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(digest[i], digest[j]);
		s = read_shop(&a,
		    arena_fmt(&a, "[screen]\ntheme = light\n%s", texts[i]), &e);
		shop_clock_digest(s, again);
		assert_string_equal(again, digest[i]);
		arena_free(&a);
	}
}

/* The table is read by its own reader: every default is a fit value. */
static void
every_default_is_fit_to_be_written(void **state)
{
	size_t rows = 0;

	(void)state;
	for (const struct setting *s = shop_settings; s->section != NULL;
	     s++, rows++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		const char *need =
		    strcmp(s->section, "account") == 0
			? "address = a@b.example\ndeliver-to = /x\n"
		    : strcmp(s->section, "hours") == 0
			? "open = daily 0:00-24:00\n"
		    : strcmp(s->section, "target") == 0 ? "first = 1m\n"
		    : strcmp(s->section, "view") == 0   ? "query = a\n"
							: "";
		bool titled = false;
		const char *text;

		assert_non_null(s->help);
		assert_non_null(s->type);
		for (size_t i = 0; shop_sections[i].name != NULL; i++)
			titled = titled || (strcmp(shop_sections[i].name,
						s->section) == 0 &&
					       shop_sections[i].title != NULL);
		if (s->kind == SETTING_BIND || s->fallback == NULL ||
		    strstr(need, s->name) == need)
			continue;
		text = arena_fmt(&a, "[%s%s]\n%s%s = %s\n", s->section,
		    titled ? " \"x\"" : "",
		    strstr(need, s->name) != NULL ? "address = a@b.example\n"
						    "smtp = smtp://x\n"
						  : need,
		    s->name, s->fallback);
		if (read_shop(&a, text, &e) == NULL)
			fail_msg("%s: %s", text, e.text);
		arena_free(&a);
	}
	assert_true(rows < 64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_is_a_shop_with_defaults),
		cmocka_unit_test(known_services_need_only_a_client),
		cmocka_unit_test(the_whole_of_it_is_understood),
		cmocka_unit_test(faults_are_told_with_place_and_cure),
		cmocka_unit_test(plain_text_is_for_loopback_alone),
		cmocka_unit_test(a_person_may_override_but_not_rule),
		cmocka_unit_test(the_digest_moves_with_what_the_clock_means),
		cmocka_unit_test(every_default_is_fit_to_be_written),
	};

	return cmocka_run_group_tests_name("desk/shop", tests, NULL, NULL);
}
