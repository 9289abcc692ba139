"""Servers of our own on threads: every byte recorded, every answer scripted.

Wire is the common part: it accepts connections, wraps them in TLS if asked,
and calls talk(peer) for each.  peer.seen is all that the client sent, in the
order of arrival; peer.clear is the part that came outside TLS.
"""
import socket
import ssl
import threading


class Gone(Exception):
    """The client went away."""


class Peer:
    def __init__(self, wire, sock):
        self.wire, self.sock = wire, sock
        self.seen, self.clear = bytearray(), bytearray()
        self.secure = False
        self.error = None  # why TLS failed, as text
        self._ahead = b""

    def _fill(self):
        try:
            got = self.sock.recv(65536)
        except OSError as e:
            raise Gone(str(e))
        if not got:
            raise Gone("closed")
        self.seen += got
        if not self.secure:
            self.clear += got
        self._ahead += got

    def line(self):
        """One line without its end."""
        while b"\n" not in self._ahead:
            self._fill()
        one, _, self._ahead = self._ahead.partition(b"\n")
        return one.rstrip(b"\r")

    def read(self, n):
        while len(self._ahead) < n:
            self._fill()
        got, self._ahead = self._ahead[:n], self._ahead[n:]
        return got

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        try:
            self.sock.sendall(data)
        except OSError as e:
            raise Gone(str(e))

    def start_tls(self):
        """Become TLS; Gone if the client refuses our certificate."""
        try:
            self.sock = self.wire.context().wrap_socket(
                self.sock, server_side=True)
            self.secure = True
            self._ahead = b""
        except (OSError, ssl.SSLError) as e:
            self.error = str(e)
            raise Gone(str(e))

    def reset(self):
        """
        End the connection with a RST, also from another thread: the one that
        serves it wakes and closes it.  Closed here, its TLS would still
        write to the number of a descriptor that is another file by then.
        """
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             b"\1\0\0\0\0\0\0\0")
        try:
            self.sock.shutdown(socket.SHUT_RD)
        except OSError:
            pass

    def close(self):
        try:
            self.sock.close()
        except OSError:
            pass


class Wire:
    """
    tls: "none", "implicit" or "start" (talk calls start_tls itself).  cert is
    a kind of ca.py.  tls_max: "TLSv1.1" offers nothing newer than that.
    """

    def __init__(self, lab, tls="none", cert="good", tls_max=None, port=0):
        self.lab, self.tls, self.cert = lab, tls, cert
        self.tls_max = tls_max
        self.port = port or lab.port()
        self.peers = []
        self._lock = threading.Lock()
        self._open = True
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._sock.bind(("127.0.0.1", self.port))
        self._sock.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        lab.closers.append(self.close)

    def context(self):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(*self.lab.ca.pair(self.cert))
        if self.tls_max == "TLSv1.1":
            c.minimum_version = ssl.TLSVersion.TLSv1
            c.maximum_version = ssl.TLSVersion.TLSv1_1
            c.set_ciphers("ALL:@SECLEVEL=0")
        return c

    def _accept(self):
        while self._open:
            try:
                sock, _ = self._sock.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(self, sock)
            with self._lock:
                self.peers.append(peer)
            threading.Thread(target=self._run, args=(peer,),
                             daemon=True).start()

    def _run(self, peer):
        try:
            if self.tls == "implicit":
                peer.start_tls()
            self.talk(peer)
        except Gone:
            pass
        finally:
            peer.close()

    def talk(self, peer):
        raise NotImplementedError

    @property
    def seen(self):
        """All that every client sent, decrypted."""
        with self._lock:
            return b"".join(bytes(p.seen) for p in self.peers)

    def close(self):
        self._open = False
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()
        for p in list(self.peers):
            p.close()
