"""The copy in Sent: one of each mail, whoever makes it and when."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import mail, main  # noqa: E402

CUTS = 60 if os.environ.get("SHOPBELL_SLOW") else 8


def open_shop(s, questions, account_extra="", **more):
    """A shop with waiting customers, and a server for submission."""
    s.mx = s.lab.start_mx()
    s.begin(smtp=s.mx, account_extra=account_extra, **more)
    for i in range(questions):
        s.d.deliver(s.user, mail(
            sender="c%d@customer.test" % i, subject="Question %d" % i,
            message_id="q%d@customer.test" % i))
    s.sync()


def answer(s, *which):
    for i in which:
        s.run("reply", s.thread("Question %d" % i)["id"], "--text", "-",
              input="Here is answer %d.\n" % i)


def by_server(s, raw, user=None):
    s.d.append(user or s.user, "Sent", raw, "\\Seen")


def later(s, secs):
    return s.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + secs))


def copies(s, user=None):
    """Subject -> how many in Sent, without those marked as deleted."""
    out = {}
    for m in s.d.mailbox(user or s.user, "Sent"):
        if "\\Deleted" not in m.flags:
            name = m.header("Subject")
            out[name] = out.get(name, 0) + 1
    return out


def each_once(s, n, name):
    s.equal(copies(s), {"Re: Question %d" % i: 1 for i in range(n)}, name)
    s.equal({r["state"] for r in s.shop.outbox()}, {"filed"},
            "and the outbox knows", s.shop.outbox())


def end(s, n):
    each_once(s, n, "one copy of each at the end")
    s.equal(len(s.mx.taken), n, "each was sent once")
    s.equal([r["messages"] for r in s.shop.list()], [2] * len(s.shop.list()),
            "each thread shows its answer once")
    s.settle()


def never(s):
    """A server that files nothing: we do, once, and remember."""
    open_shop(s, 4)
    answer(s, 0)
    s.sync()
    each_once(s, 1, "we make the copy")
    s.equal(s.on_server("Sent"), {"Re: Question 0": ["\\Seen"]},
            "it is marked as read")
    answer(s, 1, 2, 3)
    ran = s.sync()
    s.ok(ran.seconds < 30, "nothing is waited for any more", ran)
    for _ in range(2):
        s.sync()
    end(s, 4)


def always(s):
    """A server that files at once is left to it."""
    open_shop(s, 3)
    s.mx.filing = lambda raw: by_server(s, raw)
    for i in range(3):
        answer(s, i)
        s.sync()
        s.sync()
    s.equal(s.ask("SELECT count(*) FROM fact WHERE value LIKE 'yes %'"),
            [(1,)], "that is learned")
    end(s, 3)


def late(s):
    """Copies of the server's that come when ours are there already."""
    open_shop(s, 5)
    held = []
    s.mx.filing = held.append
    answer(s, 0, 1)
    s.sync()
    answer(s, 2)
    s.sync()
    each_once(s, 3, "it seemed not to file, so we did")
    for raw in held:
        by_server(s, raw)
    s.sync()
    each_once(s, 3, "ours are taken back, all of them")
    held.clear()
    answer(s, 3)
    s.sync()
    s.equal(len(copies(s)), 3, "the next one is waited for")
    by_server(s, held[0])
    s.sync()
    each_once(s, 4, "and comes")
    s.mx.filing = None
    answer(s, 4)
    s.sync()
    s.equal(len(copies(s)), 4, "a server that stops is waited for")
    s.shop.sync(env=later(s, 700))
    end(s, 5)


def changed_habit(s):
    """A server that never did begins to file, late each time."""
    open_shop(s, 4)
    answer(s, 0)
    s.sync()
    s.shop.sync(env=later(s, 700))
    held = []
    s.mx.filing = held.append
    answer(s, 1, 2)
    s.sync()
    for raw in held:
        by_server(s, raw)
    s.sync()
    each_once(s, 3, "no second copy stays")
    s.mx.filing = lambda raw: by_server(s, raw)
    answer(s, 3)
    s.sync()
    s.sync()
    end(s, 4)


def told(s):
    """sent = server and sent = append."""
    open_shop(s, 2, account_extra="\tsent = server\n")
    answer(s, 0)
    s.sync()
    s.shop.sync(env=later(s, 700))
    s.equal(copies(s), {}, "the server is left to it, come what may")
    s.equal([r["state"] for r in s.shop.outbox()], ["filed"],
            "and not asked for ever")
    s.shop.account_extra = "\tsent = append\n"
    s.shop.write()
    answer(s, 1)
    ran = s.sync()
    s.equal(copies(s), {"Re: Question 1": 1}, "told to, we make it", ran)
    s.ok(ran.seconds < 30, "without waiting", ran)
    s.settle()


def cut(s):
    """The line is cut anywhere in a round that files: never two copies."""
    open_shop(s, CUTS + 2)
    straight, url = s.shop.imap, "imaps://localhost:%d"
    answer(s, 0)
    s.sync()
    proxy = s.lab.proxy(s.d.imaps)
    s.shop.imap = url % proxy.port
    s.shop.write()
    answer(s, 1)
    s.sync()
    whole = proxy.down
    for i in range(2, CUTS + 2):
        at = 2000 + (whole - 2000) * (i - 2) // CUTS
        proxy = s.lab.proxy(s.d.imaps, cut_down=at, how="reset")
        s.shop.imap = url % proxy.port
        s.shop.write()
        answer(s, i)
        s.shop.sync("--now")
        s.shop.imap = straight
        s.shop.write()
        s.sync("--now")
    end(s, CUTS + 2)


def two_accounts(s):
    """One server of two files; each is learned for itself."""
    open_shop(s, 2)
    text = open(s.shop.config).read()
    account = re.search(r'(?ms)^\[account "shop"\].*?(?=^\[|\Z)',
                        text).group(0)
    other, orders = s.lab.start_mx(), "orders@shop.test"
    other.filing = lambda raw: by_server(s, raw, orders)
    account = account.replace('"shop"', '"orders"').replace(
        s.user, orders).replace("localhost:%d" % s.mx.port,
                                "127.0.0.1:%d" % other.port)
    with open(s.shop.config, "a") as f:
        f.write(account)
    for i in range(2):
        s.d.deliver(orders, mail(
            sender="d%d@customer.test" % i, to=orders,
            subject="Order %d" % i, message_id="o%d@customer.test" % i))
    s.sync()
    for i in range(2):
        answer(s, i)
        s.run("reply", s.thread("Order %d" % i)["id"], "--text", "-",
              input="On its way.\n")
        s.sync()
    s.sync()
    s.equal(copies(s), {"Re: Question 0": 1, "Re: Question 1": 1},
            "where the server does not, we file")
    s.equal(copies(s, orders), {"Re: Order 0": 1, "Re: Order 1": 1},
            "where it does, it is left to it")
    s.equal((len(s.mx.taken), len(other.taken)), (2, 2),
            "each went out by its own account")
    s.equal(sorted(s.ask("SELECT account, substr(value, 1, 3) FROM fact"
                         " WHERE name = 'server-files-sent'")),
            [("orders", "yes"), ("shop", "no ")], "each is remembered")


def no_mailbox(s):
    """Without a mailbox for sent mail one is made where they lie."""
    open_shop(s, 2)
    try:
        s.d.delete(s.user, "Sent")
    except RuntimeError:
        pass
    answer(s, 0)
    s.sync()
    answer(s, 1)
    s.sync()
    s.sync()
    end(s, 2)


def doubt(s):
    """No answer after the dot: the server's own copy settles it."""
    open_shop(s, 2)
    s.mx.filing = lambda raw: by_server(s, raw)
    s.mx.faults = ["late"]
    answer(s, 0)
    s.shop.sync()
    s.sync()
    each_once(s, 1, "found in Sent: it was sent")
    s.mx.filing, s.mx.faults = None, ["late"]
    answer(s, 1)
    s.shop.sync()
    s.equal(sorted(r["state"] for r in s.shop.outbox()), ["doubt", "filed"],
            "without a copy it stays in doubt")
    number = next(r["id"] for r in s.shop.outbox() if r["state"] == "doubt")
    s.run("outbox", "resolve", number, "sent")
    s.sync()
    s.shop.sync(env=later(s, 700))
    end(s, 2)


if __name__ == "__main__":
    main(never, always, late, changed_habit, told, cut, two_accounts,
         no_mailbox, doubt)
