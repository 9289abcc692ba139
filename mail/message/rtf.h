/*
 * rtf.h -- Rich Text as Outlook hides it in winmail.dat.
 */
#ifndef MAIL_MESSAGE_RTF_H
#define MAIL_MESSAGE_RTF_H

#include "base/buf.h"
#include "mail/message/bytes.h"

enum rtf_kind {
	RTF_NONE, /* it is no RTF */
	RTF_TEXT,
	RTF_HTML, /* the HTML it was made of ([MS-OXRTFEX]) */
};

/* Unpack ([MS-OXRTFCP]); false if it is damaged. */
bool rtf_unpack(struct buf *out, struct bytes packed);

/* Append the words in it, or the HTML, as UTF-8. */
enum rtf_kind rtf_read(struct buf *out, struct bytes rtf);

#endif
