"use strict";
(() => {
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row, at) => row.cells[at].dataset.k || row.cells[at].textContent;
  for (const table of document.querySelectorAll("table")) {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      if (head.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...rows].sort((a, b) => order.compare(key(a, at), key(b, at)) * (down ? -1 : 1));
        body.append(...sorted);
      });
    });
  }
  const table = document.querySelector(".all table"), tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const rows = [...table.tBodies[0].rows], input = tools.querySelector("input"), shown = tools.querySelector("output");
  const texts = rows.map((row) => row.textContent.toLocaleLowerCase());
  const filter = () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      if (!row.hidden) n += 1;
    });
    shown.textContent = n;
  };
  input.addEventListener("input", filter);
  tools.hidden = false;
  filter();
})();
