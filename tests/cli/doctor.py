#!/usr/bin/python3
"""setup writes what works; doctor finds what does not and names the cure."""
import os
import sqlite3
import stat
import sys
from contextlib import closing

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lab"))
from lab import Lab, Tap, needs  # noqa: E402
from model import MODERN, Model  # noqa: E402


def faults(ran):
    lines = ran.out.splitlines()
    return [line[6:] for line in lines if line.startswith("FAULT ")], [
        line.strip()[6:] for line in lines if line.strip().startswith("cure:")]


def found(t, shop, code, name, *words):
    ran = shop.run("doctor", timeout=60)
    what, cures = faults(ran)
    text = " ".join(what + cures)
    t.ok(ran.code == code and what and cures and
         all(w in text for w in words), "doctor finds " + name, ran)


def well(t, lab, shop):
    ran = shop.run("doctor")
    t.ok(ran.code == 0 and "FAULT" not in ran.out and
         "logged in" in ran.out, "doctor is content with what works", ran)


def ill(t, lab, shop):
    shop.password("wrong")
    found(t, shop, 77, "a wrong password", "password")
    shop.password("secret")
    os.chmod(os.path.join(shop.folder, "password"), 0o644)
    found(t, shop, 78, "a password that others can read", "chmod 600")
    os.chmod(os.path.join(shop.folder, "password"), 0o600)
    ca, shop.ca_file = shop.ca_file, ""
    shop.write()
    found(t, shop, 77, "an authority it does not know", "ca-file")
    shop.ca_file = ca
    imap = shop.imap
    shop.imap = "imaps://127.0.0.1:9"
    shop.write()
    found(t, shop, 75, "a server that is not there", "port")
    shop.imap = imap
    shop.write()
    with open(shop.config, "a") as f:
        f.write("[shopbell]\n\thistroy = 3d\n")
    found(t, shop, 78, "a wrong setting", "history")
    shop.write()
    shop.add_canned("bad.txt", "Title: Bad\n\n{{ no.such }}\n")
    found(t, shop, 78, "a broken canned reply", "bad:3:")
    os.unlink(os.path.join(shop.canned, "bad.txt"))
    os.chmod(shop.config, 0o666)
    found(t, shop, 78, "a configuration that others can write", "chmod go-w")
    os.chmod(shop.config, 0o600)
    # All of it into the one file, and then the beginning of that is lost.
    with closing(sqlite3.connect(shop.store)) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(shop.store, "r+b") as f:
        f.write(b"x" * 100)
    found(t, shop, 65, "a damaged store", "backup")


def mailboxes(t, lab):
    """What a sync reads, the server must have, and be able to read."""
    s = Model(lab, caps=MODERN, tls="implicit")
    s.box("INBOX")
    s.box("Fine")
    s.box("Bad")
    shop = lab.shop(s, None, account_extra="\tmailbox = INBOX\n"
                    "\tmailbox = Nope\n\tdeliver-to = %s\n" % lab.folder)
    shop.sync()
    found(t, shop, 66, "a mailbox that is not there", "Nope",
          "set mailbox")
    for said, code in ((b"[SERVERBUG] Internal error occurred", 75),
                       (b"[NOPERM] not yours", 69)):
        s.vices["refuse"] = lambda c, said=said: (
            said if b"Bad" in c and not c.startswith(b"LIST") else None)
        shop.account_extra = "\tmailbox = Bad\n\tmailbox = Fine\n" \
            "\tdeliver-to = %s\n" % lab.folder
        shop.write()
        shop.sync()
        found(t, shop, code, "a mailbox that cannot be read", "mailbox Bad",
              "log")
    shop.account_extra = shop.account_extra.replace("Bad", "INBOX")
    shop.write()
    shop.sync()
    ran = shop.run("doctor")
    t.ok(ran.code == 0 and "FAULT" not in ran.out, "and then all is well",
         ran)


def setup(t, lab, dovecot, shop):
    path = os.path.join(shop.folder, "fresh", "config")
    words = ["setup", "--config", path, "--ca-file", lab.ca.file,
             "--imap", shop.imap, "--smtp", shop.smtp]
    answers = "hello@shop.test\nThe Shop\n\n%s\n\n"
    from shop import program
    import subprocess

    def ask(extra, text):
        return subprocess.run([program()] + words + extra,
                              input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=shop.env(),
                              timeout=60)
    ran = ask([], answers % "wrong")
    t.ok(ran.returncode == 77 and not os.path.exists(path),
         "setup writes nothing with a wrong password", ran)
    t.equal(os.listdir(os.path.dirname(path)), [], "not even the password")
    ran = ask([], answers % "secret")
    t.ok(ran.returncode == 0 and os.path.exists(path),
         "setup writes a configuration", ran)
    for one in (path, path + ".password"):
        t.equal(stat.S_IMODE(os.stat(one).st_mode), 0o600,
                "of mode 0600: " + os.path.basename(one))
    with open(path) as f:
        t.ok("secret" not in f.read(), "without the password in it")
    t.ok(b"secret" not in ran.stdout, "which is not shown either")
    for command in ("doctor", "sync", "list"):
        done = subprocess.run([program(), command, "--config", path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=shop.env(), timeout=60)
        t.equal(done.returncode, 0, command + " works with it", done)
    ran = ask([], answers % "secret")
    t.ok(ran.returncode == 64 and b"--replace" in ran.stderr,
         "setup does not write over it", ran)


def main():
    needs("dovecot", "aiosmtpd", "openssl")
    t = Tap()
    with Lab() as lab:
        dovecot = lab.start_dovecot()
        mx = lab.start_mx(dovecot)
        shop = lab.shop(dovecot, mx)
        shop.run("sync")
        t.case(well, lab, shop)
        t.case(setup, lab, dovecot, shop)
        t.case(ill, lab, shop)
    with Lab() as lab:
        t.case(mailboxes, lab)
    t.done()


main()
