// @ts-check
// Leads to the search by ⌘K, Ctrl+K or /, and shows what a template becomes while it is written: presses the buttons
// that do so without script.

addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  const { target, key } = event;
  const isTyping = target instanceof HTMLElement && target.matches("input, textarea, select");
  const isWanted = (key === "k" && (event.metaKey || event.ctrlKey)) || (key === "/" && !isTyping);
  if (!(search instanceof HTMLInputElement) || !isWanted) return;
  event.preventDefault();
  search.select();
});

/** How long nothing has to be typed, in milliseconds. */
const PAUSE = 600;

for (const form of document.querySelectorAll("form[data-live]")) {
  if (!(form instanceof HTMLFormElement)) continue;

  /**
   * Presses one after the other: a form that is sent again takes back what it has just sent.
   * @param {Element[]} buttons
   */
  const press = ([button, ...others]) => {
    if (!(button instanceof HTMLButtonElement)) return;
    const old = form.querySelector(`iframe[name="${button.formTarget}"]`);
    if (!old) return;
    // A frame that is new has no past: going back leaves the page, and not one of many previews.
    const frame = /** @type {Element} */ (old.cloneNode());
    old.replaceWith(frame);
    frame.addEventListener("load", () => press(others), { once: true });
    form.requestSubmit(button);
  };
  const show = () => press([...form.querySelectorAll("button[formtarget]")]);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  // Once the page itself is painted: previews are three more pages.
  requestAnimationFrame(() => setTimeout(show));
}
