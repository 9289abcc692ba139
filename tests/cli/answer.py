#!/usr/bin/python3
"""From a thread to a mail: recipients, headers, canned replies, the outbox."""
import email
import email.policy
import os
import re

from kit import Desk, Tap, letter


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def preview(d, *words, **more):
    ran = d.run(*words, "--preview", **more)
    if ran.code != 0:
        raise RuntimeError(str(ran))
    return parsed(ran.out.encode())


def headers(t, d):
    n = d.of("Shoes")
    m = preview(d, "reply", n, "--text", "-", input="Yes.\n")
    t.equal(m["To"], "Lena Fischer <lena1@example.org>", "to the customer")
    t.equal(m["Cc"], None, "and nobody else")
    t.equal(m["From"], "The Shop <orders@shop.example>",
            "from the alias she wrote to")
    t.equal(m["Subject"], "Re: Shoes", "the subject")
    t.equal(m["In-Reply-To"], "<q1@example.org>", "In-Reply-To")
    t.equal(m["References"].split(), ["<old@example.org>", "<q1@example.org>"],
            "References go on")
    t.ok(re.match(r"<[a-z0-9.]+@shop\.example>$", m["Message-Id"]),
         "a Message-ID of ours", m["Message-Id"])
    body = m.get_content()
    t.ok(body.startswith("Yes.\n") and "-- \nAna, The Shop" in body and
         "> Hello" in body and body.index("-- \n") < body.index("> Hello"),
         "text, signature, quote", body)
    m = preview(d, "reply", n, "--all", "--text", "-", input="Yes.\n")
    t.equal(m["Cc"], "Tom <tom@example.net>", "--all: the others too")
    m = preview(d, "reply", n, "--text", "-", "--cc", "boss@example.net",
                "--subject", "Änderung", input="Ja.\n")
    t.ok("boss@example.net" in m["Cc"] and m["Subject"] == "Änderung",
         "--cc and --subject", m)
    ran = d.run("reply", n, "--text", "-", "--cc", "a@b\r\nBcc: x@y.example",
                input="x")
    t.equal(ran.code, 64, "no line break gets into an address", ran)


def canned(t, d):
    n = d.of("Question 2")
    d.canned("hello", "Title: Hello\nKeys: 1\n\n"
             "Dear {{ customer.first_name | default: \"you\" }},\n"
             "{% if order %}order {{ order.number }}{% else %}no order"
             "{% endif %} #{{ thread.id }}, {{ agent.name }}\n")
    d.canned("deep/order", "Title: Order\nSubject: Your order\n\n"
             "It is {{ order.number }}.\n")
    d.canned("wrong", "Title: Wrong\n\nIt is {{ custmer.name }}.\n")
    m = preview(d, "reply", n, "--canned", "hello")
    t.ok(m.get_content().startswith(
        "Dear Lena,\nno order #%d, Ana Ruiz\n" % n), "filled in",
        m.get_content())
    t.ok("{" not in m.get_content(), "no brace")
    m = preview(d, "reply", n, "--canned", "1")
    t.ok("Dear Lena" in m.get_content(), "found by its key")
    for name, place in (("deep/order", "deep/order:4:"),
                        ("wrong", "wrong:3:")):
        ran = d.run("reply", n, "--canned", name)
        t.ok(ran.code == 64 and place in ran.err,
             "%s stops with its place" % name, ran)
    t.equal(d.run("outbox", "-o", "json").out, "", "and nothing is queued")
    ran = d.run("reply", n, "--canned", "helo")
    t.ok(ran.code == 66 and "hello" in ran.err, "a near miss is named", ran)
    ran = d.run("canned", "check")
    t.ok(ran.code == 1 and "wrong:3:" in ran.out and "order" not in
         ran.out.replace("deep/order", ""), "canned check finds the fault",
         ran)
    os.unlink(d.path("canned", "wrong.txt"))
    t.equal(d.run("canned", "check").code, 0, "and is content without it")


def outbox(t, d):
    n = d.of("Question 3")
    row = d.rows()[n]
    ran = d.run("reply", n, "--text", "-", input="First.\n")
    one = int(ran.out)
    t.equal(d.rows()[n]["state"], "pending", "an answer makes it pending")
    ran = d.run("reply", n, "--text", "-", input="Second.\n")
    t.ok(ran.code == 75 and "--again" in ran.err,
         "a second answer has to be meant", ran)
    ran = d.run("outbox", "cancel", one)
    t.equal(ran.code, 0, "taken back", ran)
    back = d.rows()[n]
    t.equal((back["state"], back["waiting_since"]),
            (row["state"], row["waiting_since"]), "she waits as before")
    ran = d.run("reply", n, "--text", "-", "--close", input="Third.\n")
    two = int(ran.out)
    ran = d.run("sync", "--now")
    t.equal(ran.code, 0, "sync", ran)
    ran = d.run("outbox", "cancel", two)
    t.equal(ran.code, 75, "too late to take it back", ran)
    t.ok(any(b"Third." in m for m in d.sent()) and
         not any(b"First." in m for m in d.sent()),
         "what was taken back never left")
    t.equal(d.rows()[n]["state"], "closed", "--close closed it")
    states = {r["id"]: r["state"] for r in
              d.run("outbox", "--all", "-o", "json").json()}
    t.equal((states[one], states[two]), ("cancelled", "filed"), "outbox --all")
    ran = d.run("sync", "--now")
    t.equal(len([m for m in d.sent() if b"Third." in m]), 1, "sent once")


def blind(t, d):
    """Ten at once on one thread: one answer."""
    n = d.of("Question 4")
    with open(d.path("words"), "w") as f:
        f.write("Once.\n")
    runs = [d.start("reply", n, "--text", d.path("words")) for _ in range(10)]
    codes = []
    for run in runs:
        run.communicate(timeout=60)
        codes.append(run.returncode)
    t.equal(sorted(codes), [0] + [75] * 9, "ten at once, one answer")
    d.run("sync", "--now")
    t.equal(len([m for m in d.sent() if b"Once." in m]), 1, "one mail left")


def others(t, d):
    ran = d.run("new", "--to", "Kim <kim@example.net>", "--subject",
                "Our news", "--text", "-", "--attach", d.path("words"),
                input="Hello Kim.\n")
    t.equal(ran.code, 0, "new", ran)
    n = d.of("Our news")
    row = d.rows()[n]
    t.ok(row["customer"]["address"] == "kim@example.net" and
         row["waiting_since"] is None, "begins a thread with its customer",
         row)
    n = d.of("With a picture")
    before = d.rows()[n]
    ran = d.run("forward", n, "--to", "workshop@example.net", "--text", "-",
                input="Can we mend this?\n")
    t.equal(ran.code, 0, "forward", ran)
    after = d.rows()[n]
    t.equal((after["state"], after["waiting_since"]),
            (before["state"], before["waiting_since"]),
            "a forward is no answer to the customer")
    t.ok("workshop@example.net" in d.thread(n)["messages"][-1]["text"],
         "a note stays behind")
    d.run("sync", "--now")
    raw = [m for m in d.sent() if b"Can we mend this?" in m]
    m = parsed(raw[0])
    names = [p.get_filename() for p in m.iter_attachments()]
    t.equal(names, ["wool.png"], "its attachment goes along")
    t.equal(m["In-Reply-To"], None, "and nothing ties it to the customer")
    news = [m for m in d.sent() if b"Hello Kim." in m][0]
    t.equal([p.get_filename() for p in parsed(news).iter_attachments()],
            ["words"], "new: an attachment")
    ran = d.run("new", "--to", "x@example.net", "--subject", "x", "--text",
                "-", "--attach", "/no/such/file", input="x")
    t.equal(ran.code, 66, "an attachment that is not there", ran)


def elsewhere(t, d):
    """Where answers go is what the screen says."""
    for subject, goes, said in (
            ("Odd name", '"odd name"@example.org', None),
            ("Asks for us", "Karl <karl@example.net>", None),
            ("By a list", "real@example.com", "real@example.com"),
            ("At home", "lena@home.example", "lena@home.example")):
        n = d.of(subject)
        m = preview(d, "reply", n, "--text", "-", input="Yes.\n")
        t.ok(goes.split("<")[-1].strip(">") in m["To"], subject, m["To"])
        shown = re.findall(r"answers go to (.*)\)", d.run("show", n).out)
        t.equal(shown, [said] if said else [], subject + ": is said")
    m = preview(d, "reply", d.of("Asks for us"), "--text", "-", input="Yes.\n")
    t.equal(m["References"], "<elder@example.org> <q11@example.org>",
            "References for want of others from In-Reply-To")


def pasted(t, d):
    m = preview(d, "forward", d.of("Pasted"), "--to", "k@example.net",
                "--text", "-", input="Look.\n")
    t.equal([p.get_filename() for p in m.iter_attachments()],
            ["picture-2.png"], "a picture inside the text goes along")


PASTED = """MIME-Version: 1.0\r
Content-Type: multipart/related; boundary="b"\r
\r
--b\r
Content-Type: text/html\r
\r
<p>See the hole:</p><img src="cid:hole"><p>There.</p>\r
--b\r
Content-Type: image/png\r
Content-ID: <hole>\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--b--"""

PICTURE = """MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
See the hole.\r
--b\r
Content-Type: image/png; name="wool.png"\r
Content-Disposition: attachment; filename="wool.png"\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--b--"""


def main():
    t = Tap()
    picture = letter(9, subject="With a picture").partition(b"\r\n\r\n")[0]
    pasted_in = letter(14, subject="Pasted").partition(b"\r\n\r\n")[0]
    with Desk() as d:
        d.mails(
            letter(1, to="orders@shop.example", subject="Shoes",
                   extra="Cc: Tom <tom@example.net>\r\n"
                   "References: <old@example.org>\r\n"),
            letter(2), letter(3), letter(4),
            picture + b"\r\n" + PICTURE.encode() + b"\r\n",
            letter(10, subject="Odd name", sender='"odd name"@example.org'),
            letter(11, subject="Asks for us",
                   sender="Karl <karl@example.net>",
                   extra="Reply-To: hello@shop.example\r\n"
                   "In-Reply-To: <elder@example.org>\r\n"),
            letter(12, subject="By a list", sender="list@lists.example.net",
                   extra="List-Id: <l.lists.example.net>\r\n"
                   "Reply-To: list@lists.example.net\r\n"
                   "X-Original-Sender: real@example.com\r\n"),
            letter(13, subject="At home",
                   extra="Reply-To: lena@home.example\r\n"),
            pasted_in + b"\r\n" + PASTED.encode() + b"\r\n")
        for one in (headers, canned, outbox, blind, others, elsewhere, pasted):
            t.case(one, d)
        ran = d.run("check")
        t.equal(ran.code, 0, "check finds nothing", ran)
    t.done()


main()
