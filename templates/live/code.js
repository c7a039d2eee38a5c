// The script beside the sheet, line by line: results under the lines, and the line of the current step marked. Nothing is
// run but the formulas of the page.
import { make, marked } from "./dom.js";
import { coded } from "./formula.js";

const plain = (x) => (x === null ? "..." : coded(x));
const literal = (rows) => `[${rows.map((row) => `[${row.map(plain).join(", ")}]`).join(", ")}]`;
const table = (rows) => {
  const cells = rows.map((row) => row.map(plain)), wide = Math.max(...cells.flat().map((c) => c.length));
  return cells.map((row) => `[${row.map((c) => c.padStart(wide)).join("  ")}]`).join("\n");
};

/**
 * The panel of a sheet's script. `page`: what it asks the page for: now() the matrices of the current step, givens(),
 * result(name) its rows or null where it may not be shown, shape(name) of a result, go(names) to their boxes.
 */
export function codePanel(data, page) {
  const lines = data.script, steps = new Map(data.steps.map((step) => [step.number, step]));
  const given = (line) => {
    const rows = page.givens()[line.given];
    return `${line.text} = np.array(${literal(rows)})  # ${rows.length}×${rows[0].length}`;
  };
  const node = (line, now) => {
    if (line.quiet) return [];
    if (line.heading) return [make("h3", {}, line.heading)];
    if (line.words) return [make("p", {}, `[${line.words}] `, marked(steps.get(line.words).text_markup))];
    if (line.folded) return [make("details", {}, make("summary", {}, "Helpers"), make("pre", {}, line.text))];
    const names = line.names ?? (line.given ? [line.given] : null), text = line.given ? given(line) : line.text;
    if (!names) return [make("pre", {}, text)];
    const button = make("button", { type: "button", className: "codeline", onclick: () => page.go(names) }, text);
    if (now?.some((name) => names.includes(name))) button.setAttribute("aria-current", "step");
    return [button, ...(line.names ?? []).flatMap((name) => {
      const rows = page.result(name), shape = page.shape(name);
      if (!shape) return [];
      return [make("pre", { className: "out" }, `${shape.join("×")}${rows ? `\n${table(rows)}` : ""}`)];
    })];
  };
  return {
    nodes: () => { const now = page.now(); return lines.flatMap((line) => node(line, now)); },
    text: () => {
      const found = [`# ${document.title}`];
      for (const line of lines) {
        if (line.heading) found.push("", `# ---- ${line.heading}`, "");
        else if (line.words) found.push("", `# [${line.words}] ${steps.get(line.words).text}`);
        else if (line.folded) found.push(line.text, "");
        else found.push(line.given ? given(line) : line.text);
      }
      return `${found.join("\n")}\n`;
    },
  };
}
