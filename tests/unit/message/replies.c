/*
 * replies.c -- what is new in a mail, what was sent on, what came back.
 */
#include "sample.h"

#define SAY "Das passt mir gut.\n\nAnn\n"

/* Everything below the customer's words is folded. */
static const char *const closings[] = {
	"\nAm 22.11.2026 um 10:00 schrieb Shop <s@shop.example>:\n> Hallo\n",
	"\nOn Sun, Nov 22, 2026 at 10:00 AM Shop <s@shop.example>\nwrote:\n\n"
	"> Hello\n> there\n",
	"\nLe dim. 22 nov. 2026 à 10:00, Shop <s@shop.example> a écrit :\n\n"
	"> Bonjour\n",
	"\nEl 22/11/2026 a las 10:00, Shop escribió:\n> Hola\n",
	"\nIl giorno 22/11/2026 10:00 Shop <s@shop.example> ha scritto:\n> "
	"Ciao\n",
	"\nOp 22 nov. 2026 om 10:00 schreef Shop <s@shop.example>:\n> Hallo\n",
	"\nDen 22. nov. 2026 kl. 10.00 skrev Shop <s@shop.example>:\n> Hej\n",
	"\nW dniu 22.11.2026 o 10:00, Shop pisze:\n> Czesc\n",
	"\n22.11.2026 10:00, Shop написал:\n> Привет\n",
	"\n2026年11月22日 10:00 Shop <s@shop.example>:\n\n> x\n",
	"\n-----Original Message-----\nFrom: Shop\nSent: Sunday\nTo: Ann\n"
	"Subject: Your order\n\nHello\n",
	"\n________________________________\nVon: Shop <s@shop.example>\n"
	"Gesendet: Sonntag, 22. November 2026 10:00\nAn: Ann\n"
	"Betreff: Ihre Bestellung\n\nHallo\n",
	"\n*From:* Shop\n*Sent:* Sunday\n*To:* Ann\n*Subject:* x\n\nHello\n",
	"\n> Hello\n> there\n",
	"\n-- \nAnn Lee\nExample Street 1\n",
	"\nSent from my iPhone\n",
	"\nVon meinem iPhone gesendet\n",
	"\nEnvoyé de mon iPhone\n\n> Le 22 nov. 2026 à 10:00, Shop "
	"<s@shop.example> a écrit :\n> \n> Bonjour\n",
	"\nThis e-mail and any attachments are confidential and may be "
	"privileged. If you are not the intended recipient, please notify "
	"the sender and delete it.\n",
};

static void
what_is_old_is_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof closings / sizeof *closings; i++) {
		struct arena a = { 0 };
		const char *v = sample_visible(&a, "Re: x",
		    arena_fmt(&a, "%s%s", SAY, closings[i]));

		assert_string_equal(v, "Das passt mir gut.\n\nAnn");
		arena_free(&a);
	}
}

/* These are the customer's own words, whatever they look like. */
static const char *const own[] = {
	"I wrote you on 3 March and on 4 April 2026:\nno answer came.",
	"Please change it:\nFrom: red\nTo: blue",
	"On the box it says:\n12 pieces.",
	"> Which size?\nThe large one.\n> Which colour?\nBlue, please.",
	"> Which size?\n\nThe large one.",
	"Two things:\n\n- a refund\n- a new one",
	("My number is 0123 456789 - call me\n\n---\n\nand hurry up, "
	 "I have waited for a week now and nobody answers"),
	"The file is confidential.",
	"The parcel was sent from my office.\nIt weighs 2 kg.",
	"I would like:\n\n--\nTwo rings\n--\nOne chain\n\nThank you",
	("Please help with this:\n\n________________________________\n\n"
	 "It never arrived. Where is it?"),
};

static void
own_words_are_never_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		struct arena a = { 0 };

		assert_string_equal(sample_visible(&a, "x", own[i]), own[i]);
		arena_free(&a);
	}
}

static void
a_mail_of_a_quote_alone_shows_it(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(sample_visible(&a, "x", "> all\n> old\n"),
	    "> all\n> old");
	arena_free(&a);
}

static const char *const forwards[] = {
	"---------- Forwarded message ---------\nFrom: Ann Lee "
	"<ann@example.org>\nDate: Sun, Nov 22, 2026 at 10:00 AM\n"
	"Subject: Where is it\nTo: <s@shop.example>\n\n\nWhere is it?\n",
	"> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Ann Lee "
	"<ann@example.org>\n> Betreff: Where is it\n> Datum: 22. November "
	"2026 um 10:00:00 MEZ\n> An: s@shop.example\n> \n> Where is it?\n",
	"-------- Message transféré --------\nSujet : \tWhere is it\n"
	"Date : \tSun, 22 Nov 2026 10:00:00 +0100\nDe : \tAnn Lee "
	"<ann@example.org>\nPour : \ts@shop.example\n\n\nWhere is it?\n",
	"-----Original Message-----\nFrom: \"Ann Lee\" <ann@example.org>\n\n"
	"Date: Sat, 22 Nov 2026 12:16:06\nTo:<s@shop.example>\n\n\n"
	"Subject: Where is it\n\n\nWhere is it?\n",
};

static void
the_inner_sender_of_a_forward_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof forwards / sizeof *forwards; i++) {
		struct arena a = { 0 };
		struct mail *m =
		    sample(&a, arena_fmt(&a,
				   "From: agent@shop.example\nSubject: Fwd: x\n"
				   "Content-Type: text/plain; charset=utf-8\n\n"
				   "See below.\n\n%s",
				   forwards[i]));

		assert_non_null(m->forwarded);
		assert_int_equal(m->forwarded->from.n, 1);
		assert_string_equal(m->forwarded->from.v[0].name, "Ann Lee");
		assert_string_equal(m->forwarded->from.v[0].addr,
		    "ann@example.org");
		assert_string_equal(m->forwarded->subject, "Where is it");
		assert_string_equal(m->forwarded->text, "Where is it?");
		/* and nothing of it is folded */
		assert_int_equal(m->folds, 0);
		arena_free(&a);
	}
}

static void
a_forward_of_yandex_is_found(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: agent@shop.example\nSubject: x\n"
	    "Content-Type: text/plain; charset=utf-8\n\nSee below.\n\n"
	    "-------- Пересылаемое сообщение --------\n"
	    "22.11.2026, 10:00, \"Ann Lee\" <ann@example.org>:\n\nWhere?\n");

	(void)state;
	assert_non_null(m->forwarded);
	assert_string_equal(m->forwarded->from.v[0].name, "Ann Lee");
	assert_string_equal(m->forwarded->from.v[0].addr, "ann@example.org");
	assert_string_equal(m->forwarded->text, "Where?");
	arena_free(&a);
}

static void
an_attached_mail_is_a_forward(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: agent@shop.example\nSubject: please answer\n"
	    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee this\n"
	    "--b\nContent-Type: message/rfc822\n\nFrom: Ann <ann@example.org>\n"
	    "Subject: Lost\n\nWhere?\n--b--\n");

	(void)state;
	assert_non_null(m->forwarded);
	assert_string_equal(m->forwarded->from.v[0].addr, "ann@example.org");
	assert_string_equal(m->forwarded->text, "Where?\n");
	arena_free(&a);
}

static void
a_report_says_who_and_why(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: MAILER-DAEMON@mx.example (Mail Delivery System)\n"
	    "Subject: Undelivered Mail Returned to Sender\n"
	    "Content-Type: multipart/report; report-type=delivery-status;\n"
	    " boundary=b\n\n--b\n\nYour mail could not be delivered.\n"
	    "--b\nContent-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.example\n\n"
	    "Final-Recipient: rfc822; ann@example.org\nAction: failed\n"
	    "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1\n User unknown\n"
	    "\n--b\nContent-Type: message/rfc822\n\n"
	    "Message-ID: <m1@shop.example>\nSubject: x\n\nx\n--b--\n");

	(void)state;
	assert_non_null(m->bounce);
	assert_string_equal(m->bounce->recipient, "ann@example.org");
	assert_string_equal(m->bounce->status, "5.1.1");
	assert_string_equal(m->bounce->action, "failed");
	assert_string_equal(m->bounce->about, "m1@shop.example");
	assert_true(m->bounce->permanent);
	assert_null(m->forwarded);
	arena_free(&a);
}

#define GROUP(who, action, status)                                             \
	"\nFinal-Recipient: rfc822; " who "@example.org\n"                     \
	"Action: " action "\nStatus: " status "\n"

/* RFC 3464, 2.3.3: the worst that befell anybody, and whom. */
static void
a_report_has_a_fate_for_each(void **state)
{
	static const struct {
		const char *groups, *who, *action, *also;
		bool permanent;
	} cases[] = {
		{ GROUP("ann", "delivered", "2.0.0"), "ann@example.org",
		    "delivered", "", false },
		{ GROUP("ann", "relayed", "2.0.0")
			GROUP("bo", "delivered", "2.0.0"),
		    "ann@example.org", "relayed", "bo@example.org", false },
		{ GROUP("ann", "delivered", "2.0.0")
			GROUP("bo", "failed", "5.1.1"),
		    "bo@example.org", "failed", "", true },
		{ GROUP("ann", "delayed", "4.4.1")
			GROUP("bo", "expanded", "2.0.0"),
		    "ann@example.org", "delayed", "", false },
		{ GROUP("ann", "failed", "4.4.7") GROUP("bo", "delayed",
		      "4.4.1") GROUP("cy", "failed", "5.1.1"),
		    "cy@example.org", "failed", "ann@example.org", true },
		{ GROUP("ann", "failed", "5.1.1")
			GROUP("bo", "failed", "5.2.2"),
		    "ann@example.org", "failed", "bo@example.org", true },
		/* It goes on, whatever its code says. */
		{ GROUP("ann", "delayed", "5.4.1"), "ann@example.org",
		    "delayed", "", false },
		{ "\nFinal-Recipient: rfc822; ann@example.org\nStatus: 2.1.5\n",
		    "ann@example.org", "delivered", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a,
		    arena_fmt(&a,
			"From: MAILER-DAEMON@mx.example\nTo: s@shop.example\n"
			"Subject: Report\nContent-Type: multipart/report;"
			" report-type=delivery-status; boundary=b\n\n"
			"--b\n\nThis is the mail system.\n--b\n"
			"Content-Type: message/delivery-status\n\n"
			"Reporting-MTA: dns; mx.example\n%s--b--\n",
			cases[i].groups));

		assert_non_null(m->bounce);
		assert_string_equal(m->bounce->recipient, cases[i].who);
		assert_string_equal(m->bounce->action, cases[i].action);
		assert_string_equal(m->bounce->also, cases[i].also);
		assert_int_equal(m->bounce->permanent, cases[i].permanent);
		arena_free(&a);
	}
}

static void
a_report_in_prose_is_understood(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
	    "Hi. This is the qmail-send program at mx.example.\n"
	    "I'm afraid I wasn't able to deliver your message.\n\n"
	    "<ann@example.org>:\n"
	    "192.0.2.1 does not like recipient.\n"
	    "Remote host said: 450 4.2.2 mailbox full\n\n"
	    "--- Below this line is a copy of the message.\n\n"
	    "Return-Path: <s@shop.example>\nMessage-ID: <m2@shop.example>\n");

	(void)state;
	assert_non_null(m->bounce);
	assert_string_equal(m->bounce->recipient, "ann@example.org");
	assert_string_equal(m->bounce->status, "4.2.2");
	assert_string_equal(m->bounce->about, "m2@shop.example");
	assert_false(m->bounce->permanent);
	arena_free(&a);
}

static void
a_customer_who_complains_is_no_report(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_null(sample(&a, "From: ann@example.org\n"
			       "Subject: delivery failed again\n\n"
			       "The parcel could not be delivered, error 550.")
			->bounce);
	assert_null(sample(&a, "From: ann@example.org\n"
			       "Subject: Parcel returned to sender\n\n"
			       "It was undeliverable. Please send it again.")
			->bounce);
	assert_null(sample(&a, "From: ann@example.org\n"
			       "Subject: Paket unzustellbar\n\n"
			       "Mein Paket war unzustellbar. 550 5.1.1")
			->bounce);
	assert_null(sample(&a, "From: ann@example.org\nReturn-Path: <>\n"
			       "Auto-Submitted: auto-replied\n"
			       "Subject: Out of office\n\nI am away.")
			->bounce);
	arena_free(&a);
}

static void
a_name_above_a_quote_stays(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(sample_visible(&a, "Re: x",
				"Where is it?\n\nMaria\n\n"
				"> On Sat, Ana wrote:\n> which ring?\n"),
	    "Where is it?\n\nMaria");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_old_is_folded),
		cmocka_unit_test(own_words_are_never_folded),
		cmocka_unit_test(a_name_above_a_quote_stays),
		cmocka_unit_test(a_mail_of_a_quote_alone_shows_it),
		cmocka_unit_test(the_inner_sender_of_a_forward_is_found),
		cmocka_unit_test(a_forward_of_yandex_is_found),
		cmocka_unit_test(an_attached_mail_is_a_forward),
		cmocka_unit_test(a_report_says_who_and_why),
		cmocka_unit_test(a_report_has_a_fate_for_each),
		cmocka_unit_test(a_report_in_prose_is_understood),
		cmocka_unit_test(a_customer_who_complains_is_no_report),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
