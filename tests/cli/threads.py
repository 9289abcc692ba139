#!/usr/bin/python3
"""Merge, split, move and rethread, as a person or a script uses them."""
from kit import Desk, Tap, letter


def numbers(d, thread):
    return [m["id"] for m in d.thread(thread)["messages"]]


def sizes(d):
    return {n: row["messages"] for n, row in d.rows().items()}


def family(d):
    d.mails(letter(1, ago=9000),
            letter(2, ago=8000, sender="Bob <bob@example.net>"),
            letter(3, ago=7000, sender="Lena <lena1@example.org>",
                   subject="Re: Question 1",
                   extra="References: <q1@example.org>\r\n"),
            letter(4, ago=6000, sender="Lena <lena1@example.org>",
                   subject="Re: Question 1",
                   extra="References: <q1@example.org> <q3@example.org>\r\n"))


def merging(t, d):
    before = d.rows()
    ran = d.run("merge", 2, 1)
    t.ok(ran.code == 0 and "merged into thread 2" in ran.out,
         "merge says where it went", ran)
    t.equal(sizes(d), {2: 4}, "merge makes one of two")
    t.equal(d.thread(1)["id"], 2, "the old number leads on")
    t.equal(d.rows()[2]["waiting_since"], before[1]["waiting_since"],
            "who waited longest is still waiting")
    ran = d.run("undo")
    t.ok(ran.code == 0 and "merge" in ran.out, "undo says merge", ran)
    after = d.rows()
    for row in list(before.values()) + list(after.values()):
        row.pop("revision")
    t.equal(after, before, "undo gives two again")
    d.run("redo")
    t.equal(sizes(d), {2: 4}, "redo makes one again")
    d.run("undo")
    for words, code, meant in ((("merge", 1), 64, "two"),
                               (("merge", 1, 1), 64, "two"),
                               (("merge", 1, 99), 66, "99")):
        ran = d.run(*words)
        t.ok(ran.code == code and meant in ran.err,
             "%s is refused" % " ".join(map(str, words)), ran)


def parting(t, d):
    first, second, third = numbers(d, 1)
    ran = d.run("split", 1, second)
    t.ok(ran.code == 0 and "it is thread" in ran.out, "split", ran)
    made = int(ran.out.split()[-1])
    t.equal(sizes(d), {1: 2, 2: 1, made: 1}, "a message of its own")
    ran = d.run("move", second, 2)
    t.equal(sizes(d), {1: 2, 2: 2}, "moved, and none is left there", ran)
    t.equal(d.thread(made)["id"], 2, "the number of what was empty leads on")
    d.mails(letter(5, ago=100, sender="Lena <lena1@example.org>",
                   subject="Re: Question 1",
                   extra="In-Reply-To: <q3@example.org>\r\n"))
    t.equal(sizes(d), {1: 2, 2: 3}, "an answer follows what was moved")
    ran = d.run("rethread", "--yes")
    t.ok(ran.code == 0 and "as the rules say" in ran.out,
         "rethread leaves it alone", ran)
    history = d.run("show", 2, "--events").out
    t.ok("into this one" in history, "the history tells it", history)
    ran = d.run("split", 1, first, third)
    t.ok(ran.code == 64 and "nothing would stay" in ran.err,
         "all of a thread cannot be split off", ran)
    ran = d.run("split", 1, second)
    t.ok(ran.code == 64 and "stands in thread 2" in ran.err,
         "a message of another thread", ran)
    ran = d.run("move", first, 99)
    t.equal(ran.code, 66, "no such thread", ran)
    t.equal(d.run("check").code, 0, "the check finds no difference")
    while d.run("undo").code == 0:
        pass
    t.equal(sizes(d), {1: 4, 2: 1}, "all of it undone")
    t.equal(d.run("check").code, 0, "nor after undoing")


def again(t, d):
    """What an agent worked on stays until somebody asks."""
    d.mails(letter(11, ago=5000, sender="Mia <mia@example.org>",
                   subject="Shoes"),
            letter(12, ago=3000, sender="Mia <mia@example.org>",
                   subject="Re: Shoes",
                   extra="In-Reply-To: <q13@example.org>\r\n"))
    shoes = d.of("Shoes")
    t.equal(sizes(d)[shoes], 2, "lost references: joined by the subject")
    d.run("tag", shoes, "+size")
    d.mails(letter(13, ago=4000, sender="Mia <mia@example.org>",
                   subject="Boots"))
    t.equal(sizes(d)[shoes], 3, "nothing is torn from who works on it")
    ran = d.run("rethread", "-o", "json")
    moves = ran.json()
    t.ok([m["to"] for m in moves] == [None, None] and
         {m["from"] for m in moves} == {shoes}, "rethread looks first", ran)
    t.equal(sizes(d)[shoes], 3, "and changes nothing")
    ran = d.run("rethread", "tag:size",
                "--yes")
    t.equal(sizes(d)[shoes], 1, "with --yes it does", ran)
    ran = d.run("rethread", "--yes")
    t.ok("as the rules say" in ran.out, "a second time finds nothing", ran)
    t.equal(d.run("check").code, 0, "the check finds no difference")


def shown(t, d):
    thread = d.thread(1)
    by_id = {m["id"]: m for m in thread["messages"]}
    answers = [by_id[m["parent"]]["message_id"] if m["parent"] else None
               for m in thread["messages"]]
    t.equal(answers[:3], [None, "q1@example.org", "q3@example.org"],
            "each message says what it answers")
    t.equal(thread["related"], [], "and the thread what it is related to")
    # Two people, two threads, one mail that speaks of both.
    d.run("assign", 1, "me")
    d.run("assign", 2, "ben")
    d.mails(letter(21, ago=50, sender="Lena <lena1@example.org>",
                   subject="Both", extra="References: <q2@example.org> "
                                         "<q4@example.org>\r\n",
                   to="hello@shop.example, bob@example.net"))
    t.equal(d.thread(1)["related"], [2], "two looked after stay two")
    ran = d.run("show", 2)
    t.ok("related: thread 1" in ran.out, "and are shown as related", ran)


def main():
    t = Tap()
    with Desk() as d:
        family(d)
        for one in (merging, parting, again, shown):
            t.case(one, d)
    t.done()


main()
