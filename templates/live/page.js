// The live page: fields in the boxes of the sheet, and what helps with them. Here its buttons are given what they do.
import { asked, data, enter, gather, keep, needed, now, pages, sheet, stepOf, tables, touch } from "./boxes.js";
import { $, make } from "./dom.js";
import { address, readAddress } from "./explore.js";
import { hint } from "./hints.js";
import { copy, paper, restore, save } from "./keeping.js";
import { drawMap, moved, openMap } from "./map.js";
import { mode } from "./modes.js";
import { ARROWS, go } from "./moving.js";
import { copied, toast } from "./said.js";
import { copyScript, tab } from "./script.js";

document.documentElement.classList.toggle("touch", touch);
const press = (ids, what) => { for (const id of ids.split(" ")) $(id).onclick = what; };

// ---- steps, size -----------------------------------------------------------------------------------------------------

for (const { number } of data.steps) {
  const mine = asked.filter((b) => stepOf(b) === number);
  if (!mine.length) continue;
  const link = make("a", { href: "#view", className: "pip", textContent: number, onclick: (e) => { e.preventDefault(); enter(mine.find((b) => !b.text) ?? mine[0]); } });
  link.dataset.step = number;
  $("pips").append(make("li", {}, link));
}
/** The list of steps fades where there are more. */
const nav = $("pips").parentNode;
const edges = () => {
  nav.classList.toggle("past", nav.scrollLeft > 4);
  nav.classList.toggle("more", nav.scrollLeft + nav.clientWidth < nav.scrollWidth - 4);
};
nav.addEventListener("scroll", edges, { passive: true });
nav.addEventListener("wheel", (e) => { nav.scrollLeft += e.deltaX || e.deltaY; }, { passive: true });
let zoom = 1;
const setZoom = (z) => { zoom = Math.max(0.4, Math.min(3, z)); document.documentElement.style.setProperty("--z", zoom.toFixed(3)); moved(); };
{
  const side = Math.min(60, ...tables.filter((t) => t.querySelector("[data-b]")).map((t) => t.rows[0].cells[0].offsetWidth));
  const fitted = ($("view").clientWidth - 24) / pages[0].offsetWidth;
  setZoom(touch ? Math.max(44.5 / side, Math.min(1.3, fitted)) : Math.max(0.9, Math.min(1.3, fitted)));
}
press("smaller", () => setZoom(zoom / 1.15));
press("larger", () => setZoom(zoom * 1.15));

// ---- modes, tabs -----------------------------------------------------------------------------------------------------

press("solve", () => now.exploring && mode(false));
press("explore", () => !now.exploring && mode(true));
press("mode-2", () => { $("menu").close(); mode(!now.exploring); });
document.querySelector(".seg").addEventListener("keydown", (e) => {
  if (!(e.key in ARROWS) || $("explore").disabled) return;
  e.preventDefault();
  mode(!now.exploring);
  $(now.exploring ? "explore" : "solve").focus();
});
if (sheet.missing) {
  $("explore").disabled = true;
  $("explore").title = "Numbers are missing: find them first";
  $("explore").parentNode.hidden = $("mode-2").parentNode.hidden = true;
}
if (!asked.length) document.querySelector(".seg").hidden = $("mode-2").parentNode.hidden = $("copy").hidden = $("copy-2").hidden = true;
press("reset", () => { now.givens = sheet.givens; now.values = sheet.key; now.before = now.last = null; address(); mode(true); });
press("link", () => { address(); copied(location.href, "Address copied", () => toast("The address above holds your numbers")); });

press("tab-help", () => tab(false));
press("tab-code", () => tab(true));
press("code-2", () => { $("menu").close(); document.body.classList.add("coding"); tab(true); });
press("code-close", () => { document.body.classList.remove("coding"); tab(false); });
press("copy-script", copyScript);
document.querySelector(".tabs").addEventListener("keydown", (e) => {
  if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
  tab($("script").hidden);
  $($("script").hidden ? "tab-help" : "tab-code").focus();
});

// ---- what else there is ----------------------------------------------------------------------------------------------

press("copy copy-2", copy);
press("print more", () => $("menu").showModal());
press("print-clean", () => paper(true));
press("print-mine", () => paper(false));
press("map-open", openMap);
press("dock-hint", hint);
let sure = 0;
press("again", () => {
  const button = $("again");
  if (Date.now() - sure > 4000) {
    sure = Date.now();
    button.textContent = "Really empty all?";
    setTimeout(() => { button.textContent = "Empty all boxes"; }, 4000);
    return;
  }
  for (const box of asked) { box.text = ""; now.stash.set(box, ""); }
  save();
  $("menu").close();
  mode(false);
});
for (const button of document.querySelectorAll("[data-close]")) button.onclick = () => button.closest("dialog").close();
// What helps is drawn anew when a box is left: so a press there leaves it not before the click.
$("coach").addEventListener("mousedown", (e) => { if (e.target.closest("button, summary")) e.preventDefault(); });
$("view").addEventListener("scroll", moved, { passive: true });
addEventListener("resize", () => { moved(); edges(); });
addEventListener("hashchange", () => { if (readAddress()) mode(true); });

/** What a field holds after one of our own keys. */
function typed(key, value, whole) {
  if (key === "delete") return whole ? "" : value.slice(0, -1);
  const old = whole ? "" : value;
  return key !== "−" ? old + key : old.startsWith("−") ? old.slice(1) : `−${old}`;
}
$("keys").addEventListener("pointerdown", (e) => {
  const key = e.target.closest("button")?.dataset.key, box = now.current, input = box?.input;
  if (!key || !input) return;
  e.preventDefault();
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  if (key === "next") { if (!go(box, 1, true)) input.blur(); return; }
  if (document.activeElement !== input) input.focus({ preventScroll: true });
  input.value = typed(key, input.value, whole);
  input.setSelectionRange(input.value.length, input.value.length);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

// ---- start -----------------------------------------------------------------------------------------------------------

restore();
$("how").hidden = !asked.length || asked.some((b) => b.text);
mode(readAddress() || !asked.length);
if (now.current) {
  now.current.td.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  gather(now.current, needed(now.current));
  if (window === top) keep();
} else drawMap();
edges();
document.documentElement.dataset.ready = performance.now().toFixed(1);
