"""An identity server: says whose an access token is (RFC 7662).

tokens maps a token to a user.  passdb() is what Dovecot's configuration needs
to ask it.
"""
import http.server
import json
import os
import threading
import urllib.parse


class Identity:
    def __init__(self, lab):
        self.lab, self.tokens, self.asked = lab, {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(
                    self.headers.get("Content-Length", 0))).decode()
                token = urllib.parse.parse_qs(body).get("token", [""])[0]
                outer.asked.append(token)
                user = outer.tokens.get(token)
                data = json.dumps({"active": user is not None,
                                   "username": user or ""}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.port = lab.port()
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        lab.closers.append(self.server.shutdown)

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
