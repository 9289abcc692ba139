#!/usr/bin/python3
"""Mails as programs in the wild write them, each with what a reader must see.

A case is a name, a mail and what "shopbell parse -o json" must say: a key
of the object with its value, or with a function that judges it.
"""
import base64
import json
import os
import struct
import subprocess
import sys
import tempfile

reader = os.path.join(os.environ.get('builddir', '.'),
                      'tests/conformance/reader')
HEAD = b'From: Ann Lee <ann@example.org>\nTo: hello@shop.example\n'
CASES = []


def case(name, raw, **want):
    if isinstance(raw, str):
        raw = raw.encode()
    CASES.append((name, raw, want))


def body(name, kind, content, text=None, more='', **want):
    """A mail of one part."""
    if isinstance(content, str):
        content = content.encode()
    if text is not None:
        want['text'] = text
    case(name, HEAD + b'Content-Type: ' + kind.encode() + b'\n' +
         more.encode() + b'\n' + content, **want)


def subject(name, value, want):
    if isinstance(value, str):
        value = value.encode()
    case(name, HEAD + b'Subject: ' + value + b'\n\nx\n', subject=want)


def date(name, value, want):
    case(name, HEAD + b'Date: ' + value.encode() + b'\n\nx\n', date=want)


def people(name, value, *want):
    if isinstance(value, str):
        value = value.encode()
    case(name, b'From: a@example.org\nTo: ' + value + b'\n\nx\n',
         to=[{'name': n, 'address': a} for n, a in want])


def b64(data):
    return base64.b64encode(data).decode()


def names(*want):
    return lambda v: [a['name'] for a in v] == list(want)


def sizes(*want):
    return lambda v: [a['size'] for a in v] == list(want)


def holds(*parts):
    return lambda v: all(p in v for p in parts)


def lacks(*parts):
    return lambda v: not any(p in v for p in parts)


def both(*judges):
    return lambda v: all(j(v) for j in judges)


# ---- encoded words ----

subject('an encoded word', '=?utf-8?Q?Gr=C3=B6=C3=9Fe?=', 'Größe')
subject('words in two charsets',
        '=?iso-8859-1?Q?Gr=F6=DFe?= =?koi8-r?B?0sHazcXS?=', 'Größeразмер')
subject('a character cut in the middle, Q', '=?utf-8?Q?Gr=C3?=\n =?utf-8?Q?=B6=C3=9Fe?=',
        'Größe')
subject('a character cut in the middle, B',
        '=?UTF-8?B?%s?=\n =?UTF-8?B?%s?=' % (b64('返品'.encode()[:4]),
                                             b64('返品'.encode()[4:])), '返品')
subject('base64 that goes on in the next word',
        '=?UTF-8?B?R3LDtsOf?= =?UTF-8?B?ZSBN?=', 'Größe M')
subject('words without blanks between', '=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab')
subject('a word inside a word', 'Re:=?utf-8?Q?_Gr=C3=B6=C3=9Fe?=!', 'Re: Größe!')
subject('a language', '=?utf-8*de?Q?Gr=C3=B6=C3=9Fe?=', 'Größe')
subject('lower case hex', '=?utf-8?q?Gr=c3=b6=c3=9fe?=', 'Größe')
subject('blanks in a word', '=?utf-8?Q?Gr=C3=B6=C3=9Fe M?=', 'Größe M')
subject('no padding', '=?utf-8?B?R3LDtsOfZQ?=', 'Größe')
subject('an unknown charset', '=?x-unknown-42?Q?Gr=C3=B6=C3=9Fe?=', 'Größe')
subject('a wrong charset', '=?us-ascii?Q?Gr=F6=DFe?=', 'Größe')
subject('UTF-8 called Latin', '=?iso-8859-1?Q?Gr=C3=B6=C3=9Fe?=', 'Größe')
subject('windows called Latin', '=?iso-8859-1?Q?=93Gr=F6=DFe=94?=',
        '“Größe”')
subject('an empty word', '=?utf-8?Q??= left', 'left')
subject('no word at all', '=?utf-8?X?abc?= =?broken', '=?utf-8?X?abc?= =?broken')
subject('raw UTF-8', 'Größe', 'Größe')
subject('raw Latin', b'Gr\xf6\xdfe', 'Größe')
subject('raw windows quotes', b'\x93Gr\xf6\xdfe\x94', '“Größe”')
subject('raw Shift_JIS', 'ご注文の返品について'.encode('cp932'),
        'ご注文の返品について')
subject('raw ISO-2022-JP', 'ご注文の返品'.encode('iso2022_jp'),
        'ご注文の返品')
subject('raw GB', '关于订单退货的问题'.encode('gb18030'),
        '关于订单退货的问题')
subject('raw KOI8-R', 'Возврат заказа, пожалуйста'.encode('koi8-r'),
        'Возврат заказа, пожалуйста')
subject('ISO-2022-JP in words', '=?ISO-2022-JP?B?%s?=' % b64(
    '返品について'.encode('iso2022_jp')), '返品について')
subject('ISO-2022-JP cut without escapes',
        '=?ISO-2022-JP?B?%s?= =?ISO-2022-JP?B?%s?=' % (
            b64('返品に'.encode('iso2022_jp')),
            b64('ついて'.encode('iso2022_jp'))), '返品について')
subject("a carrier's own digits", b'=?Shift_JIS?B?%s?=' % b64(
    b'\x87\x40\x87\x54\x82\xa0').encode(), '①Ⅰあ')
subject('GB2312 that is GBK', '=?gb2312?B?%s?=' % b64('朱镕基'.encode('gbk')),
        '朱镕基')
subject('GB18030 of four bytes', '=?gb18030?B?%s?=' % b64(
    '㐀订单'.encode('gb18030')), '㐀订单')
subject('Big5', '=?big5?B?%s?=' % b64('訂單退貨'.encode('big5')), '訂單退貨')
subject('Korean', '=?ks_c_5601-1987?B?%s?=' % b64('주문 반품'.encode('cp949')),
        '주문 반품')
subject('folded with a tab', 'one\n\ttwo', 'one two')
subject('folded at nothing', 'one\n \n two', 'one  two')
subject('a subject of blanks', '   ', '')

# ---- addresses ----

people('semicolons', 'a@example.org; b@example.org', ('', 'a@example.org'),
       ('', 'b@example.org'))
people('encoded words in quotes', '"=?utf-8?Q?J=C3=B6rg?= Lee" <j@example.org>',
       ('Jörg Lee', 'j@example.org'))
people('an encoded comma', '=?utf-8?Q?Lee=2C_J=C3=B6rg?= <j@example.org>',
       ('Lee, Jörg', 'j@example.org'))
people('raw Latin names', b'J\xf6rg <j@example.org>, Zo\xeb <z@example.org>',
       ('Jörg', 'j@example.org'), ('Zoë', 'z@example.org'))
people('two words of a name', '=?utf-8?Q?J=C3=B6?= =?utf-8?Q?rg?= <j@example.org>',
       ('Jörg', 'j@example.org'))
people('a quoted local part', '"ann lee"@example.org',
       ('', '"ann lee"@example.org'))
people('an open quote', '"Ann Lee <ann@example.org>',
       ('"Ann Lee', 'ann@example.org'))
people('angles twice', 'Ann <<ann@example.org>>', ('Ann', 'ann@example.org'))
people('an address for a name', '"ann@example.org" <ann@example.org>',
       ('ann@example.org', 'ann@example.org'))
people('single quotes', "'ann@example.org' <ann@example.org>",
       ('ann@example.org', 'ann@example.org'))
people('a mailto', 'Ann <mailto:ann@example.org>', ('Ann', 'ann@example.org'))
people('nobody', 'undisclosed-recipients:;')
people('a comment alone', '(list suppressed)', ('list suppressed', ''))
people('internationalised', 'Пётр <пётр@почта.example>',
       ('Пётр', 'пётр@почта.example'))
people('a domain in brackets', 'a@[192.0.2.1]', ('', 'a@[192.0.2.1]'))
people('capitals in the domain', 'A@EXAMPLE.ORG', ('', 'A@example.org'))
people('a trailing comma', 'a@example.org, ', ('', 'a@example.org'))
people('a line break in an address', 'Ann\n <ann@example.org>,\n\tBo <bo@example.org>',
       ('Ann', 'ann@example.org'), ('Bo', 'bo@example.org'))
people('Exchange without a domain', '"Lee, Ann" </o=Shop/ou=First/cn=Recipients/cn=ann>',
       ('Lee, Ann', '/o=Shop/ou=First/cn=Recipients/cn=ann'))
people('Lotus Notes', 'Ann Lee/Shop/Example@EXAMPLE',
       ('Ann', 'Lee/Shop/Example@example'))

# ---- dates ----

WHEN = '2026-11-22T05:02:37Z'
date('RFC 5322', 'Sun, 22 Nov 2026 05:02:37 +0000', WHEN)
date('no weekday, no seconds', '22 Nov 2026 05:02 +0000', '2026-11-22T05:02:00Z')
date('two digits', 'Sun, 22 Nov 26 05:02:37 GMT', WHEN)
date('three digits', 'Sun, 22 Nov 126 05:02:37 +0000', WHEN)
date('no zone', 'Sun, 22 Nov 2026 05:02:37', WHEN)
date('minus zero', 'Sun, 22 Nov 2026 05:02:37 -0000', WHEN)
date('a zone in words', 'Sun, 22 Nov 2026 06:02:37 +0100 (Mitteleurop=?)', WHEN)
date('a zone with a colon', 'Sun, 22 Nov 2026 06:02:37 +01:00', WHEN)
date('half an hour', 'Sun, 22 Nov 2026 10:32:37 +0530', WHEN)
date('EDT', 'Sun, 22 Nov 2026 01:02:37 EDT', WHEN)
date('asctime', 'Sun Nov 22 05:02:37 2026', WHEN)
date('asctime with a zone', 'Sun Nov 22 06:02:37 CET 2026', WHEN)
date('ISO 8601', '2026-11-22T06:02:37.123+01:00', WHEN)
date('ISO with a blank', '2026-11-22 05:02:37', WHEN)
date('hyphens', 'Sun, 22-Nov-2026 05:02:37 GMT', WHEN)
date('German', 'So, 22 Nov 2026 06:02:37 +0100', WHEN)
date('German in full', 'Sonntag, 22. November 2026 06:02:37 +0100', WHEN)
date('French', 'dim., 22 nov. 2026 06:02:37 +0100', WHEN)
date('Russian', 'Вс, 22 ноя 2026 08:02:37 +0300', WHEN)
date('Spanish', 'dom, 22 nov 2026 06:02:37 +0100', WHEN)
date('noon', 'Sun, 22 Nov 2026 12:02:37 PM +0000', '2026-11-22T12:02:37Z')
date('dots in the time', 'Sun, 22 Nov 2026 05.02.37 +0000', WHEN)
date('comments', 'Sun (today), 22 (day) Nov 2026 05:02:37 (time) +0000', WHEN)
date('GMT and an offset', 'Sun, 22 Nov 2026 06:02:37 GMT+0100', WHEN)
date('quotes', '"Sun, 22 Nov 2026 05:02:37 +0000"', WHEN)
date('a leap second', 'Sun, 22 Nov 2026 05:02:60 +0000', '2026-11-22T05:03:00Z')
date('no date', 'soon', None)

# ---- file names ----


def attached(name, headers, want):
    case(name, HEAD + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; '
         b'boundary=b\n\n--b\n\ntext\n--b\n' + (
             headers if isinstance(headers, bytes) else headers.encode()) +
         b'\n\nx\n--b--\n', attachments=names(want))


PDF = 'Content-Type: application/pdf\nContent-Disposition: attachment;'
attached('pieces in the wrong order', PDF +
         " filename*2=.pdf; filename*0*=utf-8''Gr%C3; filename*1*=%B6%C3%9Fe",
         'Größe.pdf')
attached('pieces of plain words', PDF +
         ' filename*0="invoice "; filename*1="2026.pdf"', 'invoice 2026.pdf')
attached('pieces of encoded words', PDF +
         ' filename*0="=?utf-8?B?R3LDts"; filename*1="OfZS5wZGY=?="',
         'Größe.pdf')
attached('the name in the type', 'Content-Type: application/pdf; '
         'name="Größe.pdf"\nContent-Disposition: attachment', 'Größe.pdf')
attached('raw Latin', b'Content-Type: application/pdf; name="Gr\xf6\xdfe.pdf"',
         'Größe.pdf')
attached('raw Shift_JIS', b'Content-Type: application/pdf; name="' +
         '見積書のご案内.pdf'.encode('cp932') + b'"', '見積書のご案内.pdf')
attached('ISO-2022-JP', 'Content-Type: application/pdf; name="=?ISO-2022-JP?B?'
         + b64('見積書.pdf'.encode('iso2022_jp')) + '?="', '見積書.pdf')
attached('no quotes and blanks', PDF + ' filename=my invoice.pdf; size=3',
         'my invoice.pdf')
attached('a semicolon in quotes', PDF + ' filename="a;b.pdf"', 'a;b.pdf')
attached('a Windows path', PDF + r' filename="C:\\docs\\a.pdf"',
         'C:\\docs\\a.pdf')
attached('percent signs that mean nothing', PDF + ' filename="50% off.pdf"',
         '50% off.pdf')
attached('percent signs as in RFC 2231 without a star', PDF +
         ' filename="Gr%C3%B6.pdf"', 'Gr%C3%B6.pdf')
attached('blanks around the equals sign', PDF + ' filename = "a.pdf"', 'a.pdf')
attached('a word split in a fold', PDF +
         '\n filename="=?utf-8?Q?Gr=C3=B6?=\n =?utf-8?Q?=C3=9Fe.pdf?="',
         'Größe.pdf')
attached('a charset that lies', PDF + " filename*=us-ascii''Gr%C3%B6%C3%9Fe.pdf",
         'Größe.pdf')
attached('no charset', PDF + " filename*=''Gr%C3%B6%C3%9Fe.pdf", 'Größe.pdf')
attached('no quote marks of RFC 2231', PDF + ' filename*=Gr%C3%B6%C3%9Fe.pdf',
         'Größe.pdf')

# ---- charsets of texts ----

for charset, codec, text in (
        ('iso-2022-jp', 'iso2022_jp', 'ご注文の商品が届きません。'),
        ('ISO-2022-JP-2', 'iso2022_jp_2', '注文 ありがとう'),
        ('iso-2022-jp-ms', 'iso2022_jp', '注文番号'),
        ('shift_jis', 'cp932', '髙橋様 ㈱店 ①'),
        ('cp932', 'cp932', '注文'),
        ('euc-jp', 'euc_jp', '注文の返品'),
        ('gb2312', 'gb18030', '订单还没有到'),
        ('hz-gb-2312', 'hz', '订单'),
        ('big5', 'big5', '訂單'),
        ('euc-kr', 'cp949', '주문한 상품이 똠방'),
        ('iso-2022-kr', 'iso2022_kr', '주문'),
        ('koi8-r', 'koi8_r', 'Где мой заказ?'),
        ('koi8-u', 'koi8_u', 'Де моє замовлення? ґ'),
        ('windows-1251', 'cp1251', 'Где мой заказ?'),
        ('win-1251', 'cp1251', 'Где мой заказ?'),
        ('iso-8859-5', 'iso8859_5', 'Где мой заказ?'),
        ('iso-8859-2', 'iso8859_2', 'Gdzie jest zamówienie? Łódź'),
        ('windows-1250', 'cp1250', 'Kde je moje objednávka? „ž“'),
        ('iso-8859-7', 'iso8859_7', 'Πού είναι η παραγγελία;'),
        ('windows-1255', 'cp1255', 'איפה ההזמנה שלי'),
        ('iso-8859-8-i', 'iso8859_8', 'איפה ההזמנה שלי'),
        ('windows-1256', 'cp1256', 'أين طلبي'),
        ('windows-1254', 'cp1254', 'Siparişim nerede? İğ'),
        ('iso-8859-15', 'iso8859_15', 'Es kostet 5 €'),
        ('macintosh', 'mac_roman', 'Größe “M”'),
        ('tis-620', 'tis_620', 'สินค้าอยู่ไหน'),
        ('cp850', 'cp850', 'Größe'),
        ('utf-16le', 'utf-16-le', 'Größe 注文'),
        ('utf-7', 'utf-7', 'Größe 注文'),
        ('"utf-8"', 'utf-8', 'Größe'),
        ('UTF8', 'utf-8', 'Größe'),
        ('unicode-1-1-utf-8', 'utf-8', 'Größe')):
    body('a text in ' + charset, 'text/plain; charset=' + charset,
         text.encode(codec), text + '\n')
body('UTF-8 called ISO-8859-1', 'text/plain; charset=iso-8859-1', 'Größe – M',
     'Größe – M\n')
body('windows-1252 called ISO-8859-1', 'text/plain; charset=iso-8859-1',
     b'\x93Gr\xf6\xdfe\x94 \x80 5', '“Größe” € 5\n')
body('windows-1251 without a charset', 'text/plain',
     'Здравствуйте, где мой заказ номер пять?'.encode('cp1251'),
     'Здравствуйте, где мой заказ номер пять?\n')
body('Shift_JIS called ISO-2022-JP', 'text/plain; charset=iso-2022-jp',
     'ご注文の商品が届きません。'.encode('cp932'),
     'ご注文の商品が届きません。\n')
body('half-width kana in ISO-2022-JP', 'text/plain; charset=iso-2022-jp',
     b'\x1b(I\x31\x32\x1b(B ok', 'ｱｲ ok\n')
body('a byte order mark', 'text/plain; charset=utf-8', b'\xef\xbb\xbfhello',
     'hello\n')
body('UTF-8 with one bad byte', 'text/plain; charset=utf-8',
     '日本語の文'.encode() + b'\xff' + 'です'.encode(),
     '日本語の文\ufffdです\n')
body('the charset in the HTML', 'text/html',
     '<html><head><meta http-equiv="Content-Type" content="text/html; '
     'charset=windows-1251"></head><body>'.encode() +
     'Где заказ?'.encode('cp1251'), 'Где заказ?\n')

# ---- transfer encodings ----

QP = 'Content-Transfer-Encoding: quoted-printable\n'
B64 = 'Content-Transfer-Encoding: base64\n'
UTF8 = 'text/plain; charset=utf-8'
body('soft breaks', UTF8, 'one =\ntwo', 'one two\n', QP)
body('soft breaks with blanks behind', UTF8, 'one =  \ntwo', 'one two\n', QP)
body('loose equals signs', UTF8, 'a = b, c=d', 'a = b, c=d\n', QP)
body('lower case hex in a text', UTF8, 'Gr=c3=b6=c3=9fe', 'Größe\n', QP)
body('blanks at line ends', UTF8, 'one   \ntwo\t\n', 'one\ntwo\n', QP)
body('an equals sign at the end', UTF8, 'one=', 'one\n', QP)
body('CR LF', UTF8, 'one=\r\ntwo\r\nthree\r\n', 'onetwo\nthree\n', QP)
body('missing padding', UTF8, b64('Größe'.encode()).rstrip('='), 'Größe\n', B64)
body('junk in base64', UTF8, 'R3*L!D\ntsOfZQ==', 'Größe\n', B64)
body('base64 in pieces', UTF8, b64(b'one ') + '\n' + b64(b'two'), 'one two\n',
     B64)
body('a footer behind base64', UTF8, b64(b'hello\n') +
     '\n_____\nThe list\nhttps://example.org/list\n',
     holds('hello', 'The list'), B64)
body('a scanner behind short base64', UTF8, b64(b'Where is my parcel?') +
     '\n\n-- \nThis mail was scanned.\n',
     'Where is my parcel?\n--\nThis mail was scanned.\n', B64)
body('a scanner behind base64 without padding', UTF8, b64(b'Where is it?')
     + '\n\nNo virus was found.\n', holds('Where is it?', 'No virus was'), B64)
body('no base64 at all', UTF8, 'Hello, this is plain. Bye!',
     'Hello, this is plain. Bye!\n', B64)
body('an encoding nobody knows', UTF8, 'Größe', 'Größe\n',
     'Content-Transfer-Encoding: 8-bits\n')
body('an encoding with a comment', UTF8, 'Gr=C3=B6=C3=9Fe', 'Größe\n',
     'Content-Transfer-Encoding: quoted-printable (really)\n')
body('uuencode as an encoding', UTF8, 'begin 644 a.txt\n#0V%T\n`\nend\n',
     'Cat\n', 'Content-Transfer-Encoding: x-uuencode\n')

# ---- format=flowed ----

FLOW = 'text/plain; charset=utf-8; format=flowed'
body('flowed', FLOW, 'one \ntwo\nthree\n', 'one two\nthree\n')
body('flowed quotes', FLOW, '> one \n> two\n>> three \n> four\nme \nyou\n',
     '> one two\n>> three\n> four\nme you\n')
body('stuffed', FLOW, ' From here\n >not a quote\n',
     'From here\n >not a quote\n')
body('delsp', FLOW + '; delsp=yes', '日本 \n語\n', '日本語\n')
body('a signature is not flowed', FLOW, 'one \n-- \nAnn \nLee\n',
     'one\n-- \nAnn Lee\n')

# ---- structure ----


def mixed(*parts, kind='mixed', end='--b--\n', more=''):
    return HEAD.decode() + 'MIME-Version: 1.0\nContent-Type: multipart/%s; ' \
        'boundary=b%s\n\n' % (kind, more) + ''.join(
            '--b\n' + p + '\n' for p in parts) + end


PLAIN = 'Content-Type: text/plain\n\n'
HTML = 'Content-Type: text/html\n\n'
case('no closing boundary', mixed(PLAIN + 'one', PLAIN + 'two', end=''),
     text='one\n\ntwo\n')
case('text before and after', mixed(PLAIN + 'one').replace(
    '--b\n', 'This is MIME.\n--b\n', 1) + 'epilogue\n', text='one\n')
case('an empty boundary', HEAD.decode() + 'Content-Type: multipart/mixed; '
     'boundary=""\n\n--\nContent-Type: text/plain\n\none\n----\n',
     text=holds('one'))
case('no boundary at all', HEAD.decode() + 'Content-Type: multipart/mixed\n\n'
     '--x1\nContent-Type: text/plain\n\none\n--x1--\n', text='one\n')
case('a boundary that is the beginning of another',
     HEAD.decode() + 'Content-Type: multipart/mixed; boundary=ab\n\n--ab\n'
     'Content-Type: multipart/alternative; boundary=abc\n\n--abc\n\none\n'
     '--abc\nContent-Type: text/html\n\n<b>one</b>\n--abc--\n--ab\n'
     'Content-Type: application/pdf; name=a.pdf\n\nx\n--ab--\n',
     text='one\n', attachments=names('a.pdf'))
case('blanks after a boundary', mixed(PLAIN + 'one').replace(
    '--b\n', '--b  \t\n'), text='one\n')
case('a boundary in quotes with blanks', HEAD.decode() +
     'Content-Type: multipart/mixed; boundary="a b"\n\n--a b\n\none\n'
     '--a b--\n', text='one\n')
case('parts without headers', mixed('\none', '\ntwo'), text='one\n\ntwo\n')
case('parts without an empty line', mixed('Content-Type: text/plain\none'),
     text=holds('one'))
case('CR LF and LF mixed', mixed(PLAIN + 'one').replace('--b\n', '--b\r\n'),
     text='one\n')
case('alternatives', mixed(PLAIN + 'one', HTML + '<p>one', kind='alternative'),
     text='one\n', html=True, attachments=[])
case('a stub beside the HTML', mixed(
    PLAIN + 'Bitte verwenden Sie ein anderes Programm.',
    HTML + '<p>Where is my order of last week?', kind='alternative'),
    text='Where is my order of last week?\n')
case('few words beside the same in HTML', mixed(
    PLAIN + 'Thanks, that was quick!',
    HTML + '<p>Thanks, <b>that</b> was quick!<br>Ann of Somewhere, Street',
    kind='alternative'), text='Thanks, that was quick!\n')
case('HTML alone', mixed(HTML + '<p>one', kind='alternative'), text='one\n')
case('an empty plain text', mixed(PLAIN + ' \n', HTML + '<p>one',
                                  kind='alternative'), text='one\n')
case('pictures inside', mixed(
    HTML + '<p>one<img src="cid:p1@x">',
    'Content-Type: image/png; name=p.png\nContent-ID: <p1@x>\n\nx',
    kind='related'), text='one\n',
    attachments=lambda v: [a['embedded'] for a in v] == [True])
case('a mail attached', mixed(
    PLAIN + 'see this', 'Content-Type: message/rfc822\n\n'
    'From: Bo <bo@example.org>\nSubject: inner\nContent-Type: multipart/mixed;'
    ' boundary=i\n\n--i\n\ninner text\n--i\nContent-Type: application/pdf; '
    'name=in.pdf\n\nx\n--i--\n'), text='see this\n',
    attachments=lambda v: [a['type'] for a in v] == ['message/rfc822'],
    forwarded=lambda v: v['from'][0]['address'] == 'bo@example.org')
case('a mail in base64', mixed(
    PLAIN + 'see this', 'Content-Type: message/rfc822\n' + B64 + '\n' +
    b64(b'From: Bo <bo@example.org>\nSubject: inner\n\nhello\n')),
    forwarded=lambda v: v['subject'] == 'inner')
case('nothing but a mail', HEAD.decode() + 'Content-Type: message/rfc822\n\n'
     'From: Bo <bo@example.org>\nSubject: inner\n\nhello\n',
     text=holds('From: Bo', 'Subject: inner', 'hello'))
case('a digest', mixed(PLAIN + 'today', '\nFrom: Bo <bo@example.org>\n'
                       'Subject: one\n\nhello', kind='digest'),
     attachments=lambda v: [a['type'] for a in v][-1:] == ['message/rfc822'])
case('a piece of a mail', HEAD.decode() + 'Content-Type: message/partial; '
     'id="x@example.org"; number=2; total=3\n\nthe middle of something\n',
     text=holds('2 of 3'))
case('a body elsewhere', mixed(
    PLAIN + 'look', 'Content-Type: message/external-body; access-type=URL; '
    'URL="https://example.org/a.pdf"\n\nContent-Type: application/pdf\n\n'),
    text=holds('look', 'https://example.org/a.pdf'))
case('signed', mixed(
    PLAIN + 'one', 'Content-Type: application/pgp-signature; '
    'name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----', kind='signed'),
    text='one\n')
case('signed by S/MIME', mixed(
    PLAIN + 'one', 'Content-Type: application/pkcs7-signature; '
    'name=smime.p7s\n\nx', kind='signed'), text='one\n',
    attachments=names('smime.p7s'))
case('opaque S/MIME', HEAD.decode() + 'Content-Type: application/pkcs7-mime; '
     'smime-type=signed-data; name=smime.p7m\n' + B64 + '\n' +
     b64(b'\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80' +
         b'\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01'
         b'\x07\x01\xa0\x80\x24\x80\x04\x2f' +
         b'Content-Type: text/plain\r\n\r\nhello from inside\r\n' +
         b'\0' * 8) + '\n', text=holds('hello from inside'))
case('encrypted', mixed(
    'Content-Type: application/pgp-encrypted\n\nVersion: 1',
    'Content-Type: application/octet-stream; name=encrypted.asc\n\n'
    '-----BEGIN PGP MESSAGE-----', kind='encrypted'),
    text=holds('encrypted'))
body('PGP inline', UTF8, '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n'
     'one\n- -- \nAnn\n-----BEGIN PGP SIGNATURE-----\n\nabc\n'
     '-----END PGP SIGNATURE-----\n', visible='one')
case('a Macintosh file in two forks', mixed(
    PLAIN + 'one', 'Content-Type: multipart/appledouble; boundary=m\n\n--m\n'
    'Content-Type: application/applefile; name="a.pdf"\n\nresource\n--m\n'
    'Content-Type: application/pdf; name="a.pdf"\n\ndata\n--m--'),
    text='one\n', attachments=lambda v: 'application/pdf' in
    [a['type'] for a in v])
case('a list footer', mixed(PLAIN + 'one', PLAIN + '_____\nThe list\n'),
     text='one\n\n_____\nThe list\n')
case('another text among alternatives', mixed(
    PLAIN + 'one', HTML + '<p>one', PLAIN + 'The list',
    kind='alternative'), text='one\n\nThe list\n')
case('text behind an attachment', mixed(
    PLAIN + 'one', 'Content-Type: application/pdf; name=a.pdf\n\nx',
    PLAIN + 'two'), text='one\n\ntwo\n', attachments=names('a.pdf'))
case('a text as a file', mixed(
    PLAIN + 'one', 'Content-Type: text/plain; name=log.txt\n'
    'Content-Disposition: attachment; filename=log.txt\n\nlog'),
    text='one\n', attachments=names('log.txt'))
case('an inline text with a name', mixed(
    PLAIN + 'one', 'Content-Type: text/plain; name=log.txt\n'
    'Content-Disposition: inline; filename=log.txt\n\nlog'),
    text='one\n', attachments=names('log.txt'))
case('headers without a body', HEAD.decode() + 'Subject: nothing',
     subject='nothing', text='')
case('an mbox line in front', 'From ann@example.org Sun Nov 22 05:02:37 2026\n'
     + HEAD.decode() + '\nx\n', text='x\n')
case('empty lines in front', '\n\n' + HEAD.decode() + 'Subject: s\n\nx\n',
     subject='s', text='x\n')
case('junk among the headers', HEAD.decode() + 'this is no header\n'
     'Subject: s\n\nx\n', subject='s', text='x\n')
case('a type of one word', HEAD.decode() + 'Content-Type: text\n\nx\n',
     text='x\n')
case('a type that is none', HEAD.decode() + 'Content-Type: ;;\n\nx\n',
     text='x\n')
case('two types', HEAD.decode() + 'Content-Type: text/html\n'
     'Content-Type: text/plain\n\n<b>x</b>\n', text='x\n')
case('classic Mac line ends', (HEAD.decode() + 'Subject: s\n\none\ntwo\n')
     .replace('\n', '\r'), subject='s', text='one\ntwo\n')

# ---- files inside a text ----

body('uuencoded in a text', UTF8,
     'see\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nbye\n',
     both(holds('see', 'bye'), lacks('#0V%T')),
     attachments=both(names('cat.txt'), sizes(3)))
body('uuencoded twice', UTF8, 'begin 644 a.txt\n#0V%T\n`\nend\n'
     'begin 600 b.txt\n#1&]G\n \nend\n', attachments=names('a.txt', 'b.txt'))
body('words that begin so', UTF8, 'begin 644 reasons\nto be glad\n',
     'begin 644 reasons\nto be glad\n', attachments=[])
body('yEnc in a text', UTF8,
     b'see\n=ybegin line=128 size=3 name=cat.txt\n' +
     bytes((c + 42) % 256 for c in b'Cat') + b'\n=yend size=3\nbye\n',
     both(holds('see', 'bye'), lacks('=ybegin')),
     attachments=both(names('cat.txt'), sizes(3)))

# ---- winmail.dat ----


def attribute(level, ident, data):
    return struct.pack('<BII', level, ident, len(data)) + data + \
        struct.pack('<H', sum(data) & 0xffff)


def prop(kind, ident, data):
    """A property of variable length: count, size, value, padding."""
    return struct.pack('<HHII', kind, ident, 1, len(data)) + data + \
        b'\0' * (-len(data) % 4)


def props(*v):
    return struct.pack('<I', len(v)) + b''.join(v)


def rtf_compressed(rtf):
    """[MS-OXRTFCP] without compression."""
    return struct.pack('<III', len(rtf) + 12, len(rtf), 0x414c454d) + \
        struct.pack('<I', 0) + rtf


def rtf_packed(rtf):
    """The same compressed, all of it literals."""
    end = ((207 + len(rtf)) % 4096 << 4).to_bytes(2, 'big')
    out = b''
    for i in range(0, len(rtf) + 1, 8):
        piece = rtf[i:i + 8]
        last = len(piece) < 8
        out += bytes([1 << len(piece) if last else 0]) + piece
        out += end if last else b''
    return struct.pack('<IIII', len(out) + 12, len(rtf), 0x75465a4c, 0) + out


def winmail(*attributes):
    return struct.pack('<IH', 0x223e9f78, 1) + b''.join(attributes)


def tnef_file(name, data, long_name=None):
    out = attribute(2, 0x69002, b'\0' * 14)
    out += attribute(2, 0x18010, name.encode('cp1252') + b'\0')
    out += attribute(2, 0x6800f, data)
    if long_name:
        out += attribute(2, 0x69005, props(prop(
            0x1f, 0x3707, (long_name + '\0').encode('utf-16-le'))))
    return out


def tnef(name, data, **want):
    case(name, mixed('Content-Type: application/ms-tnef; name="winmail.dat"\n'
                     'Content-Disposition: attachment; filename="winmail.dat"\n'
                     + B64 + '\n' + base64.encodebytes(data).decode()), **want)


BODY = 0x2800c
MAPI = 0x69003
tnef('a plain text in winmail.dat', winmail(attribute(1, BODY, b'hello\r\n\0')),
     text='hello\n')
tnef('files in winmail.dat', winmail(
    attribute(1, BODY, b'see\0'), tnef_file('a.pdf', b'pdf', 'Größe.pdf'),
    tnef_file('B~1.TXT', b'text')), text='see\n',
    attachments=lambda v: [a['name'] for a in v] == [
        'winmail.dat', 'Größe.pdf', 'B~1.TXT'])
tnef('HTML in winmail.dat', winmail(attribute(1, MAPI, props(prop(
    0x102, 0x1013, b'<p>hello <b>Ann</b>')))), text='hello Ann\n')
tnef('a wide text in winmail.dat', winmail(attribute(1, MAPI, props(prop(
    0x1f, 0x1000, 'Größe\0'.encode('utf-16-le'))))), text='Größe\n')
tnef('RTF in winmail.dat', winmail(attribute(1, MAPI, props(prop(
    0x102, 0x1009, rtf_compressed(
        b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\pard hello "
        b"\\b Ann\\b0 , gr\\'f6\\'dfe \\u8364?\\par bye\\par}"))))),
     text='hello Ann, größe €\nbye\n')
tnef('packed RTF in winmail.dat', winmail(attribute(1, MAPI, props(prop(
    0x102, 0x1009, rtf_packed(b'{\\rtf1\\ansi hello\\par}'))))),
     text='hello\n')
tnef('HTML packed as RTF', winmail(attribute(1, MAPI, props(prop(
    0x102, 0x1009, rtf_compressed(
        b'{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\b '
        b'\\htmlrtf0 hello {\\*\\htmltag84 <b>}Ann{\\*\\htmltag92 </b>}'
        b'\\htmlrtf }\\htmlrtf0{\\*\\htmltag72 </p>}}'))))),
     text='hello Ann\n')
tnef('winmail.dat cut short', winmail(
    attribute(1, BODY, b'hello\0'), tnef_file('a.pdf', b'pdf' * 100))[:-200],
     text='hello\n')
tnef('winmail.dat that is none', b'nothing', attachments=names('winmail.dat'))

# ---- invitations ----


def calendar(name, ics, **want):
    ics = ics.replace('\n', '\r\n')
    case(name, HEAD.decode() + 'Content-Type: text/calendar; charset=utf-8; '
         'method=REQUEST\n\n' + ics, **want)


EVENT = '''BEGIN:VCALENDAR
METHOD:%s
BEGIN:VTIMEZONE
TZID:Berlin
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
SUMMARY:Fitting of the dress\\, second
DTSTART;TZID=Europe/Berlin:20261122T100000
DTEND;TZID=Europe/Berlin:20261122T110000
LOCATION:Shop\\, Example Street 1
ORGANIZER;CN=Ann Lee:mailto:ann@example.org
ATTENDEE;CN=Bo;PARTSTAT=%s:mailto:bo@example.org
DESCRIPTION:Please bring\\nthe shoes\\; and yourself.
%sEND:VEVENT
END:VCALENDAR
'''
calendar('an invitation', EVENT % ('REQUEST', 'NEEDS-ACTION', ''), text=holds(
    'Invitation: Fitting of the dress, second', '22 Nov 2026',
    '10:00', '11:00', 'Europe/Berlin', 'Where: Shop, Example Street 1',
    'Organizer: Ann Lee', 'Please bring\nthe shoes; and yourself.'))
calendar('a cancelled one', EVENT % ('CANCEL', 'NEEDS-ACTION', ''),
         text=holds('Cancelled: Fitting'))
calendar('one accepted', EVENT % ('REPLY', 'ACCEPTED', ''),
         text=holds('Accepted', 'Bo', 'Fitting'))
calendar('one declined', EVENT % ('REPLY', 'DECLINED', ''),
         text=holds('Declined', 'Bo'))
calendar('one that repeats', EVENT % (
    'REQUEST', 'NEEDS-ACTION', 'RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=SU\n'),
    text=holds('every week', '4 times'))
calendar('a whole day', '''BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Sale
DTSTART;VALUE=DATE:20261127
DTEND;VALUE=DATE:20261128
END:VEVENT
END:VCALENDAR
''', text=both(holds('Sale', '27 Nov 2026'), lacks('00:00', '28 Nov')))
calendar('times in UTC', '''BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Call
DTSTART:20261122T090000Z
DURATION:PT1H30M
END:VEVENT
END:VCALENDAR
''', text=holds('Call', '09:00', '10:30', 'UTC'))
calendar('folded lines', '''BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Fitting of
  the dress
DTSTART:20261122T090000Z
END:VEVENT
END:VCALENDAR
''', text=holds('Fitting of the dress'))
case('an invitation as Outlook sends it', mixed(
    PLAIN + 'Please come.', HTML + '<p>Please come.',
    'Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n' +
    EVENT % ('REQUEST', 'NEEDS-ACTION', ''), kind='alternative'),
    text=holds('Please come.', 'Invitation: Fitting'))

case('a plain text that quotes what the HTML does not is the text', HEAD +
     b'Content-Type: multipart/alternative; boundary=b\n\n--b\n\n'
     b'Then I take two.\n\n> Hello Asa,\n> we send there with the usual '
     b'carrier,\n> three days, ten euros.\n\n--b\n'
     b'Content-Type: text/html\n\n<p>Then I&#39;ll take two.\n--b--\n',
     text=lambda v: 'usual carrier' in v)


body('when a meeting comes again, and what the answer says',
     'text/calendar; method=REPLY',
     'BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:Lunch\n'
     'ATTENDEE;PARTSTAT=DECLINED;CN=Bob:mailto:bob@example.org\n'
     'DTSTART:20260302T120000\nDURATION:PT1H\n'
     'RRULE:FREQ=MONTHLY;BYDAY=MO,-1FR,2TU;COUNT=4\n'
     'COMMENT:Sorry\\, no.\nEND:VEVENT\nEND:VCALENDAR\n',
     'Declined: Lunch\nWhen: Mon, 2 Mar 2026, 12:00 to 13:00\n'
     'Repeats: every month on Mon, last Fri, 2nd Tue, 4 times\n'
     'Who: Bob <bob@example.org> (declined)\nComment: Sorry, no.\n')


# Words set higher, lower and struck through; cells that reach down.
for html, text in (
        ('5 m<sup>2</sup>, 10<sup>-3</sup>, H<sub>2</sub>O, '
         '$19<sup>99</sup>, 1<sup>st</sup>, x<sup> n+1 </sup>!',
         '5 m\u00b2, 10\u207b\u00b3, H\u2082O, $19\u2079\u2079, 1st, '
         'x \u207f\u207a\u00b9 !\n'),
        ('Was <s>20 EUR</s> <b>15 EUR</b>, <del> a <strike>b</strike> c</del>'
         ' and <span style="text-decoration: line-through">30</span> 25',
         'Was ~~20 EUR~~ 15 EUR, ~~a b c~~ and ~~30~~ 25\n'),
        ('<s><p>one</p><p>two</p></s><s> </s>three',
         '~~one~~\n\n~~two~~\n\nthree\n'),
        ('<table><tr><th>Day<th>From<th>To<tr><td rowspan=2>Mon<td>9<td>12'
         '<tr><td>13<td>18<tr><td>Tue<td>8<td>11</table>',
         'Day  From  To\nMon     9  12\n       13  18\nTue     8  11\n'),
        ('<table><tr><td rowspan=2>one<br>two<br>three<td>x<tr><td>y'
         '<tr><td>four<td>z</table>',
         'one    x\ntwo    y\nthree\nfour   z\n'),
        ('<table><tr><td>a<td rowspan=3>b<td>c<tr><tr><td>d<td>e</table>',
         'a  b  c\nd     e\n'),
        ('<table><tr><th>Item<th>Qty<th>Price<tr><td><table><tr><td>'
         '<img alt="Mug"><td>Blue mug<br>0.3 l</table><td>2<td>19.00<tr><td>'
         '<table><tr><td><img alt="Hat"><td>Red hat</table><td>1<td>24.00'
         '</table>',
         'Item             Qty  Price\n[Mug]  Blue mug    2  19.00\n'
         '       0.3 l\n[Hat]  Red hat     1  24.00\n'),
        ('<table><tr><td>Ship to<br>Ann Lee<td>Bill to<br>Bob Lee</table>',
         'Ship to\nAnn Lee\n\nBill to\nBob Lee\n'),
        ('<table><tr><td>Ship to<br>Ann Lee<tr><td>Bill to<br>Bob Lee</table>',
         'Ship to\nAnn Lee\n\nBill to\nBob Lee\n'),
        ('He said <q>so it is</q>.', 'He said \u201cso it is\u201d.\n'),
        ('<ol type=a><li>x<li>y</ol><ol type=I start=4><li>z<li>w</ol>',
         'a. x\nb. y\n\nIV. z\nV. w\n')):
    body('laid out: ' + html[:40], 'text/html; charset=utf-8', html, text)
body('links of a page that says where it is', 'text/html',
     '<base href="https://shop.example/a/b?c"><a href="d e">x</a> '
     '<a href="/f">y</a> <a href="#g">z</a> <a href="javascript:h">w</a>',
     'x [1] y [2] z w\n\n[1] https://shop.example/a/d%20e\n'
     '[2] https://shop.example/f\n')
body('enriched text', 'text/enriched',
     '<bold>Now</bold> a << b & c\nis one line.\n\nThis is another.\n\n\n'
     '<color><param>red</param>Red</color> <nofill>x  <<y\n z</nofill>',
     'Now a < b & c is one line.\nThis is another.\n\nRed\n\nx  <y\n z\n')
body('rich text', 'text/richtext',
     '<bold>Now</bold> a <lt> b & c<nl>next\nline<comment>no</comment>.',
     'Now a < b & c\nnext line.\n')

# Words that a browser does not show: left out, and said to be there.
for hides in (
        '<p style="color:#ffffff">', '<font color="#fefefe">',
        '<table bgcolor="#000000"><tr><td style="color:#010101">',
        '<style>.h{color:#eee;background:#eee}</style><div class="h"><p>',
        '<div style="color:transparent">', '<div style="color:rgba(0,0,0,0)">',
        '<div style="font-size:0"><p>', '<span style="font-size:0.5px">',
        '<style>#h{font-size:1px}</style><div id="h">',
        '<div style="opacity:0.01">', '<div style="visibility:hidden">',
        '<div style="overflow:hidden;max-height:0">',
        '<div style="width:0;height:0;overflow:hidden">',
        '<div style="position:absolute;left:-9999px">',
        '<div style="text-indent:-9999px;display:block">', '<div hidden>',
        '<div style="transform: scale(0)">',
        '<style>#z .q{visibility:hidden}</style><p id="z"><b class="q">',
        '<style>.a.b{display:none}</style><div class="b a">',
        '<style>div.c > p{display:none}</style><div class="c"><p>'):
    body('hidden: ' + hides.replace('#', ''), 'text/html; charset=utf-8',
         '<div style="color:#111">seen</div>' + hides + 'secret words',
         'seen\n', hidden=True)
for shows in (
        '<table bgcolor="#000"><tr><td><p style="color:#fff">',
        '<table background="x.png"><tr><td style="color:#fff">',
        '<style>.d td{background:#000}</style><div class="d"><table><tr>'
        '<td style="color:#fff">',
        '<div style="background:#fff url(x.png)"><p style="color:#fff">',
        '<a href="https://shop.example/" style="background:#06c;color:#fff">',
        '<div style="background-color:rgba(0,0,0,.6)"><p style="color:#fff">',
        '<div style="font-size:0"><p style="font-size:14px">',
        '<style>.t p{font-size:14px}</style><div style="font-size:0">'
        '<p class="t">',
        '<style>#z .q{display:none}.a.b{display:none}div.c > b{display:none}'
        '</style><div class="c"><p class="q a"><b>',
        '<p style="color:#ccc">', '<p style="color:#777;background:#888">',
        '<div style="max-height:90px;overflow:hidden">',
        '<div style="position:absolute;left:-20px">', '<td style="height:0">',
        '<p style="color:var(--x)">'):
    body('not hidden: ' + shows.replace('#', ''), 'text/html; charset=utf-8',
         shows + 'open words', text=lambda v: v.startswith('open words'),
         hidden=False)
body('a page in white on white alone is misjudged', 'text/html',
     '<p style="color:#fff">open words', 'open words\n')
body('colours of the page', 'text/html',
     '<body bgcolor="#336699" text="#ffffff"><p>seen'
     '<p style="color:#336699">secret words', 'seen\n', hidden=True)



def judge(mail, want):
    for key, value in want.items():
        got = mail.get(key)
        if callable(value):
            if not value(got):
                return '%s is %r' % (key, got)
        elif got != value:
            return '%s is %r, not %r' % (key, got, value)
    return ''


def main():
    only = sys.argv[1:]
    cases = [c for c in CASES if not only or c[0] in only]
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(i)) for i in range(len(cases))]
        for path, (_, raw, _) in zip(paths, cases):
            with open(path, 'wb') as f:
                f.write(raw)
        out = subprocess.run([reader], input='\n'.join(paths).encode(),
                             stdout=subprocess.PIPE, check=True).stdout
    mails = [json.loads(x) for x in out.decode('utf-8').split('\n') if x]
    print('1..%d' % len(cases))
    for i, ((name, _, want), mail) in enumerate(zip(cases, mails), 1):
        why = judge(mail, want)
        print('%sok %d - %s' % ('not ' if why else '', i, name))
        if why:
            print('# ' + why[:600].replace('\n', '\n# '))


main()
