"""The accounts of this app, in SQLite."""

import secrets
import sqlite3
from pathlib import Path

from flask import current_app, g
from werkzeug.security import check_password_hash, generate_password_hash

SCHEMA = """
create table if not exists accounts (
    id integer primary key,
    email text not null unique,
    password text not null,
    -- Sessions of a former generation are signed out.
    generation integer not null default 0
);
-- Guesses at passwords, whether or not there is an account.
create table if not exists guesses (
    email text primary key,
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


def normal(email: str) -> str:
    """An address as accounts know it. The code goes to exactly this one."""
    return email.strip().lower()


def find(email: str) -> sqlite3.Row | None:
    """The account of an address."""
    return _database().execute("select * from accounts where email = ?", [email]).fetchone()


def of_session(account: int, generation: int) -> sqlite3.Row | None:
    """The account that is signed in, unless its password was reset since."""
    query = "select * from accounts where id = ? and generation = ?"
    return _database().execute(query, [account, generation]).fetchone()


def create(email: str, password: str) -> sqlite3.Row | None:
    """A new account, or None where there is one."""
    with _database() as database:
        query = "insert into accounts (email, password) values (?, ?) on conflict do nothing returning *"
        return database.execute(query, [email, generate_password_hash(password)]).fetchone()


def reset_password(email: str, password: str) -> None:
    """A new password. Whoever is signed in to the account is signed out."""
    with _database() as database:
        query = "update accounts set password = ?, generation = generation + 1 where email = ?"
        database.execute(query, [generate_password_hash(password), email])
        _forgive(database, email)


def check_password(email: str, password: str) -> sqlite3.Row | None:
    """The account, if this is its password. Each guess is counted before it is looked at."""
    with _database() as database:
        if _count_guess(database, email) > GUESSES_A_DAY:
            raise TooManyGuesses
    account = find(email)
    right = check_password_hash(account["password"] if account else NOBODYS_PASSWORD, password)
    if not (account and right):
        return None
    with _database() as database:
        _forgive(database, email)
    return account


def _count_guess(database: sqlite3.Connection, email: str) -> int:
    database.execute("delete from guesses where since < datetime('now', '-1 day')")
    query = """insert into guesses (email, made) values (?, 1)
        on conflict (email) do update set made = made + 1 returning made"""
    return database.execute(query, [email]).fetchone()["made"]


def _forgive(database: sqlite3.Connection, email: str) -> None:
    database.execute("delete from guesses where email = ?", [email])


def _database() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(Path(current_app.instance_path, "accounts.db"))
        g.database.row_factory = sqlite3.Row
    return g.database
