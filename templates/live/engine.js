// What a sheet knows of itself: every number from the givens, verdicts, hints and slips. It holds no answer: it works
// them out from the cell formulas that the page brings along.
import { Misfit, evaluate, exact, ratio, reader, same, sources, worked, write } from "./formula.js";

const LIMIT = 10n ** 13n;
const HALVES = { "½": ".5", "¼": ".25", "¾": ".75", "⅕": ".2", "⅖": ".4", "⅗": ".6", "⅘": ".8", "⅛": ".125", "⅜": ".375", "⅝": ".625", "⅞": ".875" };

/** What was typed: {number}, {empty: true}, or {why}. */
export function read(typed) {
  let text = typed.normalize("NFC").replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[٠-٩]/g, (c) => String(c.charCodeAt(0) - 0x660)).replace(/[۰-۹]/g, (c) => String(c.charCodeAt(0) - 0x6f0))
    .replace(/[\s\u00a0\u202f\u2009]/g, "").replace(/[−–—‒﹣－]/g, "-").replace(/[．٫]/g, ".").replace(/，/g, ",").replace(/^[+＋]/, "");
  if (!text) return { empty: true };
  text = text.replace(/^(-?\d*)([½¼¾⅕⅖⅗⅘⅛⅜⅝⅞])$/, (_, w, c) => (w && w !== "-" ? w : w) + HALVES[c]).replace(/^\((.*)\)$/, "$1");
  if (/^-?\d*,\d+$/.test(text)) text = text.replace(",", ".");
  const over = /^(-?\d+)[/⁄∕](-?\d+)$/.exec(text);
  if (over) {
    const d = BigInt(over[2]);
    if (!d) return { why: "nothing can be divided by 0" };
    return { number: ratio(BigInt(over[1]), d) };
  }
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!found || !(found[2] || found[3])) return { why: "a number, please, such as 3, −1 or .5" };
  if (((found[2] || "") + (found[3] || "")).length > 13) return { why: "that is a very long number" };
  const places = (found[3] || "").length;
  return { number: ratio(BigInt(found[1] + (found[2] || "0") + (found[3] || "")), 10n ** BigInt(places)) };
}

const guard = (rows) => {
  for (const row of rows) for (const [n, d] of row) if ((n < 0n ? -n : n) >= LIMIT * d) throw new Misfit("a number would have more than 13 digits");
  return rows;
};
const empty = ([rows, columns]) => Array.from({ length: rows }, () => Array(columns).fill(null));

/** A sheet: `data` is a sheetgen-worksheet/2. */
export class Sheet {
  constructor(data) {
    this.data = data;
    this.matrices = data.matrices;
    this.byName = Object.fromEntries(data.matrices.map((m) => [m.name, m]));
    this.missing = data.matrices.some((m) => m.op === null && m.exact.flat().includes(null));
    this.givens = Object.fromEntries(data.matrices.filter((m) => m.op === null)
      .map((m) => [m.name, m.exact.map((row) => row.map((text) => (text === null ? null : exact(text))))]));
    this.key = this.missing ? null : this.solve(this.givens).has;
    this.now = this.missing ? this.printed({}) : { has: this.key, follows: this.key };
  }

  inputs(m, has) { return m.inputs.map((name) => has[name]); }

  /** All matrices from the givens; what was `written` (name -> rows, null where nothing) is put in a result's place. */
  solve(givens, written = {}) {
    const has = {}, follows = {};
    for (const m of this.matrices) {
      const value = m.op === null ? givens[m.name] : guard(evaluate(this.data.ops[m.op], this.inputs(m, has), m.params, m.shape));
      follows[m.name] = value;
      const mine = written[m.name];
      has[m.name] = mine ? value.map((row, i) => row.map((x, j) => mine[i][j] ?? x)) : value;
    }
    return { has, follows };
  }

  /** Of a sheet whose givens are missing: what is printed, and what was written; null where neither. */
  printed(written) {
    const has = {};
    for (const m of this.matrices)
      has[m.name] = (m.op === null ? this.givens[m.name] : m.values.map((row) => row.map((v) => (v === null ? null : exact(String(v))))))
        .map((row, i) => row.map((x, j) => x ?? written[m.name]?.[i][j] ?? null));
    for (const m of this.matrices) if (m.hidden) try {
      const inputs = this.inputs(m, has);
      if (!inputs.flat(2).includes(null)) has[m.name] = evaluate(this.data.ops[m.op], inputs, m.params, m.shape);
    } catch (e) { if (!(e instanceof Misfit)) throw e; }
    return { has, follows: has };
  }

  /** Take in what was written. Returns false, and keeps what was, where it cannot be worked on. */
  take(written) {
    if (this.missing) { this.now = this.printed(written); return true; }
    try { this.now = this.solve(this.givens, written); return true; } catch (e) {
      if (!(e instanceof Misfit)) throw e;
      return false;
    }
  }

  /** "right", "follows", "wrong" or "" (not to be said yet) of a number in a box. */
  verdict(name, i, j, number) {
    if (this.missing) return this.fits(name, i, j, number);
    if (same(number, this.key[name][i][j])) return "right";
    return same(number, this.now.follows[name][i][j]) ? "follows" : "wrong";
  }

  /** The verdict where numbers are missing: by the equations that the box stands in, as far as all their boxes are filled. */
  fits(name, i, j, number) {
    const { has } = this.now;
    let held = false;
    for (const m of this.matrices) {
      if (m.op === null || m.hidden || (m.name !== name && !this.reaches(m, name))) continue;
      for (const [r, row] of has[m.name].entries()) for (const [c, value] of row.entries()) {
        if (m.name === name && (r !== i || c !== j)) continue;
        const places = this.places(m, r, c);
        const mine = m.name === name || this.reads(m, r, c).some(([of, a, b]) => of === name && a === i && b === j);
        if (!mine || value === null || places.some(([k, a, b]) => has[m.inputs[k]][a][b] === null)) continue;
        const found = reader(this.data.ops[m.op], this.inputs(m, has), m.params).box(r, c);
        if (!same(found, m.name === name ? number : value)) return "wrong";
        held = true;
      }
    }
    return held ? "right" : "";
  }

  /** The boxes that a box is made of; of a condition, those that it would read with zeros in the place of what is missing. */
  places(m, i, j) {
    const filled = this.inputs(m, this.now.has).map((rows) => rows.map((row) => row.map((x) => x ?? [0n, 1n])));
    try { return sources(this.data.ops[m.op], filled, m.params, i, j); } catch (e) {
      if (!(e instanceof Misfit)) throw e;
      return [];
    }
  }

  /** Whether a matrix reads another one, by itself or by what is hidden. */
  reaches(m, name) {
    return m.inputs.some((n) => n === name || (this.byName[n].hidden && this.byName[n].op !== null && this.reaches(this.byName[n], name)));
  }

  /** The boxes that a box is made of, and of what is hidden those behind it: [[name, row, column]]. */
  reads(m, i, j) {
    return this.places(m, i, j).flatMap(([k, r, c]) => {
      const of = this.byName[m.inputs[k]];
      return of.hidden && of.op !== null ? this.reads(of, r, c) : [[of.name, r, c]];
    });
  }

  /** The boxes that meet in a box: [[name, row, column]]. */
  meeting(name, i, j) {
    const m = this.byName[name];
    return m.op === null ? this.equation(name, i, j).places : this.places(m, i, j).map(([k, r, c]) => [m.inputs[k], r, c]);
  }

  /**
   * Which boxes meet in a box, and its sum with the numbers as they stand: {places: [[name, row, column]], terms}. What is
   * `open` (name, row, column), and not yet filled, is a question mark in the sum.
   */
  hint(name, i, j, open = () => false) {
    const m = this.byName[name], { has } = this.now;
    if (m.op === null) return this.equation(name, i, j);
    const named = ([k, r, c]) => [m.inputs[k], r, c];
    const shown = (k, r, c) => (has[m.inputs[k]][r][c] === null || open(m.inputs[k], r, c) ? "?" : write(has[m.inputs[k]][r][c]));
    const places = this.meeting(name, i, j);
    if (this.missing && this.inputs(m, has).flat(2).includes(null)) return { places, terms: [] };
    let terms = [];
    try { terms = worked(this.data.ops[m.op], this.inputs(m, has), m.params, i, j, shown); } catch (e) { if (!(e instanceof Misfit)) throw e; }
    if (terms.length === 1 && /^−?[\d./]+$/.test(terms[0].text)) terms = []; // one number alone is the answer
    return { places, terms: terms.map((t) => ({ text: t.text, uses: t.uses.map(named) })) };
  }

  /** A missing given: the first equation that it stands in. */
  equation(name, i, j) {
    for (const m of this.matrices) {
      if (m.op === null || m.hidden || !this.reaches(m, name)) continue;
      for (let r = 0; r < m.shape[0]; r++) for (let c = 0; c < m.shape[1]; c++) {
        const places = this.reads(m, r, c);
        if (!places.some(([of, a, b]) => of === name && a === i && b === j)) continue;
        return { places: [...places, [m.name, r, c]], terms: [], of: [m.name, r, c] };
      }
    }
    return { places: [], terms: [] };
  }

  /** The usual slip that a wrong number comes from, or "". */
  slip(name, i, j, number) {
    const m = this.byName[name];
    if (m.op === null || this.missing) return "";
    const op = this.data.ops[m.op], inputs = this.inputs(m, this.now.has), right = this.now.follows[name][i][j];
    const gives = (formula, ranges, also = {}) => {
      try {
        const found = reader({ ...op, formula, ranges }, inputs, { ...m.params, ...also }).box(i, j);
        return Array.isArray(found) ? found : null;
      } catch { return null; }
    };
    const hit = (found) => found !== null && !same(found, right) && same(found, number);
    for (const slip of op.slips.filter((s) => m.slips.includes(s.name)))
      if (hit(gives(slip.formula, slip.ranges))) return slip.name;
    if (op.formula[0] === "round") {
      const step = ratio(1n, 10n ** BigInt(m.decimals)), gap = Number(number[0]) / Number(number[1]) - Number(right[0]) / Number(right[1]);
      if (Math.abs(gap) <= Number(step[0]) / Number(step[1]) + 1e-12) return "rounding";
    }
    if (same([-right[0], right[1]], number)) return "sign";
    const rows = this.now.follows[name];
    if (i !== j && rows[j]?.[i] !== undefined && same(rows[j][i], number)) return "row and column exchanged";
    return "";
  }
}
