// SPDX-License-Identifier: MIT
// @ts-check
// OtpMint: a page on which a code is typed, in a dialog of the app's own page. docs/widget.md
"use strict";
(() => {
  /**
   * @typedef {object} Options Which page, by one of the first two.
   * @property {string | null} [pageUrl] `page_url` of the mint, as it is.
   * @property {string | null} [key] What stands behind `/c/` in it.
   * @property {string | null} [lang] The language; else that of the challenge, else the browser's.
   *
   * @typedef {object} Outcome
   * @property {string | null} result With the right code: for your backend, to be exchanged once.
   * @property {"verified" | "canceled" | "expired" | "exhausted" | "closed"} status
   */

  // Loaded twice, the first stays: it may have a dialog open.
  if (customElements.get("otp-mint")) return;

  /** From where this script came are the pages, and nobody else is listened to. */
  const SERVER = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src).origin;

  /** Milliseconds after its loading in which a page says that it is one of ours. */
  const PATIENCE = 3_000;

  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
    :host { all: initial; display: contents !important }
    :host { --card: #fff; --ink: #17211e; --mint: #0f7a5f; color-scheme: light dark }
    @media (prefers-color-scheme: dark) { :host { --card: #181f1d; --ink: #e6eeeb; --mint: #5fd3b0 } }
    dialog {
      box-sizing: border-box; width: 26rem; max-width: calc(100vw - 1rem); max-height: calc(100dvh - 1rem);
      padding: 0; border: 0; border-radius: 1rem; overflow: hidden auto;
      background: var(--card); color: var(--ink); box-shadow: 0 8px 40px rgb(0 0 0 / .3);
    }
    dialog::backdrop { background: rgb(0 0 0 / .5) }
    dialog button {
      display: block; width: 2.75rem; height: 2.75rem; margin-inline-start: auto; padding: 0;
      border: 0; border-radius: 1rem; background: none; color: inherit; font: 1.5rem/1 sans-serif; cursor: pointer;
    }
    button:focus-visible { outline: 3px solid var(--mint); outline-offset: -3px }
    iframe { display: block; width: 100%; border: 0; color-scheme: light dark }
  `);

  /** @type {{ url: string, outcome: Promise<Outcome>, close: () => void } | undefined} */
  let current;

  /** @param {string} tag @param {object} properties */
  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

  /** The address of a page, as this one may show it. @param {Options} options */
  const address = ({ pageUrl, key, lang }) => {
    const url = new URL(pageUrl || `/c/${encodeURIComponent(key ?? "")}`, SERVER);
    // Another server's page could say what it likes; so could a javascript: address, as this page.
    if (url.origin !== SERVER || !(pageUrl || key)) throw new TypeError(`OtpMint: no page of ${SERVER}`);
    url.searchParams.set("embed", location.origin);
    if (lang) url.searchParams.set("lang", lang);
    return url.href;
  };

  /** @param {string} url */
  const show = (url) => {
    const host = document.createElement("div");
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { ariaLabel: "OtpMint" }));
    const button = element("button", { type: "button", textContent: "×", ariaLabel: "Close" });
    // A phone may fill the code of an SMS in.
    const frame = /** @type {HTMLIFrameElement} */ (
      element("iframe", { title: "OtpMint", allow: "otp-credentials", height: "400", src: url })
    );
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [STYLE];
    dialog.append(button, frame);
    root.append(dialog);
    document.body.append(host);
    dialog.showModal();

    let close = () => {};
    /** @type {Promise<Outcome>} */
    const outcome = new Promise((resolve, reject) => {
      const ending = new AbortController();
      const until = { signal: ending.signal };
      /** @type {number | undefined} */
      let silence;
      let isOurs = false;

      const end = () => {
        ending.abort();
        watch.disconnect();
        clearTimeout(silence);
        current = undefined;
        // Gives the focus back to what had it.
        dialog.close();
        host.remove();
      };
      /** @param {Outcome["status"]} status @param {string | null} result */
      const finish = (status, result = null) => {
        end();
        resolve({ result, status });
      };
      close = () => finish("closed");
      // An app that draws its page anew may take the dialog away with it.
      const watch = new MutationObserver(() => host.isConnected || close());

      addEventListener("message", ({ data, origin, source }) => {
        if (origin !== SERVER || source !== frame.contentWindow || !data?.otpmint) return;
        const { title, height, status, result, ...told } = data.otpmint;
        isOurs = true;
        clearTimeout(silence);
        if (title) {
          Object.assign(dialog, { ariaLabel: title, lang: told.lang, dir: told.dir });
          frame.title = title;
          button.ariaLabel = told.close;
          if (root.activeElement !== frame) frame.focus();
        }
        if (height) frame.height = height;
        if (status) finish(status, result);
      }, until);
      frame.addEventListener("load", () => {
        if (isOurs) return;
        silence = setTimeout(() => {
          end();
          reject(new Error(`OtpMint: the page cannot be shown. Is ${location.origin} in allowed_origins?`));
        }, PATIENCE);
      }, until);
      button.addEventListener("click", close, until);
      // A click beside the frame, such as the second one of a double click, does not take the focus from it.
      dialog.addEventListener("mousedown", (event) => {
        if (event.target === dialog) event.preventDefault();
      }, until);
      dialog.addEventListener("close", close, until);

      watch.observe(document, { childList: true, subtree: true });
    });
    return { url, outcome, close };
  };

  /**
   * Shows a page in a dialog. The same page twice is one dialog; another page takes the place of the first.
   * @param {Options} options
   * @returns {Promise<Outcome>} once the dialog is closed; rejected if the page cannot be shown.
   */
  const open = async (options) => {
    const url = address(options);
    if (current?.url !== url) {
      current?.close();
      current = show(url);
    }
    return current.outcome;
  };

  /** Closes the dialog, if one is open. */
  const close = () => current?.close();

  /**
   * `<otp-mint page-url="…">Enter the code</otp-mint>`: a click on what is in it, or on a button if nothing
   * is, opens the dialog; with the attribute `open` it opens by itself.
   */
  class OtpMintElement extends HTMLElement {
    #isOpen = false;

    constructor() {
      super();
      const slot = document.createElement("slot");
      slot.append(element("button", { type: "button", part: "button", textContent: "Enter your code" }));
      this.attachShadow({ mode: "open" }).append(slot);
      this.addEventListener("click", (event) => {
        // A link to the page is for those without script, and for those who want it in a tab of its own.
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        void this.show();
      });
    }

    connectedCallback() {
      if (this.hasAttribute("open")) void this.show();
    }

    disconnectedCallback() {
      if (this.#isOpen) close();
    }

    /** Opens the dialog, and tells what came of it as an event. */
    async show() {
      if (this.#isOpen) return;
      this.#isOpen = true;
      const [pageUrl, key] = ["page-url", "key"].map((name) => this.getAttribute(name));
      const [type, detail] = await open({ pageUrl, key, lang: this.lang }).then(
        (outcome) => [outcome.result ? "result" : "cancel", outcome],
        (error) => ["error", { error }],
      );
      this.#isOpen = false;
      this.dispatchEvent(new CustomEvent(`otpmint:${type}`, { detail, bubbles: true, composed: true }));
    }
  }

  Object.assign(window, { OtpMint: Object.freeze({ open, close }) });
  customElements.define("otp-mint", OtpMintElement);
})();
