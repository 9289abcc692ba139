#!/usr/bin/python3
"""Triage from the command line: every change, undone across processes."""
import os
import random

from kit import Desk, Tap, letter


def state(d, number):
    """All of a thread that triage changes."""
    row = d.rows("is:open or -is:open or is:spam or is:trash")[number]
    return {k: row[k] for k in ("state", "assignee", "tags", "unread",
                                "snoozed_until", "waiting_since")}


EVERY = (
    (("read", 1), "unread", 0),
    (("assign", 1, "me"), "assignee", None),
    (("close", 1), "state", "closed"),
    (("pending", 1), "state", "pending"),
    (("spam", 1), "state", "spam"),
    (("trash", 1), "state", "trash"),
    (("snooze", 1, "2h"), "snoozed_until", None),
    (("tag", 1, "+returns", "+size"), "tags", ["returns", "size"]),
)


def every(t, d):
    before = state(d, 1)
    for words, key, value in EVERY:
        ran = d.run(*words)
        now = state(d, 1)
        t.ok(ran.code == 0 and now[key] != before[key] and
             (value is None or now[key] == value),
             "%s changes %s" % (words[0], key), ran, now)
        ran = d.run("undo")
        t.ok(ran.code == 0 and "undone" in ran.out, "undo after it", ran)
        t.equal(state(d, 1), before, "%s is undone whole" % words[0])
    d.run("redo")
    t.equal(state(d, 1)["tags"], ["returns", "size"], "redo does it again")
    t.equal(d.run("undo").code, 0, "and undo takes it back")
    ran = d.run("star", 1)
    t.equal(list(d.rows("is:starred")), [1], "star", ran)
    d.run("unstar", 1)
    t.equal(list(d.rows("is:starred")), [], "unstar")
    d.run("spam", 1)
    ran = d.run("reopen", 1)
    t.equal(state(d, 1)["state"], "open", "reopen brings it out of spam", ran)
    d.run("snooze", 1, "tomorrow", "9:00")
    t.ok(state(d, 1)["snoozed_until"].endswith(":00:00Z"),
         "snooze until a day and a time")
    d.run("snooze", 1, "off")
    t.equal(state(d, 1)["snoozed_until"], None, "snooze off wakes it")
    d.run("tag", 1, "+a", "+b")
    d.run("tag", 1, "-a", "+c")
    t.equal(state(d, 1)["tags"], ["b", "c"], "a tag off, another on")
    d.run("tag", 1, "-b", "-c")


def counted_undo(t, d):
    while d.run("undo").code == 0:
        pass
    d.run("star", 1)
    ran = d.run("undo", "5")
    t.equal((ran.code, ran.out.count("undone")), (0, 1),
            "undo tells once what it did once", ran)
    t.equal(d.run("undo", "0").code, 64, "undo of nothing is refused")
    r = d.run("tag", 1, "+$Forwarded")
    t.ok(r.code == 64 and "$Forwarded" in r.err,
         "a word of mail programs is no tag", r)
    t.equal(d.run("tag", 1, "+\x1b[31m").code, 64,
            "a tag nobody could see is refused")


def card(t, d):
    ran = d.run("customer", "note", 1, "Fears dogs; the baker's is closed")
    t.equal(ran.code, 0, "a note on the customer's card", ran)
    t.equal(d.run("customer", "vip", 1, "yes").code, 0, "a good customer")
    t.ok(1 in d.rows("is:vip"), "found by is:vip")
    d.run("customer", "vip", 1, "no")
    t.ok(1 not in d.rows("is:vip"), "and no longer")
    t.equal(d.run("check").code, 0, "check finds no difference")


def several(t, d):
    ran = d.run("close", 1, 2, 3, 3, "#2")
    t.ok(ran.code == 0 and "3 threads" in ran.out, "several at once", ran)
    t.equal(sorted(d.rows("is:closed")), [1, 2, 3], "all of them")
    d.run("undo")
    t.equal(sorted(d.rows("is:closed")), [], "one undo for all")
    ran = d.run("close", "--query", "is:open")
    t.ok(ran.code == 64 and "--yes" in ran.err and "Question" in ran.out,
         "above five a query is shown, and asks for --yes", ran)
    t.equal(len(d.rows("is:open")), 8, "nothing was changed")
    ran = d.run("close", "--query", "is:open", "--yes")
    t.equal(len(d.rows("is:closed")), 8, "with --yes all are", ran)
    ran = d.run("reopen", "--query", "is:closed subject:\"Question 4\"")
    t.equal(sorted(d.rows("is:open")), [d.of("Question 4")],
            "up to five need no --yes", ran)
    ran = d.run("reopen", 1, "--query", "is:closed")
    t.equal(ran.code, 64, "threads or a query, not both", ran)
    ran = d.run("close", "--query", "tag:nothing-has-this")
    t.ok(ran.code == 0 and "no thread" in ran.out, "a query for nothing", ran)
    ran = d.run("undo", 2)
    t.equal(len(d.rows("is:open")), 8, "undo 2 takes back two", ran)
    ran = d.run("close", 1, "-q")
    t.equal((ran.out, ran.err), ("", ""), "-q says nothing")
    d.run("undo")


def notes(t, d):
    ran = d.run("note", 2, "--text", "-", input="she is the mayor\n")
    t.equal(ran.code, 0, "a note", ran)
    last = d.thread(2)["messages"][-1]
    t.ok(last["kind"] == "note" and last["text"].strip() ==
         "she is the mayor", "stands in the thread", last)
    t.equal(d.rows()[2]["state"], "open", "and changes nothing else")
    d.run("undo")
    t.equal([m["kind"] for m in d.thread(2)["messages"]], ["mail"],
            "a note is undone")
    ran = d.run("undo", 50)
    ran = d.run("undo")
    t.equal(ran.code, 66, "nothing left to undo", ran)


def at_random(t, d):
    """Random triage, undo and redo: the log of it leads to the same store."""
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    t.note("SEED=%d" % seed)
    r = random.Random(seed)
    words = (["assign", "{n}", "me"], ["assign", "{n}", "none"],
             ["assign", "{n}", "ben"], ["close", "{n}"], ["reopen", "{n}"],
             ["pending", "{n}"], ["star", "{n}"], ["unstar", "{n}"],
             ["read", "{n}"], ["unread", "{n}"], ["spam", "{n}"],
             ["trash", "{n}"], ["snooze", "{n}", "3h"],
             ["snooze", "{n}", "off"], ["tag", "{n}", "+x", "-y"],
             ["tag", "{n}", "+y"], ["note", "{n}", "word"],
             ["close", "{n}", "--no-answer"], ["undo"], ["undo", "2"],
             ["redo"])
    odd = []
    for _ in range(120):
        line = r.choice(words)
        some = [str(r.randint(1, 8)) for _ in range(r.randint(1, 3))]
        if line[0] == "note":
            some = some[:1]
        args = []
        for word in line:
            args += some if word == "{n}" else [word]
        ran = d.run(*args)
        asleep = line[0] == "snooze" and ran.code == 64
        if ran.code not in (0, 66, 75) and not asleep:
            odd.append(str(ran))
    t.equal(odd, [], "120 random commands: each done or politely refused")
    ran = d.run("check")
    t.ok(ran.code == 0 and " 0 differences" in ran.out,
         "check replays the log and finds the same store", ran)
    ran = d.run("check", "-o", "json")
    t.equal(ran.json()[0]["differences"], 0, "check as JSON", ran)


def main():
    t = Tap()
    with Desk() as d:
        d.mails(*[letter(n, 3600 * (9 - n)) for n in range(1, 9)])
        for one in (every, counted_undo, card, several, notes, at_random):
            t.case(one, d)
    t.done()


main()
