# SPDX-License-Identifier: MIT
"""The accounts of this app, in SQLite."""

import re
import secrets
import sqlite3
from pathlib import Path

from flask import current_app, g
from werkzeug.security import check_password_hash, generate_password_hash

SCHEMA = """
create table if not exists accounts (
    id integer primary key,
    -- A mail address, or a phone number with its country code.
    address text not null unique,
    password text not null,
    -- Sessions of a former generation are signed out.
    generation integer not null default 0
);
-- Guesses at passwords, whether or not there is an account.
create table if not exists guesses (
    address text primary key,
    made integer not null,
    since text not null default current_timestamp
);
"""

GUESSES_A_DAY = 5

# What is compared where there is no account, so that the answer takes as long.
NOBODYS_PASSWORD = generate_password_hash(secrets.token_hex())


class TooManyGuesses(Exception):
    """No password of this address is looked at for now."""


def init_app(app) -> None:
    """Makes the tables, and closes each request's connection with it."""
    with app.app_context():
        _database().executescript(SCHEMA)
    app.teardown_appcontext(lambda _error: g.pop("database").close() if "database" in g else None)


def normal(address: str) -> str:
    """A mail address or a phone number as accounts know it."""
    address = address.strip().lower()
    return address if "@" in address else re.sub(r"^00", "+", re.sub(r"[^0-9a-z+]", "", address))


def find(address: str) -> sqlite3.Row | None:
    """The account of an address."""
    return _database().execute("select * from accounts where address = ?", [address]).fetchone()


def of_session(account: int, generation: int) -> sqlite3.Row | None:
    """The account that is signed in, unless its password was reset since."""
    query = "select * from accounts where id = ? and generation = ?"
    return _database().execute(query, [account, generation]).fetchone()


def create(address: str, password: str) -> sqlite3.Row | None:
    """A new account, or None where there is one."""
    with _database() as database:
        query = "insert into accounts (address, password) values (?, ?) on conflict do nothing returning *"
        return database.execute(query, [address, generate_password_hash(password)]).fetchone()


def reset_password(address: str, password: str) -> None:
    """A new password. Whoever is signed in to the account is signed out."""
    with _database() as database:
        query = "update accounts set password = ?, generation = generation + 1 where address = ?"
        database.execute(query, [generate_password_hash(password), address])
        _forgive(database, address)


def check_password(address: str, password: str) -> sqlite3.Row | None:
    """The account, if this is its password. Each guess is counted before it is looked at."""
    with _database() as database:
        if _count_guess(database, address) > GUESSES_A_DAY:
            raise TooManyGuesses
    account = find(address)
    right = check_password_hash(account["password"] if account else NOBODYS_PASSWORD, password)
    if not (account and right):
        return None
    with _database() as database:
        _forgive(database, address)
    return account


def _count_guess(database: sqlite3.Connection, address: str) -> int:
    database.execute("delete from guesses where since < datetime('now', '-1 day')")
    query = """insert into guesses (address, made) values (?, 1)
        on conflict (address) do update set made = made + 1 returning made"""
    return database.execute(query, [address]).fetchone()["made"]


def _forgive(database: sqlite3.Connection, address: str) -> None:
    database.execute("delete from guesses where address = ?", [address])


def _database() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(Path(current_app.instance_path, "accounts.db"))
        g.database.row_factory = sqlite3.Row
    return g.database
