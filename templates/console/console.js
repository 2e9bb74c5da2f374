// @ts-check
// Shows what a template becomes while it is written: presses the buttons that do so without script.

/** How long nothing has to be typed, in milliseconds. */
const PAUSE = 600;

for (const form of document.querySelectorAll("form[data-live]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  const show = () => {
    for (const button of form.querySelectorAll("button[formtarget]")) {
      if (!(button instanceof HTMLButtonElement)) continue;
      const old = form.querySelector(`iframe[name="${button.formTarget}"]`);
      // A frame that is new has no past: going back leaves the page, and not one of many previews.
      old?.replaceWith(old.cloneNode());
      form.requestSubmit(button);
    }
  };
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  show();
}
