/*
 * submit_inside.h -- shared by the files of submit.
 */
#ifndef MAIL_SUBMIT_INSIDE_H
#define MAIL_SUBMIT_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/submit.h"
#include "mail/submit_load.h"

/* How far the dialogue has come; in the order in which it goes. */
enum stage {
	STAGE_CONNECT, /* until the greeting */
	STAGE_HELLO,
	STAGE_TLS,
	STAGE_LOGIN,
	STAGE_PROBE,
	STAGE_MAIL,
	STAGE_RCPT,
	STAGE_DATA, /* DATA was said */
	STAGE_BODY, /* 354 came */
	STAGE_DOT,  /* the mark is set: end of data may have left */
	STAGE_QUIT,
};

/* What the server said last; code is 0 until its last line came. */
struct reply {
	int code;
	struct buf text;
};

struct submit {
	struct arena own; /* this very struct lives in it */
	const struct account *account;
	CURL *curl;
	char trouble[CURL_ERROR_SIZE];
	int socket[4]; /* those libcurl has open, -1 for none */
	int silence;   /* seconds a server may keep us waiting before the dot */
	int patience;  /* seconds it may take after the dot */
	bool renewed;  /* the token was refused, and another taken */
	bool utf8;     /* the server of this line knows SMTPUTF8 */

	/* Of the mail being handed over: */
	enum stage stage;
	struct reply reply; /* to the command of the stage */
	bool fresh;         /* the next line begins a reply */
	size_t recipient;   /* those whose RCPT was sent */
	struct reply *of;   /* one for each recipient */
	size_t n;
	const struct letter *letter;
	size_t given;
	submit_mark *mark;
	void *mark_arg;
	bool mark_failed;
	struct err mark_why;
	curl_off_t moved; /* bytes up, as of the last progress */
	int64_t moved_at;
};

/*
 * Nothing the server may still say is waited for: libcurl would give a silent
 * one its whole patience again to answer QUIT.
 */
void hush(struct submit *s);

/* ---- submit_follow.c: the dialogue as it goes by ---- */

/* A CURLOPT_DEBUGFUNCTION: commands out and replies in. */
int follow(CURL *curl, curl_infotype kind, char *data, size_t n, void *arg);

/* ---- submit_why.c: what an end of the transfer means ---- */

/* Fill in end and why from the code and the dialogue. */
void judge(struct submit *s, CURLcode rc, struct submit_answer *answer);

/* One line, cleaned, of what the server said. */
void reply_line(const struct reply *r, struct buf *out);

#endif
