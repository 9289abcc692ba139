#!/usr/bin/python3
"""The demo: a tour without a terminal, a desk with one, nothing left."""
import os
import pty
import re
import select
import signal
import sys
import time

from kit import Desk, Tap, program


def tour(t, d):
    tmp = d.path("tmp")
    os.makedirs(tmp, exist_ok=True)
    ran = d.bare("demo", env=d.env(TMPDIR=tmp))
    t.equal(ran.code, 0, "the tour ends well", ran)
    for words in ("The desk", "A thread", "A canned reply", "The week",
                  "Maria Lindqvist", "Hello Maria,", "First response",
                  "田中", "Kim Tanaka"):
        t.ok(words in ran.out, "it shows %s" % words, ran.out[-500:])
    t.ok("{{" not in ran.out and "{%" not in ran.out, "no brace")
    rows = re.findall(r"(?m)^ +\d+ .{1,2}(?:open|pending|closed|snoozed)",
                      ran.out)
    t.ok(len(rows) >= 20, "a full list", len(rows))
    n = re.search(r"(?m)^Any response +(\d+)", ran.out)
    t.ok(n and int(n.group(1)) > 30, "a week of answers, counted", ran.out)
    t.equal(os.listdir(tmp), [], "nothing is left behind")
    t.equal(os.listdir(d.path("home")), [], "nor in the home folder")
    t.equal(ran.err, "", "not a word of complaint")


def read_until(fd, claim, timeout):
    got, end = b"", time.monotonic() + timeout
    while time.monotonic() < end and not claim(got):
        if select.select([fd], [], [], 0.1)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:
                break
            if not more:
                break
            got += more
    return got


def desk(d, tmp, end):
    """Open it on a terminal, end it by end(pid, fd); the exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(program(), [program(), "demo"], d.env(TMPDIR=tmp))
    got = read_until(fd, lambda b: b"Rebecca" in b, 60)
    there = os.listdir(tmp)
    end(pid, fd)
    status = None
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and status is None:
        read_until(fd, lambda b: False, 0.1)
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = code
    if status is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(fd)
    return got, there, status


def ends(t, d):
    tmp = d.path("tmp2")
    os.makedirs(tmp)
    for name, end in (
            ("Q", lambda pid, fd: os.write(fd, b"Q")),
            ("a hang-up", lambda pid, fd: os.kill(pid, signal.SIGHUP)),
            ("SIGTERM", lambda pid, fd: os.kill(pid, signal.SIGTERM))):
        got, there, status = desk(d, tmp, end)
        t.ok(b"Rebecca" in got and len(there) == 1,
             "the desk opens (%s)" % name, got[-400:])
        t.ok(status is not None, "it ends by " + name)
        t.equal(os.listdir(tmp), [], "and leaves nothing")


def main():
    t = Tap()
    with Desk() as d:
        t.case(tour, d)
        t.case(ends, d)
    t.done()


sys.exit(main())
