// From box to box by keyboard, and what happens where one arrives, writes and leaves.
import { asked, boxAt, boxes, crossed, enter, fit, gather, holes, isCopy, needed, now, sign, stepAt, stepOf, touch, where } from "./boxes.js";
import { $, marked, named } from "./dom.js";
import { explored, settled } from "./explore.js";
import { hint, showHints } from "./hints.js";
import { echo, judge } from "./judge.js";
import { save } from "./keeping.js";
import { drawMap, openMap } from "./map.js";
import { script } from "./script.js";

/** Go to the next box, past those that were filled with another's number, and past what is right if asked; whether there is one. */
export function go(from, by, pastRight = false) {
  const list = now.exploring ? boxes.filter((b) => b.input?.isConnected) : asked;
  if (!now.exploring) echo(from);
  let k = list.indexOf(from) + by;
  const passed = (box) => (box.echoed && box.text) || (pastRight && box.td.dataset.v === "right");
  while (!now.exploring && list[k] && passed(list[k])) k += by;
  if (k < 0 || k >= list.length) return false;
  enter(list[k]);
  return true;
}

function beside({ td }, [di, dj]) {
  const row = td.parentNode.rowIndex + di, column = td.cellIndex + dj;
  return boxAt.get(td.closest("table").rows[row]?.cells[column]);
}

export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** A key pressed in a box. */
function pressed(e, box) {
  if (e.key === "Escape") { e.target.blur(); $("view").focus({ preventScroll: true }); return; }
  if (e.key === "Enter" || e.key === "Tab") {
    const went = go(box, e.shiftKey ? -1 : 1, e.key === "Enter" && !e.shiftKey); // from the last box Tab goes on to what helps: no other box is a stop
    if (went || e.key === "Enter") e.preventDefault();
    if (!went && e.key === "Enter") e.target.blur();
    return;
  }
  const way = ARROWS[e.key];
  if (!way) return;
  const { selectionStart: a, selectionEnd: b, value } = e.target, whole = a === 0 && b === value.length;
  if (way[1] < 0 && !(whole || b === 0)) return;
  if (way[1] > 0 && !(whole || a === value.length)) return;
  const to = beside(box, way);
  if (to?.input) { e.preventDefault(); enter(to); }
}

/** A key pressed beside the boxes: a number goes to the step of the list, or into the box that one was in. */
function besides(e) {
  const { target } = e, pip = target.closest("#pips") && $("pips").querySelector(`[data-step="${e.key}"]`);
  if (pip) pip.focus();
  else if (e.key.toLowerCase() === "m") { e.preventDefault(); openMap(); }
  else if (/^[-−.,\d½]$/.test(e.key) && !now.exploring && now.current) enter(now.current);
}

document.addEventListener("keydown", (e) => {
  if (e.key === "F1") { e.preventDefault(); hint(); return; }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const box = boxAt.get(e.target.closest?.("td"));
  if (box) pressed(e, box);
  else if (e.target.closest && !e.target.closest("input, dialog")) besides(e);
});

/** Show what belongs to the box that one is in. */
export function arrive(box) {
  if (now.current !== box) {
    if (now.current?.input) now.current.input.tabIndex = -1;
    now.current = box;
    now.level = 0;
  }
  if (box.input) box.input.tabIndex = 0;
  const step = stepAt(stepOf(box)), place = where(box.m, box.i, box.j, true);
  const copies = !now.exploring && isCopy(box), name = box.m.label_markup;
  const words = copies ? `Copy ${name} to where it is needed, number by number.` : step ? step.text_markup : name;
  for (const side of ["step", "dock"]) {
    $(`${side}-number`).textContent = step ? step.number : "";
    $(`${side}-words`).replaceChildren(marked(words));
  }
  $("step-at").replaceChildren(box.m.op === null && holes(box) ? "Missing: " : "Now: ", named(name), place && `, ${place}`);
  for (const { firstChild: link } of $("pips").children) {
    const here = step && +link.dataset.step === step.number;
    if (!here) { link.removeAttribute("aria-current"); continue; }
    link.setAttribute("aria-current", "step");
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  showHints();
  script();
  drawMap();
}

/** Hear what happens in a field of a box. */
const inBox = (event, what) => document.addEventListener(event, (e) => {
  const box = boxAt.get(e.target.closest?.("td"));
  if (box && box.input === e.target) what(box, e.target);
});
inBox("focusin", (box, input) => {
  arrive(box);
  input.select();
  if (touch) gather(box, needed(box));
});
inBox("input", (box, input) => {
  box.text = input.value;
  fit(input, box.text);
  box.echoed = false;
  if (now.exploring) { explored(box); return; }
  delete box.td.dataset.v;
  sign(box, "");
  crossed(box, null);
  $("how").hidden = true;
  if (!now.level) $("dock-sum").replaceChildren();
  save();
});
inBox("focusout", (box) => {
  if (now.exploring) { settled(box); return; }
  echo(box);
  judge(box);
  save();
});
