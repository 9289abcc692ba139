"""How often a sync waits for the server: turns of talk, whatever the size.

A proxy counts how often the client speaks after the server has.  The
handshake takes two turns, the farewell one or two.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lab"))
from lab import Lab, Tap, mail, needs  # noqa: E402
from proxy import Proxy  # noqa: E402

USER = "hello@shop.test"


class Turns(Proxy):
    """A proxy that counts."""

    spoke, turns = "down", 0

    def _pass(self, data, source, sink, way):
        if data and way == "up" and self.spoke == "down":
            self.turns += 1
        if data:
            self.spoke = way
        return super()._pass(data, source, sink, way)

    def taken(self):
        """Turns since the last call."""
        n, self.turns, self.spoke = self.turns, 0, "down"
        return n


def trips(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        d.fill(USER, [(mail(subject="Matter %d" % i), 1700000000 + i)
                      for i in range(60)])
        p = Turns(lab, d.imaps)
        shop = lab.shop("imaps://localhost:%d" % p.port, None,
                        history="3650d")
        first = shop.sync()
        n = p.taken()
        t.ok(first.code == 0 and len(shop.list("-n", "0")) > 0 and n <= 8,
             "a first sync of a small mailbox takes eight turns",
             "%d turns" % n, first)
        none = shop.sync()
        n = p.taken()
        t.ok(none.code == 0 and n <= 7, "one with nothing new takes seven",
             "%d turns" % n, none)
        d.deliver(USER, mail(subject="One more"))
        more = shop.sync()
        n = p.taken()
        t.ok(more.code == 0 and n <= 11, "one with a mail in it takes eleven",
             "%d turns" % n, more)
        t.equal(shop.run("audit").code, 0, "and everything is there")


needs("dovecot")
t = Tap()
t.case(trips)
t.done()
