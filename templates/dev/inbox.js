// The page works without this: it adds live mail, copy buttons, local times and clearing.
"use strict";

document.documentElement.classList.add("with-script");

function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    const today = moment.toDateString() === new Date().toDateString();
    time.title = time.dateTime;
    time.textContent =
      today && !("long" in time.dataset) ? moment.toLocaleTimeString() : moment.toLocaleString();
  }
}

async function copyCode(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    // No permission: leave the code selected, one keystroke from copied.
    getSelection().selectAllChildren(button.parentElement.querySelector(".digits"));
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyCode(button);
});

function listen(entries) {
  const state = document.getElementById("state");
  const empty = document.getElementById("empty");
  const clear = document.getElementById("clear");
  const announcement = document.getElementById("announcement");
  const events = new EventSource("/dev/inbox/events?after=" + entries.dataset.last);
  let broken = false;

  events.addEventListener("open", () => {
    // A server that has been restarted counts its mails from one again.
    if (broken) location.reload();
    state.textContent = "Live";
    state.dataset.state = "live";
  });
  events.addEventListener("error", () => {
    broken = true;
    state.textContent = "Reconnecting…";
    state.dataset.state = "broken";
  });
  events.addEventListener("mail", (event) => {
    entries.insertAdjacentHTML("afterbegin", event.data);
    const entry = entries.firstElementChild;
    entry.classList.add("fresh");
    showLocalTimes(entry);
    empty.hidden = true;
    clear.disabled = false;
    announcement.textContent = "New mail to " + entry.querySelector(".to").textContent;
  });
  events.addEventListener("cleared", () => {
    entries.replaceChildren();
    empty.hidden = false;
    clear.disabled = true;
    announcement.textContent = "The inbox is empty";
  });
  events.addEventListener("reload", () => location.reload());
  clear.addEventListener("click", () => fetch("/dev/inbox", { method: "DELETE" }));
}

showLocalTimes(document);
const entries = document.getElementById("entries");
if (entries) listen(entries);
