// @ts-check
// The page works without this. With it, forms are sent without a reload, times run, a code is sent at its last digit, and
// one that comes by SMS is filled in.
"use strict";
(() => {
  const live = /** @type {HTMLElement} */ (document.getElementById("live"));
  /** @type {number | undefined} */
  let timer;

  /** The part of a page that changes. @param {Document} page */
  const main = (page) => page.getElementById("page");

  /** Shows another page in the place of this one. @param {string} html */
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = main(page);
    // Something in between has answered, such as a proxy.
    if (!next) throw new Error("not one of our pages");
    main(document)?.replaceWith(next);
    document.title = page.title;
    start();
    const said = document.getElementById("notice") ?? document.querySelector("h1");
    live.replaceChildren(said?.textContent ?? "");
    /** @type {HTMLElement | null} */ (next.querySelector("[autofocus], [data-focus]"))?.focus();
  };

  /** @param {string} path */
  const load = async (path) => show(await (await fetch(path)).text());

  /** Sends a form, and goes where its answer leads. @param {HTMLFormElement} form */
  const send = async (form) => {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return show(await answer.text());
    const told = await answer.json();
    const { location } = told;
    // In a frame it may lead nowhere: framed.js tells the page around it.
    if (location === undefined) return document.dispatchEvent(new CustomEvent("otpmint:told", { detail: told }));
    if (!location.startsWith("/")) return window.location.assign(location);
    await load(location).catch(() => window.location.assign(location));
  };

  /** @param {number} seconds */
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  /** Lets the times of the page run. What a time was for happens at its end. */
  const run = () => {
    const since = performance.now();
    /** @type {NodeListOf<HTMLElement>} */
    const times = document.querySelectorAll("[data-seconds]");
    /** @type {NodeListOf<HTMLButtonElement>} */
    const early = document.querySelectorAll("button[data-after]");
    for (const button of early) button.disabled = true;
    timer = window.setInterval(() => {
      const passed = Math.floor((performance.now() - since) / 1000);
      for (const time of times) {
        const left = Math.max(0, Number(time.dataset.seconds) - passed);
        time.textContent = clock(left);
        if (left > 0) continue;
        if (time.dataset.reload === undefined) time.parentElement?.remove();
        else {
          clearInterval(timer);
          load(window.location.pathname + window.location.search).catch(() => {});
        }
      }
      for (const button of early) if (passed >= Number(button.dataset.after)) button.disabled = false;
    }, 250);
  };

  /** How many hashes are computed at a time. */
  const TRIES = 512;

  /**
   * Works for a page that waits before an answer, so that its visitor need not wait: finds a number for which the hash of
   * the page's proof and the number begins with so many zeros.
   */
  const work = async () => {
    const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-bits]"));
    // Without TLS there is only the pause.
    if (!form || !window.crypto.subtle) return;
    /** @param {string} name */
    const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    const [proof, bits, encoder] = [field("pause").value.split(".")[1], Number(form.dataset.bits), new TextEncoder()];
    /** @param {number} number */
    const zeros = async (number) => {
      const hash = await window.crypto.subtle.digest("SHA-256", encoder.encode(`${proof}.${number}`));
      return Math.clz32(new DataView(hash).getUint32(0));
    };
    for (let first = 0; form.isConnected; first += TRIES) {
      const found = await Promise.all(Array.from({ length: TRIES }, (_, at) => zeros(first + at)));
      const at = found.findIndex((count) => count >= bits);
      if (at < 0) continue;
      field("work").value = String(first + at);
      const [button, time] = [form.querySelector("button"), form.querySelector(".wait [data-seconds]")];
      if (button) button.dataset.after = "0";
      if (time instanceof HTMLElement) time.dataset.seconds = "0";
      return;
    }
  };

  /** A pasted code may have spaces and dashes in it. @param {HTMLInputElement} input */
  const tidy = (input) => {
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text").replace(/[\s\u200b-\u200d\u2060\ufeff-]/g, "");
      if (!text) return;
      event.preventDefault();
      input.value = text.slice(0, input.maxLength);
      input.dispatchEvent(new Event("input"));
    });
  };

  /**
   * A code of digits is sent at its last one, however it got there, unless the page makes an answer wait.
   * @param {HTMLInputElement} input
   */
  const sendAtLast = (input) => {
    const digits = Number(input.dataset.digits);
    if (!digits || input.form?.querySelector(".wait")) return;
    input.addEventListener("input", () => {
      const typed = input.value.replace(/[\s\u200b-\u200d\u2060\ufeff-]/g, "");
      if (typed.length === digits && /^\p{Nd}+$/u.test(typed)) input.form?.requestSubmit();
    });
  };

  /** Ends the wait for a text message. */
  let waiting = new AbortController();

  /** WebOTP: the code of a text message that names this origin. @param {HTMLInputElement} input */
  const listen = async (input) => {
    if (input.dataset.texted === undefined || !("OTPCredential" in window)) return;
    const own = new AbortController();
    waiting = own;
    // Whoever types the code is faster.
    input.form?.addEventListener("submit", () => own.abort(), { once: true });
    const asked = /** @type {any} */ ({ otp: { transport: ["sms"] }, signal: own.signal });
    const found = /** @type {any} */ (await navigator.credentials.get(asked).catch(() => null));
    if (!found?.code || own.signal.aborted) return;
    input.value = found.code;
    input.form?.requestSubmit();
  };

  const start = () => {
    clearInterval(timer);
    waiting.abort();
    run();
    void work();
    const input = /** @type {HTMLInputElement | null} */ (document.getElementById("code"));
    if (!input) return;
    tidy(input);
    sendAtLast(input);
    void listen(input);
  };

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.quiet === undefined) return;
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    // It may have been carried out all the same: to look costs nothing, to send it again may cost an attempt.
    send(form).catch(() => window.location.reload());
  });

  start();
})();
