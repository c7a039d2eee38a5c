// The data of the page with what is left out as it is the usual; the page must be light.

/** Markup as plain text, as `plain_text` has it. */
const plainText = (markup) => markup.replace(/_\{(\d+)\}|_(\d+)/g, (_, a, b) => [...(a ?? b)].map((c) => "₀₁₂₃₄₅₆₇₈₉"[c]).join(""))
  .replaceAll("^T", "ᵀ").replace(/([_^])\{([^{}]*)\}/g, "$1$2");

/** A letter with the rest of its name below: W_{q1}. */
const usualLabel = ([first, ...rest]) => first + (rest.length > 1 ? `_{${rest.join("")}}` : rest.length ? `_${rest[0]}` : "");

/** A formula with ["index", "i"] for "$i". */
const indexed = (part) => {
  if (Array.isArray(part)) return part.map(indexed);
  if (part && typeof part === "object") return mapped(part, indexed);
  return String(part).startsWith("$") ? ["index", part.slice(1)] : part;
};
const mapped = (some, f) => Object.fromEntries(Object.entries(some).map(([name, value]) => [name, f(value)]));

function op({ formula, ranges = {}, slips = [], ...more }) {
  const wide = indexed(ranges);
  return { outside: false, ...more, formula: indexed(formula), ranges: wide,
    slips: slips.map((slip) => ({ name: slip.name, formula: indexed(slip.formula), ranges: slip.ranges ? indexed(slip.ranges) : wide })) };
}

function matrix(some, ops) {
  const markup = some.label_markup ?? usualLabel(some.name), shape = some.shape ?? [some.values.length, some.values[0].length];
  const values = some.values ?? Array.from({ length: shape[0] }, () => Array(shape[1]).fill(null));
  return { op: null, inputs: [], step: null, decimals: 0, params: {}, hidden: false, slips: some.op ? ops[some.op].slips.map(({ name }) => name) : [],
    label_markup: markup, label: plainText(markup), shape, values, exact: some.op ? null : values.map((row) => row.map((v) => (v === null ? null : String(v)))), ...some };
}

function step(some, number, matrices) {
  const said = typeof some === "string" ? { text_markup: some } : some;
  const mine = (m) => m.step === (said.number ?? number);
  return { number, text: plainText(said.text_markup), matrices: matrices.filter(mine).map(({ name }) => name), ...said };
}

function line(some) {
  if (typeof some === "number") return { words: some };
  if (some.show) return { text: `show("${some.show}", ${some.show})`, quiet: true };
  if (some.given) return { text: some.given, ...some };
  if (typeof some !== "string") return some;
  const [, made] = /^(\w+) = /.exec(some) ?? [];
  return made ? { text: some, names: [made] } : { text: some };
}

/** All that the page knows, said in full. */
export function whole(data) {
  const ops = mapped(data.ops, op), matrices = data.matrices.map((some) => matrix(some, ops));
  return { ...data, ops, matrices, steps: data.steps.map((some, k) => step(some, k + 1, matrices)), script: data.script.map((some) => line(some)) };
}
