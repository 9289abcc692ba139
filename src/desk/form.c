#include "desk/form.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "desk/people.h"

#define LINES_MAX 60
#define NAME_MAX  80

/* As text_fold leaves them; what form plug-ins put before an address. */
static const char *const address_labels[] = { "email", "e-mail", "mail",
	"email address", "e-mail address", "your email", "your e-mail",
	"customer email", "from", "sender", "reply to", "reply-to", "von",
	"absender", "e-mail-adresse", "emailadresse", "e-mailadresse",
	"ihre e-mail", "ihre e-mail-adresse", "mailadresse", "e-mailadres",
	"adresse e-mail", "adresse email", "adresse mail", "courriel",
	"votre e-mail", "votre email", "de", "correo", "correo electronico",
	"direccion de correo", "tu correo electronico", "indirizzo email",
	"indirizzo e-mail", "la tua email", "da", "endereco de e-mail",
	"seu e-mail", "adres e-mail", "adres email", "epost", "e-post",
	"e-postadress", "e-postadresse", "sahkoposti", "e-posta",
	"e-posta adresi", "почта", "эл. почта", "электронная почта",
	"メールアドレス", "メール", "邮箱", "电子邮件", "電子郵件", "이메일" };

static const char *const name_labels[] = { "name", "your name", "full name",
	"customer name", "contact name", "first name", "ihr name", "vorname",
	"nom", "votre nom", "nombre", "tu nombre", "nome", "il tuo nome",
	"seu nome", "naam", "uw naam", "namn", "navn", "nimi", "imie",
	"imie i nazwisko", "ad soyad", "isim", "имя", "ваше имя", "お名前",
	"名前", "氏名", "姓名", "이름" };

struct line {
	const char *label; /* folded; "" if there is none */
	const char *value;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '*' || c == '_';
}

/* Without blanks and marks of emphasis at the ends. */
static const char *
trimmed(struct arena *a, const char *s, size_t n)
{
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	return arena_strn(a, s, n);
}

/* The first colon of any width; NULL if there is none. */
static const char *
find_colon(const char *s, size_t *len)
{
	const char *narrow = strchr(s, ':');
	const char *wide = strstr(s, "：");

	*len = 1;
	if (wide != NULL && (narrow == NULL || wide < narrow)) {
		*len = strlen("：");
		return wide;
	}
	return narrow;
}

static const char *
folded(struct arena *a, const char *s)
{
	struct buf out = { 0 };
	const char *copy;

	text_fold(&out, s, strlen(s));
	copy = trimmed(a, buf_text(&out), out.len);
	buf_free(&out);
	return copy;
}

/* Cut a line at its colon; without one it may still be a label. */
static struct line
read_line(struct arena *a, const char *text)
{
	size_t len;
	const char *colon = find_colon(text, &len);

	if (colon == NULL)
		return (struct line){ folded(a, text), "" };
	return (struct line){
		folded(a, trimmed(a, text, (size_t)(colon - text))),
		trimmed(a, colon + len, strlen(colon + len)),
	};
}

static bool
is_among(const char *label, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(label, names[i]) == 0)
			return true;
	}
	return false;
}

#define AMONG(label, names)                                                    \
	is_among(label, names, sizeof(names) / sizeof((names)[0]))

/* The one address in a value: bare, in <>, or as a link; NULL if none. */
static const char *
address_in(struct arena *a, const char *value)
{
	const char *at = strchr(value, '@');
	const char *from = at;
	size_t n;
	const char *addr;

	if (at == NULL)
		return NULL;
	while (from > value && strchr(" \t<>()[]:;,\"'", from[-1]) == NULL)
		from--;
	n = strcspn(from, " \t<>()[],;\"'");
	while (n > 0 && from[n - 1] == '.')
		n--;
	addr = arena_strn(a, from, n);
	return people_address_ok(addr) ? addr : NULL;
}

/* "Maria" of "Maria <maria@kunde.example>". */
static const char *
name_in(struct arena *a, const char *value)
{
	const char *angle = strchr(value, '<');
	const char *name;

	if (angle == NULL)
		return "";
	name = trimmed(a, value, (size_t)(angle - value));
	return strlen(name) <= NAME_MAX ? name : "";
}

/* What the form has said so far. */
struct form {
	struct arena *arena;
	struct address who;
	bool want_address; /* a label stood alone on the line before */
	bool want_name;
};

static bool
take_address(struct form *f, const char *value)
{
	const char *addr = address_in(f->arena, value);
	const char *name = name_in(f->arena, value);

	if (addr == NULL)
		return false;
	f->who.addr = addr;
	if (name[0] != '\0')
		f->who.name = name;
	return true;
}

static void
take_name(struct form *f, const char *value)
{
	if (f->who.name[0] == '\0' && value[0] != '\0' &&
	    strlen(value) <= NAME_MAX && strchr(value, '@') == NULL)
		f->who.name = value;
}

static void
take_line(struct form *f, const char *text)
{
	struct line l = read_line(f->arena, text);

	if (f->want_address)
		take_address(f, text);
	else if (f->want_name)
		take_name(f, text);
	f->want_address = f->want_name = false;
	if (AMONG(l.label, address_labels) && f->who.addr[0] == '\0') {
		f->want_address = l.value[0] == '\0';
		take_address(f, l.value);
	} else if (AMONG(l.label, name_labels)) {
		f->want_name = l.value[0] == '\0';
		take_name(f, l.value);
	}
}

bool
form_sender(struct arena *a, const char *text, struct address *out)
{
	struct form f = { .arena = a, .who = { "", "" } };

	for (int lines = 0; lines < LINES_MAX && *text != '\0';) {
		size_t n = strcspn(text, "\n");
		const char *line = trimmed(a, text, n);

		/* What is quoted is not what was filled in. */
		if (line[0] != '\0' && line[0] != '>') {
			take_line(&f, line);
			lines++;
		}
		text += n + (text[n] == '\n');
	}
	if (f.who.addr[0] == '\0')
		return false;
	*out = f.who;
	return true;
}
