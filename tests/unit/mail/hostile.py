"""Servers that are silent, slow or without end: they are left in time."""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from clock import LIBRARY, Clock  # noqa: E402
from lab import Lab, Tap, mail, needs, needs_preload  # noqa: E402
from model import MODERN, Model  # noqa: E402
from rounds import subjects  # noqa: E402


def silent(peer, tag, line):
    time.sleep(600)


def drips(peer, tag, line):
    """A byte at a time, each well within any wait for the next."""
    while True:
        peer.send(b"*")
        time.sleep(0.02)


def floods(peer, tag, line):
    while True:
        peer.send(b"* OK and another thing\r\n" * 2000)


def endless_line(peer, tag, line):
    peer.send(b"* OK ")
    while True:
        peer.send(b"x" * 65536)


def promises(peer, tag, line):
    peer.send(b"* 1 FETCH (UID 1 BODY[] {4294967290}\r\n")
    while True:
        peer.send(b"y" * 65536)


def promises_and_waits(peer, tag, line):
    peer.send(b"* 1 FETCH (UID 1 BODY[] {4294967290}\r\nyyy")
    time.sleep(600)


def left_in_time(t, verb, how, codes):
    with Lab() as lab:
        s = Model(lab, caps=MODERN, tls="implicit")
        for i in range(3):
            s.box("INBOX").add(mail(subject="m%d" % i))
        shop = lab.shop(s, None)
        clock = Clock(shop.folder)
        was = s.script.get(verb)
        if verb == "greeting":
            talk = s.talk
            s.talk = lambda peer: how(peer, b"", b"")
        else:
            s.script[verb] = how
        child = shop.start("sync", env=clock.env(shop))
        began = time.monotonic()
        while child.poll() is None and time.monotonic() - began < 25:
            time.sleep(0.1)
            clock.skip(2 if how is drips else 5)
        r = shop.finish(child, 1)
        t.ok(r.code in codes and r.err.count("\n") == 1,
             "%s: %s: left" % (verb, how.__name__), r)
        if verb == "greeting":
            s.talk = talk
        elif was is None:
            del s.script[verb]
        else:
            s.script[verb] = was
        r = shop.sync("--now")
        t.ok(r.code == 0 and "m2" in subjects(shop) and
             len(subjects(shop)) == 3, "and the next run goes on", r)


def step(verb, how, codes):
    def one(t):
        left_in_time(t, verb, how, codes)

    one.__name__ = "%s: %s" % (verb, how.__name__)
    return one


def steps():
    for verb in ("greeting", "CAPABILITY", "AUTHENTICATE", "LIST", "SELECT",
                 "UID FETCH"):
        yield step(verb, silent, (75,))
    for verb in ("greeting", "LIST", "UID FETCH"):
        yield step(verb, drips, (75, 76))
    for verb in ("LIST", "SELECT"):
        yield step(verb, floods, (75, 76))
        yield step(verb, endless_line, (75, 76))
    for how in (promises, promises_and_waits):
        yield step("UID FETCH", how, (75, 76))


if __name__ == "__main__":
    needs()
    needs_preload(LIBRARY)
    tap = Tap()
    tap.cases(steps())
    tap.done()
