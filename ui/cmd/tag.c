/*
 * tag -- put tags on threads and take them off.
 */
#include "desk/keyword.h"
#include "ui/cmd/triage.h"

/* change is "+returns" or "-returns". */
static int
tag_ok(const char *change, struct err *e)
{
	const char *tag = change + 1;

	if (*change == '+' && tag_is_of_programs(tag))
		return err_set(e, ERR_USAGE, 0,
		    "tag: \"%.40s\" is a word that mail programs use among"
		    " themselves: a tag begins with neither $ nor \\",
		    tag);
	if (tag_is_word(tag))
		return 0;
	return err_set(e, ERR_USAGE, 0,
	    "tag: \"%.40s\" is no tag: a word without blanks, commas"
	    " and quotes, at most %d bytes",
	    tag, TAG_MAX);
}

static int
tag_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct strings *all = &arg[1].all;
	struct change *v = arena_array(c->arena, all->n, sizeof(*v));
	struct buf done = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < all->n; i++) {
		rc = tag_ok(all->v[i], e);
		v[i].kind = all->v[i][0] == '+' ? CHANGE_TAG : CHANGE_UNTAG;
		v[i].text = all->v[i] + 1;
		buf_fmt(&done, "%s%s", i > 0 ? " " : "tagged ", all->v[i]);
	}
	if (rc == 0)
		rc = triage(c, v, all->n, buf_text(&done), e);
	buf_free(&done);
	return rc;
}

const struct cmd cmd_tag = {
	.name = "tag",
	.args = "<thread>... <tag>...",
	.keys = "list:t list:l thread:t thread:l",
	.brief = "Put tags on threads, or take them off",
	.man =
	    ".Ql +returns\nputs the tag on,\n.Ql \\-returns\ntakes it off.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = tag_run,
};
