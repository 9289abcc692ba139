"""The clocks of a program under test, moved by hand.

    clock = Clock(lab.folder)
    child = shop.start("sync", "--watch", env=clock.env(shop))
    clock.skip(60)      # a minute has passed
    clock.sleep(3600)   # the machine slept for an hour
"""
import mmap
import os
import struct

BUILD = os.environ.get("builddir", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "build"))
LIBRARY = os.path.abspath(os.path.join(BUILD, "tests", "lab", "clock.so"))


class Clock:
    def __init__(self, folder):
        self.path = os.path.join(folder, "clock")
        with open(self.path, "wb") as f:
            f.write(bytes(16))
        with open(self.path, "r+b") as f:
            self._map = mmap.mmap(f.fileno(), 16)
        self.passed = self.asleep = 0

    def _set(self):
        struct.pack_into("qq", self._map, 0, int(self.passed * 1000),
                         int(self.asleep * 1000))

    def skip(self, seconds):
        self.passed += seconds
        self._set()

    def sleep(self, seconds):
        self.asleep += seconds
        self._set()

    def env(self, shop, **more):
        return shop.env(LD_PRELOAD=LIBRARY, CLOCK_FILE=self.path, **more)
