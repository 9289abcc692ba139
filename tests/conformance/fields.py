"""Headers, bodies and attachments against the ground truths."""
import base64
import datetime
import email.utils
import glob
import hashlib
import json
import os
import re

from common import lines_of, slurp, squeeze, text_of, words


def addr(v):
    return (v or '').strip().lower()


def pairs(list_):
    return [(a['name'], addr(a['address'])) for a in list_]


def addresses_of(header):
    """The addresses of a list, also where the parser of Python gives up."""
    found = [addr(a) for n, a in email.utils.getaddresses([header])
             if '@' in a]
    return found or [addr(a) for a in re.findall(r'[<(]([^<>()\s]+@[^<>()\s]+)'
                                                 r'[>)]', header)]


def same_name(got, want):
    """A letter that the source lost may be any."""
    return re.fullmatch(re.escape(want or '').replace('\ufffd', '.'),
                        got) is not None


def instant(s):
    if not s:
        return None
    return int(datetime.datetime.fromisoformat(
        s.replace('Z', '+00:00')).timestamp())


def strip_tags(html):
    """A crude, independent text of HTML: enough to compare words."""
    html = re.sub(r'(?is)<(style|script|title)\b.*?</\1\s*>', ' ', html)
    html = re.sub(r'(?s)<!--.*?-->', ' ', html)
    html = re.sub(r'(?i)<img\b[^>]*>', ' ', html)
    html = re.sub(r'(?is)</?(b|i|u|em|strong|span|font|a|code|tt|sub|sup|small'
                  r'|big|o:p|mark|s|strike)\b[^>]*>', '', html)
    html = re.sub(r'(?s)<[^>]*>', ' ', html)
    import html as h
    return h.unescape(html)


def f1(got, want):
    """Longest common subsequence of words as F1."""
    if not got and not want:
        return 1.0
    if not got or not want:
        return 0.0
    import difflib
    m = difflib.SequenceMatcher(None, got, want, autojunk=False)
    n = sum(b.size for b in m.get_matching_blocks())
    return 2.0 * n / (len(got) + len(want))


def own_words(mail):
    """Words of the text without the marks of links and pictures."""
    text = mail['text']
    text = re.sub(r'(?m)^\[\d+\] \S+$', '', text)
    text = re.sub(r'\[\d+\]', '', text)
    return words(text)


def hashes(mail):
    return {a['sha256'] for a in mail['attachments']}


def zammad(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    for c in cases:
        m = mails[folder + '/' + c['mail']]
        e = c['expected']
        name = c['mail']
        if e.get('from_email'):
            t.same(name, 'from', addr(m['from'][0]['address'] or
                   m['from'][0]['name']) if m['from'] else '',
                   addr(e['from_email']))
        if 'from_display_name' in e:
            t.same(name, 'from name', m['from'][0]['name']
                   if m['from'] else '', e['from_display_name'])
        for key in ('to', 'cc'):
            if key in e:
                t.same(name, key, [addr(a['address']) for a in m[key]
                                   if a['address']], addresses_of(e[key]))
        if 'subject' in e:
            t.same(name, 'subject', squeeze(m['subject']),
                   squeeze(e['subject']))
        if 'body' in e and e['body'] != 'no visible content':
            html = '<' in e['body'] and e.get('content_type') != 'text/plain'
            want = words(strip_tags(e['body']) if html else e['body'])
            # Of two forms of a text the source keeps the HTML, we the plain.
            score = max(f1(own_words(m), want),
                        f1(own_words({'text': m['html_text']}), want)
                        if html and m['html_text'] else 0)
            t.same(name, 'body', 'ok' if score > 0.9 else 'F1 %.2f: %r' % (
                score, m['text'][:100]), 'ok')
        for a in e.get('attachments') or []:
            if a.get('filename', '').startswith('message.'):
                continue
            # The source makes names for parts that have none.
            kind = a.get('preferences', {}).get('Mime-Type')
            t.same(name, 'attachment',
                   any(same_name(p['name'], a.get('filename'))
                       for p in m['attachments']) or
                   a.get('filename', '').startswith('document') or
                   any(p['type'] == kind and not p['name']
                       for p in m['attachments']) or
                   [p['name'] for p in m['attachments']], True)


def imap_tools(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    for c in cases:
        m = mails[folder + '/' + c['mail']]
        e = c['expected']
        name = c['mail']
        t.same(name, 'subject', squeeze(m['subject']), squeeze(e['subject']))
        v = e.get('from_values')
        t.same(name, 'from', pairs(m['from'])[:1],
               [(v['name'], addr(v['email']))] if v else [])
        for key in ('to', 'cc', 'bcc', 'reply_to'):
            t.same(name, key, [p for p in pairs(m[key])],
                   [(v['name'], addr(v['email']))
                    for v in e.get(key + '_values') or []])
        if not e['date'].startswith('1900'):
            d = datetime.datetime.fromisoformat(e['date'])
            if d.tzinfo is None:
                d = d.replace(tzinfo=datetime.timezone.utc)
            t.same(name, 'date', instant(m['date']), int(d.timestamp()))
        if squeeze(e['text']):
            score = f1(own_words(m), words(e['text']))
            t.same(name, 'text', 'ok' if score > 0.95 else
                   'F1 %.2f: %r want %r' % (score, m['text'][:100],
                                            e['text'][:100]), 'ok')
        elif e['html']:
            score = f1(own_words(m), words(strip_tags(e['html'])))
            t.same(name, 'html', 'ok' if score > 0.9 else
                   'F1 %.2f: %r' % (score, m['text'][:100]), 'ok')
        t.same(name, 'html?', m['html'], bool(e['html']))
        for a in e['attachments']:
            p = a['payload']
            raw = base64.b64decode(p['b64']) if isinstance(p, dict) else \
                (p or '').encode()
            want = hashlib.sha256(raw).hexdigest()
            t.same(name, 'attachment name', a['filename'] in
                   [x['name'] for x in m['attachments']] or
                   [x['name'] for x in m['attachments']] + [a['filename']],
                   True)
            if raw and a['content_type'] != 'message/rfc822':
                t.same(name, 'attachment bytes ' + a['filename'],
                       want in hashes(m), True)


def zbateson(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    cases = [c for c in cases if os.path.exists(folder + '/' + c['mail'])]
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    for c in cases:
        m = mails[folder + '/' + c['mail']]
        e = c['expected']
        name = c['mail']
        for key, field in (('From', 'from'), ('To', 'to')):
            if key in e:
                v = e[key]
                t.same(name, field, pairs(m[field])[:1],
                       [(v.get('name', ''), addr(v['email']))])
        if 'Subject' in e:
            t.same(name, 'subject', squeeze(m['subject']),
                   squeeze(e['Subject']))
        if 'Message-ID' in e:
            t.same(name, 'message-id', m['message_id'], e['Message-ID'])
        which = e.get('text') or e.get('html')
        path = folder + '/emails/files/' + str(which)
        if which and os.path.exists(path):
            raw = slurp(path)
            try:
                want = raw.decode('utf-8')
            except UnicodeDecodeError:
                want = raw.decode('cp1252')
            score = f1(own_words(m), words(want))
            t.same(name, 'body', 'ok' if score > 0.95 else
                   'F1 %.2f: %r' % (score, m['text'][:100]), 'ok')
        if 'attachments' in e and isinstance(e['attachments'], int):
            t.same(name, 'attachments', len(m['attachments']),
                   e['attachments'])


def chatwoot(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    cases = [c for c in cases if os.path.exists(folder + '/' + c['mail'])]
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    for c in cases:
        m = mails[folder + '/' + c['mail']]
        e = c['expected']
        name = c['mail']
        if 'subject' in e:
            t.same(name, 'subject', m['subject'], e['subject'])
        if 'text_full' in e:
            t.same(name, 'text', words(m['text']), words(e['text_full']))
        if 'attachments' in e:
            t.same(name, 'attachments', len(m['attachments']),
                   e['attachments'])
        if 'in_reply_to' in e:
            t.same(name, 'in-reply-to', m['in_reply_to'], e['in_reply_to'])
        if 'date' in e:
            t.same(name, 'date', instant(m['date']), instant(e['date']))
        if 'auto_reply' in e:
            t.same(name, 'automatic', m['automatic'], e['auto_reply'])


def stalwart_addresses(v):
    out = []
    for a in (v.get('Address') or {}).get('List') or []:
        out.append((a.get('name') or '', addr(a.get('address'))))
    for g in (v.get('Address') or {}).get('Group') or []:
        for a in g['addresses']:
            out.append((a.get('name') or '', addr(a.get('address'))))
    return out


def civil(v):
    d = datetime.datetime(v['year'], v['month'], v['day'], v['hour'],
                          v['minute'], min(v['second'], 59),
                          tzinfo=datetime.timezone.utc)
    off = v['tz_hour'] * 3600 + v['tz_minute'] * 60
    return int(d.timestamp()) + (off if v['tz_before_gmt'] else -off)


def last_header(part, name):
    found = [h['value'] for h in part['headers'] if h['name'] == name]
    return found[0] if found else None


def one_name(pair):
    """A name of an address without one is the address's own matter."""
    name, a = pair
    return (re.sub(r'\s+', ' ', name).strip(), a)


def stalwart_mail(t, name, m, d):
    top = d['parts'][0]
    for key in ('from', 'to', 'cc'):
        v = last_header(top, key)
        if isinstance(v, dict):
            t.same(name, key, [one_name(p) for p in pairs(m[key])],
                   [one_name(p) for p in stalwart_addresses(v)])
    v = last_header(top, 'subject')
    if isinstance(v, dict):
        t.same(name, 'subject', squeeze(m['subject']), squeeze(v['Text']))
    v = last_header(top, 'date')
    if isinstance(v, dict) and 'DateTime' in v:
        t.same(name, 'date', instant(m['date']), civil(v['DateTime']))
    v = last_header(top, 'message_id')
    if isinstance(v, dict) and 'Text' in v:
        t.same(name, 'message-id', m['message_id'], v['Text'])
    text = []
    for i in d['text_body']:
        body = d['parts'][i]['body']
        if 'Text' in body:
            text.append(body['Text'])
        elif 'Html' in body:
            text.append(strip_tags(body['Html']))
    want = words(' '.join(text))
    if want:
        score = f1(own_words(m), want)
        t.same(name, 'text', 'ok' if score > 0.9 else
               'F1 %.2f: %r want %r' % (score, m['text'][:200],
                                        ' '.join(text)[:200]), 'ok')
    for i in d['attachments']:
        body = d['parts'][i]['body']
        if 'Binary' in body or 'InlineBinary' in body:
            raw = bytes(body.get('Binary') or body.get('InlineBinary') or [])
        else:
            continue
        if raw:
            t.same(name, 'attachment %d' % i,
                   hashlib.sha256(raw).hexdigest() in hashes(m), True)


def stalwart(reader, folder, t):
    paths = sorted(glob.glob(folder + '/resources/eml/*/*.eml'))
    raw = {}
    for p in paths:
        if not os.path.exists(p[:-4] + '.json'):
            continue
        raw[p] = slurp(p).replace(b'\r\n', b'\n')
        if os.path.exists(p[:-4] + '.crlf.json'):
            raw[p + ' crlf'] = slurp(p).replace(b'\r\n', b'\n').replace(
                b'\n', b'\r\n')
    mails = reader.texts(raw, None)
    for p, m in mails.items():
        truth = p[:-9] + '.crlf.json' if p.endswith(' crlf') else \
            p[:-4] + '.json'
        stalwart_mail(t, os.path.relpath(p, folder), m,
                      json.load(open(truth)))


def vectors(reader, folder, t):
    """Single headers: addresses and dates."""
    cases = [c for c in json.load(open(folder + '/resources/address.json'))
             if not re.search(r'mailto:|http:|ftp:|posting not', c['header'])]
    raw = {i: b'From: ' + c['header'].encode() + b'\nTo: x@example.org\n\n-\n'
           for i, c in enumerate(cases)}
    mails = reader.texts(raw, None)
    for i, c in enumerate(cases):
        t.same('address %d' % i, c['header'].strip(),
               [one_name(p) for p in pairs(mails[i]['from'])],
               [one_name(p) for p in stalwart_addresses(
                   {'Address': c['expected']})])
    cases = [c for c in json.load(open(folder + '/resources/date.json'))
             if not c['header'].startswith('by ')]
    raw = {i: b'Date: ' + c['header'].encode() + b'\n\n-\n'
           for i, c in enumerate(cases)}
    mails = reader.texts(raw, None)
    for i, c in enumerate(cases):
        if c['expected']:
            try:
                want = civil(c['expected'])
            except ValueError:
                want = None
            if want is not None and want <= 0:
                continue
            t.same('date %d' % i, c['header'].strip(),
                   instant(mails[i]['date']), want)


def jmap(reader, folder, t):
    paths = sorted(glob.glob(folder + '/jmap/email_get/*.eml'))
    mails = reader.mails(paths)
    for p, m in mails.items():
        truth = p[:-4] + '.json'
        if not os.path.exists(truth):
            continue
        e = json.load(open(truth))
        name = os.path.basename(p)
        for key in ('from', 'to', 'cc', 'bcc'):
            if e.get(key):
                t.same(name, key, pairs(m[key]),
                       [(v.get('name') or '', addr(v['email']))
                        for v in e[key]])
        if 'subject' in e:
            t.same(name, 'subject', squeeze(m['subject']),
                   squeeze(e['subject']))
        if 'messageId' in e:
            t.same(name, 'message-id', m['message_id'],
                   (e['messageId'] or [None])[0])
        if e.get('sentAt'):
            t.same(name, 'date', instant(m['date']), instant(e['sentAt']))
        if 'attachments' in e and e.get('hasAttachment') is not None:
            want = [(a.get('name') or '', a['type'])
                    for a in e['attachments']]
            t.same(name, 'attachments', [(a['name'], a['type'])
                   for a in m['attachments']], want)
        text = ' '.join(e['bodyValues'][b['partId']]['value']
                        if b['type'] != 'text/html' else strip_tags(
                            e['bodyValues'][b['partId']]['value'])
                        for b in e.get('textBody', [])
                        if b['partId'] in e.get('bodyValues', {}))
        cut = any(v.get('isTruncated')
                  for v in e.get('bodyValues', {}).values())
        if words(text) and not cut:
            score = f1(own_words(m), words(text))
            t.same(name, 'text', 'ok' if score > 0.9 else
                   'F1 %.2f %r' % (score, m['text'][:100]), 'ok')


def letters(reader, folder, t):
    """All mails of one language and kind carry the same text."""
    paths = sorted(glob.glob(folder + '/tests/**/*.txt', recursive=True))
    mails = reader.mails(paths)
    by = {}
    for p, m in mails.items():
        name = os.path.basename(p)
        language = '_'.join(name.split('_')[1:2]) if \
            name.startswith('test_') else name.split('_')[0]
        by.setdefault(language, []).append((name, squeeze(m['text'])))
    for language, found in by.items():
        texts = [x for _, x in found]
        common = max(set(texts), key=texts.count)
        for name, x in found:
            t.same(name, 'text', x, common)


def clean(reader, folder, t):
    """No replacement character where the mail can be decoded."""
    paths = [p for p in sorted(glob.glob(folder + '/**', recursive=True))
             if os.path.isfile(p) and not p.endswith(
                 ('.md', '.upstream', '.jsonl', '.png', '.gif'))]
    for p, m in reader.mails(paths).items():
        if b'\xef\xbf\xbd' in slurp(p):
            continue
        whole = m['subject'] + m['text'] + ''.join(
            a['name'] for a in m['from'] + m['to'])
        t.same(os.path.relpath(p, folder), 'decoded', '\ufffd' in whole,
               False)


def survives(reader, folder, t):
    paths = [p for p in sorted(glob.glob(folder + '/**', recursive=True))
             if os.path.isfile(p)]
    mails = reader.mails(paths)
    for p in paths:
        t.same(os.path.relpath(p, folder), 'read', p in mails, True)


def tnef(reader, folder, t):
    """MimeKit's winmail.dat files with the names in them."""
    for p in sorted(glob.glob(folder + '/tnef/*.tnef')):
        want = [x.strip() for x in text_of(p[:-5] + '.list').split('\n')
                if x.strip()]
        raw = (b'From: a@example.org\nContent-Type: application/ms-tnef; '
               b'name=winmail.dat\nContent-Transfer-Encoding: base64\n\n' +
               base64.encodebytes(slurp(p)))
        m = reader.texts({'x': raw}, None)['x']
        names = [a['name'] for a in m['attachments']]
        for w in want:
            if w.startswith('body'):
                continue
            t.same(os.path.basename(p), w, w in names or names, True)


def mimekit(reader, folder, t):
    survives(reader, folder, t)
    tnef(reader, folder, t)


def libetpan(reader, folder, t):
    """Plain-text rendering of whole mails."""
    base = folder + '/plaintext-rendering/data/'
    for p in sorted(glob.glob(base + 'input/**/*.eml', recursive=True)):
        out = p.replace('/input/', '/output/')
        for truth in (out[:-4] + '.txt', out + '.txt'):
            if os.path.exists(truth):
                m = reader.mails([p])[p]
                want = text_of(truth)
                if re.match(r'[A-Z][\w-]*: ', want):
                    want = want.partition('\n\n')[2]
                want = re.sub(r'(?m)^- .*, [\d.]+ [KM]?B$', '', want)
                # Another program's taste: links in full, in place.
                want = re.sub(r'\(?https?://\S+\)?', '', want)
                score = f1(own_words(m), words(want))
                t.same(os.path.basename(p), 'rendering', 'ok'
                       if score > 0.5 else 'F1 %.2f %r want %r' % (
                           score, m['text'][:150], want[:150]),
                       'ok')


SCORES = [
    ('1-zammad', 'fields', zammad),
    ('1-imap-tools', 'fields', imap_tools),
    ('1-zbateson', 'fields', zbateson),
    ('1-chatwoot', 'fields', chatwoot),
    ('1-stalwart-mail-parser', 'fields', stalwart),
    ('1-stalwart-mail-parser', 'headers', vectors),
    ('1-stalwart-server', 'fields', jmap),
    ('1-letters', 'same text', letters),
    ('1-libetpan', 'rendering', libetpan),
    ('1-mimekit', 'read, tnef', mimekit),
    ('1-rt', 'decoded', clean),
    ('1-otobo', 'decoded', clean),
] + [(f, 'read', survives) for f in (
    '1-gmime', '1-libetpan', '1-mailparser', '1-cpython-email', '1-rspamd',
    '1-chatwoot', '1-mox', '1-horde', '1-nextcloud-mail', '1-chatmail-core',
    '1-enmime', '1-flanker', '1-laminas-mail', '1-mu', '1-public-inbox',
    '1-sympa', '1-thunderbird-android', '1-stalwart-server')]
