// Works an exercise out from its data alone: an interpreter of cell formulas that knows no op.
// A number is [numerator, denominator], exact; what exp, sqrt and a power of e give is a plain
// float until it is rounded, as on paper. Run with data on stdin it says what differs.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const gcd = (a, b) => (b ? gcd(b, a % b) : a < 0n ? -a : a);
const ratio = (n, d) => { const g = gcd(n, d) * (d < 0n ? -1n : 1n); return [n / g, d / g]; };
export const exact = (text) => {
  const [, sign, whole, rest = "", shift = 0] = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(text);
  const places = rest.length - Number(shift), n = BigInt(sign + whole + rest);
  return places < 0 ? [n * 10n ** BigInt(-places), 1n] : ratio(n, 10n ** BigInt(places));
};
const real = (x) => (Array.isArray(x) ? Number(x[0]) / Number(x[1]) : x);
const both = (f, g) => (a, b) => (Array.isArray(a) && Array.isArray(b) ? f(a, b) : g(real(a), real(b)));
const less = both(([a, b], [c, d]) => a * d < c * b, (a, b) => a < b);
const down = (x) => {
  if (!Array.isArray(x)) return [BigInt(Math.floor(x)), 1n];
  return [(x[0] - (((x[0] % x[1]) + x[1]) % x[1])) / x[1], 1n];
};
const div = both(([a, b], [c, d]) => {
  if (!c) throw new Error("a number would be divided by 0");
  return ratio(a * d, b * c);
}, (a, b) => a / b);
const pow = (a, b) => {
  if (!Array.isArray(a) || b[1] !== 1n) return real(a) ** real(b);
  return b[0] < 0n ? ratio(a[1] ** -b[0], a[0] ** -b[0]) : [a[0] ** b[0], a[1] ** b[0]];
};
const round = (x, places) => {
  const unit = 10n ** places[0], size = Array.isArray(x) ? (x[0] < 0n ? -x[0] : x[0]) : Math.abs(x);
  const n = Array.isArray(x) ? (2n * size * unit + x[1]) / (2n * x[1])
    : BigInt(Math.floor(size * Number(unit) + 0.5 + 1e-9));
  return ratio(less(x, [0n, 1n]) ? -n : n, unit);
};
const add = both(([a, b], [c, d]) => ratio(a * d + c * b, b * d), (a, b) => a + b);
const neg = (a) => (Array.isArray(a) ? [-a[0], a[1]] : -a);
const max = (a, b) => (less(a, b) ? b : a), min = (a, b) => (less(b, a) ? b : a);
const CALCS = {
  add, neg, div, pow, round, max, min, floor: down,
  sub: (a, b) => add(a, neg(b)), whole: (a, b) => down(div(a, b)),
  mul: both(([a, b], [c, d]) => ratio(a * c, b * d), (a, b) => a * b),
  exp: (a) => Math.exp(real(a)), sqrt: (a) => Math.sqrt(real(a)),
};
const OVERS = { sum: add, largest: max, smallest: min };
const TESTS = {
  gt: (a, b) => less(b, a), ge: (a, b) => !less(a, b), lt: less, le: (a, b) => !less(b, a),
  eq: (a, b) => !less(a, b) && !less(b, a),
};
const joined = { over: (m) => m.flat(), beside: (m) => m[0].map((_, i) => m.flatMap((x) => x[i])) };

// op: a row of the data's ops; matrices: its inputs; the boxes of a result of this shape
export function evaluate(op, matrices, params, [rows, columns]) {
  const inputs = {}; // name -> matrices: one, or all that share it
  op.inputs.forEach((name, k) => {
    inputs[name.replace("...", "")] = name.endsWith("...") ? matrices.slice(k) : [matrices[k]];
  });
  const count = (n) => [BigInt(n), 1n], whole = (part, at) => Number(go(part, at)[0]);
  const box = (matrix, row, column, at) => {
    const found = matrix[whole(row, at)]?.[whole(column, at)];
    if (!found && !op.outside) throw new Error("a place outside the matrix");
    return found ?? [0n, 1n];
  };
  const runs = ([k, ...rest], at) => (k === undefined ? [at] : [...Array(whole(op.ranges[k])).keys()]
    .flatMap((n) => runs(rest, { ...at, [k]: n })));
  const holds = ([how, a, b], at) => (how === "flag" ? params[a] : TESTS[how](go(a, at), go(b, at)));
  const PARTS = {
    param: ([name]) => (params[name] === "e" ? Math.E : exact(String(params[name]))),
    index: ([k], at) => count(at[k]),
    rows: ([m]) => count(inputs[m][0].length), columns: ([m]) => count(inputs[m][0][0].length),
    count: ([m]) => count(inputs[m].length), len: ([k], at) => go(op.ranges[k], at),
    at: ([m, row, column], at) => box(inputs[m][0], row, column, at),
    part: ([m, p, row, column], at) => box(inputs[m][at[p]], row, column, at),
    if: ([tests, yes, no], at) => go(tests.every((test) => holds(test, at)) ? yes : no, at),
  };
  const go = (part, at) => {
    if (typeof part === "string") return exact(part);
    const [how, ...rest] = part;
    if (how in PARTS) return PARTS[how](rest, at);
    if (how in OVERS) return runs(rest[0], at).map((run) => go(rest[1], run)).reduce(OVERS[how]);
    if (how in joined) return box(joined[how](rest[0].flatMap((m) => inputs[m])), rest[1], rest[2], at);
    const found = rest.map((arg) => go(arg, at));
    return found.length > 2 ? found.reduce(CALCS[how]) : CALCS[how](...found);
  };
  return [...Array(rows).keys()].map((i) => [...Array(columns).keys()].map((j) => go(op.formula, { i, j })));
}

// every matrix of an exercise by name
export function solve(data) {
  const found = {};
  for (const m of data.matrices)
    found[m.name] = m.op === null ? m.exact.map((row) => row.map(exact))
      : evaluate(data.ops[m.op], m.inputs.map((name) => found[name]), m.params, m.shape);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { exercises, boxes } = JSON.parse(readFileSync(0, "utf8")), wrong = [];
  let cells = 0;
  const hold = (name, found, wanted) => wanted.forEach((row, i) => row.forEach((value, j) => {
    cells += 1;
    const [n, d] = exact(String(value)), [a, b] = found[i][j];
    if (a !== n || b !== d) wrong.push(`${name}[${i}, ${j}] is ${a}/${b}, not ${value}`);
  }));
  for (const data of exercises)
    for (const [name, found] of Object.entries(solve(data)))
      hold(`${data.recipe} ${name}`, found, data.matrices.find((m) => m.name === name).values);
  for (const { name, op, inputs, params, expected } of boxes) {
    const made = inputs.map((rows) => rows.map((row) => row.map(exact)));
    hold(name, evaluate(op, made, params, [expected.length, expected[0].length]), expected);
  }
  console.log(JSON.stringify({ cells, wrong }));
}
