# SPDX-License-Identifier: MIT
"""Who is signed in."""

import re
from functools import wraps

from flask import current_app, g, redirect, request, session, url_for

import accounts

# A place within this app: not "//evil.example", nor what a browser reads as that.
_LOCAL = re.compile(r"/(?![/\\])[!-~]*")


def load_account() -> None:
    """Puts the account that is signed in, or None, where views and templates find it."""
    signed_in = "account" in session
    g.account = accounts.of_session(session["account"], session["generation"]) if signed_in else None


def signed_in(view):
    """Shows a view to whoever is signed in, and to others once they are."""

    @wraps(view)
    def guarded(*args, **kwargs):
        if g.account:
            return view(*args, **kwargs)
        return redirect(url_for("codes.ask_address", way="login", next=request.full_path.rstrip("?")), 303)

    return guarded


def renew() -> None:
    """An empty session under a new name, so that whoever knew the former name has nothing."""
    current_app.session_interface.regenerate(session)
    session.clear()


def sign_in(account, after: str):
    """Signs in, and goes to the page that was asked for."""
    renew()
    session["account"], session["generation"] = account["id"], account["generation"]
    return redirect(after, 303)


def local(place: str | None) -> str:
    """Where to go after signing in: never out of this app."""
    return place if place and _LOCAL.fullmatch(place) else url_for("dashboard")
