# SPDX-License-Identifier: MIT
"""An app whose users log in with a code that they type in OtpMint's widget.

It needs nothing but Python. OTPMINT_URL and OTPMINT_SECRET_KEY say whom to ask, APP_PORT where to listen.
"""

import json
import os
import secrets
import urllib.error
import urllib.request
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OTPMINT = os.environ.get("OTPMINT_URL", "http://127.0.0.1:5000")
SECRET_KEY = os.environ.get("OTPMINT_SECRET_KEY", "dev-only-7Q2xWm9K-not-a-secret")
PORT = int(os.environ.get("APP_PORT", "8000"))

FOLDER = Path(__file__).parent
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/app.js": ("app.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
}
# What the widget needs of a strict policy: its script, and a frame of its server.
POLICY = (
    f"default-src 'none'; script-src 'self' {OTPMINT}; frame-src {OTPMINT}; style-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST_BODY = 4096
MOST_SESSIONS = 10_000

# By the value of their cookie. A real app has a store for them, and lets them end.
sessions = {}


def otpmint(path, body):
    """What OtpMint answers: the status, and the JSON."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(OTPMINT + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        return problem.code, json.load(problem)


def begin(session, asked):
    """Has a code sent. The browser gets the address of the page; the key stays here."""
    email = str(asked.get("email", ""))
    status, told = otpmint("/v1/challenges", {"to": email, "purpose": "login", "embed": True})
    if status != 201:
        return status, {"error": told.get("detail") or told["title"]}
    session["pending"] = {"key": told["key"], "email": email}
    return 200, {"page_url": told["page_url"]}


def finish(session, asked):
    """Exchanges the result. It has to be of the challenge that this very browser began: anybody can make
    a browser send a result of a challenge of their own."""
    pending = session.pop("pending", None)
    status, told = otpmint("/v1/results", {"result": str(asked.get("result", ""))})
    if status != 200 or pending is None or told["key"] != pending["key"]:
        return 403, {"error": "That did not work. Please start again."}
    session["email"] = pending["email"]
    return 200, {"email": pending["email"]}


def leave(session, _asked):
    session.clear()
    return 200, {}


ACTIONS = {"/login": begin, "/login/done": finish, "/logout": leave}


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/me":
            return self.answer_json(200, {"email": self.session().get("email")})
        if self.path not in FILES:
            return self.answer(404, "text/plain", b"Not found\n")
        name, media = FILES[self.path]
        text = (FOLDER / name).read_text(encoding="utf-8").replace("{{otpmint}}", OTPMINT)
        return self.answer(200, media, text.encode())

    def do_POST(self):
        # JSON is what no form of another site can send.
        size = int(self.headers.get("Content-Length") or 0)
        if self.headers.get_content_type() != "application/json" or not 0 < size <= LARGEST_BODY:
            return self.answer_json(400, {"error": "This is not a request of the app."})
        if self.path not in ACTIONS:
            return self.answer_json(404, {"error": "There is nothing here."})
        try:
            asked = dict(json.loads(self.rfile.read(size)))
        except (ValueError, TypeError):
            return self.answer_json(400, {"error": "This is not a request of the app."})
        session = dict(self.session())
        try:
            status, told = ACTIONS[self.path](session, asked)
        except OSError:
            return self.answer_json(503, {"error": "Codes cannot be sent just now. Please try again later."})
        return self.answer_json(status, told, self.renew(session))

    def cookie(self):
        sent = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return sent.value if sent else ""

    def session(self):
        return sessions.get(self.cookie(), {})

    def renew(self, session):
        """Under a new name with each change, so that nobody knows it from before the login."""
        sessions.pop(self.cookie(), None)
        while len(sessions) >= MOST_SESSIONS:
            sessions.pop(next(iter(sessions)))
        name = secrets.token_urlsafe(32)
        sessions[name] = session
        # Behind TLS this is `__Host-session`, with `Secure`.
        return {"Set-Cookie": f"session={name}; Path=/; HttpOnly; SameSite=Lax"}

    def answer_json(self, status, body, headers=None):
        self.answer(status, "application/json", json.dumps(body).encode(), headers or {})

    def answer(self, status, media, body, headers=None):
        self.send_response(status)
        safe = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
        for name, value in {"Content-Type": media, **safe, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", PORT), App)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
