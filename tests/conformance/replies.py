"""What is new in a reply, and what is inside a forward."""
import glob
import json
import os
import re

from common import lines_of, slurp, squeeze, text_of, words
from fields import addr, f1


def false_cut(visible, want):
    """Are words missing that the customer wrote?"""
    got = words(visible)
    for w in words(want):
        if w in got:
            got = got[got.index(w) + 1:]
        else:
            return True
    return False


def note_cuts(t, cuts, cases):
    t.notes.append('false cuts %d of %d' % (len(cuts), cases))
    for name in cuts:
        t.wrong.append('FALSE CUT %s' % name)


def visibles(reader, paths):
    return {p: m['visible'] for p, m in reader.mails(
        paths, 'text/plain').items()}


def trimmer(reader, folder, t):
    paths = sorted(glob.glob(folder + '/emails/*.txt'))
    cuts = []
    for p, v in visibles(reader, paths).items():
        want = text_of(p.replace('/emails/', '/trimmed/'))
        name = os.path.basename(p)
        t.same(name, 'visible', squeeze(v), squeeze(want))
        if false_cut(v, want):
            cuts.append(name)
    note_cuts(t, cuts, len(paths))


def unquote(s):
    return s.replace('\\n', '\n').replace('\\"', '"').replace("\\'", "'")


def expectations(a):
    """(exact or None, shown, hidden) of a list of upstream assertions."""
    exact, shown, hidden = None, [], []
    hides = {}
    texts = {}
    for line in a:
        if line.lstrip().startswith('#'):
            continue
        m = re.search(r'equal\((true|false), fragments\[(\d)\]\.isHidden', line)
        if m:
            hides[int(m.group(2))] = m.group(1) == 'true'
        m = re.search(r'assert(True|False)\(\$fragments\[(\d)\]->isHidden',
                      line)
        if m:
            hides[int(m.group(2))] = m.group(1) == 'True'
        m = re.search(r"\[([TrueFals, ]+)\], \[f\.hidden", line)
        if m:
            for i, v in enumerate(m.group(1).split(', ')):
                hides[i] = v == 'True'
        m = re.search(r'/\^?(.+?)/\'?(?:\.test\(|, (?:\(string\) )?\$|'
                      r', reply\.)fragments\[(\d)\]', line)
        if m and not re.search(r'[\[\]*+\\]', m.group(1).replace('\\n', '')):
            texts.setdefault(int(m.group(2)), []).append(unquote(m.group(1)))
        m = re.search(r"\('(.+)' in message\.fragments\[(\d)\]", line)
        if m:
            texts.setdefault(int(m.group(2)), []).append(m.group(1))
        m = re.search(r'\(\s*["\'](.+)["\'], EmailReplyParser\.parse_reply',
                      line)
        if m:
            exact = unquote(m.group(1))
        m = re.search(r'equal\("(.+)", (fragments\[0\]\.toString|'
                      r'email\.getVisibleText)', line)
        if m:
            exact = unquote(m.group(1))
        m = re.search(r'\(\s*"(.+)" not in (EmailReplyParser|mail\.replies\['
                      r'0\]\.body)', line)
        if m:
            hidden.append(unquote(m.group(1)))
        m = re.search(r'\("(.+)" in (message\.reply|mail\.replies\[0\]\.body)',
                      line) or re.search(
            r'assertIn\("(.+)", (mail\.replies\[0\]\.body)', line)
        if m:
            shown.append(unquote(m.group(1)))
        m = re.search(r'"(.+)"(?: in|,) mail\.replies\[[1-9]\]\.body', line)
        if m:
            hidden.append(unquote(m.group(1)))
        m = re.search(r'NotIn\("(.+)", mail\.replies\[0\]\.body', line)
        if m:
            hidden.append(unquote(m.group(1)))
        m = re.search(r'"(.+)" == mail\.replies\[0\]\.body', line)
        if m:
            exact = unquote(m.group(1))
        m = re.search(r"Contains\w*\('(.+)', \$fragments\[0\]", line)
        if m:
            (hidden if 'NotContains' in line else shown).append(m.group(1))
    for i, found in texts.items():
        if i == 0 and not hides.get(0):
            shown += found
        elif hides.get(i):
            hidden += found
        elif i in hides:
            shown += found
        elif i == 1:
            hidden += [x for x in found if x.startswith('On')]
    return exact, shown, hidden


def is_hidden(text, visible, whole):
    """Folded where it stands at all; it may also stand in the answer."""
    times = [squeeze(x).count(squeeze(text)) for x in (visible, whole)]
    return times[0] < max(times[1], 1)


def assertions(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    cases = [c for c in cases if os.path.exists(folder + '/' + c['mail'])]
    seen = visibles(reader, [folder + '/' + c['mail'] for c in cases])
    cuts = []
    n = 0
    for c in cases:
        name = os.path.basename(c['mail'])
        v = seen[folder + '/' + c['mail']]
        if c.get('first_fragment'):
            exact, shown, hidden = c['first_fragment'], [], []
        else:
            exact, shown, hidden = expectations(c['upstream_assertions'])
            if len(re.findall(r'fragments\.(length|size)|count',
                              str(c['upstream_assertions']), re.I)) and \
                    re.search(r'(equal|Equal|Count)\(?\s*1, ',
                              str(c['upstream_assertions'])):
                exact = text_of(folder + '/' + c['mail'])
        if not exact and not shown and not hidden:
            continue
        n += 1
        if exact:
            t.same(name, 'visible', squeeze(v), squeeze(exact))
            if false_cut(v, exact):
                cuts.append(name)
            continue
        whole = text_of(folder + '/' + c['mail'])
        ok = all(squeeze(x) in squeeze(v) for x in shown) and \
            all(is_hidden(x, v, whole) for x in hidden)
        t.same(name, 'parts', 'ok' if ok else
               'shown %r hidden %r got %r' % (shown, hidden, v[:300]), 'ok')
        if not all(squeeze(x) in squeeze(v) for x in shown):
            cuts.append(name)
    note_cuts(t, cuts, n)


def nylas(reader, folder, t):
    paths = [p for p in sorted(glob.glob(folder + '/fixtures/emails/*.html'))
             if not p.endswith('_stripped.html')]
    paths = [p for p in paths
             if os.path.exists(p[:-5] + '_stripped.html')]
    mails = reader.mails(paths, 'text/html')
    wanted = reader.mails([p[:-5] + '_stripped.html' for p in paths],
                          'text/html')
    cuts = []
    for p in paths:
        name = os.path.basename(p)
        want = wanted[p[:-5] + '_stripped.html']['text']
        strip = lambda s: words(re.sub(r'\[\d+\]', '', re.sub(
            r'(?m)^\[\d+\] \S+$', '', s)))
        got = strip(mails[p]['visible'])
        want = strip(want)
        t.same(name, 'visible', 'ok' if f1(got, want) > 0.95 else
               'F1 %.2f got %r want %r' % (
                   f1(got, want), ' '.join(got)[:250], ' '.join(want)[:250]),
               'ok')
        if false_cut(' '.join(got), ' '.join(want)):
            cuts.append(name)
    note_cuts(t, cuts, len(paths))


def forwards(reader, folder, t):
    truth = json.load(open(folder + '/ground_truth.json'))
    k = truth['constants']
    named = {}
    tests = []
    for test in truth['tests']:
        for entry in test['entries']:
            body, subject = (entry + [None])[:2] if isinstance(
                entry, list) else (entry, None)
            path = folder + '/fixtures/' + body + '.txt'
            sub = folder + '/fixtures/%s.txt' % subject if subject else None
            if not os.path.exists(path) or (sub and not os.path.exists(sub)):
                continue
            line = slurp(sub).strip() if sub else b'Fwd: -'
            key = '%s %s' % (body, subject or '')
            named[key] = (b'From: agent@shop.example\nTo: s@shop.example\n'
                          b'Subject: ' + line + b'\nContent-Type: text/plain;'
                          b' charset=utf-8\n\n' + slurp(path))
            tests.append((key, test))
    mails = reader.texts(named, None)
    for key, test in tests:
        f = mails[key]['forwarded']
        if 'result.forwarded, false' in str(test.get('extra_asserts')):
            t.same(key, 'no forward', f is None, True)
            continue
        if not t.same(key, 'forwarded', f is not None, True):
            continue
        opts = str(test.get('testEmail_args'))
        if test['test'] == 'testVariant5':
            t.same(key, 'from', [addr(a['address']) for a in f['from']],
                   [k['FROM_ADDRESS']])
        elif test['test'] == 'testVariant12':
            t.same(key, 'from', [a['name'] for a in f['from']],
                   [k['FROM_NAME']])
        else:
            t.same(key, 'from', [(a['name'], addr(a['address']))
                                 for a in f['from']],
                   [(k['FROM_NAME'], k['FROM_ADDRESS'])])
        t.same(key, 'subject', f['subject'], k['SUBJECT'])
        if 'skipBody' in opts:
            t.same(key, 'body', squeeze(k['BODY']) in squeeze(f['text']),
                   True)
        else:
            t.same(key, 'body', squeeze(f['text']), squeeze(k['BODY']))
        if f['to'] and test['test'] != 'testVariant12':
            t.same(key, 'to', addr(f['to'][0]['address']),
                   k['TO_ADDRESS_1'])
        if f['cc']:
            t.same(key, 'cc', [addr(a['address']) for a in f['cc']],
                   [k['CC_ADDRESS_1'], k['CC_ADDRESS_2']])


SCORES = [
    ('1r-email-reply-trimmer', 'visible', trimmer),
    ('1r-crisp-erp', 'visible', assertions),
    ('1r-github-erp', 'visible', assertions),
    ('1r-willdurand-erp', 'visible', assertions),
    ('1r-zapier-erp', 'visible', assertions),
    ('1r-mail-parser-reply', 'visible', assertions),
    ('1r-nylas-mail', 'visible of HTML', nylas),
    ('1r-crisp-forward', 'inner mail', forwards),
]
