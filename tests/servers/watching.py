"""The resident sync: delivery is a row, whatever becomes of the server."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import mail, main, until  # noqa: E402


def begin(s, **more):
    d = s.begin(**more)
    d.deliver(s.user, mail(subject="before"))
    s.child = s.shop.start("sync", "--watch")
    s.ok(until(lambda: s.there("before")), "it syncs at once")
    return d


def end(s):
    s.child.terminate()
    ran = s.shop.finish(s.child)
    s.equal(ran.code, 0, "it ends when told", ran)
    s.settle()


def delivery(s):
    """IDLE: each mail is a row as soon as the server has it."""
    d = begin(s)
    waits = []
    for i in range(5):
        began = time.monotonic()
        d.deliver(s.user, mail(subject="w%d" % i))
        s.ok(until(lambda: s.there("w%d" % i), 60, 0.01), "it is a row")
        waits.append(time.monotonic() - began)
    s.tap.note("from delivery to row: " + " ".join(
        "%.2f" % w for w in waits))
    for i in range(40):
        d.deliver(s.user, mail(subject="x%02d" % i))
    s.ok(until(lambda: all(s.there("x%02d" % i) for i in range(40)), 60),
         "forty at once")
    end(s)


def both_ways(s):
    """Changes there and here while it waits."""
    d = begin(s)
    d.deliver(s.user, mail(subject="second"))
    until(lambda: s.there("second"), 60)
    d.store(s.user, d.find(s.user, "before"), "\\Seen")
    s.ok(until(lambda: s.thread("before")["unread"] == 0, 60),
         "read there is read here")
    s.run("spam", s.thread("second")["id"])
    s.sync()
    s.ok(until(lambda: "second" in s.on_server("Junk"), 60),
         "spam here is in Junk there")
    d.append(s.user, "Junk", mail(subject="buy"))
    s.sync()
    s.equal(s.subjects("is:spam"), ["buy", "second"],
            "a sync beside it has its round done")
    end(s)


def commands(s):
    """What a command changes leaves at once; nobody else rings."""
    d = begin(s)
    s.run("tag", s.thread("before")["id"], "+urgent")
    s.ok(until(lambda: "urgent" in s.on_server()["before"], 15),
         "a tag is there within seconds")
    s.run("star", s.thread("before")["id"])
    s.ok(until(lambda: "\\Flagged" in s.on_server()["before"], 15),
         "so is a star")
    end(s)


def fallen(s):
    """The server is killed and comes back; mail came meanwhile."""
    d = begin(s)
    for turn in range(2):
        d.stop()
        time.sleep(0.5)
        d.start()
        d.deliver(s.user, mail(subject="after %d" % turn))
        s.ok(until(lambda: s.there("after %d" % turn), 90),
             "what came after the fall is here")
    end(s)


if __name__ == "__main__":
    main(delivery, both_ways, commands, fallen)
