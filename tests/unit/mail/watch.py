"""The resident sync, for as long as a day: the clocks are moved by hand."""
import os
import re
import signal
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from clock import LIBRARY, Clock  # noqa: E402
from lab import Gone, Lab, Tap, mail, needs, needs_preload, until  # noqa: E402
from model import MODERN, Model  # noqa: E402
from rounds import count  # noqa: E402
import sqlite3  # noqa: E402


class Scene:
    """A server, a shop and a watch whose clocks we hold."""

    def __init__(self, lab, caps=MODERN, boxes=("Sent", "Archive", "Junk"),
                 account_extra="", start=True):
        self.lab = lab
        self.s = Model(lab, caps=caps, tls="implicit")
        for name in boxes:
            self.s.box(name, "\\" + name)
        self.inbox = self.s.box("INBOX")
        self.inbox.add(mail(subject="first"))
        self.shop = lab.shop(self.s, None, account_extra=account_extra)
        self.clock = Clock(self.shop.folder)
        self.child = None
        if start:
            self.start()

    def start(self, listening=1):
        self.child = self.shop.start("sync", "--watch",
                                     env=self.clock.env(self.shop))
        until(lambda: os.path.exists(self.shop.store) and self.has("first"))
        until(lambda: len(self.s.idlers()) >= listening)

    def has(self, subject):
        return count(self.shop, subject) > 0

    def later(self, subject, seconds=61):
        """Time passes, until a mail is here; a minute, or another."""
        for _ in range(3):
            self.clock.skip(seconds)
            if until(lambda: self.has(subject), 2):
                return True
        return False

    def said(self):
        self.child.files[1].flush()
        with open(self.child.files[1].name, "rb") as f:
            return f.read().decode(errors="replace")

    def end(self, t, sig=signal.SIGTERM):
        self.child.send_signal(sig)
        t.equal(self.child.wait(20), 0, "it ends when told", self.said())
        t.equal(until(lambda: not family(self.child.pid), 5), True,
                "and leaves nobody behind", family(self.child.pid))
        return self.shop.finish(self.child)


def stat(pid):
    """[state, parent, group, session] of a process, or None."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            rest = f.read().rpartition(")")[2].split()
    except OSError:
        return None
    return [rest[0]] + [int(x) for x in rest[1:4]]


def family(session):
    """Every living process of a session."""
    out = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            s = stat(int(name))
            if s and s[3] == session and s[0] != "Z":
                out.append(int(name))
    return out


def children(pid):
    return [p for p in family(pid) if (stat(p) or [0, 0])[1] == pid]


def pss(session):
    """Kilobytes of all processes of a session, shared pages once."""
    total = 0
    for pid in family(session):
        try:
            with open("/proc/%d/smaps_rollup" % pid) as f:
                total += int(re.search(r"Pss:\s+(\d+)", f.read()).group(1))
        except OSError:
            pass
    return total


# ---- listening ----

def every_mailbox_that_matters(t):
    with Lab() as lab:
        x = Scene(lab)
        until(lambda: len(x.s.idlers()) == 3)
        t.equal(x.s.idlers(), ["Archive", "INBOX", "Sent"],
                "INBOX, Sent and one more are listened to")
        for box in ("Sent", "Archive", "INBOX"):
            x.s.boxes[box].add(mail(subject="in " + box))
            t.ok(until(lambda: x.has("in " + box), 10),
                 "%s: what comes is here at once" % box)
        x.s.boxes["Junk"].add(mail(subject="in Junk"))
        time.sleep(0.3)
        until(lambda: len(x.s.idlers()) == 3)
        t.ok(x.later("in Junk"), "the fourth within a minute")
        idles = sum(c == b"IDLE" for c in x.s.commands)
        until(lambda: len(x.s.idlers()) == 3)
        for i in range(9):
            x.clock.skip(60)
            time.sleep(0.15)
            until(lambda: len(x.s.idlers()) == 3)
        at = [p for p in x.s.peers if getattr(p, "idling", False)]
        t.ok(all(p.seen.count(b"IDLE") > 1 for p in at),
             "each IDLE is renewed within nine minutes", idles)
        x.end(t)


def one_connection(t):
    with Lab() as lab:
        x = Scene(lab, account_extra="\tconnections = 1\n")
        time.sleep(0.3)
        t.equal(x.s.idlers(), ["INBOX"], "one connection is one IDLE")
        x.s.boxes["Sent"].add(mail(subject="elsewhere"))
        t.ok(x.later("elsewhere"), "the rest is looked into")
        x.end(t, signal.SIGHUP)


def no_more_connections(t):
    with Lab() as lab:
        x = Scene(lab, start=False)
        inside = []

        def login(peer, tag, line):
            inside[:] = [p for p in inside if p.sock.fileno() >= 0]
            if len(inside) >= 1:
                return tag + b" NO [LIMIT] Too many simultaneous " \
                    b"connections\r\n"
            inside.append(peer)
            return b""

        x.s.script["LOGIN"] = x.s.script["AUTHENTICATE"] = login
        x.start()
        for i in range(3):
            x.inbox.add(mail(subject="limit%d" % i))
            t.ok(until(lambda: x.has("limit%d" % i), 10),
                 "a server that grants one connection is well served")
            time.sleep(0.2)
            x.clock.skip(61)
            until(lambda: x.s.idlers() == ["INBOX"])
        t.ok(len(x.s.peers) < 16, "and not pestered", len(x.s.peers))
        x.end(t)


def idle_refused(t):
    with Lab() as lab:
        x = Scene(lab, start=False)
        x.s.vices["idle"] = lambda peer, tag: tag + b" NO not for you\r\n"
        x.start(0)
        time.sleep(0.5)
        for i in range(3):
            x.inbox.add(mail(subject="r%d" % i))
            t.ok(x.later("r%d" % i), "IDLE refused: looks")
        t.ok(sum(c == b"IDLE" for c in x.s.commands) <= 2,
             "and asks no more", x.s.commands)
        t.equal(x.said(), "", "it is no error")
        x.end(t)


def idle_dropped(t):
    """As Yandex does: IDLE is offered, and the line falls."""
    with Lab() as lab:
        x = Scene(lab, start=False)

        def drop(peer, tag):
            peer.send(b"+ idling\r\n")
            raise Gone("dropped")

        x.s.vices["idle"] = drop
        x.start(0)
        for i in range(20):
            time.sleep(0.1)
            x.clock.skip(3)
        for i in range(3):
            x.inbox.add(mail(subject="y%d" % i))
            t.ok(x.later("y%d" % i), "IDLE dropped: looks")
        t.ok(sum(c == b"IDLE" for c in x.s.commands) <= 9,
             "and asks no more for a while", x.s.commands.count(b"IDLE"))
        del x.s.vices["idle"]
        before = x.s.commands.count(b"IDLE")
        x.clock.skip(3700)
        t.ok(until(lambda: x.s.commands.count(b"IDLE") > before),
             "but tries again after an hour")
        x.end(t)


def vanished(t):
    """Told during IDLE and never again."""
    with Lab() as lab:
        x = Scene(lab, caps=MODERN + b" QRESYNC", start=False)
        for i in range(30):
            x.inbox.add(mail(subject="v%02d" % i))
        told = []

        def idling(peer):
            if peer.box is x.inbox and not told and x.has("v29"):
                told.append(1)
                peer.send(b"* VANISHED 3,5:6\r\n")

        x.s.vices["idling"] = idling
        x.start()

        def gone():
            c = sqlite3.connect("file:%s?mode=ro" % x.shop.store, uri=True)
            try:
                return [r[0] for r in c.execute(
                    "SELECT uid FROM place WHERE gone=1 ORDER BY uid")]
            finally:
                c.close()

        t.equal(until(lambda: gone() == [3, 5, 6] and gone()), [3, 5, 6],
                "what VANISHED during IDLE is kept")
        x.end(t)


# ---- lines and clocks ----

def half_dead(t):
    """The peer is silent; no FIN ever comes."""
    with Lab() as lab:
        x = Scene(lab)
        until(lambda: len(x.s.idlers()) == 3)
        dead = set(x.s.peers)

        def silent(peer):
            while peer in dead and lab.keeper:
                time.sleep(0.05)

        x.s.vices["idling"] = silent
        time.sleep(0.2)
        x.inbox.add(mail(subject="behind the wall"))
        for i in range(12):
            x.clock.skip(10)
            if until(lambda: x.has("behind the wall"), 0.5):
                break
        t.ok(x.has("behind the wall"),
             "a line half dead is left within two minutes", i)
        dead.clear()
        t.ok(until(lambda: len(x.s.idlers()) >= 1), "and it listens again")
        x.end(t)


def suspended(t):
    with Lab() as lab:
        x = Scene(lab)
        until(lambda: len(x.s.idlers()) == 3)
        old = list(x.s.peers)
        dead = set(old)

        def silent(peer):
            while peer in dead:
                time.sleep(0.05)

        x.s.vices["idling"] = silent
        time.sleep(0.2)
        x.inbox.add(mail(subject="while asleep"))
        x.clock.sleep(4 * 3600)
        x.clock.skip(16)
        t.ok(until(lambda: x.has("while asleep")),
             "after a sleep everything is looked at anew")
        t.ok(len(x.s.peers) > len(old), "over new lines")
        dead.clear()
        x.end(t)


def bye(t):
    """The server ends sessions in order; nothing is said and all goes on."""
    with Lab() as lab:
        x = Scene(lab)
        until(lambda: len(x.s.idlers()) == 3)
        left = set(x.s.peers)

        def bye_once(peer):
            if peer in left:
                left.discard(peer)
                peer.send(b"* BYE shutting down\r\n")
                raise Gone("bye")

        x.s.vices["idling"] = bye_once
        until(lambda: not left)
        x.inbox.add(mail(subject="after the bye"))
        for i in range(10):
            x.clock.skip(1)
            if until(lambda: x.has("after the bye"), 0.5):
                break
        t.ok(x.has("after the bye"), "BYE during IDLE: it is back at once")
        t.equal(x.said(), "", "without a word")
        x.end(t)


def chatter(t):
    """A server that will not stop talking during IDLE."""
    with Lab() as lab:
        x = Scene(lab, start=False)
        on = [True]

        def talk(peer):
            while on[0]:
                peer.send(b"* OK Still here\r\n" * 1000)

        x.s.vices["idling"] = talk
        x.start(0)
        x.inbox.add(mail(subject="under the noise"))
        for i in range(30):
            x.clock.skip(3)
            if until(lambda: x.has("under the noise"), 0.3):
                break
        t.ok(x.has("under the noise"), "endless talk does not drown mail")
        t.ok(len(x.s.peers) < 25, "and is not asked for again and again",
             len(x.s.peers))
        on[0] = False
        x.end(t)


# ---- the processes ----

def raised_again(t):
    with Lab() as lab:
        x = Scene(lab)
        account = children(x.child.pid)[0]
        os.kill(account, signal.SIGKILL)
        t.ok(until(lambda: "signal 9" in x.said()), "a death is told",
             x.said())
        x.inbox.add(mail(subject="after the death"))
        x.clock.skip(2)
        t.ok(until(lambda: x.has("after the death")), "and it is raised")
        first = children(x.child.pid)
        for i in range(3):
            until(lambda: children(x.child.pid))
            for p in children(x.child.pid):
                os.kill(p, signal.SIGKILL)
            until(lambda: not children(x.child.pid), 2)
        time.sleep(0.5)
        t.equal(children(x.child.pid), [],
                "one that dies again and again waits longer", first)
        x.clock.skip(60)
        t.ok(until(lambda: children(x.child.pid)), "but not for ever")
        x.end(t)


def stuck(t):
    with Lab() as lab:
        x = Scene(lab)
        account = children(x.child.pid)[0]
        os.kill(account, signal.SIGSTOP)
        for i in range(17):
            x.clock.skip(60)
            time.sleep(0.03)
        t.ok(until(lambda: "stood still" in x.said()),
             "a process that hangs is ended, and told of", x.said())
        x.inbox.add(mail(subject="after the hang"))
        x.clock.skip(5)
        t.ok(until(lambda: x.has("after the hang")), "and started again")
        x.end(t)


def stuck_once(t):
    """The same for a run from cron."""
    with Lab() as lab:
        x = Scene(lab, start=False)
        x.s.vices["select"] = lambda box: time.sleep(600)
        x.child = x.shop.start("sync", env=x.clock.env(x.shop))
        until(lambda: any(b"SELECT" in c for c in x.s.commands))
        os.kill(children(x.child.pid)[0], signal.SIGSTOP)
        for i in range(17):
            x.clock.skip(60)
            time.sleep(0.03)
        r = x.shop.finish(x.child, 20)
        t.ok(r.code == 74 and "stood still" in r.err,
             "a run that hangs is ended, and told of", r)
        del x.s.vices["select"]
        t.equal(x.shop.sync("--now").code, 0, "the next one goes on")


def mended_password(t):
    """A refused login is not sent again for every bell, a new one is."""
    with Lab() as lab:
        x = Scene(lab)
        tries = []

        def refuse(peer, tag, line):
            tries.append(1)
            return tag + b" NO [AUTHENTICATIONFAILED] no\r\n"

        was = {k: x.s.script.get(k) for k in ("LOGIN", "AUTHENTICATE")}
        x.s.script.update(LOGIN=refuse, AUTHENTICATE=refuse)
        for p in list(x.s.peers):
            if p.sock.fileno() >= 0:
                p.sock.shutdown(socket.SHUT_RDWR)
        for _ in range(10):
            x.clock.skip(1)
            if until(lambda: tries, 0.5):
                break
        time.sleep(0.5)
        before = len(tries)
        for i in range(4):
            x.shop.run("unstar" if i % 2 else "star", 1)
            x.clock.skip(4)
            time.sleep(0.2)
        t.ok(before and len(tries) == before,
             "four commands are no four tries", before, len(tries))
        for k, v in was.items():
            x.s.script.pop(k)
            if v is not None:
                x.s.script[k] = v
        x.inbox.add(mail(subject="locked out"))
        x.clock.skip(70)
        t.ok(not until(lambda: x.has("locked out"), 2),
             "nor does it knock by itself")
        with open(os.path.join(x.shop.folder, "password"), "w") as f:
            f.write("another\n")
        t.ok(x.later("locked out"), "another password is tried", x.said())
        x.end(t)


def orphans(t):
    with Lab() as lab:
        x = Scene(lab)
        t.ok(len(family(x.child.pid)) >= 3, "a family of processes")
        os.kill(x.child.pid, signal.SIGKILL)
        t.ok(until(lambda: not family(x.child.pid), 10),
             "killed, it leaves no orphan", family(x.child.pid))
        x.shop.finish(x.child)
        t.equal(x.shop.sync().code, 0, "and no lock")


# ---- a day ----

def a_day(t):
    """Memory is as small at the end of a day as it was in its first half."""
    slow = os.environ.get("SHOPBELL_SLOW") == "1"
    step = 60 if slow else 720
    with Lab() as lab:
        x = Scene(lab)
        for i in range(200):
            x.inbox.add(mail(subject="d%03d" % i, text="some words\n" * 50))
        until(lambda: x.has("d199"))
        until(lambda: len(x.s.idlers()) == 3)
        sizes, events, rounds = [], 0, 0

        def idles():
            return x.s.commands.count(b"IDLE")

        for now in range(0, 86400, step):
            for box in (x.s.boxes[n] for n in ("INBOX", "Sent", "Archive")):
                events += 1
                if events % 50 == 0 or not box.mails:
                    box.add(mail(subject="n%d" % events))
                uid = max(box.mails)
                box.flag(uid, *(box.mails[uid].flags ^ {"\\Seen"}))
            before = idles()
            until(lambda: idles() > before and
                  len(x.s.idlers()) == 3, 2, 0.003)
            before = idles()
            x.clock.skip(step)
            rounds += 1
            until(lambda: idles() > before and len(x.s.idlers()) == 3,
                  2, 0.003)
            if rounds % 10 == 0:
                sizes.append(pss(x.child.pid))
        sizes.append(pss(x.child.pid))
        t.note("%d events, %d IDLE, %d commands; PSS in KB: %s" % (
            events, idles(), len(x.s.commands), sizes))
        t.ok(idles() > rounds * 4, "each event and each round is an IDLE",
             idles())
        half = max(sizes[:len(sizes) // 2])
        t.ok(sizes[-1] < half * 1.05 + 4096,
             "memory at the end is what it was in the first half", sizes)
        r = x.shop.run("check")
        t.equal(r.code, 0, "the store checks", r)
        x.end(t)


if __name__ == "__main__":
    needs()
    needs_preload(LIBRARY)
    tap = Tap()
    every = (a_day, every_mailbox_that_matters, one_connection,
             no_more_connections, idle_refused, idle_dropped, vanished,
             half_dead, suspended, bye, chatter, raised_again, stuck,
             stuck_once, mended_password, orphans)
    tap.cases(case for case in every if len(sys.argv) < 2 or
              case.__name__ in sys.argv[1:])
    tap.done()
