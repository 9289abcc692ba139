"""TAP output: ok, skip, plan.

A test script makes one Tap, calls ok() for every claim and ends with done().
Where something is missing that the test needs: skip_all("why").
"""
import sys
import traceback


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def ok(self, good, name, *why):
        """A claim.  why is shown as comments if it does not hold."""
        self.n += 1
        if not good:
            self.failed += 1
        print("%sok %d - %s" % ("" if good else "not ", self.n,
                                name.replace("#", "")), flush=True)
        if not good:
            for one in why:
                self.note(one)
        return bool(good)

    def equal(self, got, want, name, *why):
        return self.ok(got == want, name, "got:    %r" % (got,),
                       "wanted: %r" % (want,), *why)

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why), flush=True)

    @staticmethod
    def note(text):
        for line in str(text).splitlines()[-40:]:
            print("# " + line, flush=True)

    def case(self, function, *args):
        """Run a test function; an exception is a failure, not the end."""
        try:
            function(self, *args)
        except Exception:
            self.ok(False, "%s ran to its end" % function.__name__,
                    traceback.format_exc())

    def done(self):
        print("1..%d" % self.n, flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print("1..0 # SKIP " + why, flush=True)
    sys.exit(0)
