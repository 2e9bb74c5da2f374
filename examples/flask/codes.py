# SPDX-License-Identifier: MIT
"""Proving a mail address or a phone number with a code: to sign in, to make an account, or to reset a password.

A code is sent whether or not there is an account, and all answers are the same. What there is, only
whoever has the mailbox or the phone is told.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

import accounts
import otpmint
import passwords
import sessions

pages = Blueprint("codes", __name__)


@dataclass(frozen=True)
class Way:
    """What an address is proved for. The purpose chooses the words of the message."""

    title: str
    purpose: str


WAYS = {
    "login": Way("Sign in", "login"),
    "register": Way("Create an account", "verification"),
    "reset": Way("Reset your password", "password_reset"),
}


@pages.get("/<any(login, register, reset):way>")
def ask_address(way):
    after = sessions.local(request.args.get("next"))
    return render_template("address.html", way=way, title=WAYS[way].title, after=after)


@pages.post("/<any(login, register, reset):way>")
def send_code(way):
    to = request.form.get("to", "").strip()
    after = sessions.local(request.form.get("next"))
    try:
        key = otpmint.mint(to, WAYS[way].purpose, request.remote_addr)
    except otpmint.Refused as refused:
        flash(str(refused), "error")
        return redirect(url_for(".ask_address", way=way, next=after), 303)
    # Kept here: the browser is not asked which code it answers.
    session["pending"] = {"key": key, "to": to, "way": way, "after": after}
    return redirect(url_for(".ask_code"), 303)


@pages.get("/code")
def ask_code():
    pending = session.get("pending")
    if not pending:
        return redirect(url_for(".ask_address", way="login"), 303)
    return render_template("code.html", title=WAYS[pending["way"]].title, pending=pending)


@pages.post("/code")
def check_code():
    pending = session.get("pending")
    if not pending:
        return redirect(url_for(".ask_address", way="login"), 303)
    try:
        proved = otpmint.verify(pending["key"], request.form.get("code", ""), request.remote_addr)
    except otpmint.Refused as refused:
        return tell(refused, pending)
    return go_on(pending, accounts.normal(proved))


@pages.post("/code/resend")
def resend_code():
    pending = session.get("pending")
    if not pending:
        return redirect(url_for(".ask_address", way="login"), 303)
    try:
        otpmint.resend(pending["key"])
        flash("The code is on its way again.", "done")
    except otpmint.Refused as refused:
        return tell(refused, pending)
    return redirect(url_for(".ask_code"), 303)


def tell(refused, pending):
    """Says why not, where the next step is: another answer, or another code."""
    flash(str(refused), "error")
    if not refused.ended:
        return redirect(url_for(".ask_code"), 303)
    del session["pending"]
    return redirect(url_for(".ask_address", way=pending["way"], next=pending["after"]), 303)


def go_on(pending, address):
    """What an address was proved for."""
    account, way = accounts.find(address), pending["way"]
    if way == "login" and account:
        return sessions.sign_in(account, pending["after"])
    if way == "reset" and account or way == "register" and not account:
        return passwords.let_choose(address, way)
    sessions.renew()
    if account:
        flash("You have an account already. Please sign in.", "done")
        return redirect(url_for(".ask_address", way="login"), 303)
    flash("There is no account for this address yet.", "error")
    return redirect(url_for(".ask_address", way="register"), 303)
