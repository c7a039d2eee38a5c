// What a box is worked out from and lies out of sight, such as on a phone: those blocks, small, over the sheet.
import { all, needed, now } from "./boxes.js";
import { $, make, named } from "./dom.js";

const SIDE = 26, EDGE = 16; // px

const within = (td, seen) => {
  const r = td.getBoundingClientRect();
  return r.left >= seen.left - 2 && r.right <= seen.right + 2 && r.top >= seen.top - 2 && r.bottom <= seen.bottom + 2;
};

/** The tables of what is needed and not seen, each with the matrix that it is needed for. */
function unseen(box, seen) {
  const found = new Map();
  for (const [name, i, j] of needed(box)) {
    const places = all.get(`${name},${i},${j}`) ?? [];
    if (!places.length || places.some(({ td }) => within(td, seen))) continue;
    const home = places.find((place) => place.td.closest(".page") === box.td.closest(".page")) ?? places[0];
    found.set(home.td.closest("table"), home.m);
  }
  return found;
}

/** A table in small: its numbers, and those that a hint lights. */
function small(table, m, room) {
  const rows = [...table.rows], side = Math.min(SIDE, room / rows[0].cells.length);
  const cell = (td) => make("td", { className: `${td.querySelector("input") ? "mine" : ""} ${td.classList.contains("lit") ? "on" : ""}` },
    td.querySelector("input")?.value ?? td.firstChild?.textContent ?? "");
  const made = make("table", {}, ...rows.map((row) => make("tr", {}, ...[...row.cells].map(cell))));
  made.style.setProperty("--side", `${side}px`);
  return make("div", {}, named(m.label_markup), made);
}

/** Show what is out of sight, where it does not lie over the box. */
export function peek() {
  const box = now.current, el = $("peek"), view = $("view"), seen = view.getBoundingClientRect();
  const tables = box?.input ? [...unseen(box, seen)] : [];
  el.hidden = !tables.length;
  el.replaceChildren(...tables.map(([table, m]) => small(table, m, (seen.width - 4 * EDGE) / Math.min(2, tables.length))));
  if (!tables.length) return;
  el.classList.remove("high");
  const { top } = el.getBoundingClientRect(), r = box.td.getBoundingClientRect();
  el.classList.toggle("high", r.bottom > top - 4 && r.top > seen.top + seen.height / 2);
}
