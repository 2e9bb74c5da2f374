// @ts-check
// The console works without this. With it, ⌘K, Ctrl+K or / lead to the search, times are told as people tell them,
// secrets are copied with one click, lists stay fresh, the odds of a guesser follow what is typed, and a template is
// shown while it is written.

addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  const { target, key } = event;
  const isTyping = target instanceof HTMLElement && target.matches("input, textarea, select");
  const isWanted = (key === "k" && (event.metaKey || event.ctrlKey)) || (key === "/" && !isTyping);
  if (!(search instanceof HTMLInputElement) || !isWanted) return;
  event.preventDefault();
  search.select();
});

// The tabs are one line that scrolls: the present one is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60]]);

/** How far a moment is from now. @param {Date} moment */
const fromNow = (moment) => {
  const seconds = Math.round((moment.getTime() - Date.now()) / 1_000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const words = new Intl.RelativeTimeFormat("en", { numeric: unit === "second" ? "auto" : "always" });
  return words.format(unit === "second" && Math.abs(seconds) < 60 ? 0 : Math.trunc(seconds / size), unit);
};

/** @param {ParentNode} root */
const tellTimes = (root) => {
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime()) || !time.dateTime.includes("T") || "exact" in time.dataset) continue;
    time.title = `${time.dateTime.replace("T", " ").replace(/(\.\d+)?Z$/, "")} UTC`;
    time.textContent = fromNow(moment);
  }
};
tellTimes(document);

/** What a chart says of a place: the arrow keys go from one to the next, and Enter leads to the rows behind it.
 * @param {Element} chart @param {number} step */
const showPlace = (chart, step) => {
  const places = [...chart.querySelectorAll(".place")];
  const former = places.findIndex((place) => place.matches(".here"));
  const from = former < 0 ? places.length - 1 : former + step;
  const at = Math.min(Math.max(from, 0), places.length - 1);
  for (const place of places) place.classList.toggle("here", place === places[at]);
  const said = chart.parentElement?.querySelector(".summary");
  if (!(said instanceof HTMLElement)) return;
  said.dataset.summary ??= said.textContent ?? "";
  said.ariaLive = "polite";
  said.textContent = places[at].querySelector("title")?.textContent ?? "";
};

/** @param {ParentNode} root */
const readyCharts = (root) => {
  for (const chart of root.querySelectorAll(".chart > svg")) chart.setAttribute("tabindex", "0");
};
readyCharts(document);

document.addEventListener("keydown", (event) => {
  const chart = event.target;
  if (!(chart instanceof SVGSVGElement) || !chart.matches(".chart > svg")) return;
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (step) {
    event.preventDefault();
    showPlace(chart, step);
  }
  const link = chart.querySelector(".here")?.closest("a");
  if (event.key === "Enter" && link) location.assign(link.href.baseVal);
});
document.addEventListener("focusin", ({ target }) => {
  if (target instanceof SVGSVGElement && target.matches(".chart > svg")) showPlace(target, 0);
});
document.addEventListener("focusout", ({ target }) => {
  if (!(target instanceof SVGSVGElement)) return;
  target.querySelector(".here")?.classList.remove("here");
  const said = target.parentElement?.querySelector(".summary");
  if (said instanceof HTMLElement && said.dataset.summary) said.textContent = said.dataset.summary;
});

for (const secret of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  const name = `Copy ${secret.getAttribute("data-copy")}`.trim();
  const show = (/** @type {string} */ word) => {
    button.textContent = word;
    button.ariaLabel = name.replace("Copy", word);
  };
  show("Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(secret.textContent ?? "");
      show("Copied");
    } catch {
      getSelection()?.selectAllChildren(secret);
      show("Selected");
    }
    setTimeout(() => show("Copy"), 1_500);
  });
  secret.after(" ", button);
}

for (const presets of document.querySelectorAll("[data-presets]")) {
  if (presets instanceof HTMLElement) presets.hidden = false;
  for (const preset of presets.querySelectorAll("button")) {
    preset.addEventListener("click", () => {
      const wanted = (preset.dataset.ticks ?? "").split(" ");
      for (const box of preset.form?.querySelectorAll("input[type=checkbox]") ?? []) {
        if (box instanceof HTMLInputElement) box.checked = wanted.includes(box.value);
      }
    });
  }
}

for (const menu of document.querySelectorAll("[data-insert]")) {
  const select = menu.querySelector("select");
  if (!(menu instanceof HTMLElement) || !select?.form) continue;
  menu.hidden = false;
  /** The field that was written in last. @type {HTMLInputElement | HTMLTextAreaElement | null} */
  let field = select.form.querySelector("textarea");
  select.form.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.name === "subject")) field = target;
  });
  select.addEventListener("change", () => {
    field?.setRangeText(select.value, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    field?.focus();
    select.value = "";
  });
}

for (const form of document.querySelectorAll("form[data-colours]")) {
  for (const field of form.querySelectorAll("input[name^='/brand/']")) {
    if (!(field instanceof HTMLInputElement)) continue;
    const sample = document.querySelector(`[data-sample="${field.name}"] [data-accent]`);
    const picker = document.createElement("input");
    picker.type = "color";
    picker.ariaLabel = `Choose: ${field.labels?.[0]?.textContent ?? ""}`;
    picker.value = field.value || sample?.getAttribute("fill") || "#000000";
    const standard = picker.value;
    const show = (/** @type {string} */ colour) => sample?.setAttribute("fill", colour);
    picker.addEventListener("input", () => show(field.value = picker.value));
    field.addEventListener("input", () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) show(picker.value = field.value.toLowerCase());
      else if (!field.value) show(standard);
    });
    field.after(picker);
  }
}

for (const form of document.querySelectorAll("form[data-picture]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const [said, file] = [form.querySelector("[role=alert]"), form.querySelector("input[type=file]")];
    const field = form.elements.namedItem("logo");
    if (!(field instanceof HTMLInputElement) || field.value || !(file instanceof HTMLInputElement)) return;
    event.preventDefault();
    const picture = file.files?.[0];
    if (!picture || !(said instanceof HTMLElement)) return;
    if (picture.size > 11_000) {
      said.textContent = `This picture has ${Math.ceil(picture.size / 1_000)} KB; at most 11 KB fit.`;
      said.hidden = false;
      return;
    }
    const text = btoa(String.fromCharCode(...new Uint8Array(await picture.arrayBuffer())));
    field.value = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    form.submit();
  });
}

/** How often a list is asked for anew, and how long after the person's last move, in milliseconds. A session that nobody
 * uses is to end, so a page that is left alone asks no more. */
const [FRESH, LEFT] = [15_000, 300_000];
const lists = [...document.querySelectorAll("[data-fresh]")];
let moved = Date.now();
for (const move of ["pointermove", "keydown", "scroll"]) {
  addEventListener(move, () => { moved = Date.now(); }, { passive: true });
}
const refresh = async () => {
  if (document.hidden || Date.now() - moved > LEFT) return;
  const answer = await fetch(location.href, { redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const list of lists) {
    const fresh = page.getElementById(list.id);
    // What somebody is at is not taken away.
    if (!fresh || list.contains(document.activeElement)) continue;
    tellTimes(fresh);
    readyCharts(fresh);
    if (fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.childNodes);
  }
};
if (lists.length > 0) setInterval(() => refresh().catch(() => {}), FRESH);

for (const form of document.querySelectorAll("form[data-odds]")) {
  const odds = form.querySelector("output");
  if (!(form instanceof HTMLFormElement) || !odds) continue;

  /** @param {string} name */
  const typed = (name) => String(new FormData(form).get(name) ?? "");
  form.addEventListener("input", () => {
    const { length, attempts, size } = odds.dataset;
    const characters = Number(odds.dataset[typed("/code/alphabet")] ?? size);
    const space = characters ** Number(typed("/code/length") || length);
    const oneIn = Math.floor(space / Number(typed("/attempts") || attempts));
    odds.value = Number.isFinite(oneIn) ? `1 in ${oneIn.toLocaleString("en")}` : "–";
  });
}

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
