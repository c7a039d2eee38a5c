// What is shown: one of three views of the stack, the chosen box, how far one is.
import { $, icon, make } from "../live/dom.js";
import { say } from "../live/said.js";
import { coach } from "./coach.js";
import { boxOf, paint, shown } from "./crops.js";
import { byDoubt } from "./doubts.js";
import { keep, keeping } from "./kept.js";
import { byBox, titled } from "./rows.js";
import { asides, book, now, several } from "./state.js";
import { byStudent } from "./students.js";

export const VIEWS = { box: byBox, student: byStudent, doubt: byDoubt };
export const current = () => VIEWS[now.view];
/** How far down one has seen of what is shown. */
let seen = 0;
const look = () => { seen = Math.max(seen, $("view").scrollTop + $("view").clientHeight); };

/** Show how far one is, in the head. */
export function head() {
  const { done, all, later } = book.count(), bar = $("bar"), number = (n) => n.toLocaleString("en");
  $("done").replaceChildren(make("b", {}, number(done)), ` of ${number(all)} boxes`, make("span", { className: keeping.how === "kept" ? "soft" : "c-wrong" }, ` · ${keeping.how}`));
  bar.firstElementChild.style.width = `${all ? (100 * done) / all : 0}%`;
  bar.setAttribute("aria-valuenow", done);
  bar.setAttribute("aria-valuemax", all);
  bar.setAttribute("aria-valuetext", `${done} of ${all}${later ? `, ${later} to look at again` : ""}`);
  const set = asides().length;
  $("aside").hidden = !set;
  $("aside-count").textContent = `${set} set aside`;
  for (const name of Object.keys(VIEWS)) {
    const button = $(`by-${name}`);
    button.setAttribute("aria-checked", name === now.view);
    button.tabIndex = name === now.view ? 0 : -1;
  }
  for (const button of document.querySelectorAll("[data-in]")) button.hidden = !button.dataset.in.split(" ").includes(now.view);
}

/** Choose a box of those that are shown, and see it; `focus` goes there too. */
export function choose(box, focus = true) {
  const before = shown.get(now.box);
  if (before) { before.tabIndex = -1; delete before.dataset.on; }
  now.box = box;
  const el = shown.get(box);
  if (el) {
    el.tabIndex = 0;
    el.dataset.on = "";
    if (focus) el.focus({ preventScroll: true });
    el.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  coach();
}

/** Show the view anew; the chosen box is `box`, or the first that is open. */
export function draw(box = null, focus = true) {
  shown.clear();
  const view = current();
  $("view").replaceChildren(...view.nodes());
  document.body.dataset.view = now.view;
  const boxes = view.boxes();
  if (!box) { $("view").scrollTop = 0; seen = 0; }
  head();
  choose(boxes.includes(box) ? box : boxes.find((b) => !b.mark && !b.later) ?? boxes[0] ?? null, focus);
  look();
  $("view").dataset.at = view.said();
}

/** After something was said of boxes: show it, and keep it. */
export function changed(boxes) {
  for (const box of boxes) paint(box);
  current().refresh(boxes);
  head();
  coach();
  keep();
}

/** Another of the three views. */
export function show(name) {
  now.view = name;
  if (now.box) VIEWS[name].find(now.box);
  if (name === "doubt") byDoubt.take();
  draw(now.box && current().boxes().includes(now.box) ? now.box : null);
  keep();
  say(current().said());
}

/** Go elsewhere in the view: `by` rows or students. */
export function go(by) {
  current().move(by);
  draw();
  keep();
  say(current().said());
}

/** What is not yet seen of what is shown comes into sight. Returns whether there was such. */
export function more() {
  const view = $("view"), end = current().end(), bottom = end ? end.offsetTop + end.offsetHeight - view.offsetTop - 28 : 0;
  look();
  if (seen >= bottom) return false;
  view.scrollBy({ top: view.clientHeight * 0.8, behavior: "instant" });
  look();
  return true;
}
$("view").addEventListener("scroll", look, { passive: true });

/** The nearest crop above (-1) or below (1) the chosen one, or the one before or after it. */
export function beside(by, lines) {
  const crops = current().boxes().map((b) => shown.get(b)).filter(Boolean), here = shown.get(now.box);
  if (!here) return crops.length ? boxOf.get(crops[0]) : null;
  if (!lines) return boxOf.get(crops[crops.indexOf(here) + by]) ?? now.box;
  const middle = (el) => { const r = el.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2, r.height]; };
  const [x, y, high] = middle(here), far = (el) => { const [a, b] = middle(el); return Math.abs(a - x) + 3 * Math.abs(b - y); };
  const found = crops.filter((el) => by * (middle(el)[1] - y) > high * 0.6).sort((a, b) => far(a) - far(b))[0];
  return found ? boxOf.get(found) : now.box;
}

/** All rows as a list, to go to one. */
export function list() {
  const items = book.rows.map((row) => {
    const verdicts = row.boxes.map((b) => book.verdict(b)), later = row.boxes.some((b) => b.later), open = verdicts.filter((v) => v === "" || v === "odd").length;
    const wrong = verdicts.filter((v) => v === "wrong" || v === "empty").length;
    const signs = make("span", { className: "soft" }, open === row.boxes.length ? "" : open ? `${open} open` : "", later ? " ?" : "", wrong ? ` ${wrong} wrong` : "");
    const button = make("button", { type: "button", className: "bt bare" }, ...(open ? [] : [icon("right")]), make("span", {}, ...(several ? [`${row.exercise} · `] : []), ...titled(row.box)), signs);
    if (row.number === now.row) button.setAttribute("aria-current", "true");
    button.dataset.row = row.number;
    button.dataset.id = row.id;
    return make("li", {}, button);
  });
  $("list-rows").replaceChildren(...items);
  $("list").showModal();
  $("list").querySelector("[aria-current]")?.focus();
}
