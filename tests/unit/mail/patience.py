"""How long a server is waited for, what a person is told meanwhile, and when
it is asked again."""
import os
import pty
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from clock import LIBRARY, Clock  # noqa: E402
from lab import Lab, Tap, mail, needs, needs_preload, until  # noqa: E402
from model import MODERN, Model  # noqa: E402
from rounds import subjects  # noqa: E402
from watch import Scene  # noqa: E402


class Mute:
    """It takes every connection and says nothing."""

    def __init__(self, lab):
        self.port = lab.port()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.held = []
        lab.closers.append(self.listener.close)
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        try:
            while True:
                self.held.append(self.listener.accept()[0])
        except OSError:
            pass


def written(fd, into):
    try:
        while True:
            into.append(os.read(fd, 4096))
    except OSError:
        pass


def mute(t, scheme, want):
    with Lab() as lab:
        m = Mute(lab)
        shop = lab.shop("%s://localhost:%d" % (scheme, m.port), None)
        clock = Clock(shop.folder)
        ours, its = pty.openpty()
        said = []
        threading.Thread(target=written, args=(ours, said),
                         daemon=True).start()
        child = shop.start("sync", env=clock.env(shop), terminal=its)
        os.close(its)
        until(lambda: m.held)
        hint = b"waiting for localhost port %d to answer" % m.port
        t.ok(not any(hint in x for x in said), "%s: nothing at first" % scheme)
        for _ in range(20):
            clock.skip(1)
            if until(lambda: hint in b"".join(said), 0.2):
                break
        t.ok(hint in b"".join(said) and clock.passed < 8,
             "after some seconds a person hears what is waited for", said)
        while child.poll() is None and clock.passed < 60:
            clock.skip(1)
            time.sleep(0.05)
        r = shop.finish(child, 5)
        text = b"".join(said).decode()
        t.ok(r.code == 75 and clock.passed < 45,
             "it is left within half a minute", r, clock.passed)
        t.ok("localhost port %d" % m.port in text and want in text and
             "right port" in text, "and what to look at is said", text)
        os.close(ours)


def no_greeting(t):
    mute(t, "imap", "did not greet")
    mute(t, "imaps", "did not begin TLS")


def settings_end_the_wait(t):
    with Lab() as lab:
        s = Model(lab, caps=MODERN, tls="implicit")
        s.box("INBOX").add(mail(subject="one"))
        shop = lab.shop("imaps://localhost:1", None)
        r = shop.sync()
        t.equal(r.code, 75, "a wrong port", r)
        r = shop.sync()
        t.ok(r.code == 75 and "waits until" in r.err, "the next run waits", r)
        with open(shop.config) as f:
            text = f.read()
        with open(shop.config, "w") as f:
            f.write(text.replace("localhost:1\n",
                                 "localhost:%d\n" % s.port))
        r = shop.sync()
        t.equal((r.code, subjects(shop)), (0, ["one"]),
                "with the right one it tries at once", r)


def list_of_nonsense(t):
    for said in (b"", b"* LIST what {{{\r\n", b"* LIST () (((\r\n* WHAT\r\n"):
        with Lab() as lab:
            s = Model(lab, caps=MODERN, tls="implicit")
            s.script["LIST"] = said
            r = lab.shop(s, None).sync()
            t.ok(r.code == 76 and "localhost" in r.err,
                 "a list of mailboxes that is none: %r" % said, r)


def alerts(t):
    """What the server wants a person to see is told, each text once."""
    with Lab() as lab:
        s = Model(lab, caps=MODERN, tls="implicit")
        shop = lab.shop(s, None)
        was = s.script["LIST"]

        def list_with(text):
            s.script["LIST"] = lambda peer, tag, line: (
                was(peer, tag, line) + tag + b" OK [ALERT] " + text + b"\r\n")

        list_with(b"The server moves on \x1b[31mSunday")
        r = shop.sync()
        t.ok(r.code == 0 and r.err.count("\n") == 1 and
             "the server says: The server moves on" in r.err and
             "\x1b" not in r.err, "an alert is told, and cleaned", r)
        r = shop.sync("-q")
        t.ok(r.code == 0 and r.err == "", "once", r)
        list_with(b"Quota is nearly full")
        r = shop.sync("-q")
        t.ok("Quota is nearly full" in r.err, "another is told, by cron too",
             r)
        s.greeting = b"* OK [ALERT] Read-only this week\r\n"
        s.script["LIST"] = was
        r = shop.sync()
        t.ok("Read-only this week" in r.err, "one in the greeting as well", r)
        r = shop.sync()
        t.ok(r.code == 0 and r.err == "", "once, too", r)


THROTTLED = (b"Request is throttled. Suggested Backoff Time: 299936 "
             b"milliseconds")


def left_alone(t):
    """A resident sync that was asked for quiet keeps it, whoever rings."""
    with Lab() as lab:
        x = Scene(lab)
        x.s.vices["refuse"] = lambda c: THROTTLED if c.startswith(
            (b"SELECT", b"STATUS", b"UID", b"NOOP")) else None
        r = x.shop.sync()
        t.ok(r.code == 75 and "throttled" in r.err, "asked for quiet", r)
        until(lambda: not x.s.idlers())
        before = len(x.s.commands)
        for _ in range(5):
            r = x.shop.sync()
        t.ok(r.code == 75 and "throttled" in r.err,
             "who rings is told so", r)
        for _ in range(3):
            x.clock.skip(61)
            x.shop.sync()
        t.equal(x.s.commands[before:], [], "and nothing is asked")
        x.s.vices.clear()
        x.inbox.add(mail(subject="afterwards"))
        x.clock.skip(200)
        t.ok(until(lambda: x.has("afterwards")),
             "until the time has come", x.said())
        x.end(t)


BROKEN = (b"[SERVERBUG] Internal error occurred. Refer to server log for "
          b"more information. [2026-11-22 13:%02d:%02d]")


def one_is_broken(t):
    """A mailbox that cannot be read holds up no other, not even by cron."""
    with Lab() as lab:
        s = Model(lab, caps=MODERN, tls="implicit")
        inbox = s.box("INBOX")
        s.box("Bad").add(mail(subject="unreadable"))
        tries = []

        def refuse(c):
            if b"Bad" not in c or c.startswith(b"LIST"):
                return None
            tries.append(c)
            return BROKEN % (len(tries) // 60, len(tries) % 60)

        s.vices["refuse"] = refuse
        shop = lab.shop(s, None, account_extra="\tmailbox = Bad\n"
                        "\tmailbox = INBOX\n")
        for i in range(3):
            inbox.add(mail(subject="m%d" % i))
            r = shop.sync("-q")
            t.equal(r.code, 75, "one mailbox is broken", r)
            t.ok("Bad" in r.err and "Internal error" in r.err if i == 0 else
                 r.err == "", "which is told once, by its name", r)
            t.equal(subjects(shop), ["m%d" % n for n in range(i + 1)],
                    "and the other is read in every round")
        r = shop.sync()
        t.ok("Bad" in r.err and "network" not in r.err,
             "a person hears it again", r)
        s.vices["refuse"] = lambda c: BROKEN % (1, 1) if c.startswith(
            b"LIST") else None
        shop.sync()
        r = shop.sync()
        t.ok(r.code == 75 and "waits until" in r.err,
             "what is broken for all of them is waited for", r)


def bells(t):
    """Ringing over and over is no reason to knock over and over."""
    with Lab() as lab:
        x = Scene(lab)
        x.s.vices["refuse"] = lambda c: (
            b"[UNAVAILABLE] try again later" if c.startswith(
                (b"SELECT", b"STATUS", b"UID")) else None)
        x.shop.sync()
        before = len(x.s.commands)
        began = time.monotonic()
        rings = []
        while time.monotonic() - began < 2:
            rings.append(x.shop.start("sync"))
            time.sleep(0.1)

        def knocks():
            return sum(c.startswith(b"LIST") for c in x.s.commands[before:])

        x.clock.skip(3)
        until(knocks)
        for child in rings:
            x.shop.kill(child)
            x.shop.finish(child)
        knocks = knocks()
        t.ok(1 <= knocks <= 3, "%d rings, %d knocks" % (len(rings), knocks))
        x.end(t)


def mailboxes_come_and_go(t):
    """Made, renamed and deleted while a resident sync runs."""
    with Lab() as lab:
        x = Scene(lab, account_extra="\tmailbox = INBOX\n"
                  "\tmailbox = Desk/*\n")
        box = x.s.box("Desk/One")
        box.add(mail(subject="in a new one"))
        t.ok(x.later("in a new one"), "a new mailbox is read", x.said())
        x.s.boxes["Desk/Two"] = x.s.boxes.pop("Desk/One")
        box.name = "Desk/Two"
        box.add(mail(subject="in the same"))
        t.ok(x.later("in the same"), "under another name, too", x.said())
        t.ok(until(lambda: "no mailbox Desk/One any more" in x.said()),
             "which is told", x.said())
        t.equal(subjects(x.shop).count("in a new one"), 1,
                "and no mail is there twice")
        x.end(t)


if __name__ == "__main__":
    needs()
    needs_preload(LIBRARY)
    tap = Tap()
    every = (no_greeting, settings_end_the_wait, list_of_nonsense, alerts,
             left_alone, one_is_broken, bells,
             mailboxes_come_and_go)
    tap.cases(case for case in every if len(sys.argv) < 2 or
              case.__name__ in sys.argv[1:])
    tap.done()
