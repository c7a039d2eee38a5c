// Marking by box: what each key and button does.
import { $, make } from "../live/dom.js";
import { say, toast } from "../live/said.js";
import { boxOf } from "./crops.js";
import { keep, openFile, restore, saveFile, saveMarks } from "./kept.js";
import { VERDICTS, asides, book, modal, now, student } from "./state.js";
import { beside, changed, choose, current, draw, go, head, list, more, show } from "./view.js";

const FIELDS = "input, textarea, select";
const told = () => now.box && say(`${student(now.box)}: ${VERDICTS[book.verdict(now.box)]}${now.box.later ? ", look again" : ""}`);
/** Say something of the chosen box. */
function said(how, ...more_) {
  if (!now.box) return;
  book[how](now.box, ...more_);
  changed([now.box]);
  told();
}

/** The rest of what is shown is right; go on. What is not yet seen is seen first. */
function rest() {
  if (more()) { say("There is more of it below."); return; }
  const boxes = current().boxes();
  book.right(boxes);
  changed(boxes);
  if (!current().next()) {
    draw(now.box);
    const { done, all } = book.count();
    toast(done === all ? `All ${all.toLocaleString("en")} boxes are marked. Save marks.csv.` : `${all - done} boxes are still open: they have no picture, or are to be looked at again.`);
    if (done === all) $("csv").focus();
    return;
  }
  draw();
  keep();
  say(current().said());
}
/** The chosen box is right; on to the next one. */
function right() {
  if (!now.box) return;
  const { box } = now;
  if (!book.right([box], true)) return;
  changed([box]);
  told();
  choose(beside(1, false));
}
function undo() {
  const boxes = book.undo();
  if (!boxes.length) { toast("There is nothing to undo"); return; }
  if (!boxes.some((box) => current().boxes().includes(box))) current().find(boxes[0]);
  draw(boxes[0]);
  keep();
  toast(boxes.length === 1 ? `Taken back: ${student(boxes[0])}` : `Taken back: ${boxes.length} boxes`);
}
function type(key) {
  const { box } = now;
  if (!box) return;
  const old = box.typed ? box.text : "", sign = key === "-" || key === "−";
  const text = key === "Backspace" ? old.slice(0, -1) : sign ? (old.startsWith("−") ? old.slice(1) : `−${old}`) : (old + key).slice(0, 20);
  if (!old && key === "Backspace" && box.mark === "") return;
  said("type", text);
}

const ACTS = {
  x: () => said("wrong"), e: () => said("empty"), "?": () => said("later"), " ": rest, Enter: right, u: undo,
  z: () => { now.large = !now.large; choose(now.box); },
  j: () => (now.view === "student" ? go(1) : null), k: () => (now.view === "student" ? go(-1) : null),
  n: () => { if (now.view !== "student") show("student"); $("note").focus(); },
  b: () => show("box"), s: () => show("student"), d: () => show("doubt"), l: list,
  PageDown: () => go(1), PageUp: () => go(-1), F1: () => modal("keys"),
  ArrowLeft: () => choose(beside(-1, false)), ArrowRight: () => choose(beside(1, false)),
  ArrowUp: () => choose(beside(-1, true)), ArrowDown: () => choose(beside(1, true)),
};
const isLetter = (key) => /^[a-z?]$/.test(key), isTyped = (key) => /^[0-9.,/−-]$/.test(key) || key === "Backspace";

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
  const { target } = e, key = e.key.length === 1 ? e.key.toLowerCase() : e.key, field = target.matches(FIELDS);
  if (key === "Escape" && field) { choose(now.box); return; }
  if (key === "Enter" && target.id === "says") { e.preventDefault(); choose(beside(1, false)); return; }
  if (field && key !== "F1") return;
  const control = target.matches("button, a, summary") && !boxOf.has(target);
  if (control && [" ", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(key)) return;
  if (isLetter(key) && !now.letters) return;
  const act = ACTS[key] ?? (isTyped(key) ? () => type(key) : null);
  if (!act) return;
  e.preventDefault();
  act();
});

$("view").addEventListener("click", (e) => {
  const box = boxOf.get(e.target.closest("button.cr"));
  if (box) { choose(box); said("wrong"); }
  if (e.target.closest("#list-open")) list();
});
$("view").addEventListener("focusin", (e) => {
  const box = boxOf.get(e.target);
  if (box && box !== now.box) choose(box, false);
});
const PRESSED = {
  names: () => { now.names = !now.names; draw(now.box, false); $("names").focus(); keep(); },
  before: () => { go(-1); $("before").focus(); }, after: () => { go(1); $("after").focus(); }, "aside-more": openAsides,
};
$("coach").addEventListener("click", (e) => {
  const button = e.target.closest("button");
  if (!button) return;
  PRESSED[button.id]?.();
  if (button.dataset.box) { const [paper, place] = button.dataset.box.split(" "); choose(book.papers[paper].boxes[place]); }
});
$("coach").addEventListener("input", (e) => {
  if (e.target.id === "says") said("type", e.target.value.replaceAll("-", "−").slice(0, 20));
  if (e.target.id === "note") { book.notes.set(now.student, e.target.value); keep(); }
});
$("coach").addEventListener("change", (e) => {
  if (!e.target.dataset.paper) return;
  const paper = book.papers[e.target.dataset.paper], text = e.target.value.trim();
  if (text && !book.isPoints(paper, text)) toast(`Points are from 0 to ${paper.most}, such as 7 or 7.5`);
  else paper.points = text;
  changed([]);
});
$("bottom").addEventListener("click", (e) => {
  const key = e.target.closest("button")?.dataset.key;
  if (key) ACTS[key]();
});

function openAsides() {
  $("aside-rows").replaceChildren(...asides().map(({ what, why }) => make("tr", {}, make("td", {}, what), make("td", {}, why))));
  modal("asides");
}
$("aside").onclick = openAsides;
$("csv").onclick = saveMarks;
$("more").onclick = () => modal("keys");
$("save").onclick = saveFile;
$("open").onclick = () => $("file").click();
$("file").onchange = (e) => { if (e.target.files[0]) openFile(e.target.files[0], () => { $("keys").close(); draw(); head(); }); e.target.value = ""; };
$("letters").onchange = (e) => { now.letters = e.target.checked; keep(); };
$("list").addEventListener("click", (e) => {
  const row = e.target.closest("[data-row]")?.dataset.row;
  if (row === undefined) return;
  $("list").close();
  now.view = "box";
  now.row = Number(row);
  draw();
  keep();
});
for (const button of document.querySelectorAll("[data-close]")) button.onclick = () => button.closest("dialog").close();
for (const name of ["box", "student", "doubt"]) $(`by-${name}`).onclick = () => show(name);
$("views").addEventListener("keydown", (e) => {
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[e.key], names = ["box", "student", "doubt"];
  if (!by) return;
  e.preventDefault();
  const next = names[(names.indexOf(now.view) + by + 3) % 3];
  show(next);
  $(`by-${next}`).focus();
});
let sizing = 0;
addEventListener("resize", () => { clearTimeout(sizing); sizing = setTimeout(() => draw(now.box, false), 150); });

restore();
$("letters").checked = now.letters;
if (now.view === "doubt") show("doubt"); else draw();
document.documentElement.dataset.ready = performance.now().toFixed(1);
