# SPDX-License-Identifier: MIT
"""Every address of this project."""

from django.urls import path

from login import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("login", views.ask_address, name="login"),
    path("login/code", views.ask_code, name="code"),
    path("login/resend", views.resend_code, name="resend"),
    path("logout", views.sign_out, name="logout"),
]
