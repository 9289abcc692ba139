#include "mail/token_keep.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "mail/secret_file.h"

#define FIRST_LINE "shopbell token 1"
#define FILE_MAX   (64 * 1024)

/* Another refresh may be under way, and its server slow. */
#define LOCK_MS 60000

/* ---- its place ---- */

/* Names the login: where one of the four differs, it is another. */
static void
login_digest(const struct account *account, char hex[2 * HASH_SIZE + 1])
{
	const struct oauth *o = &account->oauth;
	const char *const parts[] = { o->token, o->client_id, account->user,
		o->scope };
	uint8_t digest[HASH_SIZE];
	struct buf all = { 0 };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		buf_add(&all, parts[i], strlen(parts[i]) + 1);
	hash_sha256(all.data, all.len, digest);
	hash_hex(digest, HASH_SIZE, hex);
	buf_free(&all);
}

char *
token_path(struct arena *a, const struct account *account)
{
	char hex[2 * HASH_SIZE + 1];

	if (account->oauth.file[0] != '\0')
		return arena_str(a, account->oauth.file);
	login_digest(account, hex);
	return arena_fmt(a, "%s/shopbell/tokens/%s-%.16s", file_data_home(a),
	    file_safe_name(a, account->user), hex);
}

static int
make_folder(struct arena *a, const char *path, struct err *e)
{
	char *folder = arena_str(a, path), *slash = strrchr(folder, '/');

	if (slash == NULL || slash == folder)
		return 0;
	*slash = '\0';
	return file_make_folders(folder, 0700, e);
}

int
token_lock(const struct account *account, struct err *e)
{
	struct arena a = { 0 };
	char *path = token_path(&a, account);
	int fd = -1;

	if (make_folder(&a, path, e) == 0)
		fd = file_lock(arena_fmt(&a, "%s.lock", path), LOCK_MS, e);
	arena_free(&a);
	return fd;
}

int
token_drop(const struct account *account, struct err *e)
{
	struct arena a = { 0 };
	char *path = token_path(&a, account);
	int rc = unlink(path);

	if (rc < 0)
		err_set(e, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, errno,
		    "%s: %s", path, strerror(errno));
	arena_free(&a);
	return rc;
}

/* ---- reading ---- */

static void
keep(struct buf *to, const char *value, size_t n)
{
	buf_clear(to);
	buf_add(to, value, n);
}

/* One line of the file; an unknown name is left alone. */
static void
take_line(struct token *t, const char *line, size_t n)
{
	static const struct {
		const char *name;
		size_t at; /* of a struct buf */
	} texts[] = {
		{ "refresh ", offsetof(struct token, refresh) },
		{ "access ", offsetof(struct token, access) },
		{ "ended ", offsetof(struct token, ended) },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i].name);

		if (n > len && memcmp(line, texts[i].name, len) == 0)
			keep((struct buf *)((char *)t + texts[i].at),
			    line + len, n - len);
	}
	if (n > 4 && memcmp(line, "got ", 4) == 0)
		t->got = strtoll(line + 4, NULL, 10);
	if (n > 6 && memcmp(line, "until ", 6) == 0)
		t->until = strtoll(line + 6, NULL, 10);
}

/* True if the file is for this login, and whole: its last line is "end". */
static bool
take_all(struct token *t, const struct buf *file, const char *hex)
{
	const char *p = buf_text(file), *end = p + file->len, *line;
	bool ours = false, whole = false;

	for (int i = 0; p < end; i++) {
		size_t n;

		line = p;
		p = memchr(line, '\n', (size_t)(end - line));
		if (p == NULL)
			return false;
		n = (size_t)(p++ - line);
		if (i == 0 && (n != strlen(FIRST_LINE) ||
				  memcmp(line, FIRST_LINE, n) != 0))
			return false;
		if (n == 4 + strlen(hex) && memcmp(line, "for ", 4) == 0)
			ours = memcmp(line + 4, hex, n - 4) == 0;
		whole = n == 3 && memcmp(line, "end", 3) == 0;
		take_line(t, line, n);
	}
	return ours && whole;
}

int
token_read(struct token *t, const struct account *account, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];
	struct arena a = { 0 };
	struct buf file = { 0 };
	char *path = token_path(&a, account);
	int rc = secret_file_read(&file, path, FILE_MAX, e);

	login_digest(account, hex);
	if (rc == 0 && !take_all(t, &file, hex)) {
		token_wipe(t);
		rc = err_set(e, ERR_MISSING, 0,
		    "%s holds no token for account %s", path, account->title);
	}
	buf_wipe(&file);
	arena_free(&a);
	return rc;
}

/* ---- writing ---- */

static void
put(struct buf *out, const char *name, const struct buf *value)
{
	if (value->len == 0)
		return;
	buf_fmt(out, "%s ", name);
	buf_add(out, value->data, value->len);
	buf_chr(out, '\n');
}

/* What a process that died while writing left: it may hold a token. */
static void
sweep(struct arena *a, const char *path)
{
	char *folder = arena_str(a, path), *slash = strrchr(folder, '/');
	const char *name;
	struct dirent *de;
	DIR *d;

	if (slash == NULL || slash == folder)
		return;
	name = slash + 1;
	*slash = '\0';
	d = opendir(folder);
	while (d != NULL && (de = readdir(d)) != NULL) {
		size_t n = strlen(name), len = strlen(de->d_name);

		if (len > n + 5 && strncmp(de->d_name, name, n) == 0 &&
		    de->d_name[n] == '.' &&
		    strcmp(de->d_name + len - 4, ".new") == 0)
			unlinkat(dirfd(d), de->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
}

int
token_write(const struct token *t, const struct account *account, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];
	struct arena a = { 0 };
	struct buf file = { 0 };
	char *path = token_path(&a, account);
	int rc;

	login_digest(account, hex);
	/* In one piece, so that no copy stays behind as it grows. */
	buf_room(&file, t->refresh.len + t->access.len + t->ended.len + 512);
	buf_fmt(&file, "%s\nfor %s\n", FIRST_LINE, hex);
	put(&file, "refresh", &t->refresh);
	put(&file, "access", &t->access);
	put(&file, "ended", &t->ended);
	buf_fmt(&file, "got %lld\nuntil %lld\nend\n", (long long)t->got,
	    (long long)t->until);
	rc = make_folder(&a, path, e);
	if (rc == 0) {
		sweep(&a, path);
		rc = file_replace(path, file.data, file.len, 0600, e);
	}
	buf_wipe(&file);
	arena_free(&a);
	return rc;
}

void
token_wipe(struct token *t)
{
	buf_wipe(&t->refresh);
	buf_wipe(&t->access);
	buf_wipe(&t->ended);
	memset(t, 0, sizeof(*t));
}
