#!/usr/bin/python3
"""Mails made to choke a reader: each within the limits of a worker.

2 s of CPU and 512 MB, as read and laid out in 80 columns; whatever it is, it
must still give its sender.
"""
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile

reader = os.path.join(os.environ.get('builddir', '.'),
                      'tests/conformance/reader')
with open(reader, 'rb') as f:
    sanitized = b'__asan_init' in f.read()

MB = 1 << 20
HEAD = 'From: Eve <eve@example.org>\nTo: shop@example.com\nSubject: boom\n'


def typed(kind, body, more=''):
    return '%sMIME-Version: 1.0\nContent-Type: %s\n%s\n%s' % (
        HEAD, kind, more, body)


def html(body):
    return typed('text/html; charset=utf-8', body)


def plain(body, more=''):
    return typed('text/plain; charset=utf-8', body, more)


def nested(n, kind='mixed'):
    out = []
    for i in range(n):
        out.append('Content-Type: multipart/%s; boundary="b%d"\n\n--b%d\n' % (
            kind, i, i))
    return HEAD + ''.join(out) + '\nend\n'


def wrapped(n):
    """A mail in a mail in a mail."""
    return HEAD + 'Content-Type: message/rfc822\n\n' * n + HEAD + '\nend\n'


def many(n, kind='text/plain'):
    part = '--b\nContent-Type: %s; name="a"\n\nx\n' % kind
    return typed('multipart/mixed; boundary=b', part * n + '--b--\n')


def packed(n):
    """base64 in base64: each layer is a mail."""
    inner = (HEAD + '\nend\n').encode()
    for _ in range(n):
        inner = (HEAD + 'Content-Type: message/rfc822\n'
                 'Content-Transfer-Encoding: base64\n\n').encode() + \
            base64.encodebytes(inner)
    return inner.decode()


def prefixes(n):
    """Boundaries each of which begins like the ones around it."""
    out = [HEAD]
    for i in range(n):
        out.append('Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n' % (
            'a' * (i + 1), 'a' * (i + 1)))
    return ''.join(out) + ('--a\n' * 20000)


def tnef(n):
    """winmail.dat that promises properties it does not have."""
    head = (0x223e9f78).to_bytes(4, 'little') + b'\0\0'
    props = (1 << 31).to_bytes(4, 'little') + b'\x1f\x10\x01\x30' + (
        (1 << 31) - 1).to_bytes(4, 'little')
    part = b'\2' + (0x69005).to_bytes(4, 'little') + len(props).to_bytes(
        4, 'little') + props + b'\0\0'
    render = b'\2' + (0x69002).to_bytes(4, 'little') + b'\0\0\0\0\0\0'
    return typed('application/ms-tnef; name=winmail.dat',
                 base64.encodebytes(head + (render + part) * n).decode(),
                 'Content-Transfer-Encoding: base64\n')


BOMBS = {
    '20,000 nested parts': lambda: nested(20000),
    '20,000 nested alternatives': lambda: nested(20000, 'alternative'),
    '20,000 mails in mails': lambda: wrapped(20000),
    '49 levels, 40,000 lines': lambda: nested(49) + '--b1\nx\n' * 20000,
    '100,000 parts': lambda: many(100000),
    '4,900 parts': lambda: many(4900),
    '4,900 mails': lambda: many(4900, 'message/rfc822'),
    '4,900 calendars': lambda: many(4900, 'text/calendar'),
    '100 MB of text': lambda: plain('word ' * (20 * MB)),
    '100 MB in one line': lambda: plain('x' * (100 * MB)),
    '100 MB attached': lambda: typed(
        'multipart/mixed; boundary=b',
        '--b\nContent-Type: application/octet-stream\n'
        'Content-Transfer-Encoding: base64\n\n' + ('QUJD' * 19 + '\n') *
        (100 * MB // 77) + '--b--\n'),
    '40 MB of HTML': lambda: html('<p>word</p>' * (4 * MB)),
    '10,000 recipients': lambda: 'From: Eve <eve@example.org>\nTo: ' +
    ',\n '.join('R %d <r%d@example.org>' % (i, i) for i in range(10000)) +
    '\n\nhello\n',
    'a header of 10 MB': lambda: HEAD + 'X-Long: ' + 'x' * (10 * MB) +
    '\n\nhello\n',
    'a subject of 10 MB folded': lambda: HEAD + 'Subject: ' +
    ' word\n' * (2 * MB) + '\nhello\n',
    '200,000 headers': lambda: HEAD + 'X-A: b\n' * 200000 + '\nhello\n',
    '900 KB of encoded words': lambda: 'From: Eve <eve@example.org>\n' +
    ('Subject: ' + '=?utf-8?q?a?= ' * 4000 + '\n') * 16 + '\nhello\n',
    '60 KB of encoded words without end': lambda:
    'From: Eve <eve@example.org>\nSubject: ' + '=?utf-8?q?' * 6000 +
    '\n\nhello\n',
    '60 KB of open comments': lambda: 'From: ' + '(' * 60000 +
    '\n\nhello\n',
    '900 KB of open comments': lambda: 'From: Eve <eve@example.org>\nTo: ' +
    '(' * 900000 + '\n\nhello\n',
    '300 KB of comments far apart': lambda: 'From: Eve <eve@example.org>\n' +
    'To: ' + ('(' + 'x' * 99) * 3000 + '\n\nhello\n',
    '60 KB of open quotes': lambda: 'From: Eve <eve@example.org>\nTo: ' +
    '"<(' * 20000 + '\n\nhello\n',
    '60 KB of groups': lambda: 'From: Eve <eve@example.org>\nTo: ' +
    'a:' * 30000 + '\n\nhello\n',
    '60 KB of references': lambda: HEAD + 'References: ' +
    '<a@b> ' * 10000 + '\n\nhello\n',
    '60 KB of parameters': lambda: typed('multipart/mixed; ' + ''.join(
        'boundary*%d=b;' % i for i in range(4000)), '--b\n\nx\n'),
    'RFC 2231 pieces backwards': lambda: typed(
        'text/plain; ' + ''.join(
            'name*%d*=%%41;' % i for i in range(3999, -1, -1)), 'x'),
    'mails packed 30 deep': lambda: packed(30),
    'boundaries that begin alike': lambda: prefixes(48),
    'boundary lines without parts': lambda: typed(
        'multipart/mixed; boundary=b',
        '--b' * (MB if sanitized else 4 * MB)),
    'lines that look like boundaries': lambda: typed(
        'multipart/mixed; boundary=none',
        ''.join('--mark%d\n' % i for i in range(400000))),
    'HTML 200,000 deep': lambda: html('<div>' * 200000 + 'x'),
    'HTML quotes 100,000 deep': lambda: html('<blockquote>' * 100000 + 'x'),
    'HTML tables 40,000 deep': lambda: html(
        '<table><tr><td>a<td>' * 40000 + 'x'),
    'HTML lists 100,000 deep': lambda: html('<ul><li>' * 100000 + 'x'),
    'a table of 1,000,000 cells': lambda: html(
        '<table>' + ('<tr>' + '<td>x' * 100) * 10000),
    'a table of 24 x 20,000': lambda: html(
        '<table>' + ('<tr>' + '<td>words here' * 20) * 3000),
    'a row of 300,000 cells': lambda: html(
        '<table><tr>' + '<td>x' * 300000),
    'colspans': lambda: html(
        '<table>' + '<tr><td colspan=999999>x<td colspan=-1>y' * 50000),
    '300,000 links': lambda: html(''.join(
        '<a href="https://example.org/%d">x</a>' % i
        for i in range(50000))),
    '2 MB of open tags': lambda: html('<a' * MB),
    '2 MB of open attributes': lambda: html('<a href="' * (MB // 4)),
    '2 MB of one tag': lambda: html('<p ' + 'a=b ' * (MB // 2) + '>x'),
    '2 MB of comments': lambda: html('<!--' * (MB // 2)),
    '2 MB of references': lambda: html('&amp;' * (MB // 2)),
    '2 MB of open references': lambda: html('&' * MB * 2),
    '2 MB of style': lambda: html(
        '<style>' + '.a{display:none}' * (MB // 8) + '</style>' +
        '<p class="b c d">x</p>' * 20000),
    '2 MB of open style': lambda: html('<style>{' * (MB // 4)),
    'a style attribute of 2 MB': lambda: html(
        '<p style="' + 'overflow:a;' * (MB // 6) + '">x'),
    '2 MB of classes': lambda: html(
        '<style>' + ''.join('.c%d{display:none}' % i for i in range(300)) +
        '</style>' + '<p class="%s">x</p>' % ' '.join(
            'd%d' % i for i in range(200)) * 1000),
    'an unbroken word of 2 MB': lambda: html('x' * 2 * MB),
    '1,000,000 line breaks': lambda: html('<br>' * 1000000),
    '1,000,000 quote marks': lambda: plain('>' * 1000000 + '\n'),
    '300,000 quoted lines': lambda: plain('> x\n' * 300000),
    '300,000 quote depths': lambda: plain(
        ''.join('>' * (i % 60) + ' x\n' for i in range(60000))),
    '100,000 attributions': lambda: plain(
        'On Monday Ann wrote:\n> x\n\n' * 100000),
    '100,000 letterheads': lambda: plain(
        'From: a@example.org\nTo: b@example.org\nSubject: c\n\n' * 40000),
    '200,000 signatures': lambda: plain('-- \nx\n' * 200000),
    'a flowed line of 2 MB': lambda: typed(
        'text/plain; format=flowed', 'word \n' * 400000),
    '100,000 uuencoded files': lambda: plain(
        'begin 644 a\n#0V%T\n`\nend\n' * 40000),
    '100,000 uuencoded files without end': lambda: plain(
        'begin 644 a\n#0V%T\n' * 100000),
    'quoted-printable without letters': lambda: plain(
        '=\n' * (4 * MB), 'Content-Transfer-Encoding: quoted-printable\n'),
    'loose equal signs': lambda: plain(
        '=' * (8 * MB), 'Content-Transfer-Encoding: quoted-printable\n'),
    'combining marks': lambda: plain('a' + '\u0301' * (MB // 2)),
    'right-to-left overrides': lambda: plain('\u202e\u202d' * (MB // 6)),
    'bytes of no charset': lambda: plain('\udc80\udcff' * MB),
    'ISO-2022-JP that only shifts': lambda: typed(
        'text/plain; charset=iso-2022-jp', '\x1b$B\x1b(B' * (MB // 4)),
    'HZ that only shifts': lambda: typed(
        'text/plain; charset=hz-gb-2312', '~{~}' * (MB // 2)),
    'UTF-7': lambda: typed('text/plain; charset=utf-7', '+AAA-' * (MB // 4)),
    'NULs': lambda: plain('\0' * (4 * MB)),
    'winmail.dat of empty promises': lambda: tnef(5000),
    'a calendar of 100,000 lines': lambda: typed(
        'text/calendar; method=REQUEST',
        'BEGIN:VCALENDAR\nBEGIN:VEVENT\n' +
        'ATTENDEE;CN="x":mailto:x@example.org\n' * 100000),
    'a calendar folded at every byte': lambda: typed(
        'text/calendar', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:' +
        '\n x' * 300000),
}


def limits():
    if not sanitized:
        resource.setrlimit(resource.RLIMIT_AS, (512 * MB, 512 * MB))
    # CPU seconds, so that a busy machine fails nobody.  Each is read twice.
    most = 60 if sanitized else 4
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))


def blown(path):
    """What went wrong, "" if nothing did."""
    p = subprocess.run([reader, '-w', '80'], input=path.encode(),
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       preexec_fn=limits)
    if p.returncode:
        return 'ended with %d %r' % (p.returncode, p.stderr[:100])
    mail = json.loads(p.stdout)
    if not mail['from']:
        return 'no sender'
    return ''


def main():
    only = sys.argv[1:]
    names = [n for n in BOMBS if not only or n in only]
    print('1..%d' % len(names))
    for i, name in enumerate(names, 1):
        with tempfile.NamedTemporaryFile() as f:
            f.write(BOMBS[name]().encode('utf-8', 'surrogateescape'))
            f.flush()
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            why = blown(f.name)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        print('%sok %d - %s' % ('not ' if why else '', i, name))
        print('# %.2f s %s' % (after.ru_utime + after.ru_stime -
                               before.ru_utime - before.ru_stime, why))
        sys.stdout.flush()


main()
