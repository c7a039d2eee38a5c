// The slip that is named: that of the box which was left, or the first.
import { asked, enter, isCopy, now, sheet, where } from "./boxes.js";
import { $, icon, make, named } from "./dom.js";
import { read } from "./engine.js";

/** The usual slip that the number in a box comes from, or "". */
export const slipOf = (box) => (isCopy(box) ? "" : sheet.slip(box.name, box.i, box.j, read(box.text).number));

/** Name the slip of a box, if it was `left` and is wrong; else of another. */
export function slips(left) {
  const wrong = asked.filter((b) => b.td.dataset.v === "wrong"), panel = $("slip");
  const box = left && wrong.includes(left) ? left : wrong.includes(now.slipped?.box) ? now.slipped.box : wrong[0];
  panel.hidden = !box;
  if (!box) { now.slipped = null; return; }
  const name = slipOf(box);
  now.slipped = { box, name };
  const follow = asked.filter((b) => b.td.dataset.v === "follows").length, place = where(box.m, box.i, box.j);
  const why = sheet.missing ? "An equation that this box stands in does not hold." : name ? `It looks like a usual slip: ${name}.`
    : isCopy(box) ? "It is not the number that it is copied from." : "Look at the boxes that meet there (F1).";
  const row = make("div", { className: "row" }, make("button", { type: "button", className: "bt", onclick: () => enter(box) }, "Go there"));
  if (follow) row.append(make("span", { className: "fw" }, icon("follows"), ` ${follow} ${follow === 1 ? "box follows and counts" : "boxes follow and count"}`));
  panel.replaceChildren(icon("wrong"), make("div", {},
    make("b", {}, "A slip in ", named(box.m.label_markup), `${place && ", "}${place}: `, box.text), make("br"), why, row));
}
