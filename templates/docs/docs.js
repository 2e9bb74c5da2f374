// @ts-check
// The page is read without this. With it, it is searched, and requests are tried.
"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-script]")) part.toggleAttribute("hidden", false);
  const search = /** @type {HTMLInputElement} */ (document.getElementById("search"));
  const key = /** @type {HTMLInputElement} */ (document.getElementById("key"));
  const found = /** @type {HTMLElement} */ (document.getElementById("found"));
  /** @type {NodeListOf<HTMLElement>} */
  const operations = document.querySelectorAll("article");

  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const operation of operations) {
      const has = words.every((word) => operation.dataset.words?.includes(word));
      operation.hidden = !has;
      if (has) count += 1;
    }
    for (const part of document.querySelectorAll("main > section")) {
      part.toggleAttribute("hidden", !part.querySelector("article:not([hidden])"));
    }
    found.textContent = words.length ? `${count} of ${operations.length} requests` : "";
  });
  addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "/" || (target instanceof HTMLElement && target.matches("input, textarea"))) return;
    event.preventDefault();
    search.focus();
  });

  /** The address that a form asks for, below the place of this page. @param {HTMLFormElement} form */
  const address = (form) => {
    let path = form.dataset.path ?? "";
    const query = new URLSearchParams();
    /** @type {NodeListOf<HTMLInputElement>} */
    const fields = form.querySelectorAll("input[data-place]");
    for (const { name, value, dataset } of fields) {
      if (dataset.place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
      else if (value) query.set(name, value);
    }
    return `..${path}${query.size ? `?${query}` : ""}`;
  };

  /** @param {string} text */
  const pretty = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };

  /** @param {HTMLFormElement} form */
  const send = async (form) => {
    const told = /** @type {HTMLElement} */ (form.querySelector(".told"));
    const body = form.querySelector("textarea")?.value;
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (key.value) headers.Authorization = `Bearer ${key.value}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    told.hidden = false;
    try {
      const answer = await fetch(address(form), { method: form.dataset.method, headers, body });
      told.textContent = `${answer.status}\n${pretty(await answer.text())}`;
    } catch {
      told.textContent = "There was no answer.";
    }
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.matches(".try")) void send(form);
  });
})();
