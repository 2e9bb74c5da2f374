# SPDX-License-Identifier: MIT
"""An app whose users sign in with a code from their mailbox or their phone, or with a password."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from cachelib import FileSystemCache
from flask import Flask, redirect, render_template, url_for
from flask_session import Session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

import accounts
import codes
import passwords
import sessions

app = Flask(__name__)
# Accounts and sessions are for this program alone to read.
Path(app.instance_path).mkdir(mode=0o700, exist_ok=True)

app.config.update(
    # Signs the CSRF tokens. Set one of your own where there is more than one process.
    SECRET_KEY=os.environ.get("SECRET_KEY") or secrets.token_hex(),
    # The browser has the random name of its session and nothing else.
    SESSION_TYPE="cachelib",
    SESSION_CACHELIB=FileSystemCache(Path(app.instance_path, "sessions"), threshold=100_000),
    SESSION_REFRESH_EACH_REQUEST=False,
    PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
    SESSION_COOKIE_NAME="__Host-session",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
    MAX_CONTENT_LENGTH=16 * 1024,
)
Session(app)
CSRFProtect(app)
accounts.init_app(app)
app.before_request(sessions.load_account)
app.register_blueprint(codes.pages)
app.register_blueprint(passwords.pages)


@app.get("/")
@sessions.signed_in
def dashboard():
    return render_template("dashboard.html")


@app.post("/logout")
def sign_out():
    sessions.renew()
    return redirect(url_for("codes.ask_address", way="login"), 303)


@app.errorhandler(CSRFError)
def refuse_form(_error):
    """A form that another site has sent, or one of a session that has ended."""
    return render_template("too_old.html"), 400


@app.after_request
def protect(response):
    """What is shown is for one person, for now, and not within the page of another site."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    )
    return response
