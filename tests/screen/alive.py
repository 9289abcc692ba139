#!/usr/bin/python3
"""What must hold while somebody works: signals, dropped lines, colleagues,
hostile mail.  Every wait is for something seen, none for time."""
import os
import re
import shutil
import signal

from desk import Desk, Shop, Tap, sample

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
    desk.raw()
    desk.signal(signal.SIGHUP)
    desk.wait()
    good_terminal(desk, "SIGHUP")
    raw = desk.raw()
    for off in (rb"\x1b\[\?(1006;)?1000l", rb"\x1b\[\?2004l",
                rb"\x1b\[(34h\x1b\[)?\?(12l\x1b\[\?)?25h"):
        if not re.search(off, raw):
            raise RuntimeError("%r was not sent: %r" % (off, raw))
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
    desk.keys("Esc")
    desk.until("review")
    desk.keys("D")
    desk.until("thrown away")


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
    desk.keys("Esc")
    desk.until("review")
    desk.keys("D")
    desk.until("thrown away")


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


@with_desk
def a_kill_loses_no_draft(desk):
    write(desk, "killed without warning")
    # The title says when it has been kept: another screen can see it.
    other = Desk(shop, 24, 120)
    try:
        other.until("help")
        other.keys("g", "d")
        other.until("killed without warning")
    finally:
        other.close()
    desk.signal(signal.SIGKILL)
    desk.wait()
    discard("killed without warning")


def the_text_can_be_edited_in_an_editor():
    script = os.path.join(shop.folder, "editor")
    with open(script, "w") as f:
        f.write('#!/bin/sh\nprintf "from the editor\\n" >> "$1"\n')
    os.chmod(script, 0o755)
    desk = Desk(shop, 24, 80, env={"EDITOR": script})
    try:
        desk.until("Open 2")
        write(desk, "by hand")
        desk.keys("Esc")
        desk.until("review")
        desk.keys("e")
        desk.until("from the editor")
        desk.until("by hand")
        expect(desk.modes()["alt"], True)
        desk.keys("D")
        desk.until("thrown away")
        if [f for f in os.listdir(shop.folder) if f.startswith("shopbell-")]:
            raise RuntimeError("the text was left in a file")
    finally:
        desk.close()


@with_desk
def the_line_completes_commands_and_arguments(desk):
    desk.keys(":", *"assi", "Tab")
    desk.until(":assign")
    desk.keys(" ", *"be", "Tab")
    desk.until(":assign ben")
    desk.keys("Enter")
    desk.until("takes it back")
    desk.keys("u")
    desk.until("undone|took back")
    desk.keys(":", *"asign", "Enter")
    desk.until("did you mean")
    desk.keys("/", *"is:opn", "Enter")
    desk.until("column")


@with_desk
def the_mouse_works(desk):
    row = desk.still().split("\n")[6].split("!")[1].strip()[:10]
    desk.send("\x1b[<0;20;7M\x1b[<0;20;7m")
    desk.until("▸.*" + re.escape(row))
    desk.send("\x1b[<0;20;7M\x1b[<0;20;7m\x1b[<0;20;7M\x1b[<0;20;7m")
    desk.until("q back")
    desk.until(re.escape(row))
    desk.keys("q")
    desk.until("Open 2")


def new_mail_rings_and_appears_by_itself():
    fresh = Shop()
    try:
        fresh.mail("one", 3600, "Ann <ann@example.com>", "First one", "Hello")
        fresh.take()
        desk = Desk(fresh, 24, 80)
        try:
            desk.until("First one")
            desk.still()
            desk.raw()
            fresh.mail("two", 10, "Bea <bea@example.com>", "Second one",
                       "Good day")
            fresh.take()
            desk.until("Second one")
            desk.until("● Bea: Second one")
            if b"\x07" not in desk.raw():
                raise RuntimeError("the bell did not ring")
        finally:
            desk.close()
    finally:
        fresh.close()


def keys_can_be_rebound_and_emacs_is_at_home():
    own = Shop(extra="[screen]\n\tkeys = emacs\n[bind \"list\"]\n"
               "\tassign = A\n")
    try:
        own.mail("one", 3600, "Ann <ann@example.com>", "First one", "Hello")
        own.mail("two", 1800, "Bea <bea@example.com>", "Second one", "Hello")
        own.take()
        desk = Desk(own, 24, 80)
        try:
            desk.until("▸.*First one")
            desk.keys("C-n")
            desk.until("▸.*Second one")
            desk.keys("C-p", "A")
            desk.until("Assign to")
            desk.keys("Enter")
            desk.until("assigned")
            desk.keys("M-x", *"help", "Enter")
            desk.until("Hand threads")
        finally:
            desk.close()
    finally:
        own.close()


def two_users(test):
    """Two people at one store, both looking at the same thread."""
    def run():
        if os.getuid() != 0:
            return "needs two users"
        if shutil.which("setpriv") is None:
            return "needs setpriv"
        both = Shop()
        try:
            size = sample(both)["Wrong size, again"]
            os.chmod(both.folder, 0o777)
            for f in os.listdir(both.folder):
                path = os.path.join(both.folder, f)
                os.chmod(path, 0o777 if os.path.isdir(path) else 0o666)
            one = Desk(both, 24, 80)
            two = Desk(both, 24, 80, before=[
                "setpriv", "--reuid=daemon", "--regid=daemon",
                "--clear-groups"])
            try:
                one.until("Open 2")
                two.until("Open 2")
                open_thread(one, size)
                open_thread(two, size)
                one.until("◦daemon")
                two.until("◦root")
                return test(both, one, two, size)
            finally:
                one.close()
                two.close()
        finally:
            both.close()
    run.__name__ = test.__name__
    return run


@two_users
def two_screens_see_each_other(both, one, two, size):
    one.keys("r")
    two.until("✎root")
    two.keys("r")
    two.until("Take over")
    two.keys("n")
    one.send("from one hand only")
    one.keys("Esc")
    one.until("review")
    one.keys("y")
    one.until("Sending to Maria")
    two.until("#%s pending" % size)
    two.keys("e")
    two.until("#%s closed" % size)
    two.keys("u")
    two.until("#%s pending" % size)


@two_users
def nobody_answers_a_second_time_unawares(both, one, two, size):
    def queued():
        return both.run("outbox", "-n", "0").count("queued")

    one.keys("r")
    two.until("✎root")
    two.keys("r")
    two.until("Take over")
    one.send("the first answer")
    one.keys("Esc")
    one.until("review")
    one.keys("y")
    one.until("Sending to Maria")
    two.keys("t")
    two.until("root has answered: look first")
    expect(queued(), 1)
    # She may still mean it: then she is told, and asked once.
    two.keys("r")
    two.until("root has answered already")
    two.until("writing")
    two.send("the second answer")
    two.keys("Esc")
    two.until("answered by root")
    two.keys("y")
    two.until("y again sends a second answer")
    expect(queued(), 1)
    two.keys("y")
    two.until("Sending to Maria")
    expect(queued(), 2)


@two_users
def a_taking_over_is_told_at_once_and_taken_back(both, one, two, size):
    # Time stands still here: what is seen comes from the store alone.
    one.keys("r")
    two.until("✎root")
    one.send("half a sent")
    two.keys("r")
    two.until("Take over")
    two.keys("t")
    two.until("writing")
    one.until("daemon has taken this thread over")
    one.until("half a sent")
    one.keys("Esc")
    one.until("! *daemon has taken this thread over: T takes it back")
    one.keys("T")
    one.until("the thread is yours again")
    one.gone("has taken this thread over")
    two.until("root has taken this thread over")
    one.keys("i")
    one.until("writing")
    one.send("ence")
    one.until("half a sentence")
    one.keys("Esc", "y")
    one.until("Sending to Maria")


@with_desk
def ones_own_other_screen_is_named(desk):
    open_thread(desk, SIZE)
    desk.keys("r")
    desk.until("writing")
    other = Desk(shop, 24, 80)
    try:
        open_thread(other, SIZE)
        other.keys("r")
        other.until("you are writing this on another screen")
        other.keys("Esc", "q")
        other.until("#" + SIZE)
    finally:
        other.close()
    desk.keys("Esc", "D")
    desk.until("q back")
    desk.keys("r")
    desk.until("writing")
    if "another screen" in desk.still():
        raise RuntimeError(desk.text())


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
        a_kill_loses_no_draft,
        the_text_can_be_edited_in_an_editor,
        the_line_completes_commands_and_arguments,
        the_mouse_works,
        new_mail_rings_and_appears_by_itself,
        keys_can_be_rebound_and_emacs_is_at_home,
        two_screens_see_each_other,
        nobody_answers_a_second_time_unawares,
        a_taking_over_is_told_at_once_and_taken_back,
        ones_own_other_screen_is_named,
    ])
finally:
    shop.close()
