# SPDX-License-Identifier: MIT
"""Signing in with a code from the mailbox.

Whoever proves an address for the first time has an account then.
"""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import otpmint
from .forms import AddressForm, CodeForm

User = auth.get_user_model()


@require_GET
@login_required
def dashboard(request):
    return render(request, "dashboard.html")


@require_http_methods(["GET", "POST"])
def ask_address(request):
    form = AddressForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            key = otpmint.mint(email, "login", request.META["REMOTE_ADDR"])
        except otpmint.Refused as refused:
            form.add_error(None, str(refused))
        else:
            # Kept here: the browser is not asked which code it answers, nor which address it has proved.
            request.session["pending"] = {"key": key, "email": email, "next": after_login(request)}
            return redirect("code")
    return render(request, "address.html", {"form": form})


@require_http_methods(["GET", "POST"])
def ask_code(request):
    pending = request.session.get("pending")
    if not pending:
        return redirect("login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            otpmint.verify(pending["key"], form.cleaned_data["code"], request.META["REMOTE_ADDR"])
        except otpmint.Refused as refused:
            if refused.ended:
                return begin_again(request, refused)
            form.add_error(None, str(refused))
        else:
            return sign_in(request, request.session.pop("pending"))
    return render(request, "code.html", {"form": form, "email": pending["email"]})


@require_POST
def resend_code(request):
    pending = request.session.get("pending")
    if not pending:
        return redirect("login")
    try:
        otpmint.resend(pending["key"])
        messages.success(request, "The code is on its way again.")
    except otpmint.Refused as refused:
        if refused.ended:
            return begin_again(request, refused)
        messages.error(request, str(refused))
    return redirect("code")


@require_POST
def sign_out(request):
    auth.logout(request)
    return redirect("login")


def begin_again(request, refused):
    """The code takes no more answers: only another one helps."""
    del request.session["pending"]
    messages.error(request, str(refused))
    return redirect("login")


def sign_in(request, pending):
    """Signs in under a new session id, which Django draws, and goes to the page that was asked for."""
    user, new = User.objects.get_or_create(username=pending["email"], defaults={"email": pending["email"]})
    if new:
        user.set_unusable_password()
        user.save()
    auth.login(request, user)
    return redirect(pending["next"])


def after_login(request):
    """The page that was asked for, if it is one of this site."""
    page = request.GET.get("next", "")
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(page, allowed_hosts=here, require_https=request.is_secure()):
        return page
    return resolve_url("dashboard")
