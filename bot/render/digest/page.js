"use strict";
(() => {
  const table = document.querySelector("table"), tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const body = table.tBodies[0], rows = [...body.rows], input = tools.querySelector("input");
  const shown = tools.querySelector("output");
  const texts = rows.map((row) => row.textContent.toLocaleLowerCase());
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row, at) => row.cells[at].dataset.k || row.cells[at].textContent;
  const filter = () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      if (!row.hidden) n += 1;
    });
    shown.textContent = n;
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = [...rows].sort((a, b) => order.compare(key(a, at), key(b, at)) * (down ? -1 : 1));
      body.append(...sorted);
    });
  });
  input.addEventListener("input", filter);
  tools.hidden = false;
  filter();
})();
