#!/usr/bin/python3
"""What must hold while somebody works: signals, dropped lines, colleagues,
hostile mail.  Every wait is for something seen, none for time."""
import os
import re
import shutil
import signal
import subprocess

from desk import NOW, SHOPBELL, Desk, Shop, Tap, sample, threads

shop = Shop()
number = sample(shop)
SIZE = number["Wrong size, again"]


def open_thread(desk, n):
    desk.until("help")
    desk.keys(":", *n, "Enter")
    desk.until("#" + n)


def with_desk(test):
    def run():
        desk = Desk(shop, 24, 80)
        try:
            desk.until("Open 2")
            return test(desk)
        finally:
            desk.close()
    run.__name__ = test.__name__
    return run


def drafts():
    """Texts of all drafts, as another screen lists them."""
    other = Desk(shop, 24, 120)
    try:
        other.until("help")
        other.keys("g", "d")
        return other.until("No drafts|▸ ")
    finally:
        other.close()


def discard(words):
    other = Desk(shop, 24, 120)
    try:
        other.until("help")
        other.keys("g", "d")
        other.until(re.escape(words))
        other.keys("D")
        other.until("thrown away")
    finally:
        other.close()


def write(desk, words):
    open_thread(desk, SIZE)
    desk.keys("r")
    desk.until("writing")
    desk.send(words)
    desk.until(re.escape(words))


def good_terminal(desk, what):
    modes = desk.modes()
    if modes["alt"] or not modes["echo"] or not modes["icanon"]:
        raise RuntimeError("%s left the terminal in %r" % (what, modes))


def expect(got, want):
    if got != want:
        raise RuntimeError("got %r, wanted %r" % (got, want))


@with_desk
def quitting_leaves_a_good_terminal(desk):
    desk.keys("Q")
    expect(desk.wait(), "exit 0")
    good_terminal(desk, "Q")


@with_desk
def a_dropped_line_keeps_the_draft(desk):
    write(desk, "dropped in the middle")
    desk.hangup()
    got = desk.wait()
    if not got.startswith(("exit", "signal")):
        raise RuntimeError("still there: " + got)
    if "dropped in the middle" not in drafts():
        raise RuntimeError("the draft was lost")
    discard("dropped in the middle")


@with_desk
def a_hangup_signal_keeps_the_draft(desk):
    write(desk, "hung up on")
    desk.signal(signal.SIGHUP)
    desk.wait()
    if "hung up on" not in drafts():
        raise RuntimeError("the draft was lost")
    discard("hung up on")


@with_desk
def termination_keeps_the_draft_and_the_terminal(desk):
    write(desk, "told to end")
    desk.signal(signal.SIGTERM)
    expect(desk.wait(), "signal 15")
    good_terminal(desk, "SIGTERM")
    if "told to end" not in drafts():
        raise RuntimeError("the draft was lost")
    discard("told to end")


def stopping_gives_the_terminal_back_and_going_on_paints_again():
    # Only a shell with job control can be told of a stop.
    desk = Desk(shop, 24, 80, before=[
        "bash", "-mc", '"$@"; echo now stopped; read x; fg', "bash"])
    try:
        open_thread(desk, SIZE)
        desk.keys("C-z")
        desk.until("now stopped")
        good_terminal(desk, "Ctrl-Z")
        desk.keys("Enter")
        desk.until("Maria Schmidt")
        expect(desk.modes()["alt"], True)
        desk.keys("q")
        desk.until("Open 2")
    finally:
        desk.close()


@with_desk
def resizing_loses_nothing(desk):
    write(desk, "before and after")
    for rows, cols in ((10, 40), (50, 160), (5, 21), (24, 80), (20, 60)):
        desk.resize(rows, cols)
        desk.signal(signal.SIGWINCH)
        if rows >= 10:
            desk.until("before and after")
    desk.keys("Esc", "D")
    desk.until("#" + SIZE)


@with_desk
def a_paste_presses_no_keys(desk):
    desk.send("\x1b[200~Q#!e\rQ\x1b[201~")
    desk.until("pasted text was ignored")
    write(desk, "x")
    desk.send("\x1b[200~two\rlines \x1b[31mred\x1b[201~")
    desk.until("lines")
    text = desk.text()
    if "x" + "two" not in text:
        raise RuntimeError(text)
    desk.keys("Esc", "D")
    desk.until("#" + SIZE)


@with_desk
def a_canned_reply_is_three_keys_and_comes_back_with_one(desk):
    open_thread(desk, SIZE)
    desk.keys("1")
    desk.until("here is your label")
    desk.keys("y")
    desk.until("Sending to Maria Schmidt in")
    desk.keys("u")
    desk.until("taken back")
    desk.until("here is your label")
    out = shop.run("outbox", "-n", "0")
    if "queued" in out:
        raise RuntimeError(out)
    desk.keys("D")
    desk.until("thrown away")


@with_desk
def triage_is_undone(desk):
    open_thread(desk, SIZE)
    desk.keys("e")
    desk.until("#%s closed" % SIZE)
    desk.keys("u")
    desk.until("#%s open" % SIZE)
    desk.keys("t", *"urgent", "Enter")
    desk.until("urgent")
    desk.keys("u")
    desk.gone(r"size.*urgent|urgent.*size")
    desk.keys("b", *"2d", "Enter")
    desk.until("snoozed")
    desk.keys("u")
    desk.until("#%s open" % SIZE)


@with_desk
def no_color_sends_no_colour(desk):
    plain = Desk(shop, 24, 80, env={"NO_COLOR": "1"})
    try:
        plain.until("Open 2")
        raw = plain.raw()
    finally:
        plain.close()
    if re.search(rb"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])[;m]", raw):
        raise RuntimeError("a colour was sent: %r" % raw[:400])
    if not re.search(rb"\x1b\[[0-9;]*3[0-8][;m]", desk.raw()):
        raise RuntimeError("with colours there were none either")


@with_desk
def moving_paints_only_what_changed(desk):
    desk.still()
    desk.raw()
    desk.keys("j")
    desk.still()
    raw = desk.raw()
    if len(raw) > 900:
        raise RuntimeError("%d bytes for one step: %r" % (len(raw), raw))
    if b"\x1b[2J" in raw or b"\x1b[J" in raw:
        raise RuntimeError("the screen was cleared: %r" % raw)


def two_screens_see_each_other():
    if os.getuid() != 0:
        return "needs two users"
    if subprocess.run(["setpriv", "--version"],
                      stdout=subprocess.DEVNULL).returncode != 0:
        return "needs setpriv"
    both = Shop()
    try:
        n = sample(both)
        os.chmod(both.folder, 0o777)
        for f in os.listdir(both.folder):
            path = os.path.join(both.folder, f)
            os.chmod(path, 0o777 if os.path.isdir(path) else 0o666)
        one = Desk(both, 24, 80)
        two = Desk(both, 24, 80, before=[
            "setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups"])
        try:
            one.until("Open 2")
            two.until("Open 2")
            size = n["Wrong size, again"]
            open_thread(one, size)
            open_thread(two, size)
            one.until("◦daemon")
            two.until("◦root")
            one.keys("r")
            two.until("✎root")
            two.keys("r")
            two.until("Take over")
            two.keys("n")
            one.send("from one hand only")
            one.keys("Esc", "y")
            one.until("Sending to Maria")
            two.until("#%s pending" % size)
            two.keys("e")
            two.until("#%s closed" % size)
            two.keys("u")
            two.until("#%s pending" % size)
        finally:
            one.close()
            two.close()
    finally:
        both.close()


HOSTILE = [
    b"\x1b[31mred\x1b]0;title\x07", b"\x1b[2J\x1b[H", b"\x9b2J", b"\x90q\x9c",
    "\u202egnp.exe".encode(), "a\u200bb\u2066c".encode(), b"\x00\x01\x02\x7f",
    "\U000e0041\U000e0042".encode(), b"\xff\xfe\xc0\x80", b"\r\rover\x08\x08",
    "\u3164\uffa0".encode(), ("z" + "\u0301" * 40).encode(),
    b"\x1b[6n\x1b[c\x1b[?1049l", b"\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\",
]

# What a terminal program may send: text and these.
KNOWN = re.compile(
    rb"\x1b\[[0-9;?>]*[A-Za-z@`]|\x1b[()][0AB]|\x1b[=>78M]|\x1b\]52;c;"
    rb"[A-Za-z0-9+/=]*\x1b\\|[\r\n\x08\x07\x0f\x0e\t]")
BANNED = ["\u202e", "\u2066", "\u200b", "\U000e0041", "\u3164", "\uffa0"]


def check_raw(raw, where):
    rest = KNOWN.sub(b"", raw)
    text = rest.decode("utf-8")             # whole characters only
    for c in text:
        if ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or c in BANNED:
            raise RuntimeError("%s: %r reached the terminal" % (where, c))
    if b"\x1b]0;" in raw or b"\x1b]52" in raw:
        raise RuntimeError("%s: a sender wrote to the terminal" % where)


def hostile_mail_never_reaches_the_terminal_raw():
    bad = Shop()
    try:
        for i, h in enumerate(HOSTILE):
            bad.mail("h%d" % i, 0, "", "", "", raw=b"".join([
                b"From: \"", h.replace(b"\r", b""), b"\" <evil%d@example.com>"
                % i, b"\nTo: hello@shop.example\nSubject: ",
                h.replace(b"\r", b""), b" s%d" % i,
                b"\nDate: Sun, 22 Nov 2026 09:0%d:00 +0000" % (i % 10),
                b"\nMessage-ID: <h%d@mail.example>" % i,
                b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
                b"boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8"
                b"\n\nbody ", h, b" end\n> quoted ", h, b"\n--x\n"
                b"Content-Type: image/png; name=\"", h.replace(b"\r", b""),
                b".png\"\nContent-Disposition: attachment\n\nx\n--x--\n"]))
        bad.take()
        ids = sorted(int(v) for v in threads(bad).values())
        desk = Desk(bad, 40, 150)
        try:
            desk.until("help")
            desk.still()
            check_raw(desk.raw(), "the desk")
            walks = [["z"], ["Z"], ["C"], ["h"], ["q"], ["V"], ["q"], ["H"],
                     ["q"], ["s"], ["Esc"], ["o"], ["Esc"], ["g", "c"],
                     ["q"], ["r"], ["Esc"], ["p"], ["q"], ["D"], ["1"],
                     ["D"], ["/", *"body", "Enter"], ["q"]]
            for i in ids:
                desk.keys("Esc", "Esc", "g", "i")
                desk.keys(":", *str(i), "Enter")
                desk.until("#%d" % i)
                for keys in walks:
                    desk.keys(*keys)
                    desk.pump(15)
                check_raw(desk.raw(), "thread %d" % i)
        finally:
            desk.close()
    finally:
        bad.close()


try:
    Tap().run([
        quitting_leaves_a_good_terminal,
        a_dropped_line_keeps_the_draft,
        a_hangup_signal_keeps_the_draft,
        termination_keeps_the_draft_and_the_terminal,
        stopping_gives_the_terminal_back_and_going_on_paints_again,
        resizing_loses_nothing,
        a_paste_presses_no_keys,
        a_canned_reply_is_three_keys_and_comes_back_with_one,
        triage_is_undone,
        no_color_sends_no_colour,
        moving_paints_only_what_changed,
        two_screens_see_each_other,
        hostile_mail_never_reaches_the_terminal_raw,
    ])
finally:
    shop.close()
