// Extras of every page. Each works on what it finds; without this file every page still does its work.

// What a screen reader should hear without the focus moving.
const voice = document.createElement("div");
voice.className = "unseen";
voice.setAttribute("role", "status");
document.body.append(voice);

// A page that was answered at another address than its own goes by its own: Back then leads to it.
const own = document.querySelector("link[rel=canonical]");
if (own) history.replaceState(null, "", own.href);

// Focus goes to the error summary, and from a line of it to the control it speaks of.
const summary = document.querySelector(".error-summary");
if (summary) {
  // The browser's own autofocus comes first; this is for those that know it for controls only.
  requestAnimationFrame(() => { if (document.activeElement !== summary) summary.focus(); });
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    (target.closest(".field") ?? target).scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

// Characters left, said aloud only when the writer pauses.
for (const box of document.querySelectorAll("textarea[data-count]")) {
  const count = document.getElementById(`${box.id}_count`);
  if (!count) continue;
  const limit = Number(box.dataset.count);
  let timer;
  const show = () => {
    // A line break travels as two characters, and the server counts what travels.
    const left = limit - [...box.value.replace(/\n/g, "\r\n")].length;
    count.textContent = (left < 0 ? count.dataset.over : count.dataset.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    count.classList.toggle("count-over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { voice.textContent = count.textContent; }, 1200);
  };
  box.addEventListener("input", show);
  if (box.value) show();
}

// Copying and sharing.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch (reason) {
      if (reason.name !== "NotAllowedError") throw reason;
      button.hidden = true; // the browser forbids it; the text is on the page to be copied by hand
      return;
    }
    label.textContent = voice.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 3000);
  });
}
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share }).catch((reason) => {
      if (reason.name !== "AbortError") button.hidden = true;
    });
  });
}

// A question in a dialog instead of on a page of its own.
for (const opener of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog?.showModal) continue;
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close-dialog]")) dialog.close();
  });
}

// An open menu closes on Escape and on a click elsewhere.
for (const menu of document.querySelectorAll("details[data-closes]")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A form is sent once: a second press within five seconds is dropped. The server refuses doubles as well.
for (const form of document.querySelectorAll("form[method='post']")) {
  let sent = 0;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < 5000 && sent) event.preventDefault();
    else sent = event.timeStamp;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
