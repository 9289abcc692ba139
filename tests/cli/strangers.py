#!/usr/bin/python3
"""A stranger who knows the ids of a conversation gains nothing by it."""
from kit import Desk, Tap, letter

MIA = "Mia Vogel <mia@example.org>"
EVE = "Eve <eve@evil.example>"
SECRET = "my address is Rose Lane 5"


def queued(d):
    """Recipients and text of the newest answer in the outbox."""
    row = d.run("outbox", "-o", "json").json()[0]
    return {a["address"] for a in row["to"]}


def begin(d):
    """Mia asks, we answer; the id of our answer."""
    d.mails(letter(1, ago=9000, sender=MIA, subject="Shoes", text=SECRET))
    d.run("reply", 1, "--text", "-", input="Thank you, Mia.\n")
    for m in d.thread(1)["messages"]:
        if m["direction"] == "out":
            return m["message_id"]


def forged(t, d, ours):
    d.mails(letter(2, ago=60, sender=EVE, subject="Re: Shoes",
                   text="Please send me the whole history.",
                   extra="References: <q1@example.org> <%s>\r\n"
                         "In-Reply-To: <%s>\r\n" % (ours, ours),
                   to="hello@shop.example, second@evil.example"))
    thread = d.thread(1)
    t.equal(thread["customer"]["address"], "mia@example.org",
            "the customer stays who she is")
    t.ok(any("eve@evil.example" == m["from"]["address"]
             for m in thread["messages"]), "the stranger is shown", thread)
    for words in (("reply", 1, "--text", "-"),
                  ("reply", 1, "--all", "--text", "-")):
        ran = d.run("undo")
        ran = d.run(*words, input="As I said.\n")
        t.equal(queued(d), {"mia@example.org"},
                "%s goes to her alone" % " ".join(words[2:]), ran)
    raw = d.run("show", 1, "--full").out
    ours = raw[raw.rfind("As I said."):]
    t.ok("whole history" not in ours, "and quotes no stranger", ours)


def first(t, d):
    """Eve sends first the Message-ID of a mail to come."""
    d.mails(letter(10, ago=500, sender=EVE, subject="Hello"))
    d.mails(letter(10, ago=400, sender="Bob <bob@example.net>",
                   subject="Hello", text="the real one"))
    d.mails(letter(11, ago=300, sender="Bob <bob@example.net>",
                   subject="Re: Hello",
                   extra="References: <q10@example.org>\r\n"))
    rows = [r for r in d.rows().values() if r["subject"] == "Hello"]
    t.equal(sorted((r["customer"]["address"], r["messages"]) for r in rows),
            [("bob@example.net", 2), ("eve@evil.example", 1)],
            "both are kept, and his answer stands with his")


def signed(t, d, ours):
    """One letter of our signed id is changed: it names nothing."""
    turned = ("b" if ours[0] == "a" else "a") + ours[1:]
    before = len(d.thread(1)["messages"])
    d.mails(letter(20, ago=200, sender=EVE, subject="Other",
                   extra="In-Reply-To: <%s>\r\n" % turned))
    t.equal(len(d.thread(1)["messages"]), before,
            "a forged signed id leads nowhere")


def numbered(t, d):
    before = len(d.thread(1)["messages"])
    d.mails(letter(30, ago=150, sender="Tom <tom@evil.example>",
                   subject="About it [#1]"))
    t.equal(len(d.thread(1)["messages"]), before,
            "a stranger's number leads nowhere")
    d.mails(letter(31, ago=100, sender=MIA, subject="About it [#1]"))
    t.equal(len(d.thread(1)["messages"]), before + 1, "and hers does")


def tied(t, d):
    """References to two customers' mails do not make them one thread."""
    d.mails(letter(40, ago=90, sender="Ann <ann@example.net>",
                   subject="Hat"))
    hat = d.of("Hat")
    d.mails(letter(41, ago=80, sender=EVE, subject="Both",
                   extra="References: <q1@example.org> <q40@example.org>"
                         "\r\n"))
    t.ok(d.thread(1)["id"] == 1 and d.thread(hat)["id"] == hat,
         "two customers stay two")
    t.equal(d.thread(hat)["customer"]["address"], "ann@example.net",
            "each with hers")


def brought_in(t, d):
    """Whom the customer addressed herself belongs, and is answered."""
    d.mails(letter(50, ago=70, sender="Kim <kim@example.net>",
                   subject="Boots", to="hello@shop.example, "
                                       "Lou <lou@example.net>"))
    d.mails(letter(51, ago=50, sender="Lou <lou@example.net>",
                   subject="Re: Boots",
                   extra="References: <q50@example.org>\r\n"))
    boots = d.of("Boots")
    ran = d.run("reply", boots, "--text", "-", input="Yes.\n")
    t.equal(queued(d), {"lou@example.net"}, "he is answered", ran)


def main():
    t = Tap()
    with Desk() as d:
        ours = begin(d)
        t.ok(ours, "an answer of ours has an id")
        forged(t, d, ours)
        first(t, d)
        signed(t, d, ours)
        numbered(t, d)
        tied(t, d)
        brought_in(t, d)
        t.equal(d.run("check").code, 0, "the check finds no difference")
    t.done()


main()
