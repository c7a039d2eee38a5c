// The panel with the script, as the page fills it.
import { asked, boxes, data, enter, isCopy, now, sheet, stepAt, stepOf } from "./boxes.js";
import { codePanel } from "./code.js";
import { $ } from "./dom.js";
import { copied, toast } from "./said.js";

/** Whether a result may be shown: it is printed or right; one that has no box of its own, when all that it is made of may. */
function known(name) {
  const m = sheet.byName[name], mine = asked.filter((b) => b.name === name && !isCopy(b));
  if (m.op === null || mine.length) return mine.every((b) => b.td.dataset.v === "right");
  return m.hidden || m.values.flat().includes(null) ? m.inputs.every(known) : true;
}
const panel = codePanel(data, {
  now: () => now.current && [...(stepAt(stepOf(now.current))?.matrices ?? []), now.current.name],
  givens: () => (now.exploring ? now.givens : sheet.givens),
  result: (name) => {
    if (sheet.missing || (now.exploring ? now.predicting && !now.opened.has(name) : !known(name))) return null;
    return (now.exploring ? now.values : sheet.key)[name];
  },
  go: (names) => {
    const found = boxes.find((b) => names.includes(b.name) && b.input) ?? boxes.find((b) => names.includes(b.name));
    if (found?.input) enter(found); else found?.td.scrollIntoView({ block: "center", inline: "center" });
  },
  shape: (name) => sheet.byName[name]?.op !== null && sheet.byName[name]?.shape,
});

/** Show the script as the numbers stand, if it is looked at. */
export const script = () => { if (!$("script").hidden) $("script").replaceChildren(...panel.nodes()); };
export const copyScript = () => copied(panel.text(),
  sheet.missing ? "Script copied; put numbers in place of the three dots" : "Script copied, with the numbers as they stand",
  () => toast("This browser does not let pages copy"));

/** Show the script, or what helps. */
export function tab(code) {
  for (const [id, pane, on] of [["tab-help", "help", !code], ["tab-code", "script", code]]) {
    $(id).setAttribute("aria-selected", on);
    $(id).tabIndex = on ? 0 : -1;
    $(pane).hidden = !on;
  }
  $("mapbox").hidden = code || now.exploring;
  script();
  $("script").querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}
