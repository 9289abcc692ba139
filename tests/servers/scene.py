"""One scenario on one server, and the judge at its end.

    from scene import main

    def first_sync(s):
        s.d.deliver(s.user, mail(subject="one"))
        s.sync()
        s.equal(s.subjects(), ["one"], "it is a row")
        s.settle()

    main(first_sync)

Every scenario runs against Dovecot, and where they are unpacked against Cyrus
and Courier: all with SHOPBELL_SLOW, else a part of them, another each day.
Arguments name scenarios and servers: `first_sync Cyrus`.
"""
import datetime
import hashlib
import os
import random
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lab"))
from client import good, quoted, utf7  # noqa: E402
from lab import (Courier, Cyrus, Dovecot, Lab, Mx, Tap,  # noqa: E402
                 mail, needs, until)

SERVERS = (Dovecot, Cyrus, Courier)
BITS = (("\\Seen", 1), ("\\Answered", 2), ("\\Flagged", 4),
        ("\\Deleted", 8), ("\\Draft", 16))
# Beside Dovecot, in a short run: one scenario in so many.
PART = 3


class Scene:
    """A lab with one server and one shop, and claims about them."""

    def __init__(self, tap, lab, kind, name):
        self.tap, self.lab, self.kind = tap, lab, kind
        self.stem = "%s: %s: " % (kind.kind, name)
        self.user = "hello@shop.test"
        self.d = self.shop = None

    def ok(self, claim, name, *why):
        return self.tap.ok(claim, self.stem + name, *why)

    def equal(self, got, want, name, *why):
        return self.tap.equal(got, want, self.stem + name, *why)

    def begin(self, smtp=None, server=None, **more):
        """The server and a shop on it."""
        self.d = self.lab.start(self.kind, **(server or {}))
        self.shop = self.lab.shop(self.d, smtp, **more)
        return self.d

    def reading(self, *names):
        """Read these mailboxes and no others."""
        self.shop.account_extra += "".join(
            "\tmailbox = \"%s\"\n" % self.d.shown(n) for n in names)
        self.shop.write()

    # ---- what a person does and sees ----

    def sync(self, *args):
        ran = self.shop.sync(*args)
        if ran.code != 0:
            self.ok(False, "sync", ran)
        return ran

    def run(self, *args, **more):
        ran = self.shop.run(*args, **more)
        if ran.code != 0:
            self.ok(False, "the command is accepted", ran)
        return ran

    def subjects(self, *query):
        return sorted(x["subject"] for x in self.shop.list(*query))

    def thread(self, subject, *query):
        return next(x for x in self.shop.list(*query)
                    if x["subject"] == subject)

    def on_server(self, name="INBOX"):
        """Subject -> flags, of a mailbox without two of one subject."""
        return {m.header("Subject"): sorted(m.flags)
                for m in self.d.mailbox(self.user, name)}

    def ask(self, query, *values):
        """Rows of the store."""
        c = sqlite3.connect("file:%s?mode=ro" % self.shop.store, uri=True,
                            timeout=10)
        try:
            return c.execute(query, values).fetchall()
        finally:
            c.close()

    def there(self, subject):
        """Is this a thread?  For waiting until it is."""
        try:
            return self.ask("SELECT 1 FROM thread WHERE subject = ?", subject)
        except sqlite3.OperationalError:
            return False

    # ---- the judge ----

    def held(self, name, user=None):
        """UID -> (flags, hash) of a mailbox by the store, by its name."""
        rows = self.ask(
            "SELECT p.uid, p.flags, coalesce(p.keywords, ''), hex(m.hash)"
            " FROM place p JOIN mailbox b ON b.id = p.mailbox"
            " JOIN message m ON m.id = p.message"
            " WHERE p.gone = 0 AND b.name = ?", name)
        return {uid: (sorted([n for n, bit in BITS if flags & bit] +
                             words.lower().split()), digest.lower())
                for uid, flags, words, digest in rows}

    def standing(self, name):
        """The same by the server, read with another client."""
        with self.d.session(self.user) as c:
            if c.select(quoted(utf7(name)), readonly=True)[0] != "OK":
                return {}
            rows = good(c.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])"))
        return {m.uid: (sorted(f if f.startswith("\\") else f.lower()
                               for f in m.flags),
                        hashlib.sha256(m.raw).hexdigest())
                for m in self.d._mails(rows)}

    def differs(self):
        """Where store and server are not of one mind."""
        out = []
        for name, in self.ask("SELECT name FROM mailbox"
                              " WHERE uidvalidity <> 0"):
            here, there = self.held(name), self.standing(name)
            out += ["%s %d: here %s, there %s" % (
                name, uid, here.get(uid), there.get(uid))
                for uid in sorted(set(here) | set(there))
                if here.get(uid) != there.get(uid)]
        return out

    def settle(self):
        """What must be true at the end of every scenario."""
        self.sync("--now")
        ran = self.sync()
        self.ok(ran.out == "" and ran.err == "", "then all is quiet", ran)
        self.equal(self.differs(), [], "the store is as the server")
        ran = self.shop.run("check")
        self.equal(ran.code, 0, "the store checks", ran)
        ran = self.shop.run("audit")
        self.equal(ran.code, 0, "the audit agrees", ran)


def chosen(kind, cases, words):
    """The scenarios to run on a server."""
    if any(k.kind in words for k in SERVERS) and kind.kind not in words:
        return []
    named = [c for c in cases if c.__name__ in words]
    if named or words or kind is Dovecot or os.environ.get("SHOPBELL_SLOW"):
        return named or cases
    today = random.Random("%s %s" % (kind.kind, datetime.date.today()))
    return today.sample(cases, (len(cases) + PART - 1) // PART)


def main(*cases):
    needs("dovecot", "aiosmtpd")
    tap, words = Tap(), sys.argv[1:]
    for kind in SERVERS:
        todo = chosen(kind, list(cases), words)
        if todo and not kind.found():
            tap.skip(kind.kind, "not unpacked: tests/lab/servers.sh does it")
            continue
        for case in todo:
            began = time.monotonic()
            with Lab() as lab:
                scene = Scene(tap, lab, kind, case.__name__)
                tap.case(lambda t: case(scene))
            tap.note("%s: %s: %.1f s" % (kind.kind, case.__name__,
                                         time.monotonic() - began))
    tap.done()


__all__ = ["Courier", "Cyrus", "Dovecot", "Mx", "Scene", "mail", "main",
           "until"]
