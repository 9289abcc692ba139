"""An identity server: gives out tokens and says whose they are.

Access tokens may be put into .tokens by hand (RFC 7662: passdb() is what
Dovecot's configuration needs to ask), or come from the grants of OAuth 2:
device codes (RFC 8628), codes with PKCE (RFC 7636) and refresh tokens, which
are rotated; one that is used twice ends the whole login, as RFC 9700 says.

    identity = Identity(lab, user="hello@shop.test")
    shop = lab.shop(..., account_extra=identity.settings())
    identity.agree()                     # the person types the code
    identity.browse(address)             # the browser: where it ends up

.faults is a list of what to do instead of answering the next questions:
"500", "503", "cut", "garbage", "slow", "drip", "long", "redirect", "empty",
"html", or a pair (status, dict).  .asked lists the tokens introspected, .log
the pairs (path, form) of all other questions.
"""
import base64
import hashlib
import http.server
import json
import os
import secrets
import threading
import time
import urllib.parse

CLIENT = "shop-client"


class Identity:
    def __init__(self, lab, user=None, cert=None):
        self.lab, self.tokens, self.asked = lab, {}, []
        self.user, self.log, self.faults = user, [], []
        self.life, self.rotate, self.gives_refresh = 3600, True, True
        self.interval, self.code_life = 1, 600
        self.refreshes, self.reused, self.secret = 0, 0, None
        self.answer = {}            # what else stands in a grant's answer
        self.live, self.dead = set(), set()
        self.devices, self.codes, self.polls = {}, {}, []
        self.decision = "pending"   # of the person, for device codes
        self.redirected = 0
        self.stop = threading.Event()
        self.mutex = threading.Lock()
        self.port = lab.port()
        self.scheme = "https" if cert else "http"
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), self._handler())
        self.server.daemon_threads = True
        if cert:
            import ssl
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*lab.ca.pair(cert))
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        lab.closers.append(self._close)

    def _close(self):
        self.stop.set()
        self.server.shutdown()

    def url(self, path):
        return "%s://localhost:%d/%s" % (self.scheme, self.port, path)

    def passdb(self):
        path = os.path.join(self.lab.folder, "oauth2.conf")
        with open(path, "w") as f:
            f.write("introspection_mode = post\n"
                    "introspection_url = http://127.0.0.1:%d/introspect\n"
                    "username_attribute = username\n"
                    "active_attribute = active\nactive_value = true\n"
                    % self.port)
        os.chmod(path, 0o644)
        return ("passdb {\n  driver = oauth2\n"
                "  mechanisms = xoauth2 oauthbearer\n"
                "  args = %s\n}\n" % path)

    def settings(self, device=True, authorize=True, more=""):
        """Lines of an account that logs in here."""
        lines = ["oauth = other", "oauth-client-id = " + CLIENT,
                 "oauth-token = " + self.url("token"),
                 "oauth-scope = mail offline_access"]
        if device:
            lines.append("oauth-device = " + self.url("device"))
        if authorize:
            lines.append("oauth-authorize = " + self.url("authorize"))
        return "".join("\t%s\n" % x for x in lines) + more

    # ---- what people do ----

    def agree(self):
        self.decision = "yes"

    def decline(self, word="access_denied"):
        self.decision = word

    def browse(self, address, error=None):
        """Open the address, log in, and return where the browser ends."""
        q = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        assert q["response_type"] == "code" and q["client_id"] == CLIENT, q
        assert q["code_challenge_method"] == "S256", q
        assert len(q["state"]) >= 16 and len(q["code_challenge"]) == 43, q
        back = urllib.parse.urlsplit(q["redirect_uri"])
        assert back.hostname in ("127.0.0.1", "localhost"), q
        if error:
            end = {"error": error, "state": q["state"]}
        else:
            code = "4/0A" + secrets.token_urlsafe(20) + "+="
            self.codes[code] = q
            end = {"state": q["state"], "code": code, "scope": "mail"}
        return q["redirect_uri"] + "?" + urllib.parse.urlencode(end)

    def expire(self):
        """All access tokens are over now, whatever was promised."""
        self.tokens.clear()

    def revoke(self):
        """The login is over."""
        self.tokens.clear()
        self.dead |= self.live
        self.live.clear()

    # ---- what the server says ----

    def _grant(self):
        access = "at-" + secrets.token_urlsafe(24)
        self.tokens[access] = self.user
        out = {"token_type": "Bearer", "access_token": access,
               "expires_in": self.life, "scope": "mail"}
        if self.gives_refresh and (self.rotate or not self.live):
            out["refresh_token"] = "rt-" + secrets.token_urlsafe(24)
            self.live = {out["refresh_token"]}
        out.update(self.answer)
        return 200, {k: v for k, v in out.items() if v is not None}

    def _refresh(self, form):
        token = form.get("refresh_token")
        self.refreshes += 1
        if token in self.dead:
            self.reused += 1
            self.revoke()
        if token not in self.live:
            return 400, {"error": "invalid_grant", "error_description":
                         "AADSTS70008: the refresh token\n has \x1b[31m ended"}
        if self.rotate:
            self.dead |= self.live
        return self._grant()

    def _device(self, form):
        if form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        code = secrets.token_urlsafe(16)
        self.devices[code] = time.monotonic()
        return 200, {"device_code": code, "user_code": "BELL-4711",
                     "verification_uri": self.url("enter"),
                     "interval": self.interval, "expires_in": self.code_life}

    def _poll(self, form):
        self.polls.append(time.monotonic())
        decision = self.decision
        if isinstance(decision, list):
            decision = decision.pop(0) if len(decision) > 1 else decision[0]
        if form.get("device_code") not in self.devices:
            return 400, {"error": "invalid_grant"}
        if decision == "yes":
            del self.devices[form["device_code"]]
            return self._grant()
        return 400, {"error": {"pending": "authorization_pending"}.get(
            decision, decision)}

    def _code(self, form):
        q = self.codes.pop(form.get("code"), None)
        if q is None or q["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode())
        want = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
        if want != q["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description":
                         "the verifier does not fit"}
        return self._grant()

    def _token(self, form):
        if form.get("client_id") != CLIENT or (
                self.secret and form.get("client_secret") != self.secret):
            return 401, {"error": "invalid_client"}
        kind = form.get("grant_type", "")
        if kind == "refresh_token":
            return self._refresh(form)
        if kind == "authorization_code":
            return self._code(form)
        if kind.endswith(":device_code"):
            return self._poll(form)
        return 400, {"error": "unsupported_grant_type"}

    def _introspect(self, form):
        token = form.get("token", "")
        self.asked.append(token)
        user = self.tokens.get(token)
        return 200, {"active": user is not None, "username": user or ""}

    def reply(self, path, form):
        with self.mutex:
            if path == "/introspect":
                return self._introspect(form)
            self.log.append((path, form))
            if path == "/device":
                return self._device(form)
            if path == "/token":
                return self._token(form)
            if path == "/elsewhere":
                self.redirected += 1
                return self._grant()
            return 404, {"error": "no such place"}

    def fault(self, path):
        with self.mutex:
            if path == "/introspect" or not self.faults:
                return None
            return self.faults.pop(0)

    # ---- the wire ----

    def _handler(outer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(
                    self.headers.get("Content-Length", 0))).decode()
                form = dict(urllib.parse.parse_qsl(body))
                fault = outer.fault(self.path)
                if isinstance(fault, tuple):
                    return self.send(fault[0], json.dumps(fault[1]).encode())
                if fault is not None:
                    return self.misbehave(fault)
                status, answer = outer.reply(self.path, form)
                self.send(status, json.dumps(answer).encode())

            def send(self, status, data, more=()):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    for name, value in more:
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True

            def misbehave(self, fault):
                whole = json.dumps(outer._grant_shape()).encode()
                self.close_connection = True
                if fault.isdigit():
                    return self.send(int(fault), b"<h1>sorry</h1>")
                if fault == "garbage":
                    return self.send(200, b"\x00\xff{]" + os.urandom(200))
                if fault == "html":
                    return self.send(200, b"<html>log in</html>")
                if fault == "empty":
                    return self.send(200, b"{}")
                if fault == "redirect":
                    return self.send(307, b"", [
                        ("Location", outer.url("elsewhere"))])
                if fault == "long":
                    return self.send(200, b'{"access_token": "' +
                                     b"x" * (1 << 20) + b'"}')
                if fault == "slow":
                    outer.stop.wait(20)
                    return None
                head = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                        % len(whole))
                try:
                    if fault == "cut":
                        self.wfile.write(head + whole[:len(whole) // 2])
                    elif fault == "drip":
                        for i in range(len(head)):
                            self.wfile.write(head[i:i + 1])
                            if outer.stop.wait(0.5):
                                break
                except OSError:
                    pass
                return None

            def log_message(self, *args):
                pass

        return Handler

    @staticmethod
    def _grant_shape():
        return {"access_token": "never", "token_type": "Bearer",
                "expires_in": 3600, "refresh_token": "never-either"}
