// Comfort only: every page does its work without this file. Each part looks for
// its data- attribute and goes away quietly when the browser lacks what it needs.
// No HTML is ever made from text here, so the strictest content policy holds.

const all = (selector, root = document) => root.querySelectorAll(selector);
const byId = (id) => document.getElementById(id);

/** Text of an element as a person would write it down: list items on lines of their own. */
const textOf = (element) =>
  element.matches("ol, ul")
    ? Array.from(element.children, (item) => item.textContent.trim()).join("\n") + "\n"
    : (element.value ?? element.textContent).trim();

// [data-copy="id"] [data-done="Copied"]: the button's own role=status line says when it is done.
for (const button of navigator.clipboard ? all("[data-copy]") : []) {
  const source = byId(button.dataset.copy);
  const line = button.querySelector("[role=status]");
  if (!source || !line) continue;
  const before = line.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(source));
    line.textContent = button.dataset.done;
    setTimeout(() => { line.textContent = before; }, 4000);
  });
}

// [data-scripted]: of use to those with scripts only; others have something better on the page.
for (const element of all("[data-scripted]")) element.hidden = false;

// [data-play="id"]: plays that sound here instead of opening it.
for (const link of all("[data-play]")) {
  link.addEventListener("click", (event) => {
    const sound = byId(link.dataset.play);
    if (!sound) return;
    event.preventDefault();
    sound.currentTime = 0;
    sound.play().catch(() => location.assign(link.href));
  });
}

// [data-print]
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// [data-download="id"] [data-file="name.txt"]: made in the browser, since the server cannot show it twice.
for (const button of all("[data-download]")) {
  const source = byId(button.dataset.download);
  if (!source) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([textOf(source)], { type: "text/plain;charset=utf-8" }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

// [data-reveal="id"] [data-hide="Hide"]
for (const button of all("[data-reveal]")) {
  const input = byId(button.dataset.reveal);
  if (!input) continue;
  const words = [button.textContent, button.dataset.hide];
  const set = (open) => {
    input.type = open ? "text" : "password";
    button.textContent = words[Number(open)];
    button.setAttribute("aria-pressed", String(open));
  };
  button.hidden = false;
  button.addEventListener("click", () => set(input.type === "password"));
  input.form?.addEventListener("submit", () => set(false));
}

// [data-needs="id"]: dimmed until the tick is set; `required` on the tick does the refusing.
for (const button of all("[data-needs]")) {
  const tick = byId(button.dataset.needs);
  if (!tick) continue;
  const show = () => button.setAttribute("aria-disabled", String(!tick.checked));
  tick.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

// [data-preview="/address"]: how the server reads what is being typed. Sent as a POST, so that no number lands in a log.
for (const input of all("[data-preview]")) {
  const output = byId(`${input.id}-preview`);
  if (!output) continue;
  let timer;
  let asked = 0;
  input.form?.elements.country?.addEventListener("change", () => input.dispatchEvent(new Event("input")));
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      const { csrf, country } = input.form?.elements ?? {};
      const body = new URLSearchParams({ csrf: csrf?.value ?? "", [input.name]: input.value });
      if (country) body.set("country", country.value);
      const answer = await fetch(input.dataset.preview, { method: "POST", body }).catch(() => null);
      const bad = answer?.status === 422;
      const text = answer?.ok || bad ? await answer.text() : "";
      if (turn !== asked) return;
      output.textContent = text;
      output.classList.toggle("bad", bad);
    }, 250);
  });
}

// [data-countdown="seconds"]: counts down by this machine's steady clock, so a wrong wall clock does no harm.
let clock;
const countDown = () => {
  clearInterval(clock);
  const running = Array.from(all("[data-countdown]"), (element) => ({
    element,
    end: performance.now() + 1000 * Number(element.dataset.countdown),
  }));
  if (!running.length) return;
  const pad = (number) => String(number).padStart(2, "0");
  const tick = () => {
    for (const { element, end } of running) {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor(left / 60) % 60;
      element.textContent = hours ? `${hours}:${pad(minutes)}:${pad(left % 60)}` : `${minutes}:${pad(left % 60)}`;
      if (left === 0) {
        clearInterval(clock);
        // A page with a live part asks by itself; another asks once, and only if nothing is being typed.
        if (!document.querySelector("[data-live]") && !all("input:focus").length) location.reload();
        return;
      }
    }
  };
  clock = setInterval(tick, 1000);
  tick();
};
countDown();

// A menu closes on Escape and on a press elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of all("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// One press is enough: the button shows that it is at work and a second press is swallowed.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.matches("[data-quiet]")) return;
  if (button.getAttribute("aria-busy") === "true") event.preventDefault();
  else button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const button of all("[aria-busy]")) button.removeAttribute("aria-busy");
});

// [data-live]: its address, or this one if it names none, is asked again every [data-every] seconds (2 if not said), and each
// [data-part] whose content changed is put in place of the old one. When the server answers with
// another page, the browser goes there. A [data-quiet] form inside is sent without leaving the page.
const live = document.querySelector("[data-live]");
if (live) {
  const every = 1000 * Number(live.dataset.every || 2);
  // A page that answered a form stands at the address of the form, which is never asked again.
  const address = new URL(live.dataset.live || location.href, location.href);
  let timer;

  // A response type of "document" parses without running anything and needs no markup from text.
  const page = (method, to, body) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, to);
      request.responseType = "document";
      request.timeout = 10_000;
      request.onload = () => resolve(request);
      request.onerror = request.ontimeout = () => resolve(null);
      request.send(body ?? null);
    });

  const path = (to) => new URL(to, location.href).pathname;

  const take = (answer) => {
    if (!answer?.response || answer.status >= 500) return;
    if (path(answer.responseURL) !== address.pathname) {
      location.replace(answer.responseURL);
      return;
    }
    if (!answer.response.querySelector("[data-live]")) {
      if (address.pathname === location.pathname) location.reload();
      else location.replace(address);
      return;
    }
    let changed = false;
    for (const old of all("[data-part]")) {
      const fresh = answer.response.querySelector(`[data-part="${CSS.escape(old.dataset.part)}"]`);
      if (!fresh || fresh.textContent === old.textContent && fresh.isEqualNode(old)) continue;
      if (old.contains(document.activeElement) && document.activeElement.matches("input, textarea")) continue;
      const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
      // The element stays, so that a live region speaks; its attributes and children change.
      for (const { name, value } of Array.from(fresh.attributes)) old.setAttribute(name, value);
      old.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
      if (focused) old.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
      changed = true;
    }
    if (changed) countDown();
  };

  const ask = async () => {
    clearTimeout(timer);
    if (!document.hidden) take(await page("GET", address));
    timer = setTimeout(ask, every);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet]")) return;
    event.preventDefault();
    take(await page("POST", form.action, new URLSearchParams(new FormData(form, event.submitter))));
    ask();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  // The page's own refresh, meant for browsers without scripts, gives way to this one.
  addEventListener("load", () => window.stop());
  timer = setTimeout(ask, every);
}
