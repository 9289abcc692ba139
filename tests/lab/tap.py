"""TAP output: ok, skip, plan.

A test script makes one Tap, calls ok() for every claim and ends with done().
Where something is missing that the test needs: skip_all("why").
"""
import os
import random
import re
import sys
import tempfile
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

    def cases(self, functions, at_once=3):
        """
        Run test functions side by side, each in a process of its own: most
        of their time they wait for a server.  Told in order.
        """
        left, running = list(functions), []
        while left or running:
            while left and len(running) < at_once:
                running.append(self._begin(left.pop(0)))
            self._take(*running.pop(0))

    def _begin(self, function):
        said = tempfile.TemporaryFile("w+", encoding="utf-8")
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            sys.stdout = said
            random.seed()
            tap = Tap()
            tap.case(function)
            said.flush()
            os._exit(0)
        return function, pid, said

    def _take(self, function, pid, said):
        _, status = os.waitpid(pid, 0)
        said.seek(0)
        for line in said:
            told = re.match(r"(not )?ok \d+ (.*)", line)
            if told:
                self.n += 1
                self.failed += told.group(1) is not None
                line = "%sok %d %s\n" % (told.group(1) or "", self.n,
                                         told.group(2))
            sys.stdout.write(line)
        said.close()
        if status != 0:
            self.ok(False, "%s ran to its end" % function.__name__,
                    "status %d" % status)

    def done(self):
        print("1..%d" % self.n, flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print("1..0 # SKIP " + why, flush=True)
    sys.exit(0)
