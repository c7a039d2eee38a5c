// What is said: once, to whoever listens, and in a note that goes away.
import { $ } from "./dom.js";

export const say = (text) => { $("say").textContent = text; };

let toasting = 0;
export const toast = (text) => {
  $("toast").textContent = text;
  $("toast").hidden = false;
  say(text);
  clearTimeout(toasting);
  toasting = setTimeout(() => { $("toast").hidden = true; }, 2500);
};
/** Copy a text; say `done`, or what else to do where the browser does not let pages copy. */
export async function copied(text, done, otherwise) {
  try { await navigator.clipboard.writeText(text); toast(done); } catch { otherwise(); }
}
