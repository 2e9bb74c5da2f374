# SPDX-License-Identifier: MIT
"""What people fill in."""

from django import forms


class AddressForm(forms.Form):
    """Who signs in. The length is that of Django's user names."""

    email = forms.EmailField(
        label="E-mail address",
        label_suffix="",
        max_length=150,
        error_messages={"invalid": "This does not look like a mail address."},
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self):
        """The address as it is known here. The code goes to exactly this one."""
        return self.cleaned_data["email"].lower()


class CodeForm(forms.Form):
    """The code out of the mail."""

    code = forms.CharField(
        label="Code",
        label_suffix="",
        max_length=32,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )
