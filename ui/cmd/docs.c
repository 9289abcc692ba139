#include "ui/cmd/docs.h"

#include <string.h>

#include "base/text.h"
#include "desk/shop.h"
#include "ui/cmd/grammar.h"

static const struct cmd *const none[] = { NULL };
static const struct cmd *const *extra = none;

void
cmd_extra(const struct cmd *const *table)
{
	extra = table != NULL ? table : none;
}

/* ---- plain text ---- */

/* What a macro puts before its words and after them. */
static const struct macro {
	const char *name;
	const char *before;
	const char *after;
} macros[] = {
	{ "Fl", "-", "" },
	{ "Dq", "\"", "\"" },
	{ "Ql", "\"", "\"" },
	{ "Pq", "(", ")" },
	{ "Bq", "[", "]" },
	{ "Nm", "shopbell", "" },
	{ "Ar", "", "" },
	{ "Cm", "", "" },
	{ "Ic", "", "" },
	{ "Li", "", "" },
	{ "Pa", "", "" },
	{ "Sy", "", "" },
	{ "Sx", "", "" },
	{ "Em", "", "" },
	{ "Xr", "", "" },
	{ "Ev", "", "" },
	{ "It", "\n  ", "\n" },
	{ "Pp", "\n\n", "" },
	{ "Bd", "\n\n", "" },
	{ "Ed", "\n\n", "" },
	{ "Bl", "\n", "" },
	{ "El", "\n", "" },
};

static const struct macro *
macro_named(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		if (strlen(macros[i].name) == n &&
		    !memcmp(macros[i].name, s, n))
			return &macros[i];
	}
	return NULL;
}

/* roff's escapes: \- \& \e \(dq */
static void
add_word(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\\' || i + 1 == n) {
			buf_chr(b, s[i]);
		} else if (s[++i] == 'e') {
			buf_chr(b, '\\');
		} else if (s[i] == '(' && i + 2 < n) {
			buf_chr(b, '"');
			i += 2;
		} else if (s[i] != '&') {
			buf_chr(b, s[i]);
		}
	}
}

/* One macro line without its dot: macros within it open, all close at last. */
static void
macro_line(struct buf *b, const char *s, const char *end)
{
	const char *closing[4];
	size_t open = 0;
	bool join = true;

	if (s[0] == 'B' && (s[1] == 'l' || s[1] == 'd'))
		end = s + 2; /* how a list is set is not for a terminal */
	while (s < end) {
		size_t n = strcspn(s, " \n");
		const struct macro *m = macro_named(s, n);
		bool stop = n == 1 && strchr(".,;:)", *s) != NULL;

		while (stop && open > 0)
			buf_str(b, closing[--open]);
		if (n > 0 && !join && !stop)
			buf_chr(b, ' ');
		join = m != NULL && strcmp(m->name, "Nm") != 0;
		if (m != NULL) {
			buf_str(b, m->before);
			if (open < 4)
				closing[open++] = m->after;
		} else {
			add_word(b, s, n);
		}
		s += n + 1;
	}
	while (open > 0)
		buf_str(b, closing[--open]);
}

/* mdoc(7) text as plain text, for the terminal. */
static void
docs_plain(struct buf *out, const char *mdoc)
{
	struct buf b = { 0 };
	const char *s = mdoc;

	while (*s != '\0') {
		const char *end = strchr(s, '\n');

		if (end == NULL)
			end = s + strlen(s);
		if (b.len > 0 && b.data[b.len - 1] != '\n' &&
		    strncmp(s, ".Pp", 3) != 0)
			buf_chr(&b, ' ');
		if (*s == '.')
			macro_line(&b, s + 1, end);
		else
			add_word(&b, s, (size_t)(end - s));
		s = *end == '\n' ? end + 1 : end;
	}
	for (size_t at = 0; at < b.len;) {
		size_t next, n;

		n = text_wrap(b.data + at, b.len - at, 72, &next);
		buf_add(out, b.data + at, n);
		buf_chr(out, '\n');
		at += next > 0 ? next : 1;
	}
	buf_free(&b);
}

/* "list:a thread:a" for people: "a in list, thread". */
static void
keys_plain(struct buf *out, const char *keys)
{
	if (keys != NULL && *keys != '\0')
		buf_fmt(out, "\nKeys: %s\n", keys);
}

/* The usage in lines of at most 76 columns, broken before a bracket. */
static void
usage_plain(struct buf *out, const char *usage)
{
	size_t column = strlen("usage:");

	buf_str(out, "usage:");
	while (*usage != '\0') {
		size_t n = strcspn(usage, " ");

		/* "[--text <file>]" stays in one piece. */
		while (*usage == '[' && memchr(usage, ']', n) == NULL &&
		       usage[n] == ' ')
			n += 1 + strcspn(usage + n + 1, " ");
		if (column + 1 + n > 76) {
			buf_str(out, "\n           ");
			column = 11;
		}
		buf_fmt(out, " %.*s", (int)n, usage);
		column += 1 + n;
		usage += n + (usage[n] == ' ');
	}
	buf_chr(out, '\n');
}

static void
forms_plain(struct buf *out, const struct cmd *cmd)
{
	if (!(cmd->flags & (CMD_PRINT | CMD_LIST)))
		return;
	buf_str(out, "           ");
	if (cmd->flags & CMD_PRINT)
		buf_fmt(out, " [-o text|json%s]",
		    cmd->flags & CMD_CSV ? "|csv" : "");
	if (cmd->flags & CMD_LIST)
		buf_str(out, " [-n COUNT]");
	buf_chr(out, '\n');
}

void
docs_help(struct arena *a, const struct cmd *cmd, struct buf *out)
{
	usage_plain(out, grammar_usage(a, cmd));
	forms_plain(out, cmd);
	buf_fmt(out, "\n%s.\n", cmd->brief != NULL ? cmd->brief : "");
	if (cmd->man != NULL && *cmd->man != '\0') {
		buf_chr(out, '\n');
		docs_plain(out, cmd->man);
	}
	keys_plain(out, cmd->keys);
}

void
docs_overview(struct arena *a, struct buf *out)
{
	buf_str(out,
	    "shopbell: a terminal shared inbox for a shop\n\n"
	    "usage: shopbell [--config FILE] [--store FILE]    open the desk\n"
	    "       shopbell COMMAND [--help] ...\n\n");
	for (size_t i = 0; cmd_table[i] != NULL; i++) {
		const struct cmd *c = cmd_table[i];

		if (!(c->flags & CMD_HIDDEN))
			buf_fmt(out, "  %-16s %s\n", c->name, c->brief);
	}
	buf_str(out,
	    "\nBegin with \"shopbell demo\" to look around, or"
	    " \"shopbell setup\" for a real account.\n"
	    "Every command takes --config FILE, --store FILE, -q; where it"
	    " prints, -o text|json, and csv for lists;\n"
	    "where it lists, -n COUNT.  shopbell(1) has the rest.\n");
}

/* ---- mdoc ---- */

/* Text that may begin with a dot or hold a backslash. */
static void
man_text(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			buf_str(out, "\\e");
		else if (*s == '"')
			buf_str(out, "\\(dq");
		else
			buf_chr(out, *s);
	}
}

/* A grammar ("<thread>... [--all]") as mdoc macros on one line. */
static void
man_grammar(struct buf *out, const char *s)
{
	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, "<>[]. |");

		if (n > 2 && s[0] == '-' && s[1] == '-') {
			buf_fmt(out, " Fl \\-%.*s", (int)(n - 2), s + 2);
		} else if (n > 0) {
			bool kind = s[n] == '>';

			buf_fmt(out, " %s %.*s", kind ? "Ar" : "Cm", (int)n, s);
		}
		s += n;
		if (*s == '[')
			buf_str(out, " Oo");
		else if (*s == ']')
			buf_str(out, " Oc");
		else if (*s == '|')
			buf_str(out, " |");
		if (strncmp(s, "...", 3) == 0) {
			buf_str(out, " ...");
			s += 3;
		} else if (*s != '\0') {
			s++;
		}
	}
}

static void
man_command(struct buf *out, const struct cmd *c)
{
	buf_fmt(out, ".It Xo\n.Cm %s\n", c->name);
	if ((c->args != NULL && *c->args != '\0') ||
	    (c->options != NULL && *c->options != '\0')) {
		struct buf line = { 0 };

		man_grammar(&line, c->args);
		man_grammar(&line, c->options);
		buf_fmt(out, ".%s\n",
		    buf_text(&line) + (*buf_text(&line) == ' '));
		buf_free(&line);
	}
	buf_fmt(out, ".Xc\n");
	man_text(out, c->brief != NULL ? c->brief : "");
	buf_str(out, ".\n");
	if (c->man != NULL && *c->man != '\0') {
		buf_str(out, c->man);
		if (c->man[strlen(c->man) - 1] != '\n')
			buf_chr(out, '\n');
	}
}

static void
man_commands(struct buf *out)
{
	buf_str(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; cmd_table[i] != NULL; i++) {
		if (!(cmd_table[i]->flags & CMD_HIDDEN))
			man_command(out, cmd_table[i]);
	}
	buf_str(out, ".El\n");
}

/* One "view:key" of a list of bindings at a time. */
static const char *
next_key(const char *s, const char **view, int *view_len, const char **key,
    int *key_len)
{
	const char *colon = strchr(s, ':');

	if (colon == NULL)
		return NULL;
	*view = s;
	*view_len = (int)(colon - s);
	*key = colon + 1;
	/* A key may itself be a colon or hold "C-x"; it ends at a blank. */
	*key_len = (int)strcspn(*key + 1, " ") + 1;
	s = *key + *key_len;
	return s + strspn(s, " ");
}

static void
man_keys_of(struct buf *out, const struct cmd *c)
{
	const char *s = c->keys, *view, *key;
	int view_len, key_len;

	if (s == NULL || *s == '\0' || c->brief == NULL)
		return;
	buf_str(out, ".It Xo\n");
	while (s != NULL && *s != '\0') {
		struct buf k = { 0 }, text = { 0 };

		s = next_key(s, &view, &view_len, &key, &key_len);
		if (s == NULL)
			break;
		buf_add(&k, key, (size_t)key_len);
		man_text(&text, buf_text(&k));
		buf_fmt(out, ".Sy \\&%s\n.Pq %.*s\n", buf_text(&text), view_len,
		    view);
		buf_free(&k);
		buf_free(&text);
	}
	buf_str(out, ".Xc\n");
	man_text(out, c->brief);
	buf_fmt(out, "\n.Pq Cm %s\n", c->name);
}

static void
man_keys(struct buf *out)
{
	buf_str(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; cmd_table[i] != NULL; i++)
		man_keys_of(out, cmd_table[i]);
	for (size_t i = 0; extra[i] != NULL; i++)
		man_keys_of(out, extra[i]);
	buf_str(out, ".El\n");
}

/* [section "title"], and what it is about. */
static void
man_section(struct buf *out, const char *name)
{
	const struct setting_section *x = shop_sections;

	while (x->name != NULL && strcmp(x->name, name) != 0)
		x++;
	buf_fmt(out, ".Ss %s\n", name);
	if (x->name == NULL)
		return;
	if (x->title != NULL)
		buf_fmt(out, ".Li \\&[%s \\(dq Ns Ar %s Ns Li \\(dq\\&] :\n",
		    name, x->title);
	buf_fmt(out, "%s\n", x->help);
}

static void
man_settings(struct buf *out)
{
	const char *section = "";

	for (const struct setting *s = shop_settings; s->section != NULL; s++) {
		if (strcmp(section, s->section) != 0) {
			if (*section != '\0')
				buf_str(out, ".El\n");
			section = s->section;
			man_section(out, section);
			buf_str(out, ".Bl -tag -width Ds\n");
		}
		buf_fmt(out, ".It Ic %s", s->name);
		buf_fmt(out, " Pq %s", s->type);
		buf_str(out, "\n");
		if (s->help != NULL && *s->help != '\0') {
			buf_str(out, s->help);
			if (s->help[strlen(s->help) - 1] != '\n')
				buf_chr(out, '\n');
		}
		if (s->fallback == NULL) {
			buf_str(out, "Must be given.\n");
		} else if (*s->fallback != '\0') {
			buf_str(out, "Default:\n.Dq ");
			man_text(out, s->fallback);
			buf_str(out, " .\n");
		}
	}
	if (*section != '\0')
		buf_str(out, ".El\n");
}

int
docs_man(const char *which, struct buf *out, struct err *e)
{
	if (strcmp(which, "commands") == 0)
		man_commands(out);
	else if (strcmp(which, "keys") == 0)
		man_keys(out);
	else if (strcmp(which, "settings") == 0)
		man_settings(out);
	else
		return err_set(e, ERR_USAGE, 0,
		    "--print-man: commands, keys or settings is meant");
	return 0;
}
