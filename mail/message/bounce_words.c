/*
 * bounce_words.c -- tables of what mail systems write.
 */
#include "mail/message/bounce_words.h"

#include <string.h>

/* Small letters; compared without regard to ASCII case. */
static const char *const strong_subjects[] = {
	"undeliverable",
	"undelivered mail",
	"returned mail",
	"failure notice",
	"mail delivery failed",
	"mail delivery failure",
	"delivery failure",
	"delivery status notification",
	"delivery notification",
	"mail delivery system",
	"non delivery",
	"nondeliverable",
	"non-delivery",
	"unzustellbar",
	"nicht zustellbar",
	"undeliver",
	"mail could not be delivered",
	"message delivery failure",
	"email delivery failure",
	"mail system error",
	"returned to sender",
	"message undeliverable",
	"delivery has failed",
	"unable to deliver",
	"could not send message",
	"mail delivery problem",
	"rejected mail",
	"delivery report",
	"dsn:",
	"nicht zugestellt",
	("benachrichtigung zum \xc3\xbc"
	 "bermittlungsstatus"),
	"non remis",
	"impossible de remettre",
	"no se puede entregar",
	"no se ha podido entregar",
	"mancato recapito",
	"recapito non riuscito",
	"niet bestelbaar",
	"onbestelbaar",
	"non recapitabile",
	"fallo en la entrega",
	"\xe9\x80\x81\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d",
	"\xe9\x85\x8d\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d",
	"\xe9\x85\x8d\xe4\xbf\xa1\xe4\xb8\x8d\xe8\x83\xbd",
	"\xe9\x80\x80\xe4\xbf\xa1",
	"\xe9\x80\x80\xe5\x9b\x9e",
	"\xd0\xbd\xd0\xb5\xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
	"\xd0\xbd\xd0\xb5 \xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
};

static const char *const subjects[] = {
	"delivery",
	"undeliv",
	"returned",
	"return receipt",
	"failure",
	"failed",
	"warning: message",
	"delayed",
	"bounce",
	"mail error",
	"error",
	"rejected",
	"problem",
	"warning",
	"unreachable",
	"refused",
	"blocked",
	"unknown",
	"notification",
	"report",
	"not delivered",
	"nicht",
	"mailbox",
	"quota",
	"undelivrable",
	"message status",
	"user unknown",
	"nachricht",
	"attention",
};

static const char *const failures[] = {
	"could not be delivered",
	"couldn't be delivered",
	"not be delivered",
	"wasn't delivered",
	"was not delivered",
	"unable to deliver",
	"could not deliver",
	"cannot deliver",
	"can't be delivered",
	"cannot be delivered",
	"can not be delivered",
	"not delivered",
	"did not reach",
	"couldn't deliver",
	"unable to relay",
	"delivery to the following",
	"delivery failed",
	"delivery failure",
	"delivery has failed",
	"delivery error",
	"failed to deliver",
	"failed to be delivered",
	"undeliverable",
	"undelivered",
	"permanent fatal error",
	"fatal errors",
	"transient non-fatal",
	"permanent error",
	"permanent failure",
	"permanently rejected",
	"returned to sender",
	"returning your message",
	"message was rejected",
	"was rejected",
	"has been rejected",
	"been returned",
	"is being returned",
	"has been delayed",
	"has not been delivered",
	"not yet been delivered",
	"user unknown",
	"unknown user",
	"no such user",
	"no such recipient",
	"no such mailbox",
	"unknown recipient",
	"recipient unknown",
	"recipient rejected",
	"mailbox unavailable",
	"mailbox not found",
	"mailbox is full",
	"mailbox full",
	"over quota",
	"quota exceeded",
	"exceeded storage",
	"exceeds allowed",
	"user not found",
	"does not exist",
	"doesn't exist",
	"address rejected",
	"address not found",
	"address error",
	"host unknown",
	"unknown host",
	"host not found",
	"domain not found",
	"unrouteable",
	"unroutable",
	"relaying denied",
	"relay access denied",
	"relay not permitted",
	"access denied",
	"said: 5",
	"said: 4",
	"550 ",
	"551 ",
	"552 ",
	"553 ",
	"554 ",
	"<<< 5",
	"<<< 4",
	"status: 5",
	"status: 4",
	"retry timeout",
	"giving up",
	"gave up",
	"given up",
	"failed after i sent",
	"couldn't be found",
	"not listed in",
	"connection timed out",
	"connection refused",
	"message expired",
	"undelivrable",
	"pas pu \xc3\xaatre",
	"n'a pas pu",
	"non distribu",
	"nicht zugestellt",
	"konnte nicht",
	"konnten nicht",
	"unzustellbar",
	"no se pudo",
	"no se ha podido",
	"non \xc3\xa8 stato possibile",
	"niet worden",
	"kunde inte",
	"kunne ikke",
	"n\xc3\xa3o foi poss",
	"final-recipient:",
	"x-actual-recipient",
	"the following recipient",
	"following address",
	"invalid recipient",
	"invalid address",
	"account disabled",
	"trouble delivering",
	"error sending your",
	"not a valid user",
	"not a valid address",
	"problem delivering",

	"account has been disabled",
	"is disabled",
	"inactive user",
	"inactive account",
	"suspended",
	"spam",
	"blacklist",
	"message size exceeds",
	"too large",
	"too big",
	"size limit",
	"\xe5\xb1\x8a\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x9b",
	"\xe5\xb1\x8a\xe3\x81\x91\xe3\x82\x8b\xe3\x81\x93\xe3\x81\xa8",
	"\xe9\x80\x81\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d",
	"\xe9\x85\x8d\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d",
	"\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc",
	"\xe6\x97\xa0\xe6\xb3\x95",
	"\xe9\x80\x80\xe4\xbf\xa1",
	"\xd0\xbd\xd0\xb5 \xd0\xbc\xd0\xbe\xd0\xb6\xd0\xb5\xd1\x82",
	"\xd0\xbd\xd0\xb5 \xd0\xbc\xd0\xbe\xd0\xb3\xd0\xbb\xd0\xbe",
	"\xd0\xbd\xd0\xb5 \xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
};

static const char *const delays[] = {
	"will be retried",
	"will continue to try",
	"will keep trying",
	"will be attempted",
	"delivery is delayed",
	"has been delayed",
	"not yet been delivered",
	"not yet been",
	"still being tried",
	"will retry",
	"do not need to resend",
	"don't need to resend",
	"not need to do anything",
	"this is a warning message only",
	"no action is required",
	"attempts to deliver the message will continue",
	"delivery attempts will continue",
	"temporary non-fatal",
	"transient non-fatal",
};

static const char *const passing[] = {
	"timed out",
	"timeout",
	"connection refused",
	"no route to host",
	"network is unreachable",
	"expired",
	"gave up",
	"giving up",
	"given up",
	"too long",
	"for more than",
	"temporar",
	"try again",
	"retry",
	"deferred",
	"greylist",
	"could not connect",
	"couldn't connect",
	"unable to connect",
	"not responding",
	"no response",
	"days",
	"lost connection",
	"connection died",
	"server busy",
	"too many",
};

static const char *const returned[] = {
	"--- below this line is a copy",
	"------ this is a copy of",
	"----- original message",
	"--- original message",
	"----- message header follows",
	"----- unsent message follows",
	"   ----- original message follows",
	"------ this is a copy of the",
	"--- the message headers follow",
	"original message follows",
	"----- returned message",
	"--- returned message",
	"message header follows",
	"message text follows",
	"   ----- unsent message follows",
	"---------- forwarded message",
	"content-type: message/rfc822",
	"content-type: text/rfc822-headers",
	"--- enclosed is a copy",
	"original message:",
	"your original message",
	"|------",
	"----- message headers",
	"received message follows",
	"-----original message",
	"=== original message",
	"original headers",
};

static bool
any(struct bytes text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_find(text, list[i]) != (size_t)-1)
			return true;
	return false;
}

#define ANY(text, list) any(text, list, sizeof list / sizeof *list)

bool
words_subject(struct bytes subject)
{
	return words_subject_strong(subject) || ANY(subject, subjects);
}

bool
words_subject_strong(struct bytes subject)
{
	return ANY(subject, strong_subjects);
}

bool
words_failed(struct bytes text)
{
	return ANY(bytes_cut(text, 0, 16384), failures);
}

bool
words_delayed(struct bytes text)
{
	return ANY(bytes_cut(text, 0, 16384), delays);
}

bool
words_temporary(struct bytes text)
{
	return words_delayed(text) || ANY(bytes_cut(text, 0, 16384), passing);
}

bool
words_begin_returned(struct bytes line)
{
	line = bytes_trim(line);
	for (size_t i = 0; i < sizeof returned / sizeof *returned; i++)
		if (bytes_begin(line, returned[i]) ||
		    (line.n > 0 && line.s[0] == '-' && line.n < 120 &&
			bytes_find(line, returned[i]) != (size_t)-1))
			return true;
	return false;
}
