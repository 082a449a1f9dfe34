(() => {
  "use strict";
  const all = (query, inside = document) => [...inside.querySelectorAll(query)];
  const say = (text) => { document.getElementById("said").textContent = text; };

  // What only works with this script has waited for it.
  for (const element of all("[data-js]")) element.hidden = false;

  // ---- copying ----

  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      // No permission, or an old browser: select it, so that the reader can.
      getSelection().selectAllChildren(code);
      return document.execCommand("copy");
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-copy")) {
      const done = await copy(button.parentElement.querySelector("code"));
      button.textContent = done ? "Copied" : "Selected";
      say(done ? "Copied." : "Selected; copy it with your keyboard.");
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    }
    const folder = button.dataset.open || button.dataset.close;
    if (folder) {
      for (const entry of all("details.entry", document.getElementById(folder))) {
        entry.open = Boolean(button.dataset.open) && !entry.hidden;
      }
    }
  });

  // ---- links into what is folded ----

  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let e = target; e; e = e.parentElement) if (e.localName === "details") e.open = true;
    if (target.localName === "details") target.firstElementChild.focus();
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && link.hash && link.hash === location.hash) reveal(); // the hash does not change
  });
  reveal();

  // ---- filters ----

  const form = document.querySelector(".filters");
  if (!form) return;
  const find = document.getElementById("find");
  const environment = document.getElementById("environment");
  const outcome = document.getElementById("outcome");
  const words = new Map([...outcome.options].map((o) => [o.value, o.text]));
  const texts = new WeakMap();
  const holds = (element, text) => {
    if (!text) return true;
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element).includes(text);
  };
  // Many steps in one text: a line each, with its outcomes between two tabs.
  const lines = all("#steps .fold .lines").map((pre) => ({ pre, whole: pre.textContent }));

  const apply = () => {
    const text = find.value.trim().toLowerCase();
    const only = environment.value === "" ? -1 : Number(environment.value);
    const state = outcome.value;
    let shown = 0, total = 0;
    const folded = new Map();
    for (const { pre, whole } of lines) {
      const kept = whole.split("\n").filter((line) => {
        if (!line) return false;
        total++;
        const outcomes = line.split("\t")[1].split(" · ");
        return line.toLowerCase().includes(text) && (!state || (only < 0 ? outcomes : [outcomes[only]]).includes(words.get(state)));
      });
      shown += kept.length;
      pre.textContent = kept.join("\n");
      folded.set(pre, kept.length);
      pre.parentElement.hidden = kept.length === 0;
    }
    for (const row of all(".grid tbody tr")) {
      const pre = row.querySelector(".lines");
      const cells = all("td", row);
      cells.forEach((cell, i) => { cell.hidden = only >= 0 && i !== only; });
      const fits = pre ? folded.get(pre) > 0 : holds(row.firstElementChild, text)
        && (!state || cells.some((cell) => !cell.hidden && cell.firstElementChild.classList.contains(state)));
      row.hidden = !fits;
      if (!pre) { total++; if (fits) shown++; }
    }
    for (const row of all(".grid thead tr, .grid tfoot tr")) {
      [...row.cells].slice(1).forEach((cell, i) => { cell.hidden = only >= 0 && i !== only; });
    }
    for (const part of all("[data-env]")) {
      part.hidden = only >= 0 && Number(part.dataset.env) !== only + 1;
      for (const item of all("[data-state]", part)) {
        item.hidden = (state !== "" && item.dataset.state !== state) || !holds(item, text);
      }
    }
    document.getElementById("found").textContent = shown === total ? "" : `${shown} of ${total} steps are shown.`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
})();
