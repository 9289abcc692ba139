#include "ui/cmd/who.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* The first field of GECOS; "&" stands for the login (passwd(5)). */
static const char *
full_name(struct arena *a, const struct passwd *pw)
{
	size_t n = strcspn(pw->pw_gecos, ",");
	struct buf name = { 0 }, clean = { 0 };
	const char *out;

	for (size_t i = 0; i < n; i++) {
		size_t at = name.len;

		if (pw->pw_gecos[i] != '&') {
			buf_chr(&name, pw->pw_gecos[i]);
			continue;
		}
		buf_str(&name, pw->pw_name);
		name.data[at] = (char)toupper((unsigned char)name.data[at]);
	}
	text_clean(&clean, buf_text(&name), name.len, TEXT_LINE);
	out = arena_str(a, buf_text(&clean));
	buf_free(&name);
	buf_free(&clean);
	return out;
}

int
who_asks(struct arena *a, const struct shop *shop, struct who *out,
    struct err *e)
{
	const struct agent_setting *set;
	struct passwd *pw;

	errno = 0;
	pw = getpwuid(getuid());
	if (pw == NULL)
		return err_set(e, ERR_SYSTEM, errno,
		    "user %ld has no login: add it to /etc/passwd",
		    (long)getuid());
	out->login = arena_str(a, pw->pw_name);
	out->name = pw->pw_gecos != NULL ? full_name(a, pw) : "";
	out->email = "";
	set = shop != NULL ? shop_agent(shop, out->login) : NULL;
	if (set != NULL) {
		if (*set->name != '\0')
			out->name = set->name;
		out->email = set->email;
	}
	if (*out->name == '\0')
		out->name = out->login;
	return 0;
}
