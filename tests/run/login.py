#!/usr/bin/env python3
"""Logging in by OAuth 2, and everything after it: whole runs.

A mock of the identity server gives out tokens, and a real Dovecot asks it
whose they are, for reading and for sending.
"""
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lab"))
from house import CAROL, House  # noqa: E402
from lab import Lab, Screen, Tap, needs  # noqa: E402

SLOW = 1 if os.environ.get("SHOPBELL_SLOW") else 0


def whole(t):
    """Login, sync, renewal, rotation, revocation, pause, login again."""
    with Lab() as lab:
        h = House(lab)
        shop, identity = h.shop, h.identity
        h.letter("one")
        ran = shop.sync()
        t.ok(ran.code == 77 and 'run "shopbell login shop"' in ran.err,
             "before a login sync says which command to run", ran)
        ran = shop.run("doctor")
        t.ok(ran.code == 77 and "shopbell login shop" in ran.out,
             "and so does doctor", ran)
        ran = h.login()
        t.ok(ran.code == 0 and "BELL-4711" in ran.out and
             identity.url("enter") in ran.out,
             "a code, and where to enter it", ran)
        ran = shop.sync()
        t.equal((ran.code, len(shop.list())), (0, 1), "mail comes in", ran)
        t.equal(identity.refreshes, 0, "a fresh token is not renewed")

        first = h.kept()
        h.forget_life()
        identity.expire()
        shop.run("reply", shop.list()[0]["id"], "--text", "-", input="Yes.\n")
        h.letter("two")
        ran = shop.sync()
        t.equal((ran.code, len(shop.list()), len(h.dovecot.mailbox(CAROL))),
                (0, 2, 1), "with a renewed one it comes in and goes out", ran)
        t.equal(identity.refreshes, 1, "one renewal served both")
        t.ok(h.kept()["refresh"] != first["refresh"] and
             h.kept()["refresh"] in identity.live,
             "the rotated refresh token is kept")

        identity.revoke()
        h.forget_life()
        shop.run("reply", shop.list()[0]["id"], "--text", "-", input="No.\n")
        ran = shop.sync()
        t.ok(ran.code == 77 and 'run "shopbell login shop"' in ran.err and
             "invalid_grant" in ran.err, "revoked: paused, and why", ran)
        t.ok("\x1b" not in ran.err, "the server's words are cleaned")
        asked = h.asked()
        ran = shop.sync("-q")
        t.equal((ran.code, ran.err, h.asked()), (77, "", asked),
                "cron hears of it once, the service not again", ran)
        ran = shop.run("doctor")
        t.ok(ran.code == 77 and "shopbell login shop" in ran.out and
             h.asked() == asked, "doctor knows", ran)
        for cols, rows in ((80, 24), (160, 50)):
            screen = Screen(lab, shop, cols=cols, rows=rows)
            text = screen.until("shopbell login shop").rstrip("\n")
            t.ok("shopbell login shop" in "".join(text.split("\n")[-2:]),
                 "the bottom says so at %dx%d" % (cols, rows), text)
            screen.type(":status\n")
            text = screen.until("last tried")
            flat = " ".join(text.split())
            t.ok('run "shopbell login shop"' in flat and
                 "invalid_grant" in flat, "and so does the sync screen", text)
            screen.close()
        rows = shop.outbox()
        t.equal(rows[0]["state"], "queued", "the answer waits")
        t.ok("shopbell login" in (rows[0]["error"] or ""),
             "and says for what", rows[0])

        ran = h.login()
        h.letter("three")
        ran = shop.sync()
        t.equal((ran.code, len(shop.list()), shop.outbox()[0]["state"]),
                (0, 3, "filed"), "after the next login all goes on", ran)
        ran = shop.run("doctor")
        t.ok(ran.code == 0 and "logged in; this token until" in ran.out,
             "doctor says until when", ran)
        ran = shop.run("login", "--forget")
        t.ok(ran.code == 0 and shop.sync().code == 77,
             "what is forgotten is gone", ran)


def secret(t):
    """Nobody else sees a token."""
    with Lab() as lab:
        h = House(lab)
        h.login()
        h.shop.sync(env=h.shop.env(SHOPBELL_DEBUG="1"))
        mode = stat.S_IMODE(os.stat(h.file()).st_mode)
        folder = stat.S_IMODE(os.stat(h.tokens).st_mode)
        t.equal((mode, folder), (0o600, 0o700), "a file for its owner alone")
        h.forget_life()
        ran = h.shop.sync(env=h.shop.env(SHOPBELL_DEBUG="1"))
        ran2 = h.shop.run("doctor", env=h.shop.env(SHOPBELL_DEBUG="1"))
        names = [h.kept()["refresh"], h.kept()["access"]]
        told = ran.out + ran.err + ran2.out + ran2.err
        t.ok(ran.code == 0 and not any(n in told for n in names),
             "nothing prints them", told)
        inside = b""
        for name in os.listdir(os.path.dirname(h.shop.store)):
            path = os.path.join(os.path.dirname(h.shop.store), name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    inside += f.read()
        t.ok(not any(n.encode() in inside for n in names),
             "they are not in the store's folder")
        left = [n for n in os.listdir(h.tokens) if ".new" in n]
        t.equal(left, [], "no file is left behind")

        path = h.file()
        os.chmod(path, 0o640)
        ran = h.shop.sync()
        t.ok(ran.code == 78 and "chmod 600" in ran.err,
             "a file that others can read is refused", ran)
        os.chmod(path, 0o600)
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        ran = h.shop.sync()
        t.ok(ran.code == 78 and "symbolic link" in ran.err,
             "and so is a link", ran)
        os.unlink(path)
        with open(path + ".real") as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text[:len(text) // 2])
        os.chmod(path, 0o600)
        ran = h.shop.sync()
        t.ok(ran.code == 77 and "shopbell login" in ran.err,
             "half a file is none", ran)


def device(t):
    """What may happen while a code waits to be entered."""
    with Lab() as lab:
        h = House(lab, authorize=False)
        identity = h.identity
        said = ["pending", "slow_down"] + ["pending"] * SLOW + ["yes"]
        identity.decision = list(said)
        ran = h.shop.run("login", "shop", timeout=60)
        gaps = [b - a for a, b in zip(identity.polls, identity.polls[1:])]
        t.ok(ran.code == 0 and len(identity.polls) == len(said),
             "asked until it was entered", ran)
        t.ok(gaps[0] >= 0.9 and min(gaps[1:]) >= 5.9,
             "never faster than told, and slower when told", gaps)
        identity.decision = "pending"
        for word in ("access_denied", "authorization_declined"):
            identity.decline(word)
            ran = h.shop.run("login", "shop")
            t.ok(ran.code == 77 and word in ran.err, "declined: " + word, ran)
        t.ok(h.kept()["refresh"] in identity.live,
             "what was there before is still kept")
        identity.decline("expired_token")
        ran = h.shop.run("login", "shop")
        t.ok(ran.code == 75 and "ran out" in ran.err, "too late", ran)
        identity.agree()
        identity.faults = [None, "cut"] + ["500", (503, {})] * SLOW
        ran = h.shop.run("login", "shop", timeout=60)
        t.equal(ran.code, 0, "a server in trouble is asked again", ran)
        for fault, code in (("500", 75), ("garbage", 76), ("html", 76),
                            ("empty", 76), ("redirect", 76), ("long", 76),
                            ("cut", 75)):
            identity.faults = [fault]
            ran = h.shop.run("login", "shop")
            t.equal(ran.code, code, "no code to begin with: " + fault, ran)
        identity.faults = [(200, {"device_code": "x", "user_code": "\x1b[2J",
                                  "verification_uri": "javascript:1"})]
        ran = h.shop.run("login", "shop")
        t.ok(ran.code == 76 and "\x1b" not in ran.out, "no address", ran)
        ran = h.shop.run("login", "shop", "--paste")
        t.ok(ran.code == 78 and "oauth-authorize" in ran.err,
             "no page to log in at", ran)
        identity.gives_refresh = False
        ran = h.login()
        t.ok(ran.code == 0 and "offline_access" in ran.out,
             "nothing to renew it by is said", ran)
        h.forget_life()
        ran = h.shop.sync()
        t.ok(ran.code == 77 and "shopbell login" in ran.err,
             "and it ends with the token", ran)


def paste(h, answer, *options):
    """Run a login by paste; answer(address) is what the person pastes."""
    child = subprocess.Popen(
        h.shop.argv("login", "shop", "--paste", *options),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=h.shop.env())
    out, address = b"", None
    while address is None:
        line = child.stdout.readline()
        if not line:
            break
        out += line
        if line.startswith(b"http"):
            address = line.decode().strip()
    typed = answer(address) if address else ""
    more, err = child.communicate(typed.encode(), timeout=60)
    return child.returncode, (out + more).decode(), err.decode(), address


def pasted(t):
    """Code with PKCE: the person pastes where the browser ended."""
    with Lab() as lab:
        h = House(lab, device=False)
        identity = h.identity
        code, out, err, address = paste(
            h, lambda a: identity.browse(a) + "\n")
        t.ok(code == 0, "the whole address", out, err)
        t.equal(h.shop.sync().code, 0, "and it is good")
        code, out, err, _ = paste(
            h, lambda a: "  " + re.search(
                "code=([^&]*)", identity.browse(a)).group(1) + " \r\n")
        t.ok(code == 0, "the code alone, as it stands there", out, err)

        def other(a):
            return (identity.browse(address) + "\n\nnot this one\n" +
                    identity.browse(a) + "\n")
        code, out, err, _ = paste(h, other)
        t.ok(code == 64 and out.count("No:") == 2,
             "three wrong ones, the first of another login", out, err)
        code, out, err, _ = paste(
            h, lambda a: identity.browse(address) + "\n" +
            identity.browse(a) + "\n")
        t.ok(code == 0 and "does not belong to this login" in out,
             "a wrong one, then the right one", out, err)
        code, out, err, _ = paste(
            h, lambda a: re.sub("state=[^&]*&", "", identity.browse(a)))
        t.ok(code == 64, "an address without the state is none", out, err)
        code, out, err, _ = paste(
            h, lambda a: identity.browse(a, "access_denied") + "\n")
        t.ok(code == 77 and "access_denied" in err, "declined", out, err)
        code, out, err, _ = paste(h, lambda a: "")
        t.ok(code == 64 and "nothing was pasted" in err, "nothing", out, err)
        code, out, err, _ = paste(h, lambda a: "4/0Astolen\n")
        t.ok(code == 77 and "invalid_grant" in err,
             "a code of somebody else's", out, err)
        t.ok(h.shop.sync().code == 0, "what was kept is as it was")
        again = [paste(h, lambda a: "")[3] for _ in range(2)]
        part = [dict(x.split("=", 1) for x in a.split("?")[1].split("&"))
                for a in again]
        t.ok(all(part[0][k] != part[1][k] for k in (
            "state", "code_challenge")), "no two logins are alike", again)
        t.ok(all(part[0][k] == part[1][k] for k in (
            "client_id", "scope", "response_type")), "but for that")


def setup(t):
    """setup logs in where a provider wants it."""
    with Lab() as lab:
        h = House(lab)
        h.identity.agree()
        config = os.path.join(lab.folder, "new", "config")
        url = h.identity.url
        ran = h.shop.finish(h.shop.start(
            "setup", "--address", h.shop.address, "--name", "Shop",
            "--imap", h.shop.imap, "--smtp", h.shop.smtp,
            "--user", h.shop.address, "--ca-file", lab.ca.file,
            "--oauth", "other", "--oauth-client-id", "shop-client",
            "--oauth-token", url("token"), "--oauth-device", url("device"),
            "--oauth-scope", "mail offline_access", "--first", "1h",
            "--store", os.path.join(lab.folder, "new", "store.db"),
            "--replace"))
        t.ok(ran.code == 0 and "BELL-4711" in ran.out and
             "logged in as" in ran.out, "setup logs in and tests", ran)
        with open(h.shop.config) as f:
            text = f.read()
        t.ok("oauth = other" in text and "password" not in text,
             "and writes it down", text, config)
        ran = h.shop.sync()
        t.equal(ran.code, 0, "then sync runs", ran)


needs("dovecot", "aiosmtpd", "tmux")
t = Tap()
for case in (whole, secret, device, pasted, setup):
    if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
        t.case(case)
t.done()
