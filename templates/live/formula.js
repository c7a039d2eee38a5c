// Cell formulas: one interpreter for every op; it knows none. A number is [numerator, denominator], exact; what exp,
// sqrt and a power of e give is a plain float until it is rounded, as on paper.

/** A number that cannot be worked on: its message is for the reader. */
export class Misfit extends Error {}

const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
export const ratio = (n, d) => {
  if (d === 1n) return [n, d];
  const g = gcd(n, d) * (d < 0n ? -1n : 1n);
  return [n / g, d / g];
};
/** A decimal text as an exact number. */
export const exact = (text) => {
  const [, sign, whole, rest = "", shift = 0] = /^(-?)(\d*)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(text);
  const places = rest.length - Number(shift), n = BigInt(sign + whole + rest);
  return places < 0 ? [n * 10n ** BigInt(-places), 1n] : ratio(n, 10n ** BigInt(places));
};
const isExact = Array.isArray;
const real = (x) => (isExact(x) ? Number(x[0]) / Number(x[1]) : x);
const both = (f, g) => (a, b) => (isExact(a) && isExact(b) ? f(a, b) : g(real(a), real(b)));
const less = both(([a, b], [c, d]) => a * d < c * b, (a, b) => a < b);
const down = (x) => {
  if (!isExact(x)) return [BigInt(Math.floor(x)), 1n];
  return [(x[0] - (((x[0] % x[1]) + x[1]) % x[1])) / x[1], 1n];
};
const div = both(([a, b], [c, d]) => {
  if (!c) throw new Misfit("a number would be divided by 0");
  return ratio(a * d, b * c);
}, (a, b) => a / b);
const MOST = 20000n; // the largest exponent
const pow = (a, b) => {
  if (!isExact(a) || b[1] !== 1n) return real(a) ** real(b);
  const size = b[0] < 0n ? -b[0] : b[0];
  if (size > MOST) throw new Misfit("a power would have far too many digits");
  if (b[0] < 0n && !a[0]) throw new Misfit("a number would be divided by 0");
  return b[0] < 0n ? ratio(a[1] ** size, a[0] ** size) : [a[0] ** size, a[1] ** size];
};
const round = (x, places) => {
  const unit = 10n ** places[0], size = isExact(x) ? (x[0] < 0n ? -x[0] : x[0]) : Math.abs(x);
  if (!isExact(x) && !Number.isFinite(x)) throw new Misfit("a number would have more than 13 digits");
  const n = isExact(x) ? (2n * size * unit + x[1]) / (2n * x[1])
    : BigInt(Math.floor(size * Number(unit) + 0.5 + 1e-9));
  return ratio(less(x, [0n, 1n]) ? -n : n, unit);
};
const add = both(([a, b], [c, d]) => (b === d ? ratio(a + c, b) : ratio(a * d + c * b, b * d)), (a, b) => a + b);
const neg = (a) => (isExact(a) ? [-a[0], a[1]] : -a);
const max = (a, b) => (less(a, b) ? b : a), min = (a, b) => (less(b, a) ? b : a);
const CALCS = {
  add, neg, div, pow, round, max, min, floor: down,
  sub: (a, b) => add(a, neg(b)), whole: (a, b) => down(div(a, b)),
  mul: both(([a, b], [c, d]) => ratio(a * c, b * d), (a, b) => a * b),
  exp: (a) => Math.exp(real(a)), log: (a) => Math.log(real(a)), sqrt: (a) => Math.sqrt(real(a)),
};
const OVERS = { sum: add, largest: max, smallest: min };
const TESTS = {
  gt: (a, b) => less(b, a), ge: (a, b) => !less(a, b), lt: less, le: (a, b) => !less(b, a),
  eq: (a, b) => !less(a, b) && !less(b, a),
};
export const same = TESTS.eq;
const joined = { over: (m) => m.flat(), beside: (m) => m[0].map((_, i) => m.flatMap((x) => x[i])) };

/**
 * What works out boxes of a result: `box(i, j)`. op: a row of the data's ops; matrices: its inputs; read: told of each
 * box that is read, as the number of its input, row and column.
 */
export function reader(op, matrices, params, read = null) {
  const inputs = {}, places = {}; // name -> matrices, and their numbers: one, or all that share it
  op.inputs.forEach((name, k) => {
    const all = name.endsWith("..."), plain = name.replace("...", "");
    inputs[plain] = all ? matrices.slice(k) : [matrices[k]];
    places[plain] = inputs[plain].map((_, n) => k + n);
  });
  const count = (n) => [BigInt(n), 1n], whole = (part, at) => Number(go(part, at)[0]);
  const box = (matrix, place, row, column) => {
    const found = matrix[row]?.[column];
    if (found === undefined && !op.outside) throw new Error("a place outside the matrix");
    if (read && found !== undefined) read(place, row, column);
    return found ?? [0n, 1n];
  };
  const runs = ([k, ...rest], at) => (k === undefined ? [at] : [...Array(whole(op.ranges[k])).keys()]
    .flatMap((n) => runs(rest, { ...at, [k]: n })));
  const holds = ([how, a, b], at) => (how === "flag" ? params[a] : TESTS[how](go(a, at), go(b, at)));
  const join = (how, names, row, column) => {
    const all = names.flatMap((m) => inputs[m]), where = names.flatMap((m) => places[m]);
    let r = row, c = column, n = 0;
    if (how === "over") while (n < all.length - 1 && r >= all[n].length) r -= all[n++].length;
    else while (n < all.length - 1 && c >= all[n][0].length) c -= all[n++][0].length;
    return box(all[n], where[n], r, c);
  };
  const PARTS = {
    param: ([name]) => (params[name] === "e" ? Math.E : exact(String(params[name]))),
    index: ([k], at) => count(at[k]),
    rows: ([m]) => count(inputs[m][0].length), columns: ([m]) => count(inputs[m][0][0].length),
    count: ([m]) => count(inputs[m].length), len: ([k], at) => go(op.ranges[k], at),
    at: ([m, row, column], at) => box(inputs[m][0], places[m][0], whole(row, at), whole(column, at)),
    part: ([m, p, row, column], at) => box(inputs[m][at[p]], places[m][at[p]], whole(row, at), whole(column, at)),
    if: ([tests, yes, no], at) => go(tests.every((test) => holds(test, at)) ? yes : no, at),
  };
  const go = (part, at) => {
    if (typeof part === "string") return exact(part);
    const [how, ...rest] = part;
    if (how in PARTS) return PARTS[how](rest, at);
    if (how in OVERS) return runs(rest[0], at).map((run) => go(rest[1], run)).reduce(OVERS[how]);
    if (how in joined) return join(how, rest[0], whole(rest[1], at), whole(rest[2], at));
    const found = rest.map((arg) => go(arg, at));
    return found.length > 2 ? found.reduce(CALCS[how]) : CALCS[how](...found);
  };
  return { box: (i, j) => go(op.formula, { i, j }), go, runs, holds, PARTS };
}

/** The boxes of a result of some shape. */
export function evaluate(op, matrices, params, [rows, columns]) {
  const { box } = reader(op, matrices, params);
  return [...Array(rows).keys()].map((i) => [...Array(columns).keys()].map((j) => box(i, j)));
}

/** Which boxes a box is made of: [input, row, column], each once, in the order in which they are read. */
export function sources(op, matrices, params, i, j) {
  const found = new Map();
  reader(op, matrices, params, (...place) => found.set(place.join(), place)).box(i, j);
  return [...found.values()];
}

/**
 * A box's formula with numbers, as terms to be added: [{text, uses}]. `shown(input, row, column)` writes a number.
 * Empty where a box is just another's number: then there is nothing to work out.
 */
export function worked(op, matrices, params, i, j, shown) {
  let uses = [];
  const engine = reader(op, matrices, params, (...place) => uses.push(place));
  const plain = (part, at) => { // text, and how tightly it binds: 3 a number, 2 a product, 1 a sum, 0 words
    if (typeof part === "string") return [write(exact(part)), part.startsWith("-") ? 1 : 3];
    const [how, ...rest] = part;
    if (how === "at" || how === "part" || how === "over" || how === "beside") {
      const before = uses.length;
      engine.go(part, at);
      const text = uses.length > before ? shown(...uses.at(-1)) : "0";
      return [text, text.startsWith("−") ? 1 : 3];
    }
    if (how === "param" && params[rest[0]] === "e") return ["e", 3];
    if (how in engine.PARTS && how !== "if") return [write(engine.go(part, at)), 3];
    if (how === "if") return cases(rest, at);
    if (how === "sum") return [several(engine.runs(rest[0], at).map((run) => plain(rest[1], run))), 1];
    if (how in OVERS) return [`the ${how} of ${engine.runs(rest[0], at).map((run) => plain(rest[1], run)[0]).join(", ")}`, 0];
    const args = rest.map((arg) => plain(arg, at));
    if (how === "add") return [several(args), 1];
    if (how === "sub") return [`${args[0][0]} − ${held(args[1], 2)}`, 1];
    if (how === "mul") return [args.map((a) => held(a, 2)).join("×"), 2];
    if (how === "div") return [args.map((a) => held(a, 3)).join(" ÷ "), 1];
    if (how === "whole") return [`${args.map((a) => held(a, 3)).join(" ÷ ")}, rounded down`, 0];
    if (how === "pow") return [`${held(args[0], 3)}^{${args[1][0]}}`, 3];
    if (how === "exp") return [`e^{${args[0][0]}}`, 3];
    if (how === "log") return [`ln ${held(args[0], 3)}`, 3];
    if (how === "sqrt") return [`√${held(args[0], 3)}`, 3];
    if (how === "neg") return [`−${held(args[0], 2)}`, 1];
    if (how === "round") return [args[0][0], args[0][1]];
    if (how === "floor") return [`${args[0][0]}, rounded down`, 0];
    if (how === "max" || how === "min") return [`the ${how === "max" ? "larger" : "smaller"} of ${args.map((a) => a[0]).join(" and ")}`, 0];
    return [how, 0];
  };
  const SIGNS = { gt: ">", ge: "≥", lt: "<", le: "≤", eq: "=" };
  const cases = ([tests, yes, no], at) => {
    const open = tests.filter(([how]) => how in SIGNS), flags = tests.filter(([how]) => !(how in SIGNS));
    const numbers = open.map(([how, a, b]) => [plain(a, at)[0], SIGNS[how], plain(b, at)[0], a, b]);
    const isPlace = (part) => typeof part === "string" || ["index", "rows", "columns", "param", "len"].includes(part[0]);
    if (flags.some((test) => !engine.holds(test, at))) return plain(no, at);
    if (numbers.every(([, , , a, b]) => isPlace(a) && isPlace(b)))
      return plain(tests.every((test) => engine.holds(test, at)) ? yes : no, at);
    const said = numbers.map(([a, sign, b]) => `${a} ${sign} ${b}`).join(" and ");
    return [`${plain(yes, at)[0]} if ${said}, else ${plain(no, at)[0]}`, 0];
  };
  const held = ([text, binds], least) => (binds < least ? `(${text})` : text);
  const several = (parts) => parts.map((p, k) => (k && p[0].startsWith("−") && p[1] < 2 ? `(${p[0]})` : p[0])).join(" + ");
  const at = { i, j };
  const terms = (part, where) => {
    const [how, ...rest] = typeof part === "string" ? [""] : part;
    if (how === "round") return terms(rest[0], where);
    if (how === "sum") return engine.runs(rest[0], where).flatMap((run) => terms(rest[1], run));
    if (how === "add") return rest.flatMap((arg) => terms(arg, where));
    uses = [];
    const [text, binds] = plain(part, where);
    return [{ text, binds, uses: [...uses] }];
  };
  const found = terms(op.formula, at);
  if (found.length === 1 && found[0].binds === 3 && !found[0].text.includes("^") && !found[0].text.includes("√")) return [];
  if (found.length === 1 && found[0].uses.length === 1 && found[0].text === shown(...found[0].uses[0])) return [];
  return found.map(({ text, binds, uses }, k) => ({
    text: k && text.startsWith("−") && binds < 2 ? `(${text})` : text, uses,
  }));
}

let comma = false;
/** Write decimals with a comma from now on, as the page has them: 0,5. */
export const withComma = (yes) => { comma = yes; };
/** An exact number as it is written by hand: 2, −1.5, .5; a fraction that is no decimal as 1/3. */
export const write = (x) => spelled(x, comma);
/** The same as code has it. */
export const coded = (x) => spelled(x, false).replace("−", "-");

function spelled([n, d], mark) {
  let places = 0, unit = 1n;
  while (unit % d && places < 30) { unit *= 10n; places += 1; }
  const sign = n < 0n ? "−" : "", size = n < 0n ? -n : n;
  if (unit % d) return `${sign}${size}/${d}`;
  const text = (size * (unit / d)).toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places), rest = text.slice(text.length - places);
  return sign + (rest ? (whole === "0" && !mark ? "" : whole) + (mark ? "," : ".") + rest : whole);
}
