#!/usr/bin/python3
"""What a wrong word, file, store or disk is answered with."""
import os
import re
import resource
import shutil
import sqlite3
import subprocess

from kit import Desk, Tap, letter, program

ONE_LINE = re.compile(r"^shopbell: [^\n]+\n$")


def refused(t, ran, code, name, *words):
    good = ran.code == code and bool(ONE_LINE.match(ran.err)) and all(
        w in ran.err for w in words)
    t.ok(good, name, "wanted %d and %r" % (code, words), ran)


def words(t):
    with Desk() as d:
        refused(t, d.bare("lst"), 64, "a near miss of a command is named",
                'did you mean "list"')
        refused(t, d.bare("frobnicate"), 64, "no such command", "--help")
        refused(t, d.run("list", "--oder", "newest"), 64,
                "a near miss of an option is named", "--order")
        refused(t, d.run("list", "--order", "sideways"), 64,
                "a choice that is none", "waiting|newest|oldest")
        refused(t, d.bare("list", "--order"), 64, "an option without value",
                "needs a value")
        refused(t, d.run("assign", "1"), 64, "an agent is missing", "usage")
        refused(t, d.run("close"), 64, "a thread is missing", "thread")
        refused(t, d.run("close", "seven"), 64, "a word is no thread",
                "seven")
        refused(t, d.run("show", "1", "2"), 64, "one word too many", "2")
        refused(t, d.run("list", "-n", "many"), 64, "a count is a number",
                "many")
        refused(t, d.run("list", "-o", "yaml"), 64, "an unknown format",
                "yaml")
        refused(t, d.run("undo", "-o", "json"), 64,
                "a format where nothing is printed")
        refused(t, d.bare(), 64, "the desk without a terminal", "terminal")
        refused(t, d.bare("--print-man", "weather"), 64, "no such page")
        for one in ("--help", "-h"):
            ran = d.bare("assign", one)
            t.ok(ran.code == 0 and "usage: shopbell assign" in ran.out,
                 "assign %s tells the usage" % one, ran)
        ran = d.bare("--help")
        t.ok(ran.code == 0 and "outbox cancel" in ran.out,
             "--help names every command", ran)
        ran = d.bare("--version")
        t.ok(ran.code == 0 and re.match(r"shopbell \d+\.\d+", ran.out),
             "--version", ran)


def configuration(t):
    with Desk() as d:
        refused(t, d.bare("list", "--config", "/no/such/file"), 66,
                "a configuration that is not there", "/no/such/file")
        for text, place, meant in (
                ("[shopbell]\n\tstor = x\n", ":2:2:", "store"),
                ("[shopbell]\nstore = /x\n[acount \"a\"]\n\tname = x\n",
                 ":3:", "account"),
                ("[shopbell]\n\tundo-delay = soon\n", ":2:", "undo-delay"),
                ("[hours \"o\"]\n\topen = mon-fry 09:00-12:00\n", ":2:", ""),
                ("[shopbell\n", ":1:", "")):
            with open(d.config, "w") as f:
                f.write(text)
            refused(t, d.run("list"), 78, "a wrong line: %r" % text,
                    d.config + place, meant)
        d.write("[account \"shop\"]\n\taddress = a@b.example\n"
                "\timap = imap://mail.example.org\n\ttls = none\n"
                "\tuser = a\n\tpassword-command = true\n")
        refused(t, d.run("sync"), 78, "tls = none for a host elsewhere",
                "tls")


def queries(t):
    with Desk() as d:
        d.mails(letter(1))
        refused(t, d.run("list", "is:opne"), 64, "a near miss in a query",
                "column 4", "is:open")
        refused(t, d.run("list", "(is:open"), 64, "an open parenthesis",
                "column")
        refused(t, d.run("list", 'subject:"shoes'), 64, "an open quote",
                "column 9")
        refused(t, d.run("list", "before:someday"), 64, "no such date",
                "column")
        refused(t, d.run("close", "--query", "is:nothing"), 64,
                "a wrong query changes nothing", "is:")
        t.equal(d.run("list", "is:closed").out, "", "and nothing did")


def things(t):
    with Desk() as d:
        d.mails(letter(1))
        refused(t, d.run("show", 99), 66, "no such thread", "99")
        refused(t, d.run("close", 1, 99), 66, "one of two is missing")
        t.equal(d.rows()[1]["state"], "open", "then none is changed")
        refused(t, d.run("assign", 1, "nobody-here"), 66, "no such agent",
                "nobody-here")
        t.equal(d.run("assign", 1, "ben").code, 0,
                "an agent known only to the configuration")
        refused(t, d.run("assign", 1, "bem"), 66, "a near miss of an agent",
                "ben")
        refused(t, d.run("outbox", "cancel", 5), 66, "no such row")
        refused(t, d.run("explain", "turn"), 64, "explain which turn")
        refused(t, d.run("save", 77), 66, "no such message", "77")
        refused(t, d.run("save", 1), 66, "nothing to save")
        refused(t, d.run("reply", 1, "--canned", "none"), 66,
                "no such canned reply", "none")
        refused(t, d.run("reply", 1), 64, "an answer without words")
        refused(t, d.run("reply", 1, "--text", "-", input=" \n\n"), 64,
                "an answer of blanks", "empty")
        t.equal(d.run("list", "is:mine").out + d.run(
            "list", "assignee:me").out, "", "who never acted has nothing")
        refused(t, d.run("reply", 1, "--text", "/no/such"), 66,
                "no such text", "/no/such")
        refused(t, d.run("snooze", 1, "yesterday"), 64, "a moment gone by")
        refused(t, d.run("tag", 1, "returns"), 64, "a tag without a sign",
                "+returns")
        refused(t, d.run("note", 1), 64, "a note without words")
        refused(t, d.bare("parse", "/no/such"), 66, "parse: no such file")
        refused(t, d.run("import", "/no/such"), 66, "import: no such file")
        refused(t, d.run("import", "/etc/hostname"), 64,
                "import: no mail in it")


def stores(t):
    with Desk() as d:
        refused(t, d.run("list"), 66, "no store yet: what makes it",
                "shopbell sync")
        with open(d.store, "w") as f:
            f.write("not a database at all, " * 100)
        refused(t, d.run("list"), 65, "a file that is no store", "not a store")
        os.unlink(d.store)
        d.mails(letter(1))
        shutil.copy(d.store, d.path("newer.db"))
        d.run("backup", d.path("copy.db"))
        db = sqlite3.connect(d.path("copy.db"))
        db.execute("PRAGMA user_version=9999")
        db.commit()
        db.close()
        refused(t, d.run("list", "--store", d.path("copy.db")), 65,
                "a newer store is left alone", "newer")
        with open(d.path("cut.db"), "wb") as f, open(d.store, "rb") as g:
            f.write(g.read()[:5000])
        ran = d.run("check", "--store", d.path("cut.db"))
        refused(t, ran, 65, "a store that was cut")


def disks(t):
    with Desk() as d:
        d.mails(letter(1))
        with open("/dev/full", "w") as full:
            ran = subprocess.run(
                [program(), "list", "--config", d.config], stdout=full,
                stderr=subprocess.PIPE, env=d.env())
        t.ok(ran.returncode == 74 and b"standard output" in ran.stderr,
             "a full disk behind standard output", ran)
        ran = subprocess.run(
            "'%s' list --config '%s' | head -c 1 >/dev/null; "
            "echo ${PIPESTATUS[0]}" % (program(), d.config),
            shell=True, executable="/bin/bash", stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=d.env())
        t.equal((ran.stdout, ran.stderr), (b"0\n", b""),
                "a reader that goes away is no error")

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))
        big = letter(2, text="x" * 70 + "\r\n" + "\r\n".join(
            "line %d of many words that do not repeat %d" % (i, i * i)
            for i in range(20000)))
        with open(d.path("big.eml"), "wb") as f:
            f.write(big)
        ran = subprocess.run(
            [program(), "import", d.path("big.eml"), "--config", d.config],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=d.env(),
            preexec_fn=small)
        t.ok(ran.returncode == 74, "a store that cannot grow", ran)
        ran = d.run("check")
        t.ok(ran.code == 0, "and is whole afterwards", ran)
        t.equal(len(d.rows()), 1, "with what it held")
        if os.getuid() == 0:
            t.skip("a store that may not be written", "root may")
            return
        os.chmod(d.store, 0o400)
        refused(t, d.run("close", 1), 74, "a store that may not be written")


def main():
    t = Tap()
    for one in (words, configuration, queries, things, stores, disks):
        t.case(one)
    t.done()


main()
