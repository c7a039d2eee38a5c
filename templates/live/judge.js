// What is written, judged when a box is left: right, a slip, or what follows from one.
import { all, asked, crossed, fit, isCopy, now, sheet, sign, spoken } from "./boxes.js";
import { $ } from "./dom.js";
import { read } from "./engine.js";
import { same } from "./formula.js";
import { progress, steps } from "./progress.js";
import { say, toast } from "./said.js";
import { script } from "./script.js";
import { slips } from "./slips.js";

const SAID = { right: "right", wrong: "not yet", follows: "follows from your earlier slip", odd: "cannot be read", "": "" };

/** Numbers as they stand in the boxes, by matrix; the box in which one writes only when it is left. */
function written(left) {
  const found = {};
  for (const box of asked) {
    if (isCopy(box) || !box.text || (box.input === document.activeElement && box !== left)) continue;
    const { number } = read(box.text), [rows, columns] = box.m.shape;
    if (number) (found[box.name] ??= Array.from({ length: rows }, () => Array(columns).fill(null)))[box.i][box.j] = number;
  }
  return found;
}

export function verdict(box) {
  const got = read(box.text);
  if (got.empty) return "";
  if (got.why) return "odd";
  if (isCopy(box)) {
    const mine = sheet.now.has[box.name][box.i][box.j];
    return mine !== null && same(got.number, mine) ? "right" : "wrong";
  }
  const found = sheet.verdict(box.name, box.i, box.j, got.number);
  if (found !== "wrong" || !box.after || sheet.missing) return found;
  return sheet.verdict(box.after, box.i, box.j, got.number); // who has crossed out already
}

/** Show what a box is found to be. */
function mark(box, found, busy) {
  if (!busy && box.td.dataset.v !== found) {
    if (found) box.td.dataset.v = found; else delete box.td.dataset.v;
    sign(box, found);
    crossed(box, found === "odd" ? null : read(box.text).number);
  }
  if (!box.input) return;
  if (found === "wrong" || found === "odd") box.input.setAttribute("aria-invalid", "true"); else box.input.removeAttribute("aria-invalid");
  box.input.setAttribute("aria-label", spoken(box.m, box.i, box.j) + (found ? `: ${SAID[found]}` : ""));
}

/** Say what the box is found to be that was left. */
function tell(left) {
  const found = left.td.dataset.v ?? "", why = found === "odd" ? read(left.text).why : SAID[found];
  const said = `${spoken(left.m, left.i, left.j)}: ${why}${found === "wrong" && now.slipped?.name ? `. A usual slip: ${now.slipped.name}` : ""}`;
  if (why) say(said);
  if (found === "odd") toast(why);
  else if (found === "wrong" && !$("coach").offsetParent) toast(said);
}

/** Judge all boxes, after `left` was left; say what it is. */
export function judge(left) {
  if (!sheet.take(written(left)) && left) say("That number leads to a sum that nobody can work out.");
  const count = { right: 0, follows: 0, wrong: 0 };
  for (const box of asked) {
    const busy = box.input === document.activeElement && box !== left, found = busy ? "" : verdict(box);
    mark(box, found, busy);
    if (found in count) count[found] += 1;
  }
  progress(count);
  steps();
  slips(left);
  if (left) tell(left);
  if (count.right + count.follows + count.wrong === asked.length && asked.length && left)
    toast(count.right === asked.length ? "All right. Well done." : "All boxes are filled; mend the slip to make them all right");
  script();
}

/** A number that stands in several boxes is written once. */
export function echo(box) {
  for (const other of all.get(box.id) ?? []) {
    if (!other.asked || other === box || !other.input || (other.text && !other.echoed) || verdict(box) === "odd") continue;
    other.echoed = true;
    other.text = box.text;
    other.input.value = box.text;
    fit(other.input, box.text);
  }
}
