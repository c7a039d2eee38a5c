// Hints in three levels: which boxes meet, the sum with the student's own numbers, which line to look at. Never the result.
import { all, data, firsts, gather, isCopy, keep, needed, now, sheet, turned, where } from "./boxes.js";
import { $, icon, make, marked, named } from "./dom.js";
import { moved } from "./map.js";
import { say } from "./said.js";
import { slipOf } from "./slips.js";

export const clearLit = () => document.querySelectorAll("td.lit").forEach((td) => td.classList.remove("lit", "two"));

function light(places, two = false) {
  for (const [name, i, j] of places) for (const box of all.get(`${name},${i},${j}`) ?? []) {
    box.td.classList.add("lit");
    box.td.classList.toggle("two", two);
  }
}

/** Places that follow one another, counted from 1: "2–4"; "" if they do not. */
const run = (places) => {
  const first = Math.min(...places), last = Math.max(...places);
  return last - first === places.size - 1 ? (first < last ? `${first + 1}–${last + 1}` : `${first + 1}`) : "";
};

/** The boxes of one matrix that meet, in words: a row, a column, a box, or nothing if it is the whole. */
function part(m, cells) {
  const [rows, columns] = m.shape, i = new Set(cells.map((c) => c[0])), j = new Set(cells.map((c) => c[1]));
  const [row, column] = turned.has(m.name) ? ["column", "row"] : ["row", "column"];
  if (cells.length === rows * columns) return "";
  if (i.size === 1 && j.size === 1) return where(m, [...i][0], [...j][0]);
  if (i.size === 1 && cells.length === columns) return `${row} ${[...i][0] + 1}`;
  if (j.size === 1 && cells.length === rows) return `${column} ${[...j][0] + 1}`;
  const across = [[row, run(i)], [column, run(j)]].map(([word, places]) => places && `${word}${places.includes("–") ? "s" : ""} ${places}`);
  return cells.length === i.size * j.size && across.every(Boolean) ? across.join(", ") : "some boxes";
}

/** Which boxes meet, as a sentence. */
function meeting(places) {
  const by = new Map();
  for (const [name, i, j] of places) by.set(name, [...(by.get(name) ?? []), [i, j]]);
  const text = make("span");
  [...by].forEach(([name, cells], k) => {
    const m = sheet.byName[name], bare = part(m, cells), said = bare && `${bare} of `;
    text.append(k ? (k === by.size - 1 ? " and " : ", ") : "", k ? said : said.charAt(0).toUpperCase() + said.slice(1), named(m.label_markup));
  });
  text.append(by.size > 1 ? " meet here." : " is what you need.");
  return text;
}

const summed = (terms) => {
  const text = make("span", { className: "sum" });
  terms.forEach((term, k) => text.append(k ? " + " : "", make("span", { className: k % 2 ? "t2" : "t1" }, marked(term.text))));
  text.append(" = ?");
  return text;
};

/** Whether a number is asked for and not yet written; one that is not drawn, whether one that it is made of is. */
const isOpen = (name, i, j) => {
  const first = firsts.get(`${name},${i},${j}`);
  if (first) return !first.text;
  const m = sheet.byName[name];
  return m.values[i][j] === null && m.op !== null && !all.has(`${name},${i},${j}`) && sheet.meeting(name, i, j).some((place) => isOpen(...place));
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
  const line = make("span", {}, named(equationOf(m)));
  if (m.op !== null && numpyOf(m)) line.append(make("br"), make("code", {}, numpyOf(m)));
  found.push({ text: line, lit: () => light(places) });
  return found;
}

const equationOf = (m) => {
  const inputs = m.inputs.map((name) => sheet.byName[name].label_markup), op = data.ops[m.op];
  if (!op) return "";
  const put = (all, k) => (all === "{{" ? "{" : all === "}}" ? "}" : /^\d+$/.test(k) ? inputs[+k] : m.params[k]);
  return `${m.label_markup} = ${op.equation.replace(/\{\{|\}\}|\{(\w+)\}/g, put)}`;
};
const numpyOf = (m) => {
  const op = data.ops[m.op];
  if (!op.numpy) return "";
  const names = new Map(op.inputs.map((name, k) => [name.replace("...", ""), name.endsWith("...") ? `[${m.inputs.slice(k).join(", ")}]` : m.inputs[k]]));
  const line = op.numpy.replace(/\b[A-Za-z_]\w*\b/g, (word) => names.get(word) ?? (word in m.params ? String(m.params[word]) : word));
  return `${m.name} = ${line.replace(/\[(\d+) - (\d+)\b/g, (_, a, b) => `[${a - b}`)}`;
};

/** What a hint is about, while it is not shown. */
const ABOUT = (k, count) => (count === 1 ? "Where it comes from"
  : ["Which boxes meet", count > 2 ? "The sum with your numbers" : "Which line to look at", "Which line to look at"][k]);

export function showHints() {
  clearLit();
  const { current } = now, found = current && !now.exploring ? hints(current) : [];
  $("hints").hidden = !found.length;
  now.level = Math.min(now.level, found.length);
  const { level } = now;
  $("hint-list").replaceChildren(...found.map(({ text }, k) => {
    const open = k < level, li = make("li", { className: open ? "on" : "" }, make("i", {}, String(k + 1)), open ? text : make("span", {}, ABOUT(k, found.length)));
    if (k === level) li.append(make("button", { type: "button", className: "bt", onclick: () => { now.level = k + 1; showHints(); keep(); } }, "Show"));
    return li;
  }));
  if (level) { found[level - 1].lit(); gather(current, needed(current)); moved(); }
  $("dock-level").textContent = level ? `${level} / ${found.length}` : "Hint";
  const sum = $("dock-sum");
  sum.replaceChildren();
  if (level) sum.append(found[level - 1].text.cloneNode(true));
  else if (found.length && current.td.dataset.v === "wrong") {
    const name = slipOf(current);
    sum.append(make("span", { className: "said" }, name ? `It looks like a usual slip: ${name}` : "Not yet: work it out again"));
  }
  else if (!$("how").hidden) sum.append(make("span", { className: "said" }, "Write the number, then ", icon("next")));
}

/** Show the next hint. */
export const hint = () => {
  if (!now.current || now.exploring) return;
  now.level += 1;
  showHints();
  keep();
  say($("dock-sum").textContent);
};
