#!/usr/bin/env python3
"""Tokens when something is wrong: with the identity server, with the mail
server, with time, and with many who want one at once.
"""
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lab"))
from house import CAROL, House  # noqa: E402
from lab import Lab, Tap, needs, no_preload, until  # noqa: E402

FAULT = os.environ.get("FAULT") or os.path.join(
    os.environ.get("builddir", "build"), "tests/lab/fault.so")
POINTS = 0 if os.environ.get("SHOPBELL_SLOW") else 10


def trouble(t):
    """The identity server misbehaves when a token is to be renewed."""
    env = {"SHOPBELL_TEST_SILENCE": "2"}
    with Lab() as lab:
        h = House(lab)
        shop, identity = h.shop, h.identity
        h.login()
        shop.sync()
        shop.run("reply", "--text", "-", "1", input="x\n")
        for fault, code in (
                ("500", 75), ("503", 75), ("cut", 75), ("slow", 75),
                ("drip", 75), ("garbage", 76), ("html", 76), ("empty", 76),
                ("long", 76), ("redirect", 76),
                ((200, {"access_token": "a b\n", "token_type": "Bearer"}), 76),
                ((200, {"access_token": 7}), 76), ((200, []), 76),
                ((200, {"access_token": "x", "token_type": "mac"}), 76),
                ((200, {"access_token": "x", "refresh_token": ""}), 76),
                ((400, {"error": "invalid_client"}), 78),
                ((401, {"error": {"no": "text"}}), 76),
                ((503, {"error": "invalid_grant"}), 75),
                ((400, {"error": "temporarily_unavailable"}), 75)):
            h.forget_life()
            before = h.kept()["refresh"]
            identity.faults = [fault] * 9
            ran = shop.sync("--now", env=shop.env(**env))
            t.ok(ran.code == code and h.kept()["refresh"] == before and
                 "paused" not in ran.err,
                 "renewal, %s: not now" % (fault,), ran)
            identity.faults = []
        ran = shop.sync("--now")
        t.equal((ran.code, identity.reused, identity.redirected), (0, 0, 0),
                "then all goes on; nothing was sent elsewhere", ran)
        identity.faults = ["500"] * 9
        identity.life = 100
        path = h.file()
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:     # 90 % of its life are over
            f.write(re.sub(r"(?m)^got (\d+)", lambda m: "got %d" % (
                int(m.group(1)) - 9 * 3600), text))
        asked = h.asked()
        ran = shop.sync("--now", env=shop.env(**env))
        t.ok(ran.code == 0 and len(identity.faults) < 9,
             "a token that still holds is good enough meanwhile", ran, asked)


def race(t):
    """Many at once with a token that ran out: one renewal."""
    with Lab() as lab:
        h = House(lab)
        h.login()
        h.shop.sync()
        h.forget_life()
        h.identity.expire()
        children = [h.shop.start("doctor") for _ in range(6)]
        children.append(h.shop.start("sync"))
        ran = [h.shop.finish(c) for c in children]
        t.equal([r.code for r in ran], [0] * 7, "all got in", *ran)
        t.equal((h.identity.refreshes, h.identity.reused), (1, 0),
                "one of them renewed it")
        t.ok(h.kept()["refresh"] in h.identity.live, "and kept it")


def broken(t):
    """The process dies, or the disk is full, while a token is renewed."""
    why = no_preload(FAULT)
    if why:
        return t.skip("broken", why)
    with Lab() as lab:
        h = House(lab)
        identity, shop = h.identity, h.shop
        count = os.path.join(lab.folder, "count")

        def doctor(how, at):
            with open(count, "wb") as f:
                f.write(bytes(16))
            return shop.run("doctor", "--offline" if how == "none" else "-q",
                            env=shop.env(
                                LD_PRELOAD=FAULT, FAULT_AT=str(at),
                                FAULT_HOW=how, FAULT_COUNT=count))

        h.login()
        shop.sync()
        h.forget_life()
        ran = doctor("kill", 0)
        with open(count, "rb") as f:
            n = struct.unpack("q", f.read(8))[0]
        t.ok(ran.code == 0 and n > 6, "%d writes in one renewal" % n, ran)
        step = max(1, n // POINTS) if POINTS else 1
        lost, points = 0, 0
        for how in ("kill", "full"):
            for at in range(1, n + 1, step):
                h.forget_life()
                before = identity.refreshes
                ran = doctor(how, at)
                asked = identity.refreshes - before
                again = shop.run("doctor", "-q")
                points += 1
                if again.code == 77 and "run \"shopbell login" in again.out:
                    lost += 1
                    good = asked == 1    # the answer came, and was lost
                    h.login()
                else:
                    good = again.code == 0
                if not good:
                    t.ok(False, "%s at write %d" % (how, at), ran, again)
        t.ok(points >= 10, "%d faults: goes on, or says to log in again (%d)"
             % (points, lost))
        h.forget_life()
        shop.run("doctor", "-q")
        left = [x for x in os.listdir(h.tokens) if ".new" in x]
        t.equal(left, [], "what a dead one left behind is removed")


def refused(t):
    """The mail server does not take a token that should be good."""
    with Lab() as lab:
        h = House(lab)
        identity, shop = h.identity, h.shop
        h.login()
        h.letter()
        identity.expire()          # over there; by its life it holds
        ran = shop.sync()
        t.equal((ran.code, identity.refreshes, len(shop.list())), (0, 1, 1),
                "another is got, once, and it goes on", ran)
        identity.expire()
        shop.run("reply", 1, "--text", "-", input="Yes.\n")
        ran = shop.sync()
        t.equal((ran.code, identity.refreshes, len(h.dovecot.mailbox(CAROL))),
                (0, 2, 1), "for sending, too", ran)
        identity.user = "somebody-else@shop.test"   # the wrong person
        identity.expire()
        ran = shop.sync()
        t.ok(ran.code == 77 and identity.refreshes == 3 and
             "shopbell login shop" in ran.err,
             "a fresh one is refused: paused", ran)
        seen = len(identity.asked)
        ran = shop.sync("-q")
        t.equal((ran.code, ran.err, identity.refreshes,
                 len(identity.asked)), (77, "", 3, seen),
                "and not tried again each minute", ran)
        identity.user = shop.address
        ran = shop.sync("--now")
        t.equal(ran.code, 0, "unless a person asks", ran)


def resident(t):
    """A sync that stays pauses, and goes on after the login."""
    with Lab() as lab:
        h = House(lab)
        h.login()
        shop = h.shop
        shop.sync()
        child = shop.start("sync", "--watch")
        h.letter("one")
        t.ok(until(lambda: len(shop.list()) == 1), "it watches")
        h.identity.revoke()
        h.forget_life()
        h.dovecot.stop()
        h.dovecot.start()
        ran = None

        def paused():
            nonlocal ran
            ran = shop.run("doctor", "--offline")
            return "shopbell login shop" in ran.out
        t.ok(until(paused, 30), "paused when the line comes back", ran)
        h.letter("two")
        h.login()
        t.ok(until(lambda: len(shop.list()) == 2, 30),
             "the login wakes it", shop.run("doctor", "--offline"))
        shop.kill(child)


needs("dovecot", "aiosmtpd")
t = Tap()
for case in (trouble, race, broken, refused, resident):
    if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
        t.case(case)
t.done()
