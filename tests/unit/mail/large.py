"""Large mail: its beginning first, the rest when it is asked for."""
import base64
import os
import random
import re
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from clock import LIBRARY, Clock  # noqa: E402
from lab import Lab, Tap, mail, needs, needs_preload  # noqa: E402
from model import MODERN, Model  # noqa: E402
from rounds import subjects  # noqa: E402
from watch import pss  # noqa: E402

MB = 1 << 20


def letter(subject, attached, tail="the last words: zanzibar\n"):
    """A text, an attachment, and more text behind it."""
    data = base64.encodebytes(random.Random(len(attached)).randbytes(0) +
                              attached).replace(b"\n", b"\r\n")
    head = mail(subject=subject, message_id=subject + "@x.test",
                text="").replace(
        b"Content-Type: text/plain; charset=utf-8\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n")
    return (head + b"--b\r\nContent-Type: text/plain\r\n\r\nfirst words\r\n"
            b"--b\r\nContent-Type: application/pdf; name=plan.pdf\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + data +
            b"--b\r\nContent-Type: text/plain\r\n\r\n" + tail.encode() +
            b"--b--\r\n")


def setup(lab, **more):
    s = Model(lab, caps=more.pop("caps", MODERN), tls="implicit")
    shop = lab.shop(s, None, account_extra="\tsize-limit = 64K\n", **more)
    return s, s.box("INBOX"), shop


def only(shop):
    row = shop.list()[0]
    return row, shop.show(row["id"])["messages"][0]


def exported(t, shop, message, raw, whole):
    """No half of a mail is written as if it were the whole."""
    for shape in ("mbox", "eml", "maildir"):
        to = os.path.join(shop.folder, "export-" + shape)
        r = shop.run("export", "--as", shape, "--to",
                     to + ("-2" if whole and shape == "mbox" else ""))
        if whole:
            t.ok(r.code == 0 and "1 mail written" in r.out,
                 "the export is complete", r)
        else:
            t.ok(r.code == 75 and "0 mails written" in r.out and
                 "1 mail not fetched whole" in r.err and
                 "shopbell fetch %d" % message in r.err,
                 "the export says what it leaves out", r)
    got = []
    for shape in ("eml", "maildir/cur"):
        at = os.path.join(shop.folder, "export-" + shape)
        for name in os.listdir(at):
            with open(os.path.join(at, name), "rb") as f:
                got.append(f.read())
    t.ok(got == ([raw, raw] if whole else []), "whole or not at all",
         [len(g) for g in got])
    r = shop.run("export")
    t.equal(r.code, 0 if whole else 75, "on standard output, too", r.err)


def on_demand(t):
    with Lab() as lab:
        s, box, shop = setup(lab)
        plan = random.Random(3).randbytes(3 * MB)
        raw = letter("big", plan)
        box.add(raw)
        r = shop.sync()
        t.equal(r.code, 0, "a mail over the limit", r)
        t.ok(not any(b"BODY.PEEK[]" in c and b"<0.65536>" not in c
                     for c in s.commands), "only its beginning is asked for")
        row, m = only(shop)
        t.ok("first words" in m["text"], "the text is here", m["text"])
        t.equal(m.get("not_fetched", 0), len(raw) - 65536, "and what is not")
        r = shop.run("show", row["id"])
        t.ok(re.search(r"\d\.\d MB not fetched", r.out) and
             "fetch %d" % m["id"] in r.out, "as a person is told", r)
        exported(t, shop, m["id"], raw, False)
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "", "quiet until it is asked for", r)
        r = shop.run("fetch", m["id"])
        t.equal(r.code, 0, "fetch", r)
        r = shop.run("show", row["id"])
        t.ok("asked for" in r.out, "that it was asked for is shown", r)
        del s.commands[:]
        r = shop.sync()
        t.ok(r.code == 0 and "1 large mail completed" in r.out,
             "a sync brings it", r)
        t.ok(all(re.search(rb"<\d+\.1048576>", c) for c in s.commands
                 if b"BODY" in c), "in pieces", s.commands)
        row, m = only(shop)
        t.equal(m.get("not_fetched", 0), 0, "nothing is missing")
        exported(t, shop, m["id"], raw, True)
        t.equal([(p["name"], p["size"]) for p in m["attachments"]],
                [("plan.pdf", len(plan))], "the attachment is whole")
        folder = os.path.join(shop.folder, "home")
        r = shop.run("save", m["id"], "--to", folder)
        with open(os.path.join(folder, "plan.pdf"), "rb") as f:
            t.ok(f.read() == plan, "byte for byte", r)
        r = shop.run("save", m["id"], "0", "--to", folder)
        with open(r.out.strip(), "rb") as f:
            t.ok(f.read() == raw, "and the mail itself", r)
        t.equal(subjects(shop, "zanzibar"), ["big"],
                "its last words are found")
        t.equal(subjects(shop, "has:attachment"), ["big"],
                "it has an attachment")
        r = shop.run("check")
        t.equal(r.code, 0, "the store checks", r)
        r = shop.run("fetch", m["id"])
        t.ok(r.code == 64 and "whole" in r.err, "once is enough", r)
        t.equal(shop.run("audit").code, 0, "audit agrees")
        raws = [m.raw for m in box.mails.values()]
        box.mails, box.uidnext, box.uidvalidity = {}, 1, 77
        for one in raws:
            box.add(one)
        r = shop.sync()
        t.equal((r.code, len(shop.list())), (0, 1),
                "renumbered, it is known again", r)
        t.equal(only(shop)[1].get("not_fetched", 0), 0, "and still whole")
        r = shop.run("fetch", 999)
        t.equal(r.code, 66, "no such message is 66", r)


def exactly(t):
    """A mail of just the limit is whole; one byte more is not."""
    with Lab() as lab:
        s, box, shop = setup(lab)
        for n in (65535, 65536, 65537):
            raw = mail(subject="n%d" % n, text="")
            box.add(raw + b"x" * (n - len(raw)))
        t.equal(shop.sync().code, 0, "sync")
        got = {}
        for row in shop.list():
            got[row["subject"]] = shop.show(
                row["id"])["messages"][0].get("not_fetched", 0)
        t.equal(got, {"n65535": 0, "n65536": 0, "n65537": 1},
                "the limit is exact")


def not_there(t):
    with Lab() as lab:
        s, box, shop = setup(lab)
        box.add(letter("big", b"x" * MB))
        box.add(mail(subject="small"))
        shop.sync()
        m = [shop.show(x["id"])["messages"][0] for x in shop.list("big")][0]
        shop.run("fetch", m["id"])
        box.remove(1)
        r = shop.sync()
        t.equal(r.code, 0, "deleted meanwhile", r)
        r = shop.run("fetch", m["id"])
        t.ok(r.code == 66 and "not on the server" in r.err, "is said", r)
        box.add(letter("huge", b"x" * MB))
        s.vices["fetch"] = lambda peer, b, uid, data, items: (
            data.replace(b"RFC822.SIZE ", b"RFC822.SIZE 9") if
            b"RFC822.SIZE" in items else None)
        shop.sync()
        m = [shop.show(x["id"])["messages"][0] for x in
             shop.list("huge")][0]
        shop.run("fetch", m["id"])
        r = shop.sync()
        t.equal(r.code, 0, "too large for anybody", r)
        row = shop.list("huge")[0]
        r = shop.run("show", row["id"])
        t.ok("could not be fetched" in r.out and "64 MB" in r.out,
             "is shown with the mail", r)


def cut(t):
    """The line breaks in a piece; the next round has it."""
    with Lab() as lab:
        s, box, shop = setup(lab)
        raw = letter("big", b"y" * 4 * MB)
        box.add(raw)
        shop.sync()
        m = only(shop)[1]
        shop.run("fetch", m["id"])
        broken = []

        def fetch(peer, b, uid, data, items):
            if b"<2097152." in items and not broken:
                broken.append(1)
                peer.send(data[:500000])
                peer.close()
                return b""

        s.vices["fetch"] = fetch
        clock = Clock(shop.folder)
        r = shop.run("sync", env=clock.env(shop))
        t.ok(broken and only(shop)[1].get("not_fetched", 0) > 0, "cut", r)
        r = shop.run("show", only(shop)[0]["id"])
        t.ok("could not be fetched" in r.out, "is said with the mail", r)
        r = shop.run("sync", "--now", env=clock.env(shop))
        t.ok(only(shop)[1].get("not_fetched", 0) > 0, "not hurried", r)
        clock.skip(3600)
        r = shop.run("sync", env=clock.env(shop))
        t.equal((r.code, only(shop)[1].get("not_fetched", 0)), (0, 0),
                "tried again later, it comes", r)


def poison_heals(t):
    """What the server could not send is asked for again by itself."""
    with Lab() as lab:
        s, box, shop = setup(lab)
        for i in range(10):
            box.add(mail(subject="p%d" % i, text="word%d\n" % i))
        s.vices["fetch"] = lambda peer, b, uid, data, items: (
            b"* 5 FETCH (UID 5 WHAT {{{\r\n" if uid == 5 and
            b"BODY.PEEK[" in items else None)
        clock = Clock(shop.folder)
        r = shop.run("sync", env=clock.env(shop))
        t.ok(r.code == 0 and "1 unreadable" in r.out, "poison", r)
        t.equal(len(shop.list()), 10, "each has its row")
        for i in range(6):
            clock.skip(7200)
            r = shop.run("sync", env=clock.env(shop))
            t.equal(r.code, 0, "the account stays well", r)
        tries = sum(b"BODY.PEEK[]<0.1048576>" in c for c in s.commands)
        t.ok(1 <= tries <= 3, "it is tried a few times", tries)
        del s.vices["fetch"]
        row = [x for x in shop.list() if not x["subject"].startswith("p")]
        m = shop.show(row[0]["id"])["messages"][0]
        t.equal(shop.run("fetch", m["id"]).code, 0, "asked for by a person")
        r = shop.run("sync", env=clock.env(shop))
        t.equal(r.code, 0, "and it comes", r)
        m = shop.show(row[0]["id"])["messages"][0]
        t.ok("word4" in m["text"] and m.get("not_fetched", 0) == 0, "healed", m)
        t.equal(shop.run("check").code, 0, "the store checks")


class Peak(threading.Thread):
    """The most memory that a session of processes had."""

    def __init__(self, session):
        super().__init__(daemon=True)
        self.session, self.most, self.on = session, 0, True
        self.start()

    def run(self):
        while self.on:
            self.most = max(self.most, pss(self.session))
            time.sleep(0.02)


def memory(t):
    """A hundred megabytes do not pass through memory."""
    slow = os.environ.get("SHOPBELL_SLOW") == "1"
    size = 100 * MB
    for name, honest in (("a large mail", True),
                         ("one that the server sends whole", False)):
        if not honest and not slow:
            size = 60 * MB
        with Lab() as lab:
            s, box, shop = setup(lab)
            box.add(mail(subject="big", text="0123456789\n" *
                         (size // 12)), flags=[])
            box.add(mail(subject="small"))
            if not honest:
                raw = box.mails[1].raw
                s.vices["fetch"] = lambda peer, b, uid, data, items: (
                    b"* 1 FETCH (UID 1 FLAGS () BODY[]<0> {%d}\r\n" %
                    len(raw) + raw + b")\r\n" if uid == 1 and
                    b"BODY.PEEK[]" in items else None)
            child = shop.start("sync")
            peak = Peak(child.pid)
            r = shop.finish(child, 60)
            peak.on = False
            t.note("%s: %d KB at most; %s" % (name, peak.most, r))
            t.ok("small" in subjects(shop), "%s: the next one is here" % name,
                 r)
            t.ok(len(shop.list()) == 2, "and so is its place", r)
            t.ok(peak.most < 90 * 1024, "and memory stays small", peak.most)


if __name__ == "__main__":
    needs()
    needs_preload(LIBRARY)
    tap = Tap()
    for case in (on_demand, exactly, not_there, cut, poison_heals, memory):
        if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
            began = time.monotonic()
            tap.case(case)
            tap.note("%s: %.1f s" % (case.__name__,
                                     time.monotonic() - began))
    tap.done()
