// Solving and exploring: the same boxes, filled anew.
import { asked, boxes, fit, now } from "./boxes.js";
import { $ } from "./dom.js";
import { show } from "./explore.js";
import { field } from "./fields.js";
import { write } from "./formula.js";
import { clearLit } from "./hints.js";
import { judge } from "./judge.js";
import { arrive } from "./moving.js";

/** Begin to explore, or to solve. */
export function mode(explore) {
  now.exploring = explore;
  document.body.classList.toggle("exploring", explore);
  for (const [id, on] of [["solve", !explore], ["explore", explore]]) { $(id).setAttribute("aria-checked", on); $(id).tabIndex = on ? 0 : -1; }
  for (const id of ["prog", "step", "hints", "mapbox", "pips"]) $(id).hidden = explore;
  $("how").classList.toggle("off", explore);
  $("changes").hidden = $("explore-foot").hidden = !explore;
  $("mode-2").textContent = explore ? "Solve the sheet" : "Explore: change the given numbers";
  $("slip").hidden = true;
  clearLit();
  for (const box of boxes) {
    box.td.classList.remove("moved", "covered", "mine", "struck");
    delete box.td.dataset.v;
    box.input = null;
    box.td.replaceChildren();
  }
  now.before = now.last = now.current = null;
  if (explore) exploring(); else solving();
  const stop = now.current ?? boxes.find((b) => b.input);
  if (stop) stop.input.tabIndex = 0;
}

function exploring() {
  now.stash = new Map(asked.map((box) => [box, box.text]));
  for (const box of boxes) if (box.m.op === null && !box.asked) { box.text = write(now.givens[box.name][box.i][box.j]); field(box, "given"); }
  show();
}

function solving() {
  for (const box of boxes) if (!box.asked) { box.td.textContent = box.printed; fit(box.td, box.printed); }
  for (const box of asked) { box.text = now.stash.get(box) ?? box.text; field(box); }
  judge();
  if (asked.length) arrive(asked.find((b) => !b.text) ?? asked[0]);
}
