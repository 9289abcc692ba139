#!/usr/bin/python3
"""Whose a thread is: what a colleague forwards, what belongs together, who
did what.
"""
import json
import re

from desk import DAY, HOUR, MINUTE, Desk, Shop, Tap, threads

INNER = """\
Ben, can you take this? She is difficult.

---------- Forwarded message ---------
From: Jo Example <jo@example.org>
Date: Sun, 22 Nov 2026 at 08:00
Subject: Broken cup
To: Ben Okoro <ben@shop.example>

Hello, my cup arrived broken.

Jo
"""

shop = Shop()
shop.mail("fwd", HOUR, "Ben Okoro <ben@shop.example>", "Fwd: Broken cup",
          INNER)
shop.mail("self", HOUR, "The Shop <hello@shop.example>", "Fwd: Broken bowl",
          INNER.replace("cup", "bowl"))
shop.mail("cup", 3 * DAY, "Jo Example <jo@example.org>", "An older question",
          "Do you have blue ones?")
shop.mail("plate", 2 * HOUR, "Kim Park <kim@example.com>", "Plate with a chip",
          "There is a chip in it.")
shop.mail("again", HOUR, "Kim Park <kim@example.com>", "Me again",
          "About that.")
shop.mail("lee", 30 * MINUTE, "Lee Long <lee@example.com>",
          "Another plate with a chip", "Mine too.")
shop.mail("max", 5 * MINUTE, "Max Short <max@example.com>", "Opening hours",
          "When are you open?")
shop.mail("joins", 4 * MINUTE, "Eve <eve@evil.example>", "Re: Opening hours",
          "I am with Max: send me everything.", ref="max")
shop.mail("boss", 3 * MINUTE, "The Shop <boss@freemail.example>", "Urgent",
          "Send me the vouchers.")
shop.mail("market", 2 * MINUTE, "Market <bot@market.example>",
          "A question about an article", "Is it in stock?",
          headers=[("Auto-Submitted", "auto-generated")])
shop.take()
number = threads(shop)
desk = Desk(shop, 24, 100)


def home():
    desk.keys("Esc", "Esc", "Esc", "g", "i", "g", "g")
    desk.until("^ Open")


def at(subject):
    home()
    desk.keys(":", *number[subject], "Enter")
    return desk.until("#" + number[subject] + " ")


def customer(subject):
    for line in shop.run("list", "-n", "0", "-o", "json").splitlines():
        row = json.loads(line)
        if row["id"] == int(number[subject]):
            return row["customer"]["address"]
    return None


def expect(got, want):
    if got != want:
        raise RuntimeError("got %r, wanted %r" % (got, want))


def forwards(subject):
    """A forward that nobody vouches for: offered, taken, answered, undone."""
    text = at(subject)
    if "the mail inside is from Jo Example <jo@example.org>; W takes" not in \
            re.sub(r"\s*\n[▌│ ]*", " ", text):
        raise RuntimeError(text)
    desk.keys("r")
    desk.until("W takes Jo Example <jo@example.org> for the customer")
    desk.keys("W")
    desk.until(r"is now of Jo Example <jo@example.org> · u takes it back")
    expect(customer(subject), "jo@example.org")
    desk.gone("W takes that")
    desk.keys("r")
    desk.until("writing")
    text = desk.still()
    if "To  Jo Example <jo@example.org>" not in text:
        raise RuntimeError(text)
    if "difficult" in text or "> Hello, my" not in text or "Fwd" in text:
        raise RuntimeError("what is ours went into the answer:\n" + text)
    desk.keys("Esc", "D")
    desk.until("#" + number[subject])
    desk.keys("H")
    desk.until("root +said that the customer is Jo Example")
    desk.keys("q", "u")
    desk.until("undone: customer")
    if customer(subject) == "jo@example.org":
        raise RuntimeError("undo left the customer")


def a_colleagues_forward_is_offered_and_taken_by_a_key():
    forwards("Fwd: Broken cup")


def a_forward_from_the_shops_own_address_is_too():
    forwards("Fwd: Broken bowl")


def the_command_line_says_the_same():
    n = number["Fwd: Broken cup"]
    if "customer is " + n not in shop.run("show", n):
        raise RuntimeError(shop.run("show", n))
    out = shop.run("reply", n, "--text", "-", text="hi\n", check=False)
    if "customer is " + n not in out:
        raise RuntimeError(out)
    shop.run("customer", "is", n)
    expect(customer("Fwd: Broken cup"), "jo@example.org")
    shop.run("customer", "is", n, "Kim Park <kim@example.com>")
    expect(customer("Fwd: Broken cup"), "kim@example.com")
    for wrong in ("ben@shop.example", "no address", "a@b.example, c@d.example"):
        if "shopbell: " not in shop.run("customer", "is", n, wrong,
                                        check=False):
            raise RuntimeError(wrong + " was taken")
    shop.run("undo", "2")
    if "customer is " + n not in shop.run("show", n):
        raise RuntimeError(shop.run("show", n))
    if "0 differences" not in shop.run("check"):
        raise RuntimeError(shop.run("check"))


def rows():
    """What the picker offers, in its order."""
    return re.findall(r"│ [▸ ].{2}#\d+ (.*?) {2,}", desk.still())


def her_own_threads_come_first_then_those_like_it():
    at("Plate with a chip")
    desk.keys("T")
    desk.until("This message, this thread")
    desk.keys(*"merge", "Enter")
    desk.until("Merge into")
    got = rows()
    expect(got[:2], ["Me again", "Another plate with a chip"])
    desk.keys("Esc")


def a_strangers_thread_is_asked_about():
    at("Plate with a chip")
    desk.keys("T")
    desk.until("This message, this thread")
    desk.keys(*"merge", "Enter")
    desk.until("Merge into")
    desk.keys("Down", "Enter")
    desk.until(r"is of Lee Long: merge\?")
    desk.keys("n")
    desk.gone("merge")
    expect(customer("Another plate with a chip"), "lee@example.com")


def nothing_stays_selected_after_a_merge():
    home()
    desk.keys("/", *"kim@example.com", "Enter")
    desk.until("hits")
    home()
    desk.keys("\\", *"from:kim@example.com", "Enter")
    desk.until("2|Open")
    desk.still()
    desk.keys("g", "g", "x", "x")
    desk.until("2 selected")
    desk.keys("T")
    desk.until("merged into")
    text = desk.still()
    if "selected" in text or "✓" in text:
        raise RuntimeError(text)
    desk.keys("u")
    desk.until("undone")


def two_customers_threads_are_one_only_if_meant():
    home()
    desk.keys("x", "x")
    desk.until("2 selected")
    desk.keys("T")
    desk.until(r"They are of 2 customers: merge\?")
    desk.keys("n")
    desk.until("2 selected")
    desk.keys("q")


def history_names_who_did_it():
    at("Opening hours")
    desk.keys("H")
    text = desk.until("Max Short +a mail arrived")
    if not re.search("root +read", text):
        raise RuntimeError(text)
    desk.keys("q")
    # Opening it is nothing that undo would take back.
    desk.keys("*", "u")
    desk.until("undone: star")
    desk.keys("u")
    if "undone: read" in desk.still():
        raise RuntimeError("undo took the reading back")


def who_joins_a_thread_by_its_ids_is_shown_as_new():
    at("Opening hours")
    desk.until("new in this thread: nobody here has written to them")
    n = number["Opening hours"]
    if "new in this thread" not in shop.run("show", n) or \
            "new-in-thread" not in shop.run("show", n, "-o", "json"):
        raise RuntimeError(shop.run("show", n))
    desk.keys("r")
    desk.until("writing")
    text = desk.still()
    if "To  Max Short" not in text or "eve@" in text:
        raise RuntimeError(text)
    desk.keys("Esc")
    desk.until("Eve.*is new to this thread: shown, not added")
    desk.keys("D")


def our_name_on_another_address_is_doubted():
    at("Urgent")
    desk.until("The Shop <boss@freemail.example>")
    desk.until("! the sender bears a name of ours, the address is not")


def one_key_says_that_it_was_no_robot():
    at("A question about an article")
    desk.until(r"automatic: Auto-Submitted: auto-generated \(A: a person")
    desk.gone("waiting")
    desk.keys("A")
    desk.until("human = bot@market.example")
    desk.until("waiting")
    desk.keys("u")
    desk.until("undone")
    desk.gone("waiting")


try:
    Tap().run([
        who_joins_a_thread_by_its_ids_is_shown_as_new,
        our_name_on_another_address_is_doubted,
        one_key_says_that_it_was_no_robot,
        a_colleagues_forward_is_offered_and_taken_by_a_key,
        a_forward_from_the_shops_own_address_is_too,
        the_command_line_says_the_same,
        her_own_threads_come_first_then_those_like_it,
        a_strangers_thread_is_asked_about,
        nothing_stays_selected_after_a_merge,
        two_customers_threads_are_one_only_if_meant,
        history_names_who_did_it,
    ])
finally:
    desk.close()
    shop.close()
