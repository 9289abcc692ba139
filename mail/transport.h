/*
 * transport.h -- a verified line to a server, under libetpan.
 *
 * TCP and GnuTLS behind a mailstream_low_driver of our own.  libetpan's own
 * transport verifies nothing and hands the password to anyone who asks; this
 * one shakes hands only with a server whose chain, dates and name are right,
 * over TLS 1.2 or later, before a byte of ours beyond STARTTLS is sent.
 *
 * Every wait is bounded three ways: by silence, by the deadline of the
 * running command, and by a descriptor that cancels.  A server that drips a
 * byte a second meets the deadline, which moves only when enough has come.
 * The end of the stream is an error, never an empty read: libetpan would
 * read on for ever.
 */
#ifndef MAIL_TRANSPORT_H
#define MAIL_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct _mailstream_low;

/* In milliseconds, unless said otherwise. */
struct transport_limits {
	int connect;   /* for each address of the host */
	int handshake; /* TLS, whole */
	int silence;   /* on one read or write */
	int command;   /* without progress: 4 KB must come in this time */
	size_t flood;  /* bytes of one answer or message; 0: default */
};
extern const struct transport_limits transport_limits_default;

/* Told after some seconds of one wait, for a person who looks on. */
#define TRANSPORT_SLOW_MS 3000
struct transport_slow {
	void (*tell)(void *arg, const char *host, int port);
	void *arg;
};

struct transport_ask {
	const char *host; /* also the name the certificate must bear */
	int port;
	const char *ca_file; /* PEM; "" is the system's trust store */
	int cancel_fd;       /* readable: give up; -1 if none */
	struct transport_limits limits;
	struct transport_slow slow; /* tell may be NULL */
};

/*
 * A connected line without TLS.  The ask is copied; its strings must outlive
 * the line.  ERR_RETRY: no such host, refused, unreachable, too slow.
 */
struct _mailstream_low *transport_open(const struct transport_ask *ask,
    struct err *e);

/* The same over a connected stream socket, which then belongs to the line. */
struct _mailstream_low *transport_over(int fd, const struct transport_ask *ask,
    struct err *e);

/*
 * Shake hands on an open line.  On failure the line is dead and must be
 * freed.  ERR_DENIED: the server is not to be trusted, the text says why;
 * ERR_CONFIG: the CA file cannot be read; ERR_RETRY: cut or too slow.
 */
int transport_secure(struct _mailstream_low *low, struct err *e);

/* A command begins: it has limits.command from here without progress. */
void transport_begin(struct _mailstream_low *low);

/* Give the running command this much instead; 0 is the default again. */
void transport_allow(struct _mailstream_low *low, int ms);

/*
 * From here so many bytes may come, or limits.flood if that is more; then the
 * line is cut.  transport_begin sets it back.
 */
void transport_expect(struct _mailstream_low *low, size_t most);

/*
 * The next command ends in " \r\n": leave the blank out.  libetpan puts one
 * behind a custom command, and strict servers answer BAD to it.
 */
void transport_trim(struct _mailstream_low *low);

/*
 * Send commands before their time, so that one round trip serves them all.
 * What is written from here on must be the same bytes, and is not sent again;
 * anything else before they are used up ends the line.
 */
int transport_ahead(struct _mailstream_low *low, const char *bytes, size_t n);

/* Bytes that came but were not read yet: poll will not tell of them. */
size_t transport_pending(struct _mailstream_low *low);

/* Answers to FETCH that could not be understood, since the line was opened. */
unsigned transport_garbled(struct _mailstream_low *low);

/*
 * Is there anything to read, without waiting?  1, 0, or -1: the line is dead.
 * That poll says so is not enough: a TLS record may hold no data.
 */
int transport_look(struct _mailstream_low *low);

/* For poll. */
int transport_fd(struct _mailstream_low *low);

/*
 * Why the line died: fills in e as ERR_RETRY, or ERR_PEER if the server sent
 * without end.  Returns -1.
 */
int transport_why(struct _mailstream_low *low, struct err *e);

/* Dead: no more can be sent or received. */
bool transport_dead(struct _mailstream_low *low);

/* Give the line up; every transfer fails from here. */
void transport_kill(struct _mailstream_low *low, const char *why);

/*
 * Wait until something can be read, wake_fd is readable or ms have passed:
 * 1 read, 2 wake, 0 time, -1 the line is dead (cancelled).
 */
int transport_wait(struct _mailstream_low *low, int wake_fd, int ms);

/* "TLS 1.3", "no TLS". */
const char *transport_kind(struct _mailstream_low *low);

/* Shut down without waiting for anybody. */
void transport_free(struct _mailstream_low *low);

#endif
