/*
 * markdown.c -- Markdown becomes HTML that can do no harm.
 */
#include "sample.h"

#include "mail/message/markdown.h"

static const struct {
	const char *text;
	const char *with;    /* must be in it */
	const char *without; /* must not; NULL: nothing */
} cases[] = {
	{ "Hello *you*,\nand **you**",
	    "<p>Hello <em>you</em>,<br>\nand "
	    "<strong>you</strong></p>",
	    NULL },
	{ "# Big\n\n* one\n* two", "<h1>Big</h1>", NULL },
	{ "a\n\n1. x\n2. y", "<ol start=\"1\">", NULL },
	{ "[shop](https://shop.example/?a=1&b=2)",
	    "<a href=\"https://shop.example/?a=1&amp;b=2\">shop</a>", NULL },
	{ "see https://shop.example/x now", "<a href=\"https://shop.example/x",
	    NULL },
	{ "[x](javascript:alert(1)) y", "x", "href" },
	{ "[x](JAVASCRIPT:alert(1))", "x", "href" },
	{ "[x](data:text/html,hi)", "x", "href" },
	{ "[x](&#106;avascript:alert(1))", "x", "href" },
	{ "[x](vbscript:y)", "x", "href" },
	{ "[x](/local)", "x", "href" },
	{ "![pic](https://evil.example/p.png)", "pic", "<img" },
	{ "<script>alert(1)</script>", "&lt;script&gt;", "<script" },
	{ "a <b onclick=x>b</b>", "&lt;b onclick", "<b " },
	{ "<div>\nx\n</div>", "&lt;div&gt;", "<div" },
	{ "[x](https://e.example/\"onmouseover=\"y)", "x", "\"onmouse" },
	{ "`<i>`", "<code>&lt;i&gt;</code>", NULL },
	{ "```\n> not a quote\n```", "<pre>&gt; not a quote", "blockquote" },
	{ "&auml; &lt;i&gt; &bogus", "&auml; &lt;i&gt; &amp;bogus", "<i>" },
	{ "Best,\nAna\n-- \nAna *Ruiz*\nThe Shop",
	    "<p>-- <br>\nAna *Ruiz*<br>\nThe Shop</p>", "<h2>" },
	{ "Yes.\n\nOn Sun, *Eve* [x](https://evil.example) wrote:\n> *hi*\n"
	  "> [y](https://evil.example)\n",
	    "<blockquote>*hi*<br>\n[y](https://evil.example)</blockquote>",
	    "href" },
	{ "Look.\n\n---------- Forwarded message ----------\nFrom: *x*\n\n# y",
	    "From: *x*", "<h1>" },
	{ "a | b\n---|---\n1 | 2", "<td>1</td>", NULL },
	{ "", "<body>", NULL },
};

static void
markdown_is_html_that_does_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = { 0 };

		markdown_html(&out, cases[i].text);
		if (strstr(buf_text(&out), cases[i].with) == NULL)
			fail_msg("%s:\nno %s in\n%s", cases[i].text,
			    cases[i].with, buf_text(&out));
		if (cases[i].without != NULL &&
		    strstr(buf_text(&out), cases[i].without) != NULL)
			fail_msg("%s:\n%s in\n%s", cases[i].text,
			    cases[i].without, buf_text(&out));
		buf_free(&out);
	}
}

/* Of whatever is written, only our own tags come out. */
static void
only_known_tags_come_out(void **state)
{
	static const char *const pieces[] = { "<", ">", "\"", "&", "*", "_",
		"[", "]", "(", ")", "`", "#", "\n", "> ", "-- \n", "- ", "1. ",
		"|", "javascript:", "https://e.example/", "<script>", "<img ",
		"onerror=", "&#x6a;", "!", "\\", "a", " ", "~~", "\n\n" };
	static const char *const tags[] = { "!DOCTYPE html", "html", "head",
		"meta charset=\"utf-8\"", "body", "p", "br", "h1", "h2", "h3",
		"h4", "h5", "h6", "ul", "li", "blockquote", "pre", "code", "em",
		"strong", "del", "hr", "table", "thead", "tbody", "tr", "th",
		"td", "a", "ol" };
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf text = { 0 }, out = { 0 };

		for (uint32_t n = seed % 30; n > 0; n--) {
			seed = seed * 1664525 + 1013904223;
			buf_str(&text,
			    pieces[(seed >> 8) %
				   (sizeof pieces / sizeof *pieces)]);
		}
		seed = seed * 1664525 + 1013904223;
		markdown_html(&out, buf_text(&text));
		for (const char *p = buf_text(&out);
		     (p = strchr(p, '<')) != NULL; p++) {
			const char *tag = p + 1 + (p[1] == '/');
			size_t n = strcspn(tag, ">");
			bool known =
			    strncmp(tag, "a href=\"http://", 15) == 0 ||
			    strncmp(tag, "a href=\"https://", 16) == 0 ||
			    strncmp(tag, "a href=\"mailto:", 15) == 0 ||
			    strncmp(tag, "ol start=\"", 10) == 0;

			for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
				known =
				    known || (strlen(tags[i]) == n &&
						 memcmp(tags[i], tag, n) == 0);
			if (!known)
				fail_msg("<%.*s> of:\n%s", (int)n, tag,
				    buf_text(&text));
		}
		buf_free(&text);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_is_html_that_does_no_harm),
		cmocka_unit_test(only_known_tags_come_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
