#!/usr/bin/python3
"""The JSON that other programs build on: its keys and their order."""
import csv
import io
import re

from kit import Desk, Tap, letter

LIST = ["id", "revision", "subject", "state", "assignee", "customer", "tags",
        "messages", "unread", "waiting_since", "due_at", "target", "last_at",
        "snoozed_until"]
MESSAGE = ["id", "message_id", "kind", "direction", "from", "to", "cc",
           "subject", "date", "received_at", "text", "visible", "automatic",
           "not_fetched", "attachments", "reply_to", "writers", "doubts",
           "parent"]
PARSE = ["message_id", "in_reply_to", "references", "subject", "from", "to",
         "cc", "reply_to", "date", "text", "visible", "html", "attachments",
         "automatic", "bounce", "forwarded"]
OUTBOX = ["id", "thread", "state", "to", "subject", "message_id",
          "queued_at", "error"]
FIGURE = ["n", "median", "p90", "max", "mean", "within_target", "running"]
CANNED = ["name", "title", "tags", "keys", "uses"]
WHEN = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

WITH_FILE = """MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
A picture of the wool.\r
\r
> an old line\r
--b\r
Content-Type: image/png; name="wool.png"\r
Content-Disposition: attachment; filename="wool.png"\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--b--"""


def with_file(n):
    head, _, _ = letter(n).partition(b"\r\n\r\n")
    return head + b"\r\n" + WITH_FILE.encode() + b"\r\n"


def has(t, got, want, name):
    t.equal([k for k in got if k in want], want, name)


def lists(t, d):
    ran = d.run("list", "-o", "json")
    t.equal(len(ran.out.splitlines()), 3, "list: one object a line", ran)
    row = ran.json()[0]
    t.equal(list(row), LIST, "list: these keys in this order")
    t.equal(sorted(row["customer"]), ["address", "name"], "its customer")
    t.ok(isinstance(row["id"], int) and isinstance(row["tags"], list) and
         WHEN.match(row["waiting_since"]) and WHEN.match(row["due_at"]) and
         row["target"] == "default" and row["assignee"] is None and
         row["snoozed_until"] is None, "and their types", row)
    oldest = d.run("list", "-o", "json", "-n", "1").json()
    t.ok(len(oldest) == 1 and oldest[0]["subject"] == "Question 2",
         "-n 1 is the one that waits longest", oldest)
    rows = list(csv.reader(io.StringIO(d.run("list", "-o", "csv").out)))
    t.ok(rows[0][0] == "id" and len(rows) == 4 and
         len({len(r) for r in rows}) == 1, "list: as CSV", rows)


def shows(t, d):
    one = d.thread(d.of("Question 1"))
    has(t, one, LIST, "show: the keys of list")
    t.equal(list(one["messages"][0]), MESSAGE, "show: the keys of a message")
    m = one["messages"][0]
    t.ok(m["kind"] == "mail" and m["direction"] == "in" and
         m["message_id"] == "q1@example.org" and
         m["from"] == {"name": "Lena Fischer",
                       "address": "lena1@example.org"} and
         m["to"][0]["address"] == "hello@shop.example" and
         WHEN.match(m["date"]) and WHEN.match(m["received_at"]),
         "and what they hold", m)
    m = d.thread(d.of("Question 3"))["messages"][0]
    t.ok(m["attachments"] == [{
        "name": "wool.png", "type": "image/png", "size": 8,
        "sha256": "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d"
                  "20dab6"}], "show: an attachment", m["attachments"])
    t.ok("an old line" in m["text"] and "an old line" not in m["visible"],
         "visible leaves the quote out", m)
    d.run("note", 1, "--text", "-", input="only for us\n")
    note = d.thread(1)["messages"][-1]
    t.ok(note["kind"] == "note" and note["text"].strip() == "only for us" and
         note["message_id"] is None and note["from"]["name"] == "Ana Ruiz",
         "show: a note", note)


def table(d, *words):
    """What a command prints as CSV: rows of equal length."""
    rows = list(csv.reader(io.StringIO(d.run(*words, "-o", "csv").out)))
    assert len({len(r) for r in rows}) == 1, rows
    return rows


def hits(t, d):
    found = d.run("search", "wool", "-o", "json").json()
    t.ok(len(found) == 1 and found[0]["subject"] == "Question 3" and
         "wool" in found[0]["excerpt"] and isinstance(found[0]["id"], int),
         "search: the thread's keys and an excerpt", found)
    t.equal(d.run("search", "no-such-word", "-o", "json").out, "",
            "search: nothing found, nothing printed")
    rows = table(d, "search", "wool")
    t.equal(rows[1][:2], [str(found[0]["id"]), "Question 3"],
            "search: as CSV", rows)


def outbox(t, d):
    d.canned("hi", "Title: Hi there\nKeys: 1\nTags: shoes\n\nHello.\n")
    number = d.of("Question 1")
    ran = d.run("reply", number, "--canned", "hi")
    t.ok(ran.code == 0 and re.match(r"^\d+\n$", ran.out),
         "reply prints the number in the outbox", ran)
    row = d.run("outbox", "-o", "json").json()[0]
    t.equal(list(row), OUTBOX, "outbox: these keys in this order")
    t.ok(row["id"] == int(ran.out) and row["thread"] == number and
         row["state"] == "queued" and row["error"] is None and
         row["to"] == [{"name": "Lena Fischer",
                        "address": "lena1@example.org"}] and
         row["message_id"].endswith("@shop.example"), "and what they hold",
         row)
    rows = table(d, "outbox")
    t.equal((rows[0], rows[1][:3]), (OUTBOX, [str(row["id"]), str(number),
                                              "queued"]),
            "outbox: as CSV", rows)
    rows = table(d, "canned", "list")
    t.equal(rows, [["name", "title", "tags", "keys", "uses"],
                   ["hi", "Hi there", "shoes", "1", "1"]],
            "canned list: as CSV", rows)
    row = d.run("canned", "list", "-o", "json").json()[0]
    t.equal(row, {"name": "hi", "title": "Hi there", "tags": ["shoes"],
                  "keys": "1", "uses": 1}, "canned list")
    t.equal(list(row), CANNED, "in this order")


def report(t, d):
    ran = d.run("sync", "--now")
    t.ok(ran.code == 0 and len(d.sent()) == 1, "the answer leaves", ran)
    ran = d.run("report", "-o", "json")
    one = ran.json()[0]
    for name in ("from", "until", "zone", "now", "first", "any",
                 "resolution_first", "answered", "closed_unanswered",
                 "agents"):
        t.ok(name in one, "report: " + name, one)
    t.equal(sorted(one["now"]), ["late", "waiting"], "report: now")
    t.ok(one["zone"], "report: the zone has a name", one["zone"])
    has(t, one["first"], FIGURE, "report: a figure")
    t.equal(one["first"]["n"], 1, "one answer is counted")
    span = one["first"]["median"]
    t.ok(set(span) == {"wall", "open"} and abs(span["wall"] - 3600) < 120 and
         isinstance(span["open"], int), "its seconds by both clocks", span)
    t.equal([a["name"] for a in one["agents"]], ["Ana Ruiz"]
            if one["agents"][0]["name"] == "Ana Ruiz" else [d.login],
            "report: by agent")
    rows = list(csv.reader(io.StringIO(d.run("report", "-o", "csv").out)))
    t.ok(len(rows) >= 2 and len({len(r) for r in rows}) == 1,
         "report: as CSV", rows)
    for by in ("agent", "tag", "day", "hour"):
        ran = d.run("report", "month", "--by", by)
        t.ok(ran.code == 0 and "First response" in ran.out,
             "report --by " + by, ran)


def parse(t, d):
    raw = with_file(9)
    ran = d.bare("parse", "-", "-o", "json", input=raw)
    one = ran.json()[0]
    has(t, one, PARSE, "parse: these keys in this order")
    t.ok(one["bounce"] is None and one["forwarded"] is None and
         one["html"] is False and one["in_reply_to"] is not False and
         one["attachments"][0]["name"] == "wool.png" and
         one["from"] == [{"name": "Lena Fischer",
                          "address": "lena9@example.org"}], "parse: values",
         one)
    with open(d.path("one.eml"), "wb") as f:
        f.write(raw)
    t.equal(d.bare("parse", d.path("one.eml"), "-o", "json",
                   env={"PATH": "/usr/bin"}).json()[0], one,
            "parse: the same from a file, without home or configuration")


def dangers(t, d):
    """No control byte leaves the program, whatever a mail holds."""
    bad = "\x1b]0;owned\x07\x1b[31mred\x9b31m\u202egnp.exe\u0000"
    d.mails(letter(50, subject=bad.replace("\0", ""),
                   sender='"' + bad.replace("\0", "").replace('"', "") +
                   '" <evil@example.org>',
                   text="see " + bad.replace("\0", "")))
    number = max(d.rows())
    for words in (("list",), ("list", "-o", "json"), ("list", "-o", "csv"),
                  ("show", number), ("show", number, "-o", "json"),
                  ("search", "see"), ("export",)):
        if words == ("export",):
            continue  # raw mail, as it came, to a file
        out = d.run(*words).out
        t.ok(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]",
                           out.replace("\r\n", "\n")),
             "%s holds no control" % (words,), repr(out)[:600])


def main():
    t = Tap()
    with Desk() as d:
        d.mails(letter(2, 7200), letter(1, 3600), with_file(3))
        for one in (lists, shows, hits, outbox, report, parse, dangers):
            t.case(one, d)
    t.done()


main()
