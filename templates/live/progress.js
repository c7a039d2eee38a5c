// How far one is: in the head, beside the map, and step by step.
import { asked, data, stepOf } from "./boxes.js";
import { $, icon, make } from "./dom.js";

/** Show how many boxes are right, follow from a slip, or are wrong. */
export function progress({ right, follows, wrong }) {
  const done = $("done"), share = (n) => `${asked.length ? (100 * n) / asked.length : 0}%`;
  done.replaceChildren(make("b", {}, `${right + follows}`), make("span", { className: "of" }, " of "), `${asked.length}`);
  if (follows) done.append(" ", make("span", { className: "cy", title: `${follows} follow from a slip` },
    icon("follows"), `${follows}`, make("span", { className: "long" }, " follow from a slip")));
  const bar = $("bar"), [r, f, w] = bar.children;
  r.style.width = share(right); f.style.width = share(follows); w.style.width = share(wrong);
  bar.setAttribute("aria-valuenow", right + follows);
  bar.setAttribute("aria-valuemax", asked.length);
  bar.setAttribute("aria-valuetext", `${right + follows} of ${asked.length}${follows ? `, ${follows} follow from a slip` : ""}`);
  const LINES = [["right", right, "right"], ["follows", follows, "follow from a slip"],
    ["wrong", wrong, wrong === 1 ? "slip" : "slips"], ["", asked.length - right - follows - wrong, "open"]];
  for (const id of ["legend", "legend-large"]) $(id).replaceChildren(...LINES.map(([v, n, text]) =>
    make("li", { className: v }, make("span", { className: "sq" }, ...(v ? [icon(v)] : [])), make("b", {}, String(n)), make("span", {}, text))));
}

const OF_STEP = { right: ": right", wrong: ": a slip", follows: ": follows from a slip", "": "" };

/** The steps with boxes to fill: number, the worst of its boxes, how many are done, its boxes. */
export const stepsNow = () => data.steps.map(({ number }) => {
  const mine = asked.filter((b) => stepOf(b) === number), of = (v) => mine.some((b) => b.td.dataset.v === v);
  const all = mine.length && mine.every((b) => b.td.dataset.v);
  const v = of("wrong") || of("odd") ? "wrong" : all ? (of("follows") ? "follows" : "right") : "";
  return { number, v, mine, done: mine.filter((b) => b.td.dataset.v).length };
}).filter(({ mine }) => mine.length);

/** Show in the head how far each step is. */
export function steps() {
  const found = stepsNow();
  for (const { firstChild: link } of $("pips").children) {
    const { number, v } = found.find((step) => step.number === +link.dataset.step);
    link.dataset.v = v;
    link.querySelector("svg")?.remove();
    if (v) link.append(icon(v));
    link.setAttribute("aria-label", `Step ${number}${OF_STEP[v]}`);
  }
}
