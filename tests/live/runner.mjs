// Runs the scripts of the live page without a page. What is asked comes as JSON on stdin: {how, ...}.
import { readFileSync } from "node:fs";
import { Sheet, read } from "./engine.js";
import { evaluate, exact, same, write } from "./formula.js";
import { whole } from "./whole.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
const plain = (rows) => rows.map((row) => row.map(write));

const HOWS = {
  // every matrix of each exercise, and each box apart, against the numbers that are sent along
  numbers({ exercises, boxes }) {
    const wrong = [];
    let cells = 0;
    const hold = (name, found, wanted) => wanted.forEach((row, i) => row.forEach((value, j) => {
      cells += 1;
      const [n, d] = exact(String(value)), [a, b] = found[i][j];
      if (a !== n || b !== d) wrong.push(`${name}[${i}, ${j}] is ${a}/${b}, not ${value}`);
    }));
    for (const data of exercises)
      for (const [name, found] of Object.entries(new Sheet(data).key))
        hold(`${data.recipe} ${name}`, found, data.matrices.find((m) => m.name === name).values);
    for (const { name, op, inputs, params, expected } of boxes) {
      const made = inputs.map((rows) => rows.map((row) => row.map(exact)));
      hold(name, evaluate(op, made, params, [expected.length, expected[0].length]), expected);
    }
    return { cells, wrong };
  },
  // after numbers were written: what follows, and the verdict of each
  written({ data, entries }) {
    const sheet = new Sheet(data), written = {};
    for (const [name, i, j, text] of entries) {
      const [rows, columns] = sheet.byName[name].shape;
      written[name] ??= Array.from({ length: rows }, () => Array(columns).fill(null));
      written[name][i][j] = read(text).number;
    }
    const took = sheet.take(written), { has, follows } = sheet.now;
    const each = ([name, i, j, text]) => {
      const { number } = read(text), verdict = sheet.verdict(name, i, j, number);
      return { verdict, slip: verdict === "wrong" ? sheet.slip(name, i, j, number) : "" };
    };
    const rows = (values) => Object.fromEntries(Object.entries(values).map(([n, v]) => [n, v.every((r) => r.every((x) => x)) ? plain(v) : null]));
    return { took, has: rows(has), follows: rows(follows), entries: entries.map(each) };
  },
  // the hints of every box that is asked for
  hints({ data }) {
    const sheet = new Sheet(data), found = [];
    for (const m of data.matrices) for (const [i, row] of m.blank.entries()) for (const [j, blank] of row.entries())
      if (blank) found.push({ name: m.name, i, j, ...sheet.hint(m.name, i, j) });
    return found;
  },
  // the data of a page, said in full
  whole({ data }) {
    return whole(data);
  },
  read({ texts }) {
    return texts.map((text) => {
      const { number, ...rest } = read(text);
      return number ? { number: write(number) } : rest;
    });
  },
};
console.log(JSON.stringify(HOWS[asked.how](asked)));
