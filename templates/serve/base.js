// Small things that the modules of the local page share.
export const $ = (id) => document.getElementById(id);
export const data = JSON.parse($("data").textContent);
export const make = (tag, props = {}, ...kids) => {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) if (k in el && !k.includes("-")) el[k] = v; else el.setAttribute(k, v);
  el.append(...kids);
  return el;
};
/** A part of a drawing. */
export const shape = (tag, props) => {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(props)) el.setAttribute(k, v);
  return el;
};
export const icon = (name) => {
  const svg = shape("svg", { class: "i", "aria-hidden": "true" });
  svg.append(shape("use", { href: `#i-${name}` }));
  return svg;
};
export const words = (name) => { const text = name.replace(/[-_]/g, " "); return text.charAt(0).toUpperCase() + text.slice(1); };
export const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
export const wrongly = (text) => make("div", { className: "err", role: "alert" }, icon("warn"), make("span", {}, text));

let toasting = 0;
export const toast = (text) => {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toasting);
  toasting = setTimeout(() => { $("toast").hidden = true; }, 2200);
};
export async function copied(text, what) {
  try { await navigator.clipboard.writeText(text); toast(`${what} copied`); } catch { prompt("Copy this:", text); }
}

/** A few choices of which one holds; arrows go from one to the next. `pick` is told the choice. */
export function segments(name, choices, chosen, pick, said = {}) {
  const group = make("div", { className: "seg", role: "radiogroup", "aria-label": words(name) });
  const ARROWS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  for (const choice of choices) {
    const on = choice === chosen;
    const button = make("button", { type: "button", role: "radio", "aria-checked": String(on), tabIndex: on ? 0 : -1, title: said[choice] ?? "" }, choice);
    button.onclick = () => pick(choice);
    button.onkeydown = (e) => {
      const by = ARROWS[e.key];
      if (!by) return;
      e.preventDefault();
      pick(choices[(choices.indexOf(chosen) + by + choices.length) % choices.length]);
    };
    group.append(button);
  }
  return group;
}
