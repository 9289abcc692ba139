"""Threads: which mails stand together, and which each one answers.

Every folder is imported by the program into a store of its own, in an order
that is not that of the files, and read back with "show -o json".  What is
expected follows from the headers alone, as the collections' own programs
read them: mails stand together that are tied by the ids in Message-ID,
In-Reply-To and References, whatever lies between; the parent is the first mail
that In-Reply-To names, else the last of References that is there; in a circle
the earliest has none.
"""
import email.utils
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

CONFIG = """[shopbell]
\tstore = %s/store.db
[account "shop"]
\taddress = hello@shop.example
\tuser = shop
\tpassword-command = true
\timap = imaps://mail.shop.example
\tsmtp = smtps://mail.shop.example
"""

ID = re.compile(rb'<\s*([^<>\s]+)\s*>')
COMMENT = re.compile(rb'\([^()<>]*\)')


class Mail:
    """The ids of one file, unfolded."""

    def __init__(self, path):
        self.path = path
        self.raw = open(path, 'rb').read()
        head = re.split(rb'\r?\n\r?\n', self.raw, maxsplit=1)[0]
        head = re.sub(rb'\r?\n[ \t]+', b' ', head)
        field = {}
        for line in re.split(rb'\r?\n', head):
            name, colon, value = line.partition(b':')
            if colon:
                field.setdefault(name.strip().lower(), value)
        own = ID.findall(field.get(b'message-id', b''))
        self.id = own[0] if own else None
        self.answers = self.ids(field.get(b'in-reply-to', b''))
        self.refers = self.ids(field.get(b'references', b''))
        date = email.utils.parsedate_tz(
            field.get(b'date', b'').decode('latin-1').strip())
        self.date = email.utils.mktime_tz(date) if date else 0

    def ids(self, value):
        return [i for i in ID.findall(COMMENT.sub(b' ', value))
                if i != self.id]


def expected(mails):
    """Group of each mail as a key, and its parent's ids."""
    up = {}

    def find(i):
        while up.setdefault(i, i) != i:
            i = up[i]
        return i

    for m in mails:
        for i in m.answers + m.refers + ([m.id] if m.id else []):
            up[find(i)] = find(('mail', m.path))
    here = {m.id for m in mails if m.id}
    group, parent = {}, {}
    for m in mails:
        group[m.path] = find(('mail', m.path))
        known = [i for i in m.answers if i in here]
        known += [i for i in reversed(m.refers) if i in here]
        parent[m.path] = known[0] if known else None
    for m in sorted(mails, key=lambda m: m.date):
        path = m.path
        for _ in mails:
            path = next((o.path for o in mails if o.id == parent[path]), None)
            if path == m.path:
                parent[path] = None
            if path is None or path == m.path:
                break
    return group, parent


def run(program, folder, *args):
    return subprocess.run([program, args[0], '--config',
                           os.path.join(folder, 'config')] + list(args[1:]),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          timeout=600).stdout.decode()


def found(program, mails, seed):
    """Thread and parent's id of each mail, as the program has them."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'config'), 'w') as out:
            out.write(CONFIG % folder)
        order = list(mails)
        random.Random(seed).shuffle(order)
        # Two runs: what comes late must find its place, too.
        for part in (order[::2], order[1::2]):
            box = os.path.join(folder, 'box')
            os.makedirs(box, exist_ok=True)
            for n, m in enumerate(part):
                shutil.copyfile(m.path, os.path.join(box, '%05d.eml' % n))
            run(program, folder, 'import', box)
            shutil.rmtree(box)
        rows = run(program, folder, 'list', '-o', 'json', '-n', '0')
        group, parent = {}, {}
        for line in rows.splitlines():
            number = json.loads(line)['id']
            shown = json.loads(run(program, folder, 'show', str(number),
                                   '-o', 'json'))
            mid = {one['id']: one['message_id'] for one in shown['messages']}
            for one in shown['messages']:
                # Two mails of one id have to stand together.
                group.setdefault(one['message_id'], set()).add(number)
                parent.setdefault(one['message_id'], set()).add(
                    mid.get(one['parent']))
        return group, parent


def text(i):
    return i.decode('utf-8', 'replace') if i else None


def score_folder(reader, mails, case, tally):
    group, parent = expected(mails)
    for seed in (1, 2):
        got, got_parent = found(reader.shopbell, mails, seed)
        seen = set()
        for m in mails:
            if m.id in seen:
                continue
            seen.add(m.id)
            name = '%s %s' % (case, os.path.basename(m.path))
            if seed > 1:
                name += ' (other order)'
            want = sorted({text(o.id) for o in mails
                           if group[o.path] == group[m.path]})
            have = sorted(i for i in got if got[i] == got.get(text(m.id)))
            tally.same(name, 'thread', have, want)
            want = {text(parent[o.path]) for o in mails if o.id == m.id}
            tally.same(name, 'parent', got_parent.get(text(m.id)), want)


def mails_in(folder):
    out = []
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.startswith(('.', 'README')):
                continue
            mail = Mail(os.path.join(path, name))
            if mail.id:
                out.append(mail)
    return out


def notmuch(reader, folder, tally):
    for case in ('default', 'lkml', 'threading', 'broken', 'duplicate',
                 'html', 'attachment'):
        score_folder(reader, mails_in(os.path.join(folder, case)), case,
                     tally)


def jwz(reader, folder, tally):
    score_folder(reader, mails_in(os.path.join(folder, 'testdata')), 'ham',
                 tally)


SCORES = [('3-notmuch', 'threads and parents', notmuch),
          ('3-aerc-jwz', 'threads and parents', jwz)]
