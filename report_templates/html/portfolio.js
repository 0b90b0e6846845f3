"use strict";
(() => {
  const table = document.getElementById("ranked");
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const text = new Map(rows.map((row) => [row, row.cells[1].textContent.toLowerCase()]));

  const show = () => {
    const wanted = new FormData(form);
    const words = (wanted.get("text") || "").toLowerCase().trim();
    let n = 0;
    for (const row of rows) {
      let fits = text.get(row).includes(words);
      for (const name of ["verdict", "kind", "states", "species"]) {
        const value = wanted.get(name);
        fits &&= !value || row.dataset[name].split(" ").includes(value);
      }
      row.hidden = !fits;
      n += fits;
    }
    shown.textContent = shown.dataset.text.replace("%n", n).replace("%t", rows.length);
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  };

  const sort = (column, down) => {
    const turn = down ? -1 : 1;
    const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const order = rows.map((row, rank) => [row, value(row, column), rank]);
    order.sort(([, a, m], [, b, n]) =>
      turn * (typeof a === "number" ? a - b : collator.compare(a, b)) || m - n);
    body.append(...order.map(([row]) => row));
  };

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numbers = rows.some((row) => row.cells[column].dataset.v !== undefined);
      const first = numbers && column !== 0 && column !== 3 ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const next = head.getAttribute("aria-sort") === first ? other : first;
      for (const one of table.tHead.rows[0].cells) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", next);
      sort(column, next === "descending");
    });
  });

  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    const row = document.getElementById(location.hash.slice(1));
    if (row && row.hidden) { form.reset(); setTimeout(() => row.scrollIntoView()); }
  });
  form.hidden = false;
  show();
})();
