/*
 * inline.c -- answers between the quoted lines of an HTML mail.
 */
#include "sample.h"

#define APPLE_WROTE                                                            \
	"<div>On 16. Nov 2026, at 10:00, The Shop "                            \
	"&lt;shop@example.org&gt; wrote:</div><br "                            \
	"class=\"Apple-interchange-newline\">"
#define CITE  "<blockquote type=\"cite\">"
#define MOZ   "<div class=\"moz-cite-prefix\">"
#define GMAIL "<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\">"
#define GMAIL_WROTE                                                            \
	"<div dir=\"ltr\" class=\"gmail_attr\">On Mon, 16 Nov 2026 "           \
	"at 10:00, The Shop &lt;shop@example.org&gt; wrote:<br></div>"
#define OUTLOOK_HEAD                                                           \
	"<div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>From:</b> The Shop "         \
	"&lt;shop@example.org&gt;<br><b>Sent:</b> Monday, 16 November "        \
	"2026 10:00<br><b>To:</b> Anna Berg<br><b>Subject:</b> Your "          \
	"order</div>"

static struct mail *
html(struct arena *a, const char *body)
{
	return sample(a,
	    arena_fmt(a,
		"From: Anna Berg <anna@example.com>\nTo: shop@example.org\n"
		"Subject: Re: Your order\nMIME-Version: 1.0\n"
		"Content-Type: text/html; charset=utf-8\n\n%s\n",
		body));
}

/* New words below quoted ones: nothing is folded. */
static const char *const open[] = {
	"<body>Hello, see below.<br><div><br>" CITE APPLE_WROTE
	"<div>Which colour?</div></blockquote><div>Blue, please.</div>" CITE
	"<div>Which size?</div></blockquote><div>M, thank you.</div></div>",

	"<body>Hello<br>" CITE APPLE_WROTE
	"<div>Which colour?</div></blockquote><div>Blue, please.</div>",

	"<p>Guten Tag,</p>" MOZ "Am 16.11.26 um 10:00 schrieb The Shop:<br>"
	"</div>" CITE "<p>Welche Farbe?</p></blockquote><p>Blau bitte.</p>" CITE
	"<p>Welche Größe?</p></blockquote><p>M</p>",

	"<p>Hi</p>" MOZ "2026-11-16 kello 10.00, Kauppa lausui:<br></div>" CITE
	"<p>Väri?</p></blockquote><p>Sininen, kiitos.</p>",

	"<div dir=\"ltr\">Hi<div class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div></blockquote><div>Blue.</div>" GMAIL
	"<div>Which size?</div></blockquote><div>M.</div></div></div>",

	"<div class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div></blockquote></div><p>Blue.</p>",

	"<div>Hello,</div><div class=\"protonmail_quote\">On Monday, 16 "
	"November 2026 at 10:00, The Shop &lt;shop@example.org&gt; wrote:<br>"
	"<blockquote class=\"protonmail_quote\" type=\"cite\">Which colour?"
	"</blockquote><div>Blue.</div><blockquote class=\"protonmail_quote\" "
	"type=\"cite\">Which size?</blockquote><div>M.</div></div>",

	"<div>Hello,</div><div class=\"yahoo_quoted\"><div>On Monday, "
	"16 November 2026 at 10:00, The Shop &lt;shop@example.org&gt; wrote:"
	"</div><div>Which colour?</div></div><div>Blue, please, and "
	"quickly.</div>",

	"<div>Hallo</div><div name=\"quote\" style=\"border-left: 2px solid "
	"#C3D9E5\"><blockquote type=\"cite\"><b>Gesendet:</b> 16.11.2026 "
	"10:00<br><b>Von:</b> Shop &lt;shop@example.org&gt;<br><b>An:</b> "
	"anna@example.com<br><b>Betreff:</b> Ware<br>Welche Farbe?"
	"</blockquote></div><div>Blau.</div>",

	/* Nothing but the sender's own words tells these apart. */
	"<p>Hello, my answers are below in red.</p>" OUTLOOK_HEAD
	"<p>Which colour?</p><p><span style=\"color:red\">Blue</span></p>",

	"<p>Hallo, meine Antworten stehen unten in Rot.</p>" OUTLOOK_HEAD
	"<p>Farbe?</p><p><font color=\"red\">Blau</font></p>",

	"<p>Mes r&eacute;ponses en rouge dans le texte</p>" OUTLOOK_HEAD
	"<p>Couleur?</p><p>bleu</p>",

	/* GMX; Yahoo, which puts something of its own before the class. */
	"<div>Hallo</div><div name=\"quote\" style=\"border-left:2px solid\">"
	"<div><b>Gesendet:</b> 16.11.2026 10:00<br><b>Von:</b> Shop "
	"&lt;shop@example.org&gt;<br><b>An:</b> anna@example.com<br><b>"
	"Betreff:</b> Ware</div><div>Farbe?</div></div><div>Blau</div>",

	"<div>Hi</div><div class=\"ydp2cyahoo_quoted\"><div>On Monday, 16 "
	"November 2026 at 10:00, The Shop &lt;shop@example.org&gt; wrote:"
	"</div><div>Which colour?</div></div><div>Blue, size M.</div>",
};

static void
answers_between_the_lines_stay_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		struct arena a = { 0 };
		struct mail *m = html(&a, open[i]);

		if (m->folds > 0)
			print_message("%zu: %s\n", i, m->text);
		assert_int_equal(m->folds, 0);
		arena_free(&a);
	}
}

/* "Below" alone announces no answers, and a colour can be that of a dress. */
static const char *const asked[] = { "I got the mail below, what is it?",
	"Do you have it in red, too?", "Thank you for the reply.",
	"Kommentar: keiner" };

static void
a_question_opens_no_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct arena a = { 0 };
		struct mail *m =
		    html(&a, arena_fmt(&a, "<p>%s</p>%s<p>Sale!</p>", asked[i],
				 OUTLOOK_HEAD));

		assert_string_equal(mail_visible(&a, m->text, m->fold,
					m->folds),
		    asked[i]);
		arena_free(&a);
	}
}

/* One answer above a quote: the quote is folded, and what closes it too. */
static const char *const closed[] = {
	"<body>Blue, please." CITE APPLE_WROTE
	"<div>Which colour?</div></blockquote>",

	"<p>Blue, please.</p>" MOZ "Am 16.11.26 um 10:00 schrieb The Shop:<br>"
	"</div>" CITE "<p>Farbe?</p></blockquote><p>-- <br>Anna Berg</p>",

	"<p>Blue, please.</p>" MOZ "16.11.2026 10:00 Kauppa lausui:</div>" CITE
	"<p>Väri?</p></blockquote>",

	"<div dir=\"ltr\">Blue, please.</div><div "
	"class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div>" GMAIL "<div>I am "
	"back</div></blockquote><div>Regards</div></blockquote></div>",

	"<p>Blue, please.</p><hr>" OUTLOOK_HEAD "<div><p>Which colour?</p>"
	"<blockquote>Older</blockquote><p>Regards</p></div>",

	"<div>Blue, please.</div><div class=\"yahoo_quoted\"><div>On Monday, "
	"16 November 2026 at 10:00, The Shop &lt;shop@example.org&gt; wrote:"
	"</div><div>Which colour?</div><blockquote>Older words</blockquote>"
	"<div>Regards</div></div>",

	"<div>Blue, please.</div><div class=\"yahoo_quoted\"><div>On Monday, "
	"16 November 2026 at 10:00, The Shop &lt;shop@example.org&gt; wrote:"
	"</div><div>Which colour?</div></div><div>-- <br>Anna</div>",

	"<div>Blue, please.</div><div class=\"gmail_signature\">Anna Berg<br>"
	"Blumenweg 3</div><br><div class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div></blockquote></div>",

	"<div>Blue, please.</div><div class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div></blockquote></div><div class=\"x_gmail_"
	"signature\">Anna Berg<br>Blumenweg 3</div>",

	"<div>Blue, please.</div><div class=\"gmail_quote\">" GMAIL_WROTE GMAIL
	"<div>Which colour?</div></blockquote></div><table><tr><td>Virus-free."
	"<a href=\"https://www.avast.com/x\">www.avast.com</a></td></tr>"
	"</table>",
};

static void
an_answer_above_folds_the_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
		struct arena a = { 0 };
		struct mail *m = html(&a, closed[i]);

		assert_string_equal(mail_visible(&a, m->text, m->fold,
					m->folds),
		    "Blue, please.");
		arena_free(&a);
	}
}

#define PHOTO "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAAAAAAA"
#define LOGO  "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoCAYAAAAAAAAA"
#define PART(type, extra, body)                                                \
	"--q\nContent-Type: " type "\n" extra                                  \
	"Content-Transfer-Encoding: base64\n\n" body "\n"
#define TEXT(body) "--q\nContent-Type: text/plain\n\n" body "\n"

/* Where a photo stands its name does; a logo says nothing. */
static void
pictures_are_named_where_they_stand(void **state)
{
	static const struct {
		const char *raw;
		const char *text;
	} cases[] = {
		{ "Content-Type: multipart/related; boundary=q\n\n"
		  "--q\nContent-Type: text/html\n\n"
		  "<p>This:</p><img src=\"cid:a@x\"><p>or</p><img src='cid:b'>"
		  "<p>not</p><img src=\"cid:c\" alt=\"crack\">"
		  "<img src=\"cid:gone\"><img "
		  "src=\"http://x.example/y\">\n" PART("image/png; "
						       "name=one.png",
		      "Content-ID: <a@x>\n",
		      PHOTO) PART("image/png; name=logo.png",
		      "Content-ID: <b>\n", LOGO)
			PART("image/png", "Content-ID: <c>\n", PHOTO) "--q--\n",
		    "This:\n\n[picture 2: one.png]\n\nor\n\nnot\n\n"
		    "[crack]\n" },
		{ "Content-Type: multipart/mixed; boundary=q\n\n" TEXT("This:")
			PART("image/png; name=one.png",
			    "Content-Disposition: inline\n",
			    PHOTO) PART("image/png; name=logo.png", "", LOGO)
			    TEXT("or:") PART("image/png", "", PHOTO)
				PART("image/png; name=file.png",
				    "Content-Disposition: attachment\n", PHOTO)
				    TEXT("the end")
					PART("image/png; name=z.png", "", PHOTO)
					    TEXT("\n") "--q--\n",
		    "This:\n\n[picture 2: one.png]\n\nor:\n\n[picture 5]\n\n"
		    "the end\n\n" },
		/* In a quote the name is quoted, too, and no new word. */
		{ "Content-Type: multipart/mixed; boundary=q\n\n" TEXT(
		      "Yes.\n\n> Here:") PART("image/png; name=one.png", "",
		      PHOTO) TEXT("> or there?") "--q--\n",
		    "Yes.\n\n> Here:\n\n> [picture 2: one.png]\n\n"
		    "> or there?\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a, cases[i].raw);

		assert_string_equal(m->text, cases[i].text);
		if (i == 2)
			assert_string_equal(mail_visible(&a, m->text, m->fold,
						m->folds),
			    "Yes.");
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_between_the_lines_stay_open),
		cmocka_unit_test(a_question_opens_no_quote),
		cmocka_unit_test(an_answer_above_folds_the_quote),
		cmocka_unit_test(pictures_are_named_where_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
