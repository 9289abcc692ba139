"""A TCP proxy with faults: delay, cut after so many bytes, reset.

delay is the seconds a chunk waits in each direction (half a round trip).
cut_down / cut_up end the connection after that many bytes from the server / to
the server; how is "close", "reset" or "stall" (nothing more, line open).
"""
import collections
import socket
import threading
import time


class Proxy:
    def __init__(self, lab, target, delay=0.0, cut_down=None, cut_up=None,
                 how="close"):
        self.target, self.delay, self.how = target, delay, how
        self.cut_down, self.cut_up = cut_down, cut_up
        self.up = self.down = 0
        self.port = lab.port()
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._sock.bind(("127.0.0.1", self.port))
        self._sock.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        lab.closers.append(self.close)

    def _accept(self):
        while True:
            try:
                a, _ = self._sock.accept()
            except OSError:
                return
            try:
                b = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                a.close()
                continue
            for s in (a, b):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for pair in ((a, b, "up"), (b, a, "down")):
                threading.Thread(target=self._pump, args=pair,
                                 daemon=True).start()

    def _pump(self, source, sink, way):
        """Read at once, write `delay` later, in order."""
        waiting, more = collections.deque(), threading.Condition()

        def write():
            while True:
                with more:
                    while not waiting:
                        more.wait()
                    at, data = waiting.popleft()
                time.sleep(max(0.0, at - time.monotonic()))
                if not self._pass(data, source, sink, way):
                    return

        threading.Thread(target=write, daemon=True).start()
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            with more:
                waiting.append((time.monotonic() + self.delay, data))
                more.notify()
            if not data:
                return

    def _pass(self, data, source, sink, way):
        if not data:
            try:
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            return False
        limit = self.cut_down if way == "down" else self.cut_up
        done = getattr(self, way)
        if limit is not None and done + len(data) >= limit:
            data = data[:max(0, limit - done)]
        try:
            sink.sendall(data)
        except OSError:
            return False
        setattr(self, way, done + len(data))
        if limit is not None and done + len(data) >= limit:
            self._end(source, sink)
            return False
        return True

    def _end(self, *socks):
        if self.how == "stall":
            return
        reset = self.how == "reset"
        for s in socks:
            try:
                if reset:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 b"\1\0\0\0\0\0\0\0")
                s.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def close(self):
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()
