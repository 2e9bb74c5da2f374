// SPDX-License-Identifier: MIT
// Takes the code from the text message where the browser can (WebOTP), and sends the form. Elsewhere, and without
// this script, `autocomplete="one-time-code"` lets the phone offer it, or it is typed.
"use strict";
if ("OTPCredential" in window) {
  const field = document.getElementById("code");
  const typed = new AbortController();
  field.form.addEventListener("submit", () => typed.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: typed.signal })
    .then((message) => {
      if (!message?.code) return;
      field.value = message.code;
      field.form.requestSubmit();
    })
    .catch(() => {}); // Refused, or typed first: there is nothing to do.
}
