// Exploring: any given can be changed and every value follows; results are covered while one predicts.
import { boxes, crossed, data, fit, now, sheet, sign, spoken } from "./boxes.js";
import { $, icon, make, named } from "./dom.js";
import { read } from "./engine.js";
import { field } from "./fields.js";
import { Misfit, coded, same, write } from "./formula.js";
import { say, toast } from "./said.js";
import { script } from "./script.js";

/** The givens with another number in one place. */
const withOne = (givens, name, i, j, number) =>
  ({ ...givens, [name]: givens[name].map((row, r) => row.map((x, c) => (r === i && c === j ? number : x))) });

/** Take the number of a given's box as it is typed. */
export function explored(box) {
  if (box.m.op !== null) return; // a guess
  const got = read(box.text), from = write(now.givens[box.name][box.i][box.j]);
  if (!got.number) { if (got.why) { box.td.dataset.v = "odd"; say(got.why); } return; }
  delete box.td.dataset.v;
  const next = withOne(now.givens, box.name, box.i, box.j, got.number);
  try {
    const found = sheet.solve(next).has;
    if (now.last?.box !== box) { now.before = now.values; now.last = { box, from }; }
    now.givens = next; now.values = found;
    if (now.predicting) now.opened = new Set();
    show();
    address();
  } catch (e) {
    if (!(e instanceof Misfit)) throw e;
    box.td.dataset.v = "odd";
    toast(`${e.message.charAt(0).toUpperCase()}${e.message.slice(1)}; the other numbers stay.`);
  }
}

/** A given's box that is left shows its number, whatever was typed. */
export function settled(box) {
  if (box.m.op !== null || box.td.dataset.v) return;
  box.text = box.input.value = write(now.givens[box.name][box.i][box.j]);
  fit(box.input, box.text);
}

function showGiven(box, text) {
  if (!box.input) { box.td.textContent = text; fit(box.td, text); }
  else if (document.activeElement !== box.input) { box.text = text; box.input.value = text; fit(box.input, text); }
}

/** Show a result; beside it its old value, if it moved, and what was guessed, if that was wrong. */
function showResult(box, text, old) {
  const guess = box.input ? read(box.text) : null, value = now.values[box.name][box.i][box.j];
  box.input = null;
  box.td.classList.add("mine");
  box.td.textContent = text;
  fit(box.td, text);
  crossed(box, value);
  if (old !== null) box.td.append(make("span", { className: "old" }, old));
  if (guess && !guess.number) delete box.guessed;
  if (!guess?.number) return;
  box.guessed = same(guess.number, value);
  sign(box, box.guessed ? "right" : "wrong");
  if (!box.guessed) box.td.append(make("span", { className: "guess" }, box.text));
}

/** Show the values of all boxes; what the last change moved is marked. */
export function show() {
  const counts = new Map();
  for (const box of boxes) {
    const { name, i, j } = box, text = write(now.values[name][i][j]), old = now.before && write(now.before[name][i][j]);
    const given = box.m.op === null, covered = now.predicting && !given && !now.opened.has(name);
    const changed = old !== null && old !== text && !covered && !(given && box.input);
    box.td.classList.toggle("covered", covered);
    box.td.classList.toggle("moved", changed);
    if (changed && !given) counts.set(name, (counts.get(name) ?? new Set()).add(`${i},${j}`));
    if (given) showGiven(box, text);
    else if (!covered) showResult(box, text, changed ? old : null);
    else if (!box.input) { box.text = ""; field(box).placeholder = "?"; }
  }
  changes(counts);
  script();
}

/** What was changed and what follows: beside the sheet. */
function changes(counts) {
  const { last } = now, total = [...counts.values()].reduce((n, s) => n + s.size, 0);
  const value = (text) => make("span", { className: "h" }, text);
  const head = last ? [named(last.box.m.label_markup), `${spoken(last.box.m, last.box.i, last.box.j).slice(last.box.m.label.length)}: `,
    value(last.from), " → ", value(write(now.givens[last.box.name][last.box.i][last.box.j]))] : ["Change any given number"];
  const tick = make("input", { type: "checkbox", checked: now.predicting, onchange: () => predict(tick.checked) });
  const label = make("label", {}, tick, "Predict first");
  $("changes").replaceChildren(make("h2", {}, ...head), ...(now.predicting ? [label, ...covers()] : [followed(total), label, counted(counts)]));
  if (last) say(total ? `${total} ${total === 1 ? "box" : "boxes"} changed` : "Nothing else changes");
}

function followed(total) {
  if (!now.last) return make("p", {}, "Every result follows. What changes is marked until the next change.");
  if (!total) return make("p", {}, "Nothing else changes: this number meets zeros alone, or what it moves is cut off or rounded away.");
  return make("p", {}, make("b", {}, `${total} ${total === 1 ? "box" : "boxes"} changed.`), " Marked until your next change; the old value stands small in the corner.");
}

const counted = (counts) => make("ul", {}, ...sheet.matrices.filter((m) => counts.has(m.name))
  .map((m) => make("li", {}, named(m.label_markup), make("span", {}, `${counts.get(m.name).size} changed`))));

/** The results that are covered, step by step, each with a button that shows them. */
function covers() {
  const list = make("ul");
  for (const step of data.steps) {
    const mine = step.matrices.filter((n) => boxes.some((b) => b.name === n));
    if (!mine.length) continue;
    const li = make("li", {}, make("span", {}, ...mine.flatMap((n, k) => [k ? ", " : "", named(sheet.byName[n].label_markup)])));
    const said = boxes.filter((b) => mine.includes(b.name) && b.guessed !== undefined), hit = said.filter((b) => b.guessed).length;
    if (mine.every((n) => now.opened.has(n))) li.append(make("span", {}, said.length ? `predicted ${hit} of ${said.length}` : "open"));
    else li.append(make("button", { type: "button", className: "bt", onclick: () => uncover(mine) }, "Show"));
    list.append(li);
  }
  return [make("p", {}, "Results stay covered until you ask. Write what you expect, or just look."), list,
    make("button", { type: "button", className: "bt main", onclick: () => uncover(boxes.map((b) => b.name)) }, icon("eye"), "Show everything")];
}

function uncover(names) {
  for (const name of names) now.opened.add(name);
  show();
}

function predict(on) {
  now.predicting = on;
  now.opened = new Set();
  if (!on) for (const box of boxes) if (box.m.op !== null) box.input = null;
  show();
}

/** The changed givens in the address: #W1[1,2]=5;x[1,1]=4 */
export function address() {
  const found = [];
  for (const [name, rows] of Object.entries(now.givens)) rows.forEach((row, i) => row.forEach((x, j) => {
    if (!same(x, sheet.givens[name][i][j])) found.push(`${name}[${i + 1},${j + 1}]=${coded(x)}`);
  }));
  history.replaceState(null, "", found.length ? `#${encodeURI(found.join(";"))}` : location.href.split("#")[0]);
}

/** Take the givens from the address; whether it has any that can be taken. */
export function readAddress() {
  let text = "";
  try { text = decodeURI(location.hash.slice(1)); } catch { /* no address of ours */ }
  if (!text.includes("=") || sheet.missing) return false;
  let next = sheet.givens;
  for (const part of text.split(";")) {
    const [, name, i, j, typed] = /^(\w+)\[(\d+),(\d+)\]=(.+)$/.exec(part) ?? [], got = typed && read(typed);
    if (!got?.number || !next[name]?.[i - 1]?.[j - 1]) return false;
    next = withOne(next, name, i - 1, j - 1, got.number);
  }
  try { now.values = sheet.solve(next).has; now.givens = next; return true; } catch { return false; }
}
