// What a page gains with script. Every page works without it: nothing here decides or sends anything by itself.

/** Characters written in a long field, beside its limit. */
function counters(root) {
  for (const counter of root.querySelectorAll("[data-counter]")) {
    const field = document.getElementById(counter.dataset.counter);
    if (!field || counter.dataset.ready) continue;
    counter.dataset.ready = "yes";
    const limit = Number(counter.dataset.max);
    const show = () => {
      // A form sends a line end as two characters, and the server counts them.
      const length = field.value.replace(/\r?\n/g, "\r\n").length;
      counter.textContent = counter.dataset.words.replace("{n}", length).replace("{max}", limit);
      counter.classList.toggle("field__counter--over", length > limit);
    };
    field.addEventListener("input", show);
    show();
  }
}

/** After a refused form, the reader starts at the summary. */
function summary(root) {
  const box = root.querySelector("[data-error-summary]:not([data-ready])");
  if (!box) return;
  box.dataset.ready = "yes";
  box.focus();
}

/** The tray of the ballot follows the boxes of each ballot: words « {n} projets sur 5 » and slots. */
function tray(root) {
  const lines = root.querySelectorAll("[data-tray]");
  if (!lines.length || lines[0].dataset.ready) return;
  lines[0].dataset.ready = "yes";
  const show = () => {
    for (const line of lines) {
      const { tray: ballot, words, over, most } = line.dataset;
      const chosen = document.querySelectorAll(`[data-ballot="${ballot}"] :is([data-pick]:checked, [data-kept])`).length;
      const extra = Number(most) ? chosen - Number(most) : 0;
      const said = extra > 0 && over ? over : words;
      line.querySelector("[data-tray-count]").textContent = said.replace("{n}", chosen).replace("{m}", extra);
      line.classList.toggle("is-over", extra > 0);
      line.querySelectorAll(".slots i").forEach((slot, place) => slot.classList.toggle("on", place < chosen));
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-ballot]")) show();
  });
  show();
}

/** A button to copy a code appears where the browser can copy. */
function copies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("[data-receipt]").textContent.trim());
      button.querySelector("span").textContent = button.dataset.done;
    });
  }
}

/** The menu of a phone closes with Escape and when the focus leaves it. */
function menus() {
  for (const menu of document.querySelectorAll(".menu")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
}

/**
 * What is typed in a form is kept by the browser until it has arrived: a lost connection on a building site loses
 * nothing. `data-sent` is the mark of the last news that did arrive; the same mark sent twice is one piece of news.
 */
function drafts(root) {
  const form = root.querySelector("form[data-draft]:not([data-ready])");
  if (!form) return;
  form.dataset.ready = "yes";
  const name = `draft:${form.dataset.draft}`;
  const fields = [...form.elements].filter((field) => field.name && !["file", "submit"].includes(field.type) && field.name !== "csrfmiddlewaretoken");
  const refused = document.querySelector("[data-error-summary]");
  try {
    const kept = JSON.parse(localStorage.getItem(name) || "null");
    if (kept && (kept.key === form.dataset.sent || Date.now() - kept.at > 86400000)) localStorage.removeItem(name);
    else if (kept && !refused) for (const field of fields) if (kept.values[field.name] !== undefined) field.value = kept.values[field.name];
    form.addEventListener("input", () => {
      const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      localStorage.setItem(name, JSON.stringify({ key: form.elements.key.value, at: Date.now(), values }));
    });
  } catch {
    // A browser that keeps nothing: the form works all the same.
  }
}

/** A long list of fields: what is typed in the box hides the lines that do not hold it; sums follow what is typed. */
function tallies(root) {
  for (const box of root.querySelectorAll("[data-find][hidden]")) {
    const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const lines = [...document.getElementById(box.dataset.find).children];
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const asked = plain(event.target.value);
      for (const line of lines) line.hidden = !plain(line.textContent).includes(asked);
    });
  }
  for (const sum of root.querySelectorAll("[data-sum], [data-ticked]")) {
    const list = document.getElementById(sum.dataset.sum || sum.dataset.ticked);
    const show = () => {
      const numbers = [...list.querySelectorAll("input[inputmode]")].map((field) => Number(field.value) || 0);
      sum.textContent = sum.dataset.ticked ? list.querySelectorAll(":checked").length : numbers.reduce((a, b) => a + b, 0);
    };
    list.addEventListener("input", show);
    list.addEventListener("change", ({ target }) => {
      const why = target.closest("li").querySelector("details");
      if (why && target.type === "checkbox" && target.checked !== target.defaultChecked) why.open = true;
    });
    show();
  }
}

function enhance(root) {
  tallies(root);
  counters(root);
  summary(root);
  tray(root);
  copies(root);
  drafts(root);
}

menus();
enhance(document);
document.addEventListener("htmx:after:swap", () => enhance(document));
