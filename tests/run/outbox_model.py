"""Every history of one answer, with up to so many faults, by the real sender.

    outbox_model.py [faults [mode]]     default 1, with SHOPBELL_SLOW 3

A history is a list of choices, made wherever a server of ours could do one
thing or another: take a mail or not, answer, cut the line, refuse for now,
make the sender die; file a copy in Sent itself, at once or late.  The
first choice at each place is no fault.  Each history starts from the same
store and goes on, an hour later each time, until nothing is left to do; then
a person settles what is in doubt, knowing the truth, and it goes on again.

Where two histories come to the same world between two runs (the same rows and
facts in the store, the same mails on the servers, the same hour, and no more
faults to come), they go on in the same way: only the first is followed, the
other is counted as joined.

Whatever happens: the customer never has two copies, nothing is lost without
somebody being asked, and Sent never ends with two.
"""
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lab"))
from lab import FakeImap, FakeSmtp, Gone, Lab, Tap, needs, skip_all  # noqa

STEP = os.path.join(os.environ.get("builddir", "build"), "tests/run/step")
HOURS = 70


class History:
    """The choices of one run of the world."""

    def __init__(self, prefix):
        self.prefix, self.taken, self.places = list(prefix), [], []
        self.joined = False

    def choose(self, place, ways):
        i = len(self.taken)
        way = self.prefix[i] if i < len(self.prefix) else 0
        self.taken.append(way)
        self.places.append((place, ways))
        return ways[way]

    def faults(self):
        return sum(w != 0 for w in self.taken)

    def branches(self, most):
        """Histories that differ from this one first at a new place."""
        used = sum(w != 0 for w in self.prefix)
        if used >= most:
            return
        for i in range(len(self.prefix), len(self.taken)):
            for way in range(1, len(self.places[i][1])):
                yield self.taken[:i] + [way]

    def told(self):
        return " ".join("%s:%s" % (p, ways[w]) for (p, ways), w in zip(
            self.places, self.taken) if w)


class Joined(Exception):
    """From here on another history has been followed."""


class World:
    """The servers, the truth, and the sender between them."""

    def __init__(self, lab):
        self.lab = lab
        self.history = None
        self.child = None      # of the stepper, while a run goes on
        self.came = threading.Event()
        self.ended = threading.Event()
        self.seen = {}
        self.smtp = FakeSmtp(lab, script={
            "MAIL": self.at_mail, "RCPT": self.at_rcpt,
            "DATA": self.at_data, ".": self.at_dot})
        self.imap = FakeImap(lab, script={
            "SELECT": self.at_select, "UID SEARCH": self.at_search,
            "APPEND": self.at_append, "UID STORE": self.at_store,
            "UID EXPUNGE": self.at_expunge,
            "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n'
                    b'* LIST (\\HasNoChildren \\Sent) "/" Sent\r\n'},
            caps=b"IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN UIDPLUS "
                 b"SPECIAL-USE")
        self.shop = lab.shop(
            "imap://127.0.0.1:%d" % self.imap.port,
            "smtp://127.0.0.1:%d" % self.smtp.port, tls_none=True)
        self.make_store()
        self.stepper = subprocess.Popen(
            [STEP, self.shop.config], env=self.shop.env(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lab.keeper.hold(self.stepper.pid)
        self.clear()

    def make_store(self):
        """A store with one answer queued, to begin each history from."""
        ran = self.shop.run("import", self.lab.folder + "/none")
        path = os.path.join(self.lab.folder, "q.eml")
        with open(path, "wb") as f:
            f.write(b"From: Carol <carol@customer.test>\r\nTo: "
                    b"hello@shop.test\r\nSubject: Q\r\nMessage-ID: <q@c.test>"
                    b"\r\nDate: " + time.strftime(
                        "%a, %d %b %Y %H:%M:%S +0000", time.gmtime()).encode()
                    + b"\r\n\r\nWhere?\r\n")
        ran = self.shop.run("import", path)
        if ran.code != 0:
            raise RuntimeError(str(ran))
        thread = self.shop.list()[0]["id"]
        ran = self.shop.run("reply", thread, "--text", "-", input="There.\n")
        if ran.code != 0:
            raise RuntimeError(str(ran))
        with closing(sqlite3.connect(self.shop.store)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.kept = {}
        for end in ("", ".witness"):
            with open(self.shop.store + end, "rb") as f:
                self.kept[end] = f.read()

    def clear(self):
        self.received = 0       # copies in the customer's mailbox
        self.sent = {}          # uid -> bytes
        self.uid = 0
        self.late = []          # (hour, bytes) still to come into Sent
        self.hour = 0
        for end in ("-wal", "-shm"):
            if os.path.exists(self.shop.store + end):
                os.unlink(self.shop.store + end)
        # In place, so that the store does not notice it.
        for end, data in self.kept.items():
            with open(self.shop.store + end, "r+b") as f:
                f.write(data)
                f.truncate()
        try:
            os.removexattr(self.shop.store + ".witness",
                           "user.shopbell.witness")
        except OSError:
            pass

    # ---- the sender ----

    def die(self):
        self.came.wait()
        os.kill(self.child, signal.SIGKILL)
        self.ended.wait()
        raise Gone("the sender died")

    def ask(self, *words):
        """Have the stepper do one thing, to its end."""
        self.came.clear()
        self.ended.clear()
        self.stepper.stdin.write(" ".join(words) + "\n")
        self.stepper.stdin.flush()
        self.child = int(self.stepper.stdout.readline().split()[1])
        self.came.set()
        if self.stepper.stdout.readline() != "done\n":
            raise RuntimeError("the stepper died")
        self.ended.set()

    def now(self):
        return str(self.began + self.hour * 3600)

    def run(self):
        self.join()
        self.ask("run", self.now())
        self.hour += 1
        for hour, raw in [x for x in self.late if x[0] <= self.hour]:
            self.put(raw)
            self.late.remove((hour, raw))

    def read(self, sql):
        # Read only, so that closing it is no checkpoint.
        with closing(sqlite3.connect("file:%s?mode=ro" % self.shop.store,
                                     uri=True)) as db:
            return db.execute(sql).fetchall()

    def state(self):
        return self.read("SELECT state FROM outbox")[0][0]

    def hours(self, at):
        return (int(at) - self.began) // 3600 if int(at) else None

    def world(self):
        """All that decides how it goes on."""
        rows = [(r[:-2], self.hours(r[-2]), self.hours(r[-1]))
                for r in self.read("SELECT o.state, stage, tries, r.state,"
                                   " queued_at, accepted_at FROM outbox o"
                                   " JOIN recipient r ON r.outbox=o.id")]
        facts = []
        for name, value in self.read("SELECT name, value FROM fact"
                                     " ORDER BY name"):
            words = value.split()
            if name == "first-filed" and words:
                words[1] = self.hours(words[1])
            facts.append((name, tuple(words)))
        return (self.mode, self.hour, self.rest, self.asked, tuple(rows),
                tuple(facts), self.received, tuple(sorted(self.sent)),
                self.uid, tuple(h for h, _ in self.late))

    def join(self):
        h = self.history
        if len(h.taken) < len(h.prefix):
            return          # its parent was here
        world, left = self.world(), self.most - h.faults()
        if self.seen.get(world, -1) >= left:
            raise Joined()
        self.seen[world] = left

    # ---- what the SMTP server does ----

    def at_mail(self, peer, line):
        return self.early("MAIL", b"250 ok\r\n")

    def at_rcpt(self, peer, line):
        return self.early("RCPT", b"250 ok\r\n")

    def at_data(self, peer, line):
        return self.early("DATA", b"354 go on\r\n")

    def early(self, place, good):
        way = self.history.choose(place, ("ok", "4yz", "cut", "die"))
        if way == "die":
            self.die()
        return {"ok": good, "4yz": b"451 later\r\n", "cut": None}[way]

    def at_dot(self, peer, line):
        way = self.history.choose("dot", (
            "taken", "4yz", "taken,cut", "lost,cut", "taken,die",
            "lost,die", "5yz"))
        if way.startswith("taken"):
            self.received += 1
            self.file_ourselves(peer)
        if way.endswith("die"):
            self.die()
        if way.endswith("cut"):
            return None
        return {"taken": b"250 taken\r\n", "4yz": b"452 full\r\n",
                "5yz": b"554 no\r\n"}[way]

    def file_ourselves(self, peer):
        # FakeSmtp has not parsed the mail yet; the bytes are in peer.seen.
        raw = bytes(peer.seen).partition(b"DATA\r\n")[2]
        raw = raw.rpartition(b"\r\n.\r\n")[0] + b"\r\n"
        if self.mode == "at once":
            self.put(raw)
        elif self.mode == "late":
            self.late.append((self.hour + 1, raw))

    # ---- what the IMAP server does ----

    def put(self, raw):
        self.uid += 1
        self.sent[self.uid] = raw
        return self.uid

    def way(self, place, ways):
        way = self.history.choose(place, ways)
        if way.endswith("die"):
            self.die()
        if way.endswith("cut"):
            raise Gone("cut")
        return way

    def at_select(self, peer, tag, line):
        self.way("SELECT", ("ok", "cut", "die"))
        return (b"* %d EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n"
                b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n"
                b"{tag} OK [READ-WRITE] done\r\n" % (
                    len(self.sent), self.uid + 1))

    def at_search(self, peer, tag, line):
        self.way("SEARCH", ("ok", "cut", "die"))
        word = re.search(rb'Message-ID"? "?<?([^>" ]+)', line, re.I)
        found = [b"%d" % u for u, raw in sorted(self.sent.items())
                 if word and word.group(1) in raw]
        return b"* SEARCH" + b"".join(b" " + u for u in found) + b"\r\n"

    def at_append(self, peer, tag, line):
        raw = line[re.search(rb"\{\d+\+?\}\r\n", line).end():]
        way = self.history.choose("APPEND", (
            "ok", "stored,cut", "lost,cut", "stored,die", "lost,die", "NO"))
        uid = self.put(raw) if way in ("ok", "stored,cut",
                                       "stored,die") else 0
        if way.endswith("die"):
            self.die()
        if way.endswith("cut"):
            raise Gone("cut")
        if way == "NO":
            return b"{tag} NO quota\r\n"
        return b"{tag} OK [APPENDUID 7 %d] done\r\n" % uid

    def at_store(self, peer, tag, line):
        self.way("STORE", ("ok", "cut", "die"))
        return b""

    def at_expunge(self, peer, tag, line):
        self.way("EXPUNGE", ("ok", "cut", "die"))
        self.sent.pop(int(line.split()[-1]), None)
        return b""

    # ---- a history ----

    def quiet(self):
        """Run until the row rests and two runs without a fault saw it so."""
        self.rest = 0
        while self.rest < 2:
            if self.hour > HOURS:
                raise RuntimeError("never ends: " + self.history.told())
            before, faults = self.state(), self.history.faults()
            self.run()
            resting = self.state() == before and before in (3, 4, 5, 6) \
                and self.history.faults() == faults
            self.rest = self.rest + 1 if resting and not self.late else 0

    def settle(self):
        """What a person does who knows the truth."""
        self.asked += 1
        self.ask("resolve", self.now(), "sent" if self.received else "again")

    def follow(self, wrong):
        self.quiet()
        if self.received > 1:
            wrong.append("two copies")
        if self.received == 0 and self.state() not in (4, 6):
            wrong.append("lost in silence")
        if self.received == 1 and self.state() == 4:
            wrong.append("failed, but it was taken")
        while self.state() == 6:
            self.settle()
            self.quiet()
        if self.received > 1 and self.asked:
            wrong.append("two copies after asking")
        if self.received == 1 and self.state() != 3:
            wrong.append("state %d at the end" % self.state())
        if len(self.sent) > 1:
            wrong.append("two copies in Sent")
        if self.received and not self.sent:
            wrong.append("no copy in Sent")

    def live(self, prefix, mode):
        """One history; what was wrong with it."""
        self.history, self.mode = History(prefix), mode
        self.began = int(time.time())
        self.asked = 0
        self.clear()
        wrong = []
        try:
            self.follow(wrong)
        except Joined:
            self.history.joined = True
        return ["%s: %s [%s]" % (x, self.history.told(), mode)
                for x in wrong]


def model(t, most, modes):
    with Lab() as lab:
        w = World(lab)
        w.most = most
        for mode in modes:
            todo, wrong, n, asked, joined = [[]], [], 0, 0, 0
            while todo:
                wrong += w.live(todo.pop(), mode)
                asked += w.asked > 0
                joined += w.history.joined
                n += 1
                todo += w.history.branches(most)
            t.ok(not wrong, "the server files %s: %d histories of at most "
                 "%d faults, %d of them joined another, %d asked about" % (
                     mode, n, most, joined, asked),
                 "%d wrong" % len(wrong), *wrong[:15])


needs()
if not os.path.exists(STEP):
    skip_all("no " + STEP)
t = Tap()
t.case(model, int(sys.argv[1]) if len(sys.argv) > 1 else
       3 if os.environ.get("SHOPBELL_SLOW") else 1,
       sys.argv[2:] or ("never", "at once", "late"))
t.done()
