// SPDX-License-Identifier: MIT
// @ts-check
"use strict";

const form = /** @type {HTMLFormElement} */ (document.querySelector("#login"));
const logout = /** @type {HTMLButtonElement} */ (document.querySelector("#logout"));
const said = /** @type {HTMLElement} */ (document.querySelector("#said"));

const ENDINGS = {
  canceled: "Then try it with another address.",
  expired: "The code has expired. Please ask for a new one.",
  exhausted: "There are no attempts left. Please ask for a new code.",
  verified: "This code has been used already. Please ask for a new one.",
  closed: "",
};

/** @param {string} path @param {object} body */
const post = async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
};

/** @param {string | null} email */
const show = (email) => {
  form.hidden = email !== null;
  logout.hidden = email === null;
  said.textContent = email === null ? "" : `Logged in as ${email}.`;
};

const login = async () => {
  const { page_url: pageUrl } = await post("/login", { email: form.email.value });
  const { result, status } = await /** @type {any} */ (window).OtpMint.open({ pageUrl });
  if (result === null) said.textContent = ENDINGS[status];
  else show((await post("/login/done", { result })).email);
};

let isBusy = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  // Two clicks are one mail. The button is not disabled: it gets the focus back from the dialog.
  if (isBusy) return;
  isBusy = true;
  login()
    .catch((error) => (said.textContent = error.message))
    .finally(() => (isBusy = false));
});

logout.addEventListener("click", async () => {
  await post("/logout", {});
  show(null);
});

fetch("/me").then(async (answer) => show((await answer.json()).email));
