// What was written is kept in the browser by the sheet's code, copied, and printed.
import { asked, data, isCopy, now, sheet } from "./boxes.js";
import { $, make } from "./dom.js";
import { read } from "./engine.js";
import { coded, same } from "./formula.js";
import { copied, toast } from "./said.js";

const store = (() => { try { localStorage.getItem("sheetgen"); return localStorage; } catch { return null; } })();
const STORED = `sheetgen ${data.code}`;

const entries = () => Object.fromEntries(asked.map((box, k) => [`${k} ${box.id}`, box.text]).filter(([, text]) => text));
export function save() { try { store?.setItem(STORED, JSON.stringify(entries())); } catch { /* it is full: the page works without */ } }
export function restore() {
  let kept = {};
  try { kept = JSON.parse(store?.getItem(STORED) ?? "{}") ?? {}; } catch { /* not ours */ }
  asked.forEach((box, k) => { const text = kept[`${k} ${box.id}`]; box.text = typeof text === "string" ? text.slice(0, 40) : ""; });
}

/** Whose number it is: in a box with both, who writes the one after ReLU alone means that. */
function nameOf(box, number) {
  if (!box.after || sheet.missing) return box.name;
  const is = (name) => same(number, sheet.now.follows[name][box.i][box.j]);
  return !is(box.name) && is(box.after) ? box.after : box.name;
}

/** Copy the answers in the form that marking reads. */
export function copy() {
  const found = [];
  for (const box of asked) {
    const { number } = read(now.exploring ? now.stash.get(box) ?? "" : box.text);
    if (number && !isCopy(box)) found.push(`${nameOf(box, number)}[${box.i + 1},${box.j + 1}]=${coded(number)}`);
  }
  if (!found.length) { toast("Nothing is filled in yet"); return; }
  copied(found.join(","), `${found.length} answers copied; sheetgen mark reads them after --got`, () => {
    const area = make("textarea", { value: found.join(",") });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    toast(`${found.length} answers copied`);
  });
}

/** Print the sheet, clean or with what was written. */
export function paper(clean) {
  document.body.classList.toggle("clean", clean);
  $("menu").close();
  print();
}
