"""Delivery reports and robots, and no false alarm on ordinary mail."""
import glob
import os
import re

from common import lines_of, slurp
from fields import addr


def stands_in(raw, status):
    return status and re.search(
        rb'(?<![\d.])' + re.escape(status.encode()) + rb'(?![\d.]\d)', raw)


def sisimai(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    cases = [c for c in cases if os.path.exists(folder + '/' + c['mail'])]
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    good = {'d': [0, 0], 's': [0, 0], 'p': [0, 0]}
    for c in cases:
        path = folder + '/' + c['mail']
        b = mails[path]['bounce']
        raw = slurp(path)
        name = c['mail']
        reasons = {e['reason'] for e in c['expected']}
        if reasons & {'feedback', 'vacation', 'delivered'}:
            continue
        good['d'][1] += 1
        good['d'][0] += t.same(name, 'bounce', b is not None, True)
        if not b:
            continue
        codes = [e['status'] for e in c['expected']]
        there = [s for s in codes if stands_in(raw, s)]
        if there:
            good['s'][1] += 1
            good['s'][0] += t.same(name, 'status', b['status'] if
                                   b['status'] in there else
                                   (b['status'], b['reason'][:80]),
                                   b['status'] if b['status'] in there
                                   else there)
        if codes[0]:
            good['p'][1] += 1
            good['p'][0] += t.same(name, 'permanent', b['permanent'],
                                   codes[0][0] == '5')
    for k, word in (('d', 'found'), ('s', 'status'), ('p', 'permanent')):
        t.notes.append('%s %d/%d' % (word, *good[k]))


def bounceparser(reader, folder, t):
    cases = list(lines_of(folder + '/ground_truth.jsonl'))
    cases = [c for c in cases if os.path.exists(folder + '/' + c['mail'])]
    mails = reader.mails([folder + '/' + c['mail'] for c in cases])
    for c in cases:
        e = c['expected']
        b = mails[folder + '/' + c['mail']]['bounce']
        name = c['mail']
        if 'is_bounce' in e:
            t.same(name, 'bounce', b is not None, e['is_bounce'])
        if not b:
            continue
        if e.get('addresses'):
            t.same(name, 'recipient', addr(b['recipient']) in
                   [addr(a) for a in e['addresses']] or b['recipient'] +
                   ' of ' + str(e['addresses']), True)
        if e.get('status') and stands_in(slurp(folder + '/' + c['mail']),
                                         e['status']):
            t.same(name, 'status', b['status'], e['status'])
        if e.get('smtp_code'):
            t.same(name, 'permanent', b['permanent'],
                   str(e['smtp_code'])[0] == '5')


BOUNCE_NAMES = re.compile(
    r'bounce|report|dsn|mdn|deliver|undeliv|daemon|failed|fail|loop|'
    r'postmaster|returned|notification|rfc3464|mail053|mail063|mail018|'
    r'2113-formatting', re.I)


def ordinary(reader, folder, t):
    """Ordinary mail is no delivery report."""
    data = os.path.dirname(folder)
    paths = []
    for name in ('1-*', '3-*', '1r-*'):
        for p in glob.glob(data + '/' + name + '/**', recursive=True):
            if os.path.isfile(p) and not re.search(
                    r'\.(md|jsonl?|upstream|png|jpg|gif|tnef|list)$', p):
                paths.append(p)
    for p, m in reader.mails(sorted(paths)).items():
        if m['from'] and not BOUNCE_NAMES.search(p) and \
                'multipart/report' not in m['automatic_why'] and \
                'daemon' not in str(m['from']).lower():
            t.same(os.path.relpath(p, data), 'no bounce', m['bounce'], None)


SCORES = [
    ('2-set-of-emails', 'bounces', sisimai),
    ('2-bounceparser', 'bounces', bounceparser),
    ('3-notmuch', 'false alarms', ordinary),
]
