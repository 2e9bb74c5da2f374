# SPDX-License-Identifier: MIT
"""Choosing a password, once the address is proved, and signing in with it."""

import time

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

import accounts
import sessions

pages = Blueprint("passwords", __name__)

CHOOSE_WITHIN = 600  # seconds
# It opens the account by itself, so it has to be long (NIST SP 800-63B-4, 3.1.1.2).
LENGTH = range(15, 129)


def let_choose(address: str, way: str):
    """Lets whoever has just proved an address choose the password of its account."""
    sessions.renew()
    session["proven"] = {"address": address, "way": way, "until": time.time() + CHOOSE_WITHIN}
    return redirect(url_for("passwords.ask_new"), 303)


def proven() -> dict | None:
    """The address that was proved a short while ago."""
    known = session.get("proven")
    return known if known and time.time() < known["until"] else None


@pages.get("/password")
def ask_new():
    if not (known := proven()):
        return redirect(url_for("codes.ask_address", way="login"), 303)
    return render_template("new_password.html", known=known, length=LENGTH)


@pages.post("/password")
def choose():
    if not (known := proven()):
        return redirect(url_for("codes.ask_address", way="login"), 303)
    password = request.form.get("password", "")
    if len(password) not in LENGTH:
        flash(f"Please choose one of {LENGTH.start} to {LENGTH.stop - 1} characters.", "error")
        return redirect(url_for(".ask_new"), 303)
    sessions.renew()
    if known["way"] == "reset":
        accounts.reset_password(known["address"], password)
        flash("Your password is changed. Please sign in.", "done")
        return redirect(url_for("codes.ask_address", way="login"), 303)
    if account := accounts.create(known["address"], password):
        return sessions.sign_in(account, url_for("dashboard"))
    flash("You have an account already. Please sign in.", "done")
    return redirect(url_for("codes.ask_address", way="login"), 303)


@pages.get("/login/password")
def ask():
    return render_template("password.html", after=sessions.local(request.args.get("next")))


@pages.post("/login/password")
def check():
    after = sessions.local(request.form.get("next"))
    address = accounts.normal(request.form.get("address", ""))
    try:
        if account := accounts.check_password(address, request.form.get("password", "")):
            return sessions.sign_in(account, after)
        flash("Address or password is wrong.", "error")
    except accounts.TooManyGuesses:
        flash("Too many wrong passwords for this address today. Please sign in with a code.", "error")
    return redirect(url_for(".ask", next=after), 303)
