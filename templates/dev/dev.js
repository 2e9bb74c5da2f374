// @ts-check
// The pages work without this. With it they change by themselves, codes and commands are copied with one
// click, times are local, and forms are sent without a reload.
"use strict";
(() => {
  document.documentElement.classList.add("with-script");
  const announcement = /** @type {HTMLElement} */ (document.getElementById("announcement"));
  const state = /** @type {HTMLElement} */ (document.getElementById("state"));

  /** @param {ParentNode} root */
  const showLocalTimes = (root) => {
    for (const time of root.querySelectorAll("time")) {
      const moment = new Date(time.dateTime);
      const today = moment.toDateString() === new Date().toDateString();
      time.title = time.dateTime;
      time.textContent =
        today && !("long" in time.dataset) ? moment.toLocaleTimeString() : moment.toLocaleString();
    }
  };

  /** What a button copies. @param {HTMLElement} button */
  const source = ({ dataset, parentElement }) =>
    dataset.copyFrom ? document.getElementById(dataset.copyFrom) : parentElement?.querySelector(".digits");

  /** Changes the word on a button, and the name that begins with it. @param {HTMLElement} button @param {string} word */
  const show = (button, word) => {
    button.ariaLabel = (button.ariaLabel ?? word).replace(/^\w+/, word);
    button.textContent = word;
  };

  /** @param {HTMLElement} button */
  const copy = async (button) => {
    const from = source(button);
    if (!from) return;
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(from.textContent ?? "");
    } catch {
      // No permission: leave it selected, one keystroke from copied.
      getSelection()?.selectAllChildren(from);
      said = "Selected";
    }
    show(button, said);
    announcement.textContent = said;
    setTimeout(() => show(button, "Copy"), 1500);
  };

  /** Brings a list up to date. What stays is not touched, so nobody loses their place. @param {Element} list @param {Element} fresh */
  const merge = (list, fresh) => {
    const known = new Map([...list.children].map((item) => [item.id, item]));
    let at = list.firstElementChild;
    for (const item of [...fresh.children]) {
      const old = known.get(item.id);
      while (old && at && at !== old) {
        const gone = at;
        at = at.nextElementSibling;
        gone.remove();
      }
      if (old && at === old) at = at.nextElementSibling;
      else {
        showLocalTimes(item);
        item.classList.add("fresh");
        list.insertBefore(item, at);
        const { announce } = /** @type {HTMLElement} */ (item).dataset;
        if (announce) announcement.textContent = announce;
      }
    }
    while (at) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
  };

  /** Shows what is different on another look at this page. @param {string} html */
  const update = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      if (/** @type {HTMLElement} */ (part).dataset.live === "list") merge(part, fresh);
      else if (part.innerHTML !== fresh.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
  };

  let looking = false;
  let again = false;

  /** Looks at this page again: once at a time, and once more if something came in between. */
  const look = async () => {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again) {
        again = false;
        const answer = await fetch(location.href);
        if (answer.ok) update(await answer.text());
      }
    } catch {
      // The server is gone; the stream of events says when it is back.
    } finally {
      looking = false;
    }
  };

  /** Sends a form, and goes where its answer leads. @param {HTMLFormElement} form @param {HTMLElement | null} by */
  const send = async (form, by) => {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, by)));
    const answer = await fetch(form.action, { method: "POST", body });
    const there = new URL(answer.url);
    if (!answer.ok || there.pathname !== location.pathname) return location.assign(answer.url);
    // Without a word about the form it is this page as it was, with whatever it searches for.
    if (!there.search) return look();
    history.replaceState(null, "", there);
    update(await answer.text());
    const said = form.parentElement?.querySelector(".notice")?.textContent;
    if (said) announcement.textContent = said;
  };

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.quiet === undefined) return;
    event.preventDefault();
    // Its buttons are not disabled: that would take the focus away from whoever uses the keyboard.
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    send(form, event.submitter).catch(() => location.reload()).finally(() => { form.ariaBusy = "false"; });
  });

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
  });

  showLocalTimes(document);
  if (document.querySelector("[data-live]")) {
    const events = new EventSource("/dev/events");
    events.addEventListener("open", () => {
      state.textContent = "Live";
      state.dataset.state = "live";
    });
    events.addEventListener("error", () => {
      state.textContent = "Reconnecting…";
      state.dataset.state = "broken";
    });
    events.addEventListener("changed", look);
  }
})();
