#include "mail/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <libetpan/libetpan.h>

#include "base/buf.h"
#include "base/when.h"
#include "mail/beat.h"
#include "mail/sift.h"

#define PROGRESS 4096 /* bytes that move the deadline */

const struct transport_limits transport_limits_default = {
	.connect = 15000,
	.handshake = 20000,
	.silence = 60000,
	.command = 60000,
	.flood = 48u << 20,
};

struct line {
	struct transport_ask ask;
	int fd;
	gnutls_session_t tls; /* NULL: not secured */
	gnutls_certificate_credentials_t trust;
	int64_t deadline; /* of the running command */
	int allowed;      /* milliseconds it has without progress */
	size_t since;     /* bytes since the deadline was last moved */
	size_t left;      /* bytes that may still come before it is a flood */
	bool dead;
	bool mad;         /* it died of what came, not of the network */
	bool trim;        /* the next command ends in a blank too many */
	struct buf ahead; /* sent already, and not written yet */
	struct sift *sift;
	char why[240];
};

static int
line_die(struct line *l, const char *why)
{
	if (!l->dead)
		snprintf(l->why, sizeof(l->why), "%s", why);
	l->dead = true;
	return -1;
}

/* Milliseconds to poll for, until end or until it is to be told. */
static int
slice(int64_t end, int64_t slow_at)
{
	int64_t left = (slow_at < end ? slow_at : end) - when_ms();

	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

/* Wait until fd is ready or end has come.  0, or -1 with errno. */
static int
wait_until(int fd, short events, int64_t end, const struct transport_ask *ask)
{
	int64_t slow_at =
	    ask->slow.tell != NULL ? when_ms() + TRANSPORT_SLOW_MS : INT64_MAX;

	for (;;) {
		struct pollfd p[2] = { { fd, events, 0 },
			{ ask->cancel_fd, POLLIN, 0 } };
		int r;

		beat();
		r = poll(p, ask->cancel_fd >= 0 ? 2 : 1, slice(end, slow_at));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0 && slow_at < end && when_ms() >= slow_at) {
			ask->slow.tell(ask->slow.arg, ask->host, ask->port);
			slow_at = INT64_MAX;
			continue;
		}
		if (r > 0 && ask->cancel_fd >= 0 && p[1].revents != 0) {
			errno = ECANCELED;
			return -1;
		}
		if (r > 0)
			return 0;
		errno = ETIMEDOUT;
		return -1;
	}
}

/* ---- TCP ---- */

static void
socket_tune(int fd)
{
	int one = 1, idle = 60, interval = 15, count = 4;
	unsigned dead = 120000;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof(dead));
}

/* Connect to one address; the descriptor, or -1 with errno. */
static int
connect_one(const struct addrinfo *a, const struct transport_ask *ask)
{
	int fd =
	    socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int64_t end = when_ms() + ask->limits.connect;
	int broken = 0;
	socklen_t len = sizeof(broken);

	if (fd < 0)
		return -1;
	socket_tune(fd);
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	broken = errno;
	if (broken == EINPROGRESS) {
		if (wait_until(fd, POLLOUT, end, ask) < 0)
			broken = errno;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &broken, &len);
	}
	if (broken == 0)
		return fd;
	close(fd);
	errno = broken;
	return -1;
}

static int
connect_any(const struct transport_ask *ask, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_ADDRCONFIG };
	struct addrinfo *all, *a;
	char port[8];
	int fd = -1, r;

	snprintf(port, sizeof(port), "%d", ask->port);
	r = getaddrinfo(ask->host, port, &hints, &all);
	if (r == EAI_NONAME || r == EAI_ADDRFAMILY) {
		/* Loopback addresses do not count for AI_ADDRCONFIG. */
		hints.ai_flags = 0;
		r = getaddrinfo(ask->host, port, &hints, &all);
	}
	if (r != 0)
		return err_set(e, ERR_RETRY, 0,
		    "cannot find the server %s (%s): check the name and the "
		    "network",
		    ask->host, gai_strerror(r));
	errno = EADDRNOTAVAIL;
	for (a = all; a != NULL && fd < 0; a = a->ai_next) {
		fd = connect_one(a, ask);
		if (fd < 0 && errno == ECANCELED)
			break;
	}
	r = errno;
	freeaddrinfo(all);
	if (fd < 0)
		return err_set(e, ERR_RETRY, r,
		    "cannot connect to %s port %d: %s", ask->host, ask->port,
		    strerror(r));
	return fd;
}

/* ---- reading and writing ---- */

/* Wait within silence and the command's deadline; -1: the line is dead. */
static int
line_wait(struct line *l, short events)
{
	int64_t end = when_ms() + l->ask.limits.silence;

	if (end > l->deadline)
		end = l->deadline;
	if (wait_until(l->fd, events, end, &l->ask) == 0)
		return 0;
	if (errno == ECANCELED)
		return line_die(l, "stopped");
	if (errno == ETIMEDOUT)
		return line_die(l, "the server does not answer");
	return line_die(l, strerror(errno));
}

/* Enough came: the command gets its time anew. */
static void
line_progress(struct line *l, size_t n)
{
	l->since += n;
	if (l->since < PROGRESS)
		return;
	l->since = 0;
	l->deadline = when_ms() + l->allowed;
}

/* What a transfer came to: 0 try again, -1 the line is dead. */
static int
line_again(struct line *l, ssize_t r, short events)
{
	if (l->tls != NULL) {
		if (r == GNUTLS_E_REHANDSHAKE)
			return 0; /* not wanted; reading goes on */
		if (r == GNUTLS_E_PREMATURE_TERMINATION ||
		    r == GNUTLS_E_PULL_ERROR || r == GNUTLS_E_PUSH_ERROR)
			return line_die(l, "the connection was lost");
		if (r != GNUTLS_E_AGAIN && r != GNUTLS_E_INTERRUPTED)
			return line_die(l, gnutls_strerror((int)r));
	} else {
		if (errno == EINTR)
			return 0;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return line_die(l, strerror(errno));
	}
	return line_wait(l, events);
}

/* So much came: may more come? */
static int
line_count(struct line *l, size_t n)
{
	beat();
	line_progress(l, n);
	if (when_ms() > l->deadline)
		return line_die(l, "the server is too slow");
	if (n <= l->left) {
		l->left -= n;
		return 0;
	}
	l->mad = !l->dead;
	return line_die(l, "the server sends without end");
}

static ssize_t
line_receive(struct line *l, void *to, size_t n)
{
	return l->tls != NULL ? gnutls_record_recv(l->tls, to, n)
			      : recv(l->fd, to, n, 0);
}

/* Bytes as they come. */
static ssize_t
line_recv(struct line *l, void *to, size_t n)
{
	while (!l->dead) {
		ssize_t r = line_receive(l, to, n);

		if (r > 0)
			return line_count(l, (size_t)r) == 0 ? r : -1;
		if (r == 0)
			return line_die(l, "the server closed the connection");
		if (line_again(l, r, POLLIN) < 0)
			return -1;
	}
	return -1;
}

/* Sifted bytes; the inside of a body goes straight through. */
static ssize_t
line_read(mailstream_low *low, void *to, size_t n)
{
	struct line *l = low->data;
	char raw[32768];
	size_t got;
	ssize_t r;

	while ((got = sift_take(l->sift, to, n)) == 0) {
		size_t through = sift_through(l->sift);

		if (through > 0) {
			r = line_recv(l, to, through < n ? through : n);
			if (r > 0)
				sift_passed(l->sift, (size_t)r);
			return r;
		}
		r = line_recv(l, raw, sizeof(raw));
		if (r < 0)
			return -1;
		sift_feed(l->sift, raw, (size_t)r);
	}
	return (ssize_t)got;
}

static ssize_t
line_send(struct line *l, const void *from, size_t n)
{
	while (!l->dead) {
		ssize_t r = l->tls != NULL ? gnutls_record_send(l->tls, from, n)
					   : send(l->fd, from, n, MSG_NOSIGNAL);

		if (r > 0) {
			/* What is taken is progress as well. */
			l->deadline = when_ms() + l->allowed;
			return r;
		}
		if (r == 0 && n == 0)
			return 0;
		if (line_again(l, r, POLLOUT) < 0)
			return -1;
	}
	return -1;
}

/* The whole of it; -1 if the line dies. */
static int
line_send_all(struct line *l, const char *from, size_t n)
{
	while (n > 0) {
		ssize_t r = line_send(l, from, n);

		if (r < 0)
			return -1;
		from += r;
		n -= (size_t)r;
	}
	return 0;
}

/* The whole of it, unless it was sent ahead. */
static int
line_put(struct line *l, const char *p, size_t n)
{
	struct buf *ahead = &l->ahead;

	if (ahead->len == 0)
		return line_send_all(l, p, n);
	if (n > ahead->len || memcmp(p, ahead->data, n) != 0)
		return line_die(l, "commands are out of step");
	memmove(ahead->data, ahead->data + n, ahead->len - n);
	buf_cut(ahead, ahead->len - n);
	return 0;
}

static ssize_t
line_write(mailstream_low *low, const void *from, size_t n)
{
	struct line *l = low->data;
	const char *p = from;
	struct buf whole = { 0 };
	int rc;

	/* A command is shorter than the stream's buffer: it comes whole. */
	if (l->trim && n >= 3 && memcmp(p + n - 3, " \r\n", 3) == 0) {
		buf_add(&whole, p, n - 3);
		buf_str(&whole, "\r\n");
		rc = line_put(l, whole.data, whole.len);
		buf_wipe(&whole);
	} else {
		rc = line_put(l, p, n);
	}
	l->trim = false;
	return rc < 0 ? -1 : (ssize_t)n;
}

static int
line_close(mailstream_low *low)
{
	struct line *l = low->data;

	if (l->fd < 0)
		return 0;
	if (l->tls != NULL && !l->dead)
		gnutls_bye(l->tls, GNUTLS_SHUT_WR);
	close(l->fd);
	l->fd = -1;
	l->dead = true;
	return 0;
}

static int
line_fd(mailstream_low *low)
{
	return ((struct line *)low->data)->fd;
}

static void
line_forget_tls(struct line *l)
{
	if (l->tls != NULL)
		gnutls_deinit(l->tls);
	if (l->trust != NULL)
		gnutls_certificate_free_credentials(l->trust);
	l->tls = NULL;
	l->trust = NULL;
}

static void
line_free(mailstream_low *low)
{
	struct line *l = low->data;

	line_close(low);
	line_forget_tls(l);
	sift_free(l->sift);
	buf_free(&l->ahead);
	free(l);
	free(low);
}

static void
line_cancel(mailstream_low *low)
{
	(void)low;
}

static struct mailstream_cancel *
line_get_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static mailstream_low_driver line_driver = {
	.mailstream_read = line_read,
	.mailstream_write = line_write,
	.mailstream_close = line_close,
	.mailstream_get_fd = line_fd,
	.mailstream_free = line_free,
	.mailstream_cancel = line_cancel,
	.mailstream_get_cancel = line_get_cancel,
};

mailstream_low *
transport_over(int fd, const struct transport_ask *ask, struct err *e)
{
	struct line *l = calloc(1, sizeof(*l));
	mailstream_low *low =
	    l == NULL ? NULL : mailstream_low_new(l, &line_driver);

	if (low != NULL)
		l->sift = sift_new();
	if (low == NULL || l->sift == NULL) {
		free(low);
		free(l);
		close(fd);
		err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
		return NULL;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	l->ask = *ask;
	if (l->ask.limits.flood == 0)
		l->ask.limits.flood = transport_limits_default.flood;
	l->fd = fd;
	transport_begin(low);
	return low;
}

mailstream_low *
transport_open(const struct transport_ask *ask, struct err *e)
{
	int fd = connect_any(ask, e);

	return fd < 0 ? NULL : transport_over(fd, ask, e);
}

/* ---- TLS ---- */

static int
trust_load(struct line *l, struct err *e)
{
	const char *file = l->ask.ca_file;
	int r = gnutls_certificate_allocate_credentials(&l->trust);

	if (r < 0)
		return err_set(e, ERR_SYSTEM, 0, "TLS: %s", gnutls_strerror(r));
	if (file != NULL && file[0] != '\0')
		r = gnutls_certificate_set_x509_trust_file(l->trust, file,
		    GNUTLS_X509_FMT_PEM);
	else
		r = gnutls_certificate_set_x509_system_trust(l->trust);
	if (r > 0)
		return 0;
	if (file != NULL && file[0] != '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "ca-file %s holds no certificate that can be read", file);
	return err_set(e, ERR_CONFIG, 0,
	    "the system has no trusted "
	    "certificates: install ca-certificates or set ca-file");
}

static bool
is_address(const char *host)
{
	unsigned char ip[16];

	return inet_pton(AF_INET, host, ip) == 1 ||
	       inet_pton(AF_INET6, host, ip) == 1;
}

static int
tls_prepare(struct line *l, struct err *e)
{
	const char *host = l->ask.host;
	int r;

	if (trust_load(l, e) < 0)
		return -1;
	r = gnutls_init(&l->tls,
	    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (r >= 0)
		r = gnutls_set_default_priority_append(l->tls,
		    "-VERS-TLS1.0:-VERS-TLS1.1:-VERS-DTLS-ALL", NULL, 0);
	if (r >= 0)
		r = gnutls_credentials_set(l->tls, GNUTLS_CRD_CERTIFICATE,
		    l->trust);
	if (r >= 0 && !is_address(host))
		r = gnutls_server_name_set(l->tls, GNUTLS_NAME_DNS, host,
		    strlen(host));
	if (r < 0)
		return err_set(e, ERR_SYSTEM, 0, "TLS: %s", gnutls_strerror(r));
	/* Chain, dates and name, inside the handshake (RFC 9525). */
	gnutls_session_set_verify_cert(l->tls, host, 0);
	gnutls_transport_set_int(l->tls, l->fd);
	return 0;
}

/* The certificate was refused: say why, and what to do about it. */
static int
tls_distrust(struct line *l, struct err *e)
{
	unsigned status = gnutls_session_get_verify_cert_status(l->tls);
	const char *host = l->ask.host;

	gnutls_alert_send(l->tls, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
	if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		return err_set(e, ERR_DENIED, 0,
		    "%s: the certificate is for another name: check the "
		    "server's name in the configuration",
		    host);
	if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
		return err_set(e, ERR_DENIED, 0,
		    "%s: the certificate %s: its owner must renew it "
		    "(or this machine's clock is wrong)",
		    host,
		    status & GNUTLS_CERT_EXPIRED ? "has expired"
						 : "is not valid yet");
	if (status & GNUTLS_CERT_REVOKED)
		return err_set(e, ERR_DENIED, 0,
		    "%s: the certificate was revoked", host);
	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
		return err_set(e, ERR_DENIED, 0,
		    "%s: the certificate's issuer is unknown: set ca-file if "
		    "it is your own authority",
		    host);
	return err_set(e, ERR_DENIED, 0,
	    "%s: the certificate is not to be trusted", host);
}

static int
tls_failed(struct line *l, int r, struct err *e)
{
	const char *host = l->ask.host;

	if (r == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return tls_distrust(l, e);
	if (r == GNUTLS_E_UNSUPPORTED_VERSION_PACKET ||
	    (r == GNUTLS_E_FATAL_ALERT_RECEIVED &&
		gnutls_alert_get(l->tls) == GNUTLS_A_PROTOCOL_VERSION))
		return err_set(e, ERR_DENIED, 0,
		    "%s: the server does not speak TLS 1.2 or later", host);
	if (r == GNUTLS_E_UNEXPECTED_PACKET_LENGTH ||
	    r == GNUTLS_E_UNEXPECTED_PACKET)
		return err_set(e, ERR_DENIED, 0,
		    "%s: what the server speaks on port %d is not TLS", host,
		    l->ask.port);
	if (r == GNUTLS_E_PREMATURE_TERMINATION || r == GNUTLS_E_PULL_ERROR ||
	    r == GNUTLS_E_PUSH_ERROR)
		return err_set(e, ERR_RETRY, 0,
		    "%s: the server closed the connection during the TLS "
		    "handshake",
		    host);
	if (r == GNUTLS_E_FATAL_ALERT_RECEIVED)
		return err_set(e, ERR_DENIED, 0, "%s: TLS: the server says: %s",
		    host, gnutls_alert_get_name(gnutls_alert_get(l->tls)));
	return err_set(e, ERR_DENIED, 0, "%s: TLS: %s", host,
	    gnutls_strerror(r));
}

static void
handshake_failed(const struct line *l, struct err *e)
{
	if (errno != ETIMEDOUT)
		err_set(e, ERR_RETRY, errno, "%s: TLS handshake: %s",
		    l->ask.host, strerror(errno));
	else
		err_set(e, ERR_RETRY, errno,
		    "%s port %d took the connection and did not begin TLS in "
		    "%d s: is it the right port? (imaps:// is mostly 993; "
		    "imap:// is 143 and begins in the clear)",
		    l->ask.host, l->ask.port, l->ask.limits.handshake / 1000);
}

int
transport_secure(mailstream_low *low, struct err *e)
{
	struct line *l = low->data;
	int64_t end = when_ms() + l->ask.limits.handshake;
	int r;

	/* Half a line in the clear would become the start of the first. */
	if (sift_held(l->sift) > 0) {
		err_set(e, ERR_DENIED, 0,
		    "%s sent data behind "
		    "STARTTLS: somebody is tampering with the line",
		    l->ask.host);
		goto dead;
	}
	if (tls_prepare(l, e) < 0)
		goto dead;
	while ((r = gnutls_handshake(l->tls)) < 0) {
		short events =
		    gnutls_record_get_direction(l->tls) ? POLLOUT : POLLIN;

		if (gnutls_error_is_fatal(r)) {
			tls_failed(l, r, e);
			goto dead;
		}
		if (r != GNUTLS_E_AGAIN && r != GNUTLS_E_INTERRUPTED)
			continue; /* a warning alert */
		if (wait_until(l->fd, events, end, &l->ask) == 0)
			continue;
		handshake_failed(l, e);
		goto dead;
	}
	transport_begin(low);
	return 0;
dead:
	line_die(l, e->text);
	return -1;
}

/* ---- the rest ---- */

void
transport_begin(mailstream_low *low)
{
	transport_allow(low, 0);
}

void
transport_allow(mailstream_low *low, int ms)
{
	struct line *l = low->data;

	l->allowed = ms > 0 ? ms : l->ask.limits.command;
	l->deadline = when_ms() + l->allowed;
	l->since = 0;
	l->left = l->ask.limits.flood;
}

void
transport_expect(mailstream_low *low, size_t most)
{
	struct line *l = low->data;

	l->left = most > l->ask.limits.flood ? most : l->ask.limits.flood;
}

size_t
transport_pending(mailstream_low *low)
{
	struct line *l = low->data;

	return sift_ready(l->sift) +
	       (l->tls != NULL ? gnutls_record_check_pending(l->tls) : 0);
}

unsigned
transport_garbled(mailstream_low *low)
{
	return sift_garbled(((struct line *)low->data)->sift);
}

int
transport_look(mailstream_low *low)
{
	struct line *l = low->data;
	char raw[4096];
	ssize_t r;

	do {
		if (sift_ready(l->sift) > 0)
			return 1;
		if (l->dead)
			return -1;
		r = line_receive(l, raw, sizeof(raw));
		if (r > 0) {
			l->deadline = when_ms() + l->allowed;
			if (line_count(l, (size_t)r) < 0)
				return -1;
			sift_feed(l->sift, raw, (size_t)r);
		}
	} while (r > 0);
	if (r == 0)
		return line_die(l, "the server closed the connection");
	/* Part of a line or record, or none at all: nothing to hear yet. */
	if (l->tls != NULL ? r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED ||
				 r == GNUTLS_E_REHANDSHAKE
			   : errno == EAGAIN || errno == EINTR)
		return 0;
	return line_again(l, r, POLLIN);
}

int
transport_fd(mailstream_low *low)
{
	return ((struct line *)low->data)->fd;
}

int
transport_why(mailstream_low *low, struct err *e)
{
	struct line *l = low->data;

	return err_set(e, l->mad ? ERR_PEER : ERR_RETRY, 0, "%s: %s",
	    l->ask.host,
	    l->why[0] != '\0' ? l->why : "the connection was lost");
}

bool
transport_dead(mailstream_low *low)
{
	return ((struct line *)low->data)->dead;
}

void
transport_trim(mailstream_low *low)
{
	((struct line *)low->data)->trim = true;
}

int
transport_ahead(mailstream_low *low, const char *bytes, size_t n)
{
	struct line *l = low->data;

	if (line_put(l, bytes, n) < 0)
		return -1;
	buf_add(&l->ahead, bytes, n);
	return 0;
}

void
transport_kill(mailstream_low *low, const char *why)
{
	line_die(low->data, why);
}

int
transport_wait(mailstream_low *low, int wake_fd, int ms)
{
	struct line *l = low->data;
	int64_t end = when_ms() + ms;

	while (!l->dead) {
		struct pollfd p[3] = { { l->fd, POLLIN, 0 },
			{ wake_fd, POLLIN, 0 },
			{ l->ask.cancel_fd, POLLIN, 0 } };
		int64_t left = end - when_ms();
		int r;

		if (transport_pending(low) > 0)
			return 1;
		r = poll(p, 3, left > 0 ? (int)left : 0);
		if (r < 0 && errno != EINTR)
			return line_die(l, strerror(errno));
		if (r > 0 && p[2].revents != 0)
			return line_die(l, "stopped");
		if (r > 0 && p[0].revents != 0)
			return 1;
		if (r > 0)
			return 2;
		if (r == 0)
			return 0;
	}
	return -1;
}

const char *
transport_kind(mailstream_low *low)
{
	struct line *l = low->data;

	if (l->tls == NULL)
		return "no TLS";
	return gnutls_protocol_get_version(l->tls) == GNUTLS_TLS1_3 ? "TLS 1.3"
								    : "TLS 1.2";
}

void
transport_free(mailstream_low *low)
{
	if (low != NULL)
		mailstream_low_free(low);
}
