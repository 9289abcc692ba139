/*
 * dictionary.c -- written by hand: what mail programs and servers put into
 * every mail.  What is most common stands last, where zstd refers to it in
 * the fewest bits.
 */
#include "store/dictionary.h"

const char *const dictionary[] = {
	"Hello, I ordered a few days ago and have not received anything y"
	"et. Could you please tell me where my order is? The tracking num"
	"ber does not work.\r\n",
	"Hi, I would like to return this because it does not fit. Please "
	"send me a return label. When will I get my refund?\r\n",
	"Thank you very much for your quick answer. Have a nice day. Kind"
	" regards, Best regards, Best wishes, Many thanks, Yours sincerel"
	"y, Cheers,\r\n",
	"Dear Sir or Madam, Dear customer, thank you for your order. Your"
	" order has been shipped. Order number: Invoice number: Customer "
	"number: Total: Subtotal: Shipping: VAT: Payment method: Delivery"
	" address: Billing address: Phone: Quantity: Item: Price: Size: C"
	"olour:\r\n",
	"We are sorry for the inconvenience. Please let us know if you ha"
	"ve any further questions. You can track your parcel here: View y"
	"our order Unsubscribe View in browser Privacy policy Terms and c"
	"onditions All rights reserved.\r\n",
	"Sent from my iPhone Sent from my Samsung Galaxy smartphone. Get "
	"Outlook for Android Get Outlook for iOS Gesendet von Mail Envoy"
	"é de mon iPhone\r\n",
	"On Mon, Jan 1, 2026 at 10:00 AM wrote: Am Montag, 1. Januar 2026"
	" schrieb: Le lun. 1 janv. 2026 à 10:00, a écrit :\r\n",
	"Sehr geehrte Damen und Herren, vielen Dank für Ihre Bestellung."
	" Mit freundlichen Grüßen Bestellnummer Rechnung Lieferung Rüc"
	"ksendung\r\n",
	"-----Original Message----- From: Sent: To: Subject: -----Ursprü"
	"ngliche Nachricht----- Von: Gesendet: An: Betreff:\r\n",
	"---------- Forwarded message ---------\r\n",
	"This message was created automatically by mail delivery software"
	". A message that you sent could not be delivered to one or more "
	"of its recipients. This is a permanent error. The following addr"
	"ess(es) failed:\r\n",
	"This is an automatically generated Delivery Status Notification."
	" Final-Recipient: rfc822; Action: failed Status: 5.1.1 Remote-MT"
	"A: dns; Diagnostic-Code: smtp; 550 5.1.1 Reporting-MTA: dns; Arr"
	"ival-Date: X-Postfix-Queue-ID: X-Postfix-Sender: rfc822;\r\n",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\""
	" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\r\n",
	"<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:v=\"urn:schem"
	"as-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:offic"
	"e:office\" xmlns:w=\"urn:schemas-microsoft-com:office:word\" xml"
	"ns:m=\"http://schemas.microsoft.com/office/2004/12/omml\" xmlns="
	"\"http://www.w3.org/TR/REC-html40\">\r\n",
	"<head>\r\n",
	"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=u"
	"tf-8\">\r\n",
	"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=U"
	"TF-8\" />\r\n",
	"<meta name=\"viewport\" content=\"width=device-width, initial-sc"
	"ale=1.0\">\r\n",
	"<meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\">\r\n",
	"<meta name=\"x-apple-disable-message-reformatting\">\r\n",
	"<meta name=\"format-detection\" content=\"telephone=no,address=n"
	"o,email=no,date=no,url=no\">\r\n",
	"<meta name=\"Generator\" content=\"Microsoft Word 15 (filtered m"
	"edium)\">\r\n",
	"<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPN"
	"G/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettin"
	"gs></xml></noscript><![endif]-->\r\n",
	"<!--[if gte mso 9]><![endif]--><!--[if !mso]><!--><!--<![endif]-"
	"->\r\n",
	"<style type=\"text/css\">\r\n",
	"<style><!--\r\n",
	"/* Font Definitions */\r\n",
	"@font-face\r\n",
	"\t{font-family:\"Cambria Math\";\r\n",
	"\tpanose-1:2 4 5 3 5 4 6 3 2 4;}\r\n",
	"@font-face\r\n",
	"\t{font-family:Calibri;\r\n",
	"\tpanose-1:2 15 5 2 2 2 4 3 2 4;}\r\n",
	"/* Style Definitions */\r\n",
	"p.MsoNormal, li.MsoNormal, div.MsoNormal\r\n",
	"\t{margin:0cm;\r\n",
	"\tmargin-bottom:.0001pt;\r\n",
	"\tfont-size:11.0pt;\r\n",
	"\tfont-family:\"Calibri\",sans-serif;\r\n",
	"\tmso-fareast-language:EN-US;}\r\n",
	"a:link, span.MsoHyperlink\r\n",
	"\t{mso-style-priority:99;\r\n",
	"\tcolor:#0563C1;\r\n",
	"\ttext-decoration:underline;}\r\n",
	"a:visited, span.MsoHyperlinkFollowed\r\n",
	"\t{mso-style-priority:99;\r\n",
	"\tcolor:#954F72;\r\n",
	"\ttext-decoration:underline;}\r\n",
	"span.EmailStyle17\r\n",
	"\t{mso-style-type:personal-reply;\r\n",
	"\tfont-family:\"Calibri\",sans-serif;\r\n",
	"\tcolor:windowtext;}\r\n",
	".MsoChpDefault\r\n",
	"\t{mso-style-type:export-only;}\r\n",
	"@page WordSection1\r\n",
	"\t{size:612.0pt 792.0pt;\r\n",
	"\tmargin:72.0pt 72.0pt 72.0pt 72.0pt;}\r\n",
	"div.WordSection1\r\n",
	"\t{page:WordSection1;}\r\n",
	"--></style>\r\n",
	"body { margin: 0; padding: 0; width: 100% !important; -webkit-te"
	"xt-size-adjust: 100%; -ms-text-size-adjust: 100%; background-col"
	"or: #f4f4f4; font-family: Arial, Helvetica, sans-serif; }\r\n",
	"table, td { border-collapse: collapse; mso-table-lspace: 0pt; ms"
	"o-table-rspace: 0pt; }\r\n",
	"img { border: 0; height: auto; line-height: 100%; outline: none;"
	" text-decoration: none; -ms-interpolation-mode: bicubic; }\r\n",
	"#outlook a { padding: 0; } .ExternalClass { width: 100%; } .Read"
	"MsgBody { width: 100%; }\r\n",
	"@media only screen and (max-width: 600px) { .container { width: "
	"100% !important; } .mobile-hide { display: none !important; } }\r\n",
	"</style></head>\r\n",
	"<body bgcolor=\"#ffffff\" text=\"#000000\" link=\"#0563C1\" vlin"
	"k=\"#954F72\" lang=\"EN-US\" style=\"word-wrap:break-word\">\r\n",
	"<div class=\"WordSection1\"><p class=\"MsoNormal\"><span style="
	"\"font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif\">"
	"<o:p>&nbsp;</o:p></span></p>\r\n",
	"<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:"
	"3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b><span lang=\"EN-US"
	"\">From:</span></b>\r\n",
	"<div dir=\"ltr\"><br></div><br><div class=\"gmail_quote\"><div d"
	"ir=\"ltr\" class=\"gmail_attr\">On Mon, Jan 1, 2026 at 10:00 AM "
	"&lt;<a href=\"mailto:\" target=\"_blank\"></a>&gt; wrote:<br></d"
	"iv><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px "
	"0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">\r\n",
	"<blockquote type=\"cite\"><div></div></blockquote></div></body><"
	"/html>\r\n",
	"<div style=\"display:none;font-size:1px;line-height:1px;max-heig"
	"ht:0px;max-width:0px;opacity:0;overflow:hidden;mso-hide:all;\">&"
	"zwnj;&nbsp;&#847;\r\n",
	"<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cell"
	"spacing=\"0\" width=\"100%\" style=\"border-collapse:collapse;\""
	">\r\n",
	"<table align=\"center\" border=\"0\" cellpadding=\"0\" cellspaci"
	"ng=\"0\" width=\"600\" style=\"width:600px;max-width:600px;margi"
	"n:0 auto;background-color:#ffffff;\">\r\n",
	"<tbody><tr><td align=\"center\" valign=\"top\" style=\"padding:2"
	"0px 30px 20px 30px;font-family:Arial,Helvetica,sans-serif;font-s"
	"ize:14px;line-height:20px;color:#333333;text-align:left;\">\r\n",
	"<a href=\"https://www.\" target=\"_blank\" rel=\"noopener norefe"
	"rrer\" style=\"color:#1155cc;text-decoration:none;display:inline"
	"-block;padding:12px 24px;background-color:#000000;border-radius:"
	"4px;font-weight:bold;\"><img src=\"https://\" alt=\"\" width=\"1"
	"\" height=\"1\" border=\"0\" style=\"display:block;width:100%;he"
	"ight:auto;\" /></a></td></tr></tbody></table>\r\n",
	"<p style=\"margin:0 0 16px 0;\"></p><h1 style=\"font-size:24px;"
	"\"></h1><ul><li></li></ul><span style=\"color:#999999;\"></span>"
	"<strong></strong><hr></td></tr></table></center></body></html>\r\n",
	"<p>=20 =3D\"=3D\"\" style=3D\"font-size:14px;font-family:Arial,H"
	"elvetica,sans-serif;color:#333333;\" <table border=3D\"0\" cellp"
	"adding=3D\"0\" cellspacing=3D\"0\" width=3D\"100%\" <td align=3D"
	"\"center\" valign=3D\"top\" style=3D\"padding: <a href=3D\"https"
	"://www. target=3D\"_blank\" <img src=3D\"https:// alt=3D\"\" wid"
	"th=3D\" height=3D\" border=3D\"0\" style=3D\"display:block; <div"
	" class=3D\"gmail_quote\"><div dir=3D\"ltr\" class=3D\"gmail_attr"
	"\"> <p class=3D\"MsoNormal\"><o:p>&nbsp;</o:p></p>=20 <span styl"
	"e=3D\"font-family:=C2=A0=E2=80=99=E2=80=93=C3=BC=C3=A4=C3=B6=C3="
	"9F=C3=A9\r\n",
	"--===============0000000000000000000==--\r\n",
	"--Apple-Mail-00000000-0000-0000-0000-000000000000--\r\n",
	"--_000_PR0000000000000000000000000000000000000eurprd0_--\r\n",
	"--0000000000000000000000000000--\r\n",
	"Content-Type: application/pdf; name=\"invoice.pdf\"\r\n",
	"Content-Disposition: attachment; filename=\"invoice.pdf\"\r\n",
	"Content-Transfer-Encoding: base64\r\n",
	"X-Attachment-Id: f_\r\n",
	"\r\n",
	"Content-Type: image/jpeg; name=\"IMG_0001.jpeg\"\r\n",
	"Content-Disposition: inline; filename=\"image001.png\"; size=; c"
	"reation-date=\"\"; modification-date=\"\"\r\n",
	"Content-ID: <image001.png@01D00000.00000000>\r\n",
	"Content-Description: image001.png\r\n",
	"Content-Type: image/png; name=\"image001.png\"\r\n",
	"Content-Type: message/delivery-status\r\n",
	"Content-Type: message/rfc822\r\n",
	"Content-Type: text/calendar; charset=\"utf-8\"; method=REQUEST\r\n",
	"Content-Type: multipart/report; report-type=delivery-status;\r\n",
	"\tboundary=\"\r\n",
	"Content-Type: multipart/related; boundary=\"\r\n",
	"Content-Type: multipart/mixed; boundary=\"\r\n",
	"Content-Type: multipart/alternative;\r\n",
	" boundary=\"------------0000000000000000000000000000\"\r\n",
	"\r\n",
	"This is a multi-part message in MIME format.\r\n",
	"Content-Type: text/plain; charset=\"us-ascii\"\r\n",
	"Content-Type: text/plain; charset=\"iso-8859-1\"\r\n",
	"Content-Type: text/html; charset=\"utf-8\"\r\n",
	"Content-Transfer-Encoding: 7bit\r\n",
	"Content-Transfer-Encoding: 8bit\r\n",
	"Content-Type: text/html; charset=\"UTF-8\"\r\n",
	"Content-Transfer-Encoding: quoted-printable\r\n",
	"\r\n",
	"Content-Type: text/plain; charset=\"UTF-8\"\r\n",
	"Content-Transfer-Encoding: quoted-printable\r\n",
	"Content-Type: text/plain; charset=utf-8; format=flowed\r\n",
	"Content-Language: en-US\r\n",
	"Return-Path: <>\r\n",
	"Delivered-To: \r\n",
	"X-Original-To: \r\n",
	"Received: by 2002:a05:6000:0000:0000:0000:0000:0000 with SMTP id"
	" a00csp0000000000;\r\n",
	"        Mon, 1 Jan 2026 00:00:00 -0800 (PST)\r\n",
	"X-Google-Smtp-Source: AGHT+\r\n",
	"X-Received: by 2002:a17:900:0000:: with SMTP id\r\n",
	"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n",
	"        d=1e100.net; s=20230601; t=1700000000; x=1700000000;\r\n",
	"        h=to:subject:message-id:date:from:in-reply-to:references"
	":mime-version\r\n",
	"         :x-gm-message-state:from:to:cc:subject:date:message-id:"
	"reply-to;\r\n",
	"        bh=\r\n",
	"X-Gm-Message-State: AOJu0\r\n",
	"ARC-Seal: i=1; a=rsa-sha256; t=1700000000; cv=none; d=google.com"
	"; s=arc-20240605; b=\r\n",
	"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=g"
	"oogle.com; s=arc-20240605; h=\r\n",
	"ARC-Authentication-Results: i=1; mx.google.com;\r\n",
	"ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=pass sm"
	"tp.mailfrom= dmarc=pass action=none header.from= dkim=pass heade"
	"r.d= arc=none\r\n",
	"X-MS-Exchange-Organization-SCL: 1\r\n",
	"X-MS-Exchange-CrossTenant-AuthAs: Internal\r\n",
	"X-MS-Exchange-CrossTenant-FromEntityHeader: Hosted\r\n",
	"X-MS-Exchange-CrossTenant-Id: \r\n",
	"X-MS-Exchange-CrossTenant-Network-Message-Id: \r\n",
	"X-MS-Exchange-CrossTenant-OriginalArrivalTime: 01 Jan 2026 00:00"
	":00.0000 (UTC)\r\n",
	"X-MS-Exchange-Transport-CrossTenantHeadersStamped: \r\n",
	"X-MS-Has-Attach: yes\r\n",
	"X-MS-TNEF-Correlator: \r\n",
	"x-ms-publictraffictype: Email\r\n",
	"x-ms-office365-filtering-correlation-id: \r\n",
	"x-microsoft-antispam: BCL:0;\r\n",
	"x-microsoft-antispam-message-info: \r\n",
	"x-forefront-antispam-report: CIP:255.255.255.255;CTRY:;LANG:en;S"
	"CL:1;SRV:;IPV:NLI;SFV:NSPM;\r\n",
	"Thread-Topic: \r\n",
	"Thread-Index: Ad\r\n",
	"Accept-Language: en-US, de-DE\r\n",
	"Received: from mail-oln000000000000.outbound.protection.outlook."
	"com (mail-eopbgr000000.outbound.protection.outlook.com [40.92.0."
	"0]) (using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/"
	"256 bits)) (No client certificate requested) by (Postfix) with E"
	"SMTPS id\r\n",
	"Received: from ( [ ]) by mx. with LMTP id ; Mon, 01 Jan 2026 00:"
	"00:00 +0100\r\n",
	"Received: from localhost (localhost [127.0.0.1]) by mail. (Postf"
	"ix) with ESMTP id 0000000000 for <>; Mon,  1 Jan 2026 00:00:00 +"
	"0000 (UTC)\r\n",
	"Received: from mail-wr1-f00.google.com (mail-wr1-f00.google.com "
	"[209.85.221.00])\r\n",
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bit"
	"s)\r\n",
	"\t key-exchange X25519 server-signature RSA-PSS (2048 bits) serv"
	"er-digest SHA256)\r\n",
	"\t(No client certificate requested)\r\n",
	"\tby mx. (Postfix) with ESMTPS id\r\n",
	"\tfor <>; Mon,  1 Jan 2026 00:00:00 +0100 (CET)\r\n",
	"X-Virus-Scanned: Debian amavisd-new at \r\n",
	"X-Spam-Flag: NO\r\n",
	"X-Spam-Score: -1.9\r\n",
	"X-Spam-Level: \r\n",
	"X-Spam-Status: No, score=-1.9 tagged_above=-999 required=5 tests"
	"=[BAYES_00=-1.9, DKIM_SIGNED=0.1, DKIM_VALID=-0.1, DKIM_VALID_AU"
	"=-0.1, HTML_MESSAGE=0.001, RCVD_IN_DNSWL_NONE=-0.0001, SPF_HELO_"
	"NONE=0.001, SPF_PASS=-0.001, URIBL_BLOCKED=0.001] autolearn=ham "
	"autolearn_force=no\r\n",
	"Received-SPF: pass (google.com: domain of designates as permitte"
	"d sender) client-ip=;\r\n",
	"Authentication-Results: mx.google.com;\r\n",
	"       dkim=pass header.i=@ header.s=selector1 header.b=;\r\n",
	"       spf=pass (google.com: domain of designates as permitted s"
	"ender) smtp.mailfrom=;\r\n",
	"       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=\r\n",
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=gmail.co"
	"m; s=20230601; t=1700000000; x=1700000000; darn=; h=to:subject:m"
	"essage-id:date:from:mime-version:from:to:cc:subject:date:message"
	"-id:reply-to; bh=\r\n",
	"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; "
	"s=; d=; h=Content-Type:From:To:Subject:Message-ID:Date:MIME-Vers"
	"ion; bh=; b=\r\n",
	"List-Unsubscribe: <https:// >, <mailto: ?subject=unsubscribe>\r\n",
	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	"List-Id: <>\r\n",
	"Precedence: bulk\r\n",
	"Auto-Submitted: auto-generated\r\n",
	"Auto-Submitted: auto-replied\r\n",
	"X-Auto-Response-Suppress: All\r\n",
	"Feedback-ID: \r\n",
	"X-SES-Outgoing: 2026.01.01-54.240.0.0\r\n",
	"X-Mailer: Apple Mail (2.3731.700.6)\r\n",
	"X-Mailer: Microsoft Outlook 16.0\r\n",
	"X-Mailer: iPhone Mail (21A000)\r\n",
	"User-Agent: Mozilla Thunderbird\r\n",
	"X-Priority: 3\r\n",
	"Importance: Normal\r\n",
	"Sender: \r\n",
	"Reply-To: \r\n",
	"Errors-To: \r\n",
	"Cc: \r\n",
	"In-Reply-To: <\r\n",
	"References: <\r\n",
	"Date: Mon, 01 Jan 2026 00:00:00 +0000\r\n",
	"Date: Mon, 1 Jan 2026 00:00:00 +0100\r\n",
	"Subject: Re: Your order\r\n",
	"Subject: Re: =?UTF-8?Q?\r\n",
	"Subject: =?utf-8?B?\r\n",
	"Subject: Fwd: Order confirmation\r\n",
	"From: \"\" <\r\n",
	"To: \"hello@shop.example\" <hello@shop.example>\r\n",
	"Message-ID: <CA+@mail.gmail.com>\r\n",
	"Message-ID: <@eurprd00.prod.outlook.com>\r\n",
	"Message-Id: <\r\n",
	"MIME-Version: 1.0\r\n",
	"Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3731.700.6\\))\r\n",
	"Content-Type: multipart/alternative; boundary=\"0000000000000000"
	"000000000000\"\r\n",
	"\r\n",
	"\r\n",
	NULL,
};
