# SPDX-License-Identifier: MIT
"""An app whose users sign in with a code from their mailbox."""

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from otpmint import OtpMint, Refused
from tickets import Tickets

LOGIN = "__Host-login"
SESSION = "__Host-session"
LARGEST_FORM = 4096  # bytes


@dataclass(frozen=True)
class Login:
    """A login that waits for its code. The browser is not asked which code it answers."""

    key: str
    email: str


logins = Tickets[Login](lifetime=3600)
# A session begins with a ticket of its own, so nobody can have known it before.
sessions = Tickets[str](lifetime=12 * 3600)


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with OtpMint() as app.state.otpmint:
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
app.mount("/static", StaticFiles(directory="static"))
templates = Jinja2Templates(directory="templates")


def api(request: Request) -> OtpMint:
    return request.app.state.otpmint


def signed_in(session: Annotated[str | None, Cookie(alias=SESSION)] = None) -> str:
    """The address that is signed in. Whoever is not is sent to sign in."""
    if email := sessions.held(session):
        return email
    raise HTTPException(303, headers={"Location": "/login"})


def waiting(ticket: Annotated[str | None, Cookie(alias=LOGIN)] = None) -> Login:
    """The login of this browser that waits for its code."""
    if login := logins.held(ticket):
        return login
    raise HTTPException(303, headers={"Location": "/login"})


@app.get("/")
async def dashboard(request: Request, email: Annotated[str, Depends(signed_in)]):
    return templates.TemplateResponse(request, "dashboard.html", {"email": email})


@app.get("/login")
async def ask_address(request: Request):
    return templates.TemplateResponse(request, "address.html")


@app.post("/login")
async def send_code(
    request: Request, otpmint: Annotated[OtpMint, Depends(api)], email: Annotated[str, Form(max_length=254)]
):
    email = email.strip().lower()
    try:
        key = await otpmint.mint(email, "login", request.client.host)
    except Refused as refused:
        return templates.TemplateResponse(request, "address.html", {"refused": refused})
    answer = RedirectResponse("/login/code", 303)
    give(answer, LOGIN, logins.issue(Login(key, email)))
    return answer


@app.get("/login/code")
async def ask_code(request: Request, login: Annotated[Login, Depends(waiting)]):
    return templates.TemplateResponse(request, "code.html", {"email": login.email})


@app.post("/login/code")
async def check_code(
    request: Request,
    otpmint: Annotated[OtpMint, Depends(api)],
    login: Annotated[Login, Depends(waiting)],
    code: Annotated[str, Form(max_length=100)],
):
    try:
        await otpmint.verify(login.key, code, request.client.host)
    except Refused as refused:
        return tell(request, login, refused)
    logins.void(request.cookies[LOGIN])
    sessions.void(request.cookies.get(SESSION))
    answer = RedirectResponse("/", 303)
    give(answer, SESSION, sessions.issue(login.email))
    return answer


@app.post("/login/resend")
async def resend_code(
    request: Request, otpmint: Annotated[OtpMint, Depends(api)], login: Annotated[Login, Depends(waiting)]
):
    try:
        await otpmint.resend(login.key)
    except Refused as refused:
        return tell(request, login, refused)
    told = {"email": login.email, "done": "The code is on its way again."}
    return templates.TemplateResponse(request, "code.html", told)


@app.post("/logout")
async def sign_out(request: Request):
    sessions.void(request.cookies.get(SESSION))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(SESSION, secure=True, httponly=True)
    return answer


def tell(request: Request, login: Login, refused: Refused):
    """Says why not, where the next step is: another answer, or another code."""
    page = "address.html" if refused.ended else "code.html"
    return templates.TemplateResponse(request, page, {"email": login.email, "refused": refused})


def give(answer: RedirectResponse, name: str, ticket: str) -> None:
    answer.set_cookie(name, ticket, secure=True, httponly=True, samesite="lax")


@app.middleware("http")
async def protect(request: Request, call_next):
    """Takes small forms from this app's own pages alone, and says what browsers may do with an answer."""
    if request.method == "POST" and not is_own(request):
        return PlainTextResponse("Nothing was done: the form came from elsewhere.", 403)
    if request.method == "POST" and not is_small(request):
        return PlainTextResponse("Nothing was done: the form is too large.", 413)
    answer = await call_next(request)
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    )
    return answer


def is_small(request: Request) -> bool:
    length = request.headers.get("Content-Length", "")
    return length.isdecimal() and int(length) <= LARGEST_FORM


def is_own(request: Request) -> bool:
    """Browsers say where a form comes from, in one of two headers, and a page cannot change them."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.headers["Host"]
