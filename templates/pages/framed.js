// @ts-check
// In a frame: tells the page around this one how tall it is and what came of it. The server has checked
// that the tenant lists the origin of that page, and the browser delivers to a page of that origin alone.
"use strict";
(() => {
  const { lang, dir, dataset } = document.documentElement;
  const { embedder = "", close } = dataset;

  /** @param {object} message */
  const tell = (message) => parent.postMessage({ otpmint: message }, embedder);

  new ResizeObserver(() => {
    tell({ height: Math.ceil(document.body.getBoundingClientRect().height) });
  }).observe(document.body);

  // What page.js was answered.
  document.addEventListener("otpmint:told", (event) => tell(/** @type {CustomEvent} */ (event).detail));

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-status]");
    if (button) tell({ status: button.dataset.status });
  });

  // A key that is pressed in here is not seen out there. One that ends a composition is not meant for us.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) tell({ status: "closed" });
  });

  // In the place of `autofocus`, which is refused in a frame: once the page around this one passes the focus on.
  const begin = () => {
    /** @type {HTMLElement | null} */
    const field = document.querySelector("[data-focus]");
    field?.focus();
  };
  if (document.hasFocus()) begin();
  else addEventListener("focus", begin, { once: true });

  const introduce = () => tell({ title: document.title, close, lang, dir });
  // The next page has another title.
  new MutationObserver(introduce).observe(document.head, { childList: true, subtree: true });
  introduce();
})();
