// The live page: fields in the boxes of the sheet, and what helps with them.
import { codePanel } from "./code.js";
import { $, icon, make, marked, named } from "./dom.js";
import { Sheet, read } from "./engine.js";
import { Misfit, coded, exact, same, withComma, write } from "./formula.js";

/** Where a box stands, in the words of the page: a matrix that is drawn on its side has its rows as columns. */
const where = (m, i, j, of = false) => {
  const [rows, columns] = m.shape, words = turned.has(m.name) ? ["column", "row"] : ["row", "column"];
  const said = [[words[0], i, rows], [words[1], j, columns]].filter(([, , n]) => n > 1).map(([word, k, n]) => `${word} ${k + 1}${of ? ` of ${n}` : ""}`);
  return (turned.has(m.name) ? said.reverse() : said).join(", ");
};
const spoken = (m, i, j) => [m.label, where(m, i, j)].filter(Boolean).join(", ");

const data = JSON.parse($("sheet").textContent);
withComma(data.mark === "comma");
const sheet = new Sheet(data);
const store = (() => { try { localStorage.getItem("sheetgen"); return localStorage; } catch { return null; } })();
const STORED = `sheetgen ${data.code}`;
const touch = matchMedia("(pointer: coarse)").matches;
document.documentElement.classList.toggle("touch", touch);

// ---- the boxes of the page ------------------------------------------------------------------------------------------

/** The boxes that hold a number of the exercise; `first`: the first place of a number that is asked for. */
const boxes = [...document.querySelectorAll("td[data-m]")].map((td) => ({
  td, name: td.dataset.m, i: +td.dataset.i, j: +td.dataset.j, m: sheet.byName[td.dataset.m], asked: "b" in td.dataset,
  copied: "c" in td.dataset, after: td.dataset.a ?? "", echoed: false,
  id: `${td.dataset.m},${td.dataset.i},${td.dataset.j}`, input: null, text: "", printed: td.textContent,
}));
const at = new Map(boxes.map((box) => [box.td, box]));
/** The matrices that the page draws on their side. */
const turned = new Set(boxes.filter((box) => {
  const next = box.td.nextElementSibling, below = box.td.parentNode.nextElementSibling?.cells[box.td.cellIndex];
  return (next?.dataset.m === box.name && +next.dataset.i === box.i + 1) || (below?.dataset.m === box.name && +below.dataset.j === box.j + 1);
}).map((box) => box.name));
const all = new Map();
for (const box of boxes) all.set(box.id, [...(all.get(box.id) ?? []), box]);
/** The boxes to fill, in the order of the steps; what is copied from elsewhere comes before the step that needs it. */
const asked = boxes.filter((box) => box.asked);
const place = (box) => (box.copied || box.m.step === null ? firstUse(box.name) - 0.5 : box.m.step);
const firstUse = (name) => Math.min(...sheet.matrices.filter((m) => m.inputs.includes(name)).map((m) => m.step ?? firstUse(m.name)), 999);
const stepOf = (box) => Math.ceil(place(box));
const tables = [...document.querySelectorAll("table.block")];
asked.sort((a, b) => place(a) - place(b)
  || sheet.matrices.indexOf(a.m) - sheet.matrices.indexOf(b.m)
  || tables.indexOf(a.td.closest("table")) - tables.indexOf(b.td.closest("table"))
  || (a.td.compareDocumentPosition(b.td) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
/** A box that repeats a printed number, or one that is asked for before, is judged by that number alone. */
const firsts = new Map();
for (const box of asked) if (!firsts.has(box.id)) firsts.set(box.id, box);
const isCopy = (box) => box.copied || (box.m.op === null && !holes(box)) || firsts.get(box.id) !== box;
const holes = (box) => sheet.givens[box.name]?.[box.i][box.j] === null;

const fit = (el, text) => el.style.setProperty("--fit", Math.min(1, 3.1 / Math.max(1, text.length)).toFixed(2));
const sign = (box, name) => {
  box.td.querySelector(".sign")?.remove();
  if (name) box.td.append(icon(name, "sign"));
};

// ---- what is said ---------------------------------------------------------------------------------------------------

let toasting = 0;
const toast = (text) => {
  $("toast").textContent = text; $("toast").hidden = false; say(text);
  clearTimeout(toasting);
  toasting = setTimeout(() => { $("toast").hidden = true; }, 2500);
};
const say = (text) => { $("say").textContent = text; };
const SAID = { right: "right", wrong: "not yet", follows: "follows from your earlier slip", odd: "cannot be read", "": "" };

// ---- solve ------------------------------------------------------------------------------------------------------------

let exploring = false, current = null, level = 0, slipped = null;

/** Numbers as they stand in the boxes, by matrix; the box in which one writes only when it is left. */
function written(left) {
  const found = {};
  for (const box of asked) {
    if (isCopy(box) || !box.text || (box.input === document.activeElement && box !== left)) continue;
    const { number } = read(box.text);
    if (number) (found[box.name] ??= box.m.shape[0] && Array.from({ length: box.m.shape[0] }, () => Array(box.m.shape[1]).fill(null)))[box.i][box.j] = number;
  }
  return found;
}

function verdict(box) {
  const got = read(box.text);
  if (got.empty) return "";
  if (got.why) return "odd";
  if (isCopy(box)) {
    const { has } = sheet.now, mine = has[box.name][box.i][box.j];
    return mine !== null && same(got.number, mine) ? "right" : "wrong";
  }
  const found = sheet.verdict(box.name, box.i, box.j, got.number);
  if (found !== "wrong" || !box.after || sheet.missing) return found;
  return sheet.verdict(box.after, box.i, box.j, got.number); // who has crossed out already
}

/** In a box with the numbers before and after ReLU, cross out what is negative and write 0. */
function crossed(box, number) {
  const out = Boolean(box.after && number && number[0] < 0n);
  box.td.classList.toggle("struck", out);
  box.td.querySelector(".zero")?.remove();
  if (out) box.td.append(make("span", { className: "zero" }, "0"));
}

/** Judge all boxes, after `left` was left; say what it is. */
function judge(left) {
  if (!sheet.take(written(left)) && left) say("That number leads to a sum that nobody can work out.");
  const count = { right: 0, follows: 0, wrong: 0 };
  for (const box of asked) {
    const busy = box.input === document.activeElement && box !== left;
    const found = busy ? "" : verdict(box);
    if (!busy && box.td.dataset.v !== found) {
      if (found) box.td.dataset.v = found; else delete box.td.dataset.v;
      sign(box, found);
      crossed(box, found === "odd" ? null : read(box.text).number);
    }
    if (box.input) {
      if (found === "wrong" || found === "odd") box.input.setAttribute("aria-invalid", "true"); else box.input.removeAttribute("aria-invalid");
      box.input.setAttribute("aria-label", spoken(box.m, box.i, box.j) + (found ? `: ${SAID[found]}` : ""));
    }
    if (found in count) count[found] += 1;
  }
  progress(count);
  steps();
  slips(left);
  if (left) {
    const found = left.td.dataset.v ?? "", why = found === "odd" ? read(left.text).why : SAID[found];
    if (why) say(`${spoken(left.m, left.i, left.j)}: ${why}${found === "wrong" && slipped?.name ? `; perhaps ${slipped.name}` : ""}`);
    if (found === "odd" || (found === "wrong" && !$("coach").offsetParent)) toast(found === "odd" ? why : `${spoken(left.m, left.i, left.j)}: not yet${slipped?.name ? `; perhaps ${slipped.name}` : ""}`);
  }
  if (count.right + count.follows === asked.length && asked.length && left)
    toast(count.follows ? "All boxes are filled; mend the slip to make them all right" : "All right. Well done.");
  script();
}

function progress({ right, follows, wrong }) {
  const done = $("done"), share = (n) => `${asked.length ? (100 * n) / asked.length : 0}%`;
  done.replaceChildren(make("b", {}, `${right + follows}`), make("span", { className: "of" }, " of "), `${asked.length}`);
  if (follows) done.append(" ", make("span", { className: "cy", title: `${follows} follow from a slip` }, icon("follows"), `${follows}`, make("span", { className: "long" }, " follow from a slip")));
  const [r, f, w] = $("bar").children;
  r.style.width = share(right); f.style.width = share(follows); w.style.width = share(wrong);
  $("bar").setAttribute("aria-valuenow", right + follows); $("bar").setAttribute("aria-valuemax", asked.length);
  $("bar").setAttribute("aria-valuetext", `${right + follows} of ${asked.length}${follows ? `, ${follows} follow from a slip` : ""}`);
  const LINES = [["right", right, "right"], ["follows", follows, "follow from a slip"], ["wrong", wrong, wrong === 1 ? "slip" : "slips"], ["", asked.length - right - follows - wrong, "open"]];
  for (const id of ["legend", "legend-large"]) $(id).replaceChildren(...LINES.map(([v, n, text]) =>
    make("li", { className: v }, make("span", { className: "sq" }, ...(v ? [icon(v)] : [])), make("b", {}, String(n)), make("span", {}, text))));
}

/** The steps in the head, each with the worst of its boxes. */
function steps() {
  for (const li of $("pips").children) {
    const link = li.firstChild, mine = asked.filter((b) => stepOf(b) === +link.dataset.step);
    const of = (v) => mine.some((b) => b.td.dataset.v === v);
    const v = of("wrong") || of("odd") ? "wrong" : mine.length && mine.every((b) => b.td.dataset.v) ? (of("follows") ? "follows" : "right") : "";
    link.dataset.v = v;
    link.querySelector("svg")?.remove();
    if (v) link.append(icon(v));
    link.setAttribute("aria-label", `Step ${link.dataset.step}${v ? `: ${{ right: "right", wrong: "a slip", follows: "follows from a slip" }[v]}` : ""}`);
  }
}

/** Name the slip of a box: of the one that was left, or of the first. */
function slips(left) {
  const wrong = asked.filter((b) => b.td.dataset.v === "wrong"), panel = $("slip");
  const box = left && wrong.includes(left) ? left : wrong.includes(slipped?.box) ? slipped.box : wrong[0];
  panel.hidden = !box;
  if (!box) { slipped = null; return; }
  const name = isCopy(box) ? "" : sheet.slip(box.name, box.i, box.j, read(box.text).number);
  slipped = { box, name };
  const follow = asked.filter((b) => b.td.dataset.v === "follows").length, place = where(box.m, box.i, box.j);
  const go = make("button", { type: "button", className: "bt", onclick: () => enter(box) }, "Go there");
  const text = make("div", {}, make("b", {}, "A slip in ", named(box.m.label_markup), `${place && ", "}${place}: `, box.text), make("br"),
    sheet.missing ? "An equation that this box stands in does not hold." : name ? `It looks as if: ${name}.` : isCopy(box) ? "It is not the number that it is copied from." : "Look at the boxes that meet there (F1).");
  const row = make("div", { className: "row" }, go);
  if (follow) row.append(make("span", { className: "fw" }, icon("follows"), ` ${follow} ${follow === 1 ? "box follows and counts" : "boxes follow and count"}`));
  text.append(row);
  panel.replaceChildren(icon("wrong"), text);
}

// ---- hints ------------------------------------------------------------------------------------------------------------

const clearLit = () => document.querySelectorAll("td.lit").forEach((td) => td.classList.remove("lit", "two"));

function light(places, two = false) {
  for (const [name, i, j] of places) for (const box of all.get(`${name},${i},${j}`) ?? []) {
    box.td.classList.add("lit");
    box.td.classList.toggle("two", two);
  }
}

/** Which boxes meet, as words: rows, columns and single boxes by matrix. */
function meeting(places) {
  const by = new Map();
  for (const [name, i, j] of places) by.set(name, [...(by.get(name) ?? []), [i, j]]);
  const found = [...by].map(([name, cells]) => {
    const m = sheet.byName[name], [rows, columns] = m.shape, i = new Set(cells.map((c) => c[0])), j = new Set(cells.map((c) => c[1]));
    const whole = cells.length === rows * columns, [row, column] = turned.has(name) ? ["column", "row"] : ["row", "column"];
    const said = whole ? "" : i.size === 1 && j.size === 1 ? where(m, [...i][0], [...j][0])
      : i.size === 1 && cells.length === columns ? `${row} ${[...i][0] + 1}` : j.size === 1 && cells.length === rows ? `${column} ${[...j][0] + 1}` : "some boxes";
    return [said && `${said} of `, m.label_markup];
  });
  const text = make("span");
  found.forEach(([said, markup], k) => {
    text.append(k ? (k === found.length - 1 ? " and " : ", ") : "", k ? said : said.charAt(0).toUpperCase() + said.slice(1), named(markup));
  });
  if (found.length > 1) text.append(" meet here.");
  else text.append(" is what you need.");
  return text;
}

/** On a small screen, move so that the box and those that meet in it are seen together, if they fit. */
function gather() {
  const view = $("view").getBoundingClientRect(), all = [...document.querySelectorAll("td.lit"), current.td].map((td) => td.getBoundingClientRect());
  const left = Math.min(...all.map((r) => r.left)), right = Math.max(...all.map((r) => r.right)), top = Math.min(...all.map((r) => r.top)), bottom = Math.max(...all.map((r) => r.bottom));
  if (left >= view.left && right <= view.right && top >= view.top && bottom <= view.bottom) return;
  if (right - left > view.width || bottom - top > view.height) return;
  $("view").scrollBy({ left: (left + right) / 2 - (view.left + view.right) / 2, top: (top + bottom) / 2 - (view.top + view.bottom) / 2 });
}

const summed = (terms) => {
  const text = make("span", { className: "sum" });
  terms.forEach((term, k) => text.append(k ? " + " : "", make("span", { className: k % 2 ? "t2" : "t1" }, marked(term.text))));
  text.append(" = ?");
  return text;
};

/** Whether a number is asked for and not yet written: compact boxes hold the number after ReLU too. */
const isOpen = (name, i, j) => {
  const first = firsts.get(`${name},${i},${j}`);
  if (first) return !first.text;
  const m = sheet.byName[name];
  return m.blank[i][j] && m.op !== null && !all.has(`${name},${i},${j}`) && m.inputs.some((n) => isOpen(n, i, j));
};

/** Whether terms are a sum to work out: one term alone would be as good as the answer. */
const isSum = (terms) => terms.length > 1 || (terms.length === 1 && / [−÷] /.test(terms[0].text) && !terms[0].text.includes(" if "));

/** The three hints of a box; the second is left out where there is no sum. */
function hints(box) {
  const { places, terms, of } = sheet.hint(box.name, box.i, box.j, isOpen), found = [];
  if (isCopy(box)) return [{ text: make("span", {}, "Copy it from ", named(box.m.label_markup), "."), lit: () => light([[box.name, box.i, box.j]]) }];
  const m = of ? sheet.byName[of[0]] : box.m;
  if (places.length) found.push({ text: meeting(places), lit: () => light(places) });
  if (isSum(terms)) found.push({ text: summed(terms), lit: () => terms.forEach((t, k) => light(t.uses, k % 2 === 1)) });
  const step = data.steps.find((s) => s.number === m.step);
  const line = make("span", {}, named(equationOf(m, step)));
  if (m.op !== null && numpyOf(m)) line.append(make("br"), make("code", {}, numpyOf(m)));
  found.push({ text: line, lit: () => light(places) });
  return found;
}

const equationOf = (m, step) => {
  const inputs = m.inputs.map((name) => sheet.byName[name].label_markup), op = data.ops[m.op];
  if (!op) return step?.formula_markup ?? "";
  return `${m.label_markup} = ${op.equation.replace(/\{\{|\}\}|\{(\w+)\}/g, (all, k) => (all === "{{" ? "{" : all === "}}" ? "}" : /^\d+$/.test(k) ? inputs[+k] : m.params[k]))}`;
};
const numpyOf = (m) => {
  const op = data.ops[m.op];
  if (!op.numpy) return "";
  const names = new Map(op.inputs.map((name, k) => [name.replace("...", ""), name.endsWith("...") ? `[${m.inputs.slice(k).join(", ")}]` : m.inputs[k]]));
  return `${m.name} = ${op.numpy.replace(/\b[A-Za-z_]\w*\b/g, (word) => names.get(word) ?? (word in m.params ? String(m.params[word]) : word))}`;
};

function showHints() {
  clearLit();
  const list = $("hint-list"), found = current && !exploring ? hints(current) : [];
  $("hints").hidden = !found.length;
  level = Math.min(level, found.length);
  list.replaceChildren(...found.map(({ text }, k) => {
    const open = k < level, li = make("li", { className: open ? "on" : "" }, make("i", {}, String(k + 1)), open ? text : make("span", {}, found.length === 1 ? "Where it comes from" : ["Which boxes meet", found.length > 2 ? "The sum with your numbers" : "Which line to look at", "Which line to look at"][k]));
    if (k === level) li.append(make("button", { type: "button", className: "bt", onclick: () => { level = k + 1; showHints(); keep(); } }, "Show"));
    return li;
  }));
  if (level) { found[level - 1].lit(); gather(); }
  $("dock-level").textContent = level ? `${level} / ${found.length}` : "Hint";
  const sum = $("dock-sum");
  sum.replaceChildren();
  if (level) sum.append(found[level - 1].text.cloneNode(true));
  else if (slipped?.box === current && slipped.name) sum.append(make("span", { className: "said" }, `It looks as if: ${slipped.name}`));
  else if (!$("how").hidden) sum.append(make("span", { className: "said" }, "Write the number, then ", icon("next")));
}

const hint = () => { if (current && !exploring) { level += 1; showHints(); keep(); say($("dock-sum").textContent); } };
const keep = () => current?.input?.focus({ preventScroll: true });

// ---- moving -----------------------------------------------------------------------------------------------------------

const fields = () => (exploring ? boxes.filter((b) => b.input && b.input.isConnected) : asked);

function enter(box) {
  if (!box?.input) return;
  box.input.focus({ preventScroll: true });
  box.td.scrollIntoView({ block: "center", inline: "center" });
}

/** The next box, past those that were filled with another's number. */
function go(from, by) {
  const list = fields(), full = (box) => !exploring && box.echoed && box.text;
  if (!exploring) echo(from);
  let k = list.indexOf(from) + by;
  while (list[k] && full(list[k])) k += by;
  if (k < 0 || k >= list.length) return false;
  enter(list[k]);
  return true;
}

function beside(box, [di, dj]) {
  const { td } = box, row = td.parentNode.rowIndex + di, column = td.cellIndex + dj;
  return at.get(td.closest("table").rows[row]?.cells[column]);
}

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (e) => {
  if (e.key === "F1") { e.preventDefault(); hint(); return; }
  if (/^[-−.,\d½]$/.test(e.key) && !e.ctrlKey && !e.metaKey && !e.altKey && !exploring && current && !e.target.closest?.("input, dialog")) enter(current);
  const box = at.get(e.target.closest?.("td"));
  if (!box || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "Escape") { e.target.blur(); $("view").focus({ preventScroll: true }); return; }
  if (e.key === "Enter" || e.key === "Tab") {
    const moved = go(box, e.shiftKey ? -1 : 1); // from the last box Tab goes on to what helps: no other box is a stop
    if (moved || e.key === "Enter") e.preventDefault();
    if (!moved && e.key === "Enter") e.target.blur();
    return;
  }
  const way = ARROWS[e.key];
  if (!way) return;
  const { selectionStart: a, selectionEnd: b, value } = e.target, whole = a === 0 && b === value.length;
  if (way[1] < 0 && !(whole || b === 0)) return;
  if (way[1] > 0 && !(whole || a === value.length)) return;
  const to = beside(box, way);
  if (to?.input) { e.preventDefault(); enter(to); }
});

function arrive(box) {
  if (current !== box) { if (current?.input) current.input.tabIndex = -1; current = box; level = 0; }
  if (box.input) box.input.tabIndex = 0;
  const step = data.steps.find((s) => s.number === stepOf(box));
  $("step-number").textContent = $("dock-number").textContent = step ? step.number : "";
  const words = !exploring && isCopy(box) ? `Copy ${box.m.label_markup} to where it is needed, number by number.` : step ? step.text_markup : box.m.label_markup;
  $("step-words").replaceChildren(marked(words)); $("dock-words").replaceChildren(marked(words));
  const now = where(box.m, box.i, box.j, true);
  $("step-at").replaceChildren(box.m.op === null && holes(box) ? "Missing: " : "Now: ", named(box.m.label_markup), now && `, ${now}`);
  for (const li of $("pips").children) {
    if (step && +li.firstChild.dataset.step === step.number) { li.firstChild.setAttribute("aria-current", "step"); li.scrollIntoView({ block: "nearest", inline: "nearest" }); } else li.firstChild.removeAttribute("aria-current");
  }
  showHints();
  script();
  drawMap();
}

function field(box, cls = "") {
  const input = make("input", { type: "text", value: box.text, className: cls, tabIndex: box === current ? 0 : -1, autocomplete: "off", spellcheck: false, inputMode: touch ? "none" : "text", enterKeyHint: "next" });
  input.setAttribute("aria-label", spoken(box.m, box.i, box.j));
  input.setAttribute("autocapitalize", "off");
  fit(input, box.text);
  input.addEventListener("focus", () => { arrive(box); input.select(); });
  input.addEventListener("input", () => {
    box.text = input.value;
    fit(input, box.text);
    box.echoed = false;
    if (exploring) explored(box); else { delete box.td.dataset.v; sign(box, ""); crossed(box, null); $("how").hidden = true; save(); }
  });
  input.addEventListener("blur", () => {
    if (!exploring) { echo(box); judge(box); save(); return; }
    if (box.m.op !== null || box.td.dataset.v) return;
    box.text = input.value = write(givens[box.name][box.i][box.j]);
    fit(input, box.text);
  });
  box.input = input;
  box.td.replaceChildren(input);
  return input;
}

/** A number that stands in several boxes is written once. */
function echo(box) {
  for (const other of all.get(box.id) ?? []) if (other.asked && other !== box && (!other.text || other.echoed) && other.input && verdict(box) !== "odd") {
    other.echoed = true;
    other.text = box.text; other.input.value = box.text; fit(other.input, box.text);
  }
}

// ---- explore ----------------------------------------------------------------------------------------------------------

let givens = sheet.givens, values = sheet.key, before = null, last = null, predicting = false, opened = new Set();

function explored(box) {
  if (box.m.op !== null) return; // a guess
  const got = read(box.text), rows = givens[box.name];
  if (!got.number) { if (got.why) { box.td.dataset.v = "odd"; say(got.why); } return; }
  delete box.td.dataset.v;
  const next = { ...givens, [box.name]: rows.map((row, i) => row.map((x, j) => (i === box.i && j === box.j ? got.number : x))) };
  try {
    const found = sheet.solve(next).has;
    if (last?.box !== box) { before = values; last = { box, from: write(rows[box.i][box.j]) }; }
    givens = next; values = found;
    if (predicting) opened = new Set();
    show();
    address();
  } catch (e) {
    if (!(e instanceof Misfit)) throw e;
    box.td.dataset.v = "odd";
    toast(`${e.message.charAt(0).toUpperCase()}${e.message.slice(1)}; the other numbers stay.`);
  }
}

/** Show the values of all boxes; what the last change moved is marked. */
function show() {
  const counts = new Map();
  for (const box of boxes) {
    const text = write(values[box.name][box.i][box.j]), old = before && write(before[box.name][box.i][box.j]);
    const moved = before !== null && old !== text, given = box.m.op === null;
    const covered = predicting && !given && !opened.has(box.name);
    box.td.classList.toggle("covered", covered);
    box.td.classList.toggle("moved", moved && !covered && !(given && box.input));
    if (moved && !covered && !given) counts.set(box.name, (counts.get(box.name) ?? new Set()).add(`${box.i},${box.j}`));
    if (given) {
      if (box.input && document.activeElement !== box.input) { box.text = text; box.input.value = text; fit(box.input, text); }
      else if (!box.input) { box.td.textContent = text; fit(box.td, text); }
      continue;
    }
    if (covered) {
      if (!box.input) { box.text = ""; field(box).placeholder = "?"; }
      continue;
    }
    const guess = box.input ? read(box.text) : null;
    box.input = null;
    box.td.classList.add("mine");
    box.td.textContent = text;
    fit(box.td, text);
    crossed(box, values[box.name][box.i][box.j]);
    if (moved) box.td.append(make("span", { className: "old" }, old));
    if (guess?.number) {
      const hit = same(guess.number, values[box.name][box.i][box.j]);
      sign(box, hit ? "right" : "wrong");
      if (!hit) box.td.append(make("span", { className: "guess" }, box.text));
      box.guessed = hit;
    } else if (guess) delete box.guessed;
  }
  changes(counts);
  script();
}

function changes(counts) {
  const panel = $("changes"), parts = [];
  if (last) parts.push(make("h2", {}, named(last.box.m.label_markup), `${spoken(last.box.m, last.box.i, last.box.j).slice(last.box.m.label.length)}: `, make("span", { className: "h" }, last.from), " → ", make("span", { className: "h" }, write(givens[last.box.name][last.box.i][last.box.j]))));
  else parts.push(make("h2", {}, "Change any given number"));
  const tick = make("input", { type: "checkbox", checked: predicting, onchange: () => { predicting = tick.checked; opened = new Set(); if (!predicting) for (const b of boxes) if (b.m.op !== null) b.input = null; show(); } });
  const label = make("label", {}, tick, "Predict first"), total = [...counts.values()].reduce((n, s) => n + s.size, 0);
  const list = make("ul");
  if (predicting) {
    parts.push(label, make("p", {}, "Results stay covered until you ask. Write what you expect, or just look."));
    for (const step of data.steps) {
      const mine = step.matrices.filter((n) => boxes.some((b) => b.name === n));
      if (!mine.length) continue;
      const li = make("li", {}, make("span", {}, ...mine.flatMap((n, k) => [k ? ", " : "", named(sheet.byName[n].label_markup)])));
      if (mine.every((n) => opened.has(n))) {
        const said = boxes.filter((b) => mine.includes(b.name) && b.guessed !== undefined), hit = said.filter((b) => b.guessed).length;
        li.append(make("span", {}, said.length ? `predicted ${hit} of ${said.length}` : "open"));
      } else li.append(make("button", { type: "button", className: "bt", onclick: () => { mine.forEach((n) => opened.add(n)); show(); } }, "Show"));
      list.append(li);
    }
    parts.push(list, make("button", { type: "button", className: "bt main", onclick: () => { boxes.forEach((b) => opened.add(b.name)); show(); } }, icon("eye"), "Show everything"));
  } else {
    parts.push(make("p", {}, ...(last && !total ? ["Nothing else changes: this number meets zeros alone, or what it moves is cut off or rounded away."] : last ? [make("b", {}, `${total} ${total === 1 ? "box" : "boxes"} changed.`), " Marked until your next change; the old value stands small in the corner."] : ["Every result follows. What changes is marked until the next change."])), label);
    for (const m of sheet.matrices) if (counts.has(m.name)) list.append(make("li", {}, named(m.label_markup), make("span", {}, `${counts.get(m.name).size} changed`)));
    parts.push(list);
  }
  panel.replaceChildren(...parts);
  if (last) say(total ? `${total} ${total === 1 ? "box" : "boxes"} changed` : "Nothing else changes");
}

/** The changed givens in the address: #W1[1,2]=5;x[1,1]=4 */
function address() {
  const found = [];
  for (const [name, rows] of Object.entries(givens)) rows.forEach((row, i) => row.forEach((x, j) => {
    if (!same(x, sheet.givens[name][i][j])) found.push(`${name}[${i + 1},${j + 1}]=${coded(x)}`);
  }));
  history.replaceState(null, "", found.length ? `#${encodeURI(found.join(";"))}` : location.href.split("#")[0]);
}

function readAddress() {
  const text = decodeURI(location.hash.slice(1));
  if (!text.includes("=") || sheet.missing) return false;
  let next = sheet.givens;
  for (const part of text.split(";")) {
    const [, name, i, j, typed] = /^(\w+)\[(\d+),(\d+)\]=(.+)$/.exec(part) ?? [], got = typed && read(typed);
    if (!got?.number || !next[name]?.[i - 1]?.[j - 1]) return false;
    next = { ...next, [name]: next[name].map((row, r) => row.map((x, c) => (r === i - 1 && c === j - 1 ? got.number : x))) };
  }
  try { values = sheet.solve(next).has; givens = next; return true; } catch { return false; }
}

// ---- modes ------------------------------------------------------------------------------------------------------------

function mode(explore) {
  exploring = explore;
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
  before = last = null;
  current = null;
  if (explore) {
    stash = new Map(asked.map((box) => [box, box.text]));
    for (const box of boxes) if (box.m.op === null && !box.asked) { box.text = write(givens[box.name][box.i][box.j]); field(box, "given"); }
    show();
  } else {
    for (const box of boxes) if (!box.asked) { box.td.textContent = box.printed; fit(box.td, box.printed); }
    for (const box of asked) { box.text = stash.get(box) ?? box.text; field(box); }
    judge();
    if (asked.length) arrive(asked.find((b) => !b.text) ?? asked[0]);
  }
  const stop = current ?? boxes.find((b) => b.input);
  if (stop) stop.input.tabIndex = 0;
}
let stash = new Map();

// ---- keeping, copying, printing ---------------------------------------------------------------------------------------

const entries = () => Object.fromEntries(asked.map((box, k) => [`${k} ${box.id}`, box.text]).filter(([, text]) => text));
function save() { try { store?.setItem(STORED, JSON.stringify(entries())); } catch { /* it is full: the page works without */ } }
function restore() {
  let kept = {};
  try { kept = JSON.parse(store?.getItem(STORED) ?? "{}") ?? {}; } catch { /* not ours */ }
  asked.forEach((box, k) => { const text = kept[`${k} ${box.id}`]; box.text = typeof text === "string" ? text.slice(0, 40) : ""; });
}

/** Whose number it is: in a box with both, who writes the one after ReLU alone means that. */
const nameOf = (box, number) => (box.after && !sheet.missing && !same(number, sheet.now.follows[box.name][box.i][box.j]) && same(number, sheet.now.follows[box.after][box.i][box.j]) ? box.after : box.name);

async function copy() {
  const found = [];
  for (const box of asked) {
    const { number } = read(exploring ? stash.get(box) ?? "" : box.text);
    if (number && !isCopy(box)) found.push(`${nameOf(box, number)}[${box.i + 1},${box.j + 1}]=${coded(number)}`);
  }
  const text = found.join(",");
  if (!text) { toast("Nothing is filled in yet"); return; }
  try { await navigator.clipboard.writeText(text); toast(`${found.length} answers copied; sheetgen mark reads them after --got`); } catch {
    const area = make("textarea", { value: text });
    document.body.append(area); area.select(); document.execCommand("copy"); area.remove(); toast(`${found.length} answers copied`);
  }
}

function paper(clean) {
  document.body.classList.toggle("clean", clean);
  $("menu").close();
  print();
}

// ---- the map ----------------------------------------------------------------------------------------------------------

const NS = "http://www.w3.org/2000/svg";
const shape = (tag, props) => { const el = document.createElementNS(NS, tag); for (const [k, v] of Object.entries(props)) el.setAttribute(k, v); return el; };

/** A small picture of a page: its blocks, and how far each box is. */
function picture(page, width, live) {
  const { offsetWidth: w, offsetHeight: h } = page, k = width / w;
  const svg = shape("svg", { viewBox: `0 0 ${w} ${h}`, width, height: Math.round(h * k), class: "map", role: "img", "aria-label": "The whole page as a map" });
  for (const table of page.querySelectorAll("table")) {
    const { offsetLeft: x, offsetTop: y, offsetWidth: tw, offsetHeight: th } = table, open = table.querySelector("[data-b]");
    svg.append(shape("rect", { x, y, width: tw, height: th, fill: open ? "none" : "var(--line)", stroke: "var(--edge)", "stroke-width": 1.5 / k / 2 }));
    for (const td of live ? table.querySelectorAll("[data-b]") : []) {
      const v = td.dataset.v, c = { x: x + td.offsetLeft + 2, y: y + td.offsetTop + 2, width: td.offsetWidth - 4, height: td.offsetHeight - 4 };
      if (current?.td === td) svg.append(shape("rect", { ...c, fill: "var(--panel)", stroke: "var(--accent)", "stroke-width": 2.5 / k }));
      else if (v === "wrong") svg.append(shape("path", { d: `M${c.x} ${c.y}l${c.width} ${c.height}m0 ${-c.height}l${-c.width} ${c.height}`, stroke: "var(--wrong)", "stroke-width": 2 / k, fill: "none" }));
      else if (v) svg.append(shape("rect", { ...c, fill: v === "follows" ? "var(--carry)" : "var(--accent)", opacity: v === "follows" ? 0.7 : 0.35 }));
    }
  }
  svg.addEventListener("click", (e) => {
    const rect = svg.getBoundingClientRect(), x = ((e.clientX - rect.left) / rect.width) * w, y = ((e.clientY - rect.top) / rect.height) * h;
    const near = [...page.querySelectorAll("table")].map((t) => [Math.hypot(t.offsetLeft + t.offsetWidth / 2 - x, t.offsetTop + t.offsetHeight / 2 - y), t]).sort((a, b) => a[0] - b[0])[0]?.[1];
    $("map-dialog").close();
    const box = near && asked.filter((b) => near.contains(b.td)).find((b) => !b.text) ;
    if (box) enter(box); else near?.scrollIntoView({ block: "center", inline: "center" });
  });
  return svg;
}
const pages = [...document.querySelectorAll(".page")];
function drawMap(large = false) {
  const page = current?.td.closest(".page") ?? pages[0];
  if (!exploring) $("map").replaceChildren(picture(page, 138, true));
  if (large) $("map-large").replaceChildren(...pages.map((p) => picture(p, Math.min(320, innerWidth - 80), true)));
}

// ---- the script beside the sheet --------------------------------------------------------------------------------------

/** Whether a result may be shown: it is printed or right; one that has no box of its own, when all that it is made of may. */
function known(name) {
  const m = sheet.byName[name], mine = asked.filter((b) => b.name === name && !isCopy(b));
  if (m.op === null) return mine.every((b) => b.td.dataset.v === "right");
  if (mine.length) return mine.every((b) => b.td.dataset.v === "right");
  return m.hidden || m.blank.flat().includes(true) ? m.inputs.every(known) : true;
}
const panel = codePanel(data, {
  now: () => current && [...(data.steps.find((s) => s.number === stepOf(current))?.matrices ?? []), current.name],
  givens: () => (exploring ? givens : sheet.givens),
  result: (name) => {
    if (sheet.missing || (exploring ? predicting && !opened.has(name) : !known(name))) return null;
    return (exploring ? values : sheet.key)[name];
  },
  go: (names) => {
    const found = boxes.find((b) => names.includes(b.name) && b.input) ?? boxes.find((b) => names.includes(b.name));
    if (found?.input) enter(found); else found?.td.scrollIntoView({ block: "center", inline: "center" });
  },
  shape: (name) => sheet.byName[name]?.op !== null && sheet.byName[name]?.shape,
});
const script = () => { if (!$("script").hidden) $("script").replaceChildren(...panel.nodes()); };
async function copyScript() {
  try { await navigator.clipboard.writeText(panel.text()); toast(sheet.missing ? "Script copied; put numbers in place of the three dots" : "Script copied, with the numbers as they stand"); } catch { toast("This browser does not let pages copy"); }
}
function tab(code) {
  for (const [id, pane, on] of [["tab-help", "help", !code], ["tab-code", "script", code]]) { $(id).setAttribute("aria-selected", on); $(id).tabIndex = on ? 0 : -1; $(pane).hidden = !on; }
  $("mapbox").hidden = code || exploring;
  script();
  $("script").querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}

// ---- start ------------------------------------------------------------------------------------------------------------

for (const step of data.steps) {
  const first = asked.find((b) => stepOf(b) === step.number);
  if (!first) continue;
  const link = make("a", { href: "#view", className: "pip", textContent: step.number, onclick: (e) => { e.preventDefault(); enter(asked.find((b) => stepOf(b) === step.number && !b.text) ?? first); } });
  link.dataset.step = step.number;
  $("pips").append(make("li", {}, link));
}
let zoom = 1;
const setZoom = (z) => { zoom = Math.max(0.4, Math.min(3, z)); document.documentElement.style.setProperty("--z", zoom.toFixed(3)); };
{
  const page = pages[0], side = Math.min(...tables.filter((t) => t.querySelector("[data-b]")).map((t) => t.rows[0].cells[0].offsetWidth), 60);
  const fitted = ($("view").clientWidth - 24) / page.offsetWidth;
  setZoom(touch ? Math.max(44.5 / side, Math.min(1.3, fitted)) : Math.max(0.9, Math.min(1.3, fitted)));
}
$("solve").onclick = () => exploring && mode(false);
$("explore").onclick = () => !exploring && mode(true);
document.querySelector(".seg").addEventListener("keydown", (e) => { if (e.key in ARROWS && !$("explore").disabled) { e.preventDefault(); mode(!exploring); $(exploring ? "explore" : "solve").focus(); } });
$("tab-help").onclick = () => tab(false); $("tab-code").onclick = () => tab(true); $("copy-script").onclick = copyScript;
$("code-2").onclick = () => { $("menu").close(); document.body.classList.add("coding"); tab(true); };
$("code-close").onclick = () => { document.body.classList.remove("coding"); tab(false); };
document.querySelector(".tabs").addEventListener("keydown", (e) => { if (e.key === "ArrowLeft" || e.key === "ArrowRight") { tab($("script").hidden); $($("script").hidden ? "tab-help" : "tab-code").focus(); } });
if (sheet.missing) { $("explore").disabled = true; $("explore").title = "Numbers are missing: find them first"; $("explore").parentNode.hidden = $("mode-2").parentNode.hidden = true; }
if (!asked.length) document.querySelector(".seg").hidden = $("mode-2").parentNode.hidden = $("copy").hidden = $("copy-2").hidden = true;
$("mode-2").onclick = () => { $("menu").close(); mode(!exploring); };
$("copy").onclick = $("copy-2").onclick = copy;
$("print").onclick = $("more").onclick = () => $("menu").showModal();
$("print-clean").onclick = () => paper(true); $("print-mine").onclick = () => paper(false);
$("smaller").onclick = () => setZoom(zoom / 1.15); $("larger").onclick = () => setZoom(zoom * 1.15);
$("map-open").onclick = () => { drawMap(true); $("map-dialog").showModal(); };
$("dock-hint").onclick = hint;
$("reset").onclick = () => { givens = sheet.givens; values = sheet.key; before = last = null; address(); mode(true); };
$("link").onclick = async () => { address(); try { await navigator.clipboard.writeText(location.href); toast("Address copied"); } catch { toast("The address above holds your numbers"); } };
let sure = 0;
$("again").onclick = () => {
  if (Date.now() - sure > 4000) { sure = Date.now(); $("again").textContent = "Really empty all?"; setTimeout(() => { $("again").textContent = "Empty all boxes"; }, 4000); return; }
  for (const box of asked) { box.text = ""; stash.set(box, ""); }
  save(); $("menu").close(); mode(false);
};
// What helps is drawn anew when a box is left: so a press there leaves it not before the click.
$("coach").addEventListener("mousedown", (e) => { if (e.target.closest("button, summary")) e.preventDefault(); });
for (const button of document.querySelectorAll("[data-close]")) button.onclick = () => button.closest("dialog").close();
$("keys").addEventListener("pointerdown", (e) => {
  const key = e.target.closest("button")?.dataset.key, box = current;
  if (!key || !box?.input) return;
  e.preventDefault();
  const input = box.input, whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  if (key === "next") { if (!go(box, 1)) input.blur(); return; }
  if (document.activeElement !== input) input.focus({ preventScroll: true });
  const old = whole && key !== "delete" ? "" : input.value;
  input.value = key === "delete" ? (whole ? "" : old.slice(0, -1)) : key === "−" ? (old.startsWith("−") ? old.slice(1) : `−${old}`) : old + key;
  input.setSelectionRange(input.value.length, input.value.length);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
addEventListener("hashchange", () => { if (readAddress()) mode(true); });
restore();
$("how").hidden = !asked.length || asked.some((b) => b.text);
mode(readAddress() || !asked.length);
if (current) { current.td.scrollIntoView({ block: "center", inline: "center", behavior: "instant" }); if (window === top) keep(); } else drawMap();
document.documentElement.dataset.ready = performance.now().toFixed(1);
