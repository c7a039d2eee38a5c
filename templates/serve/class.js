// A sheet for each student: from a pasted or dropped list to the packs.
import { $, copied, counted, data, icon, make, segments, toast, wrongly } from "./base.js";

/** What is given: the list, the class.json of last time, the columns that were chosen; and what was understood. */
let page = null, listed = null, earlier = null, chosen = {}, seen = null, shown = "all", looking = 0, job = "";

const NONE = "-";
const CHANGES = { new: ["new", "plus", "New"], renamed: ["renamed", "warn", "Renamed"], gone: ["gone", "minus", "Gone"], "as they were": ["keeps its sheet", "", "Kept"] };

/** Open the dialog. `asked`: what() and query() of the sheet, paper() and setPaper(name). */
export function openClass(asked) {
  page = asked;
  $("class-what").textContent = page.what;
  $("class").showModal();
  if (!job) stage("list");
  papers();
  look();
}
function papers() {
  const pick = (paper) => { page.setPaper(paper); papers(); look(); $("class-paper").querySelector("[aria-checked=true]").focus(); };
  $("class-paper").replaceChildren(segments("paper", data.papers, page.paper(), pick));
}

/** `list`: what is understood of it; `running`, `ready`: what is made. */
function stage(name) {
  $("class-form").dataset.stage = name;
  $("cancel").hidden = name !== "running";
  $("class-done").hidden = name !== "ready";
  $("make").hidden = name !== "list";
  for (const el of document.querySelectorAll(".list-only")) el.hidden = name !== "list";
}

// ---- the list --------------------------------------------------------------------------------------------------------

const body = () => listed?.body ?? new TextEncoder().encode($("list").value);
const isSwitched = (id) => $(id).getAttribute("aria-checked") === "true";
async function send(path) {
  const more = { list: listed?.name ?? "list.txt", spares: $("spares").value.trim() || "0", simplex: isSwitched("duplex") ? "no" : "yes", ...chosen };
  if (earlier) more.earlier = earlier.number;
  const answer = await fetch(`${path}?${page.query(more)}`, { method: "POST", body: body() }), found = await answer.json();
  if (!answer.ok) throw new Error(found.problem);
  return found;
}

/** Take a file: a list, or the class.json of last time. */
async function take(file) {
  const bytes = await file.arrayBuffer(), text = /\.(csv|tsv|txt|json)$/i.test(file.name) ? new TextDecoder().decode(bytes) : "";
  if (text.includes('"sheetgen-class/')) { await takeEarlier(file.name, bytes); return; }
  listed = { name: file.name, body: bytes };
  chosen = {};
  $("list").value = text || file.name;
  $("list").disabled = !text;
  look(true);
}
async function takeEarlier(name, bytes) {
  const answer = await fetch("class/earlier", { method: "POST", body: bytes }), found = await answer.json();
  if (!answer.ok) { toast(found.problem); return; }
  earlier = { name, number: found };
  shown = "all";
  look(true);
}

function empty() {
  seen = null;
  $("told").replaceChildren(make("p", { className: "big" }, "Who is in the class?"),
    make("p", { className: "soft" }, "Paste names, one a line, or a whole table as your school exports it; or drop a file: csv, xlsx, ods, txt."),
    make("p", { className: "soft" }, "You have the class.json of last time? Drop it too: then everybody keeps their sheet, and you see who is new."));
}

/** Look how the list is understood; `folded`: show it as it was read, no field to write in. */
function look(folded = false) {
  const mine = ++looking;
  $("make").disabled = true;
  if (!listed && !$("list").value.trim()) { unfold(); empty(); return; }
  setTimeout(async () => {
    if (mine !== looking) return;
    try {
      const found = await send("class/look");
      if (mine !== looking) return;
      seen = found;
      told();
      if (folded || !$("lines").hidden || document.activeElement !== $("list")) fold();
      $("make").disabled = false;
      $("make").textContent = `Make ${counted(found.count, "sheet")}`;
    } catch (e) { if (mine === looking) { seen = null; unfold(); $("told").replaceChildren(wrongly(e.message), ...sentence()); } }
  }, 250);
}

/** The list as it was read: its header marked, what was left out struck. */
function fold() {
  const { reading } = seen, out = new Set(reading.out), rows = $("list").value.replace(/\n$/, "").split("\n");
  $("list-size").textContent = counted(rows.length, "line");
  if ($("list").disabled) return;
  $("lines").replaceChildren(...rows.map((text, k) => make("li", { className: k + 1 === reading.header ? "hd" : out.has(k + 1) ? "lo" : "" }, text || " ")));
  $("lines").hidden = $("edit").hidden = false;
  $("list").hidden = true;
}
function unfold() {
  $("lines").hidden = $("edit").hidden = true;
  $("list").hidden = false;
  $("list-size").textContent = "";
}

// ---- what was understood ---------------------------------------------------------------------------------------------

/** A word of the sentence that can be changed: the column from which something comes. */
function column(what, title, none) {
  const { titles } = seen?.reading ?? last, select = make("select", { className: "pick", "aria-label": `Column of ${what}` });
  const known = title && titles.includes(title);
  if (!known && title) select.append(make("option", { value: "", selected: true }, title));
  if (none) select.append(make("option", { value: NONE, selected: !title }, "no column"));
  select.append(...titles.filter(Boolean).map((t) => make("option", { value: t, selected: t === title }, t)));
  select.onchange = () => { chosen = { ...chosen, [what]: select.value }; if (!select.value) delete chosen[what]; look(); };
  return select;
}
/** The reading of the list when it was last understood. */
let last = null;
/** The sentence that says how the list is read; each of its words can be changed. Nothing where the list has no header. */
function sentence() {
  if (seen) last = seen.reading.titles.length ? seen.reading : null;
  if (!last) return [];
  const { names, ids, groups } = last;
  return [make("p", { className: "say" }, "Names from ", column("names", names.join(" and ")), ", ids from ", column("ids", ids, true), ", groups from ", column("groups", groups, true))];
}

function told() {
  const { reading, students, remarks, again, count } = seen;
  const facts = [["Left out", reading.left_out, ...keepers(reading.named)], ["Not printed", reading.not_printed && `columns ${reading.not_printed}`],
    ["Kept", chosen.keep && `row ${chosen.keep.replaceAll(",", ", ")}`, keeper("as it was", "")]].filter(([, text]) => text);
  $("told").replaceChildren(make("h3", {}, counted(count, "student")), ...sentence(),
    ...(facts.length ? [make("dl", { className: "out" }, ...facts.flatMap(([name, text, ...more]) => [make("dt", {}, name), make("dd", {}, text, ...more)]))] : []),
    ...remarks.slice(0, 8).map((text) => make("p", { className: "remark" }, icon("warn"), make("span", {}, text))),
    ...(again ? [filters(students)] : []), table(students, again));
}
/** Rows that are left out and have a name: a button for each that says that it is a student. */
const keepers = (rows) => rows.slice(0, 4).map((row) => keeper(rows.length > 1 ? `keep row ${row}` : "keep it", [...(chosen.keep?.split(",") ?? []), row].join(",")));
function keeper(text, keep) {
  const { keep: before, ...rest } = chosen;
  return make("button", { type: "button", className: "link", onclick: () => { chosen = keep ? { ...rest, keep } : rest; look(); } }, text);
}
function filters(students) {
  const of = (change) => students.filter((s) => change === "all" || s.change === change).length;
  const names = { [`All ${of("all")}`]: "all", ...Object.fromEntries(Object.entries(CHANGES).filter(([c]) => of(c)).map(([c, [, , title]]) => [`${title} ${of(c)}`, c])) };
  const now = Object.keys(names).find((name) => names[name] === shown) ?? Object.keys(names)[0];
  const pick = (name) => { shown = names[name]; told(); $("told").querySelector(".against [aria-checked=true]").focus(); };
  return make("div", { className: "against" }, segments("Which students", Object.keys(names), now, pick),
    make("span", { className: "small soft" }, "against ", make("b", {}, earlier?.name ?? "class.json")));
}
function table(students, again) {
  const rows = students.filter((s) => !again || shown === "all" || s.change === shown).map((s) => {
    const [said, sign] = CHANGES[s.change], name = s.before ? `${s.name} (was ${s.before})` : s.name;
    const cells = [s.place || "–", name, s.id, s.group, s.code || "–"].map((text) => make("td", {}, String(text)));
    if (again) cells.push(make("td", {}, make("span", { className: `tag ${s.change}` }, ...(sign ? [icon(sign)] : []), said)));
    return make("tr", { className: s.change === "gone" ? "gone" : "" }, ...cells);
  });
  const heads = ["No.", "Name as printed", "id", "group", "sheet", ...(again ? ["since last time"] : [])];
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((t) => make("th", { scope: "col" }, t)))), make("tbody", {}, ...rows));
}

// ---- making, and what is made ----------------------------------------------------------------------------------------

const PHASES = { drawing: "Numbers drawn", printing: "Sheets printed" };

function running({ phases }) {
  const named = phases.map(({ what, total, done }) => ({ title: PHASES[what] ?? what, total, done }));
  for (const title of Object.values(PHASES)) if (!named.some((phase) => phase.title === title)) named.push({ title, total: 0, done: 0 });
  const row = ({ title, total, done }) => {
    const state = total && done >= total ? "done" : total ? "now" : "wait";
    const fill = make("i", { className: "r" });
    fill.style.width = `${total ? (100 * done) / total : 0}%`;
    return make("li", { className: state }, make("span", { className: "check" }, ...(state === "done" ? [icon("check")] : [])), make("span", {}, title),
      make("span", { className: "bar", role: "progressbar", "aria-label": title, "aria-valuemin": "0", "aria-valuemax": String(total || 1), "aria-valuenow": String(done) }, fill),
      make("span", { className: "right" }, total ? `${done} of ${total}` : "waits"));
  };
  $("told").replaceChildren(make("h3", {}, `Making ${counted(seen?.count ?? 0, "sheet")}`), make("p", { className: "soft" }, "Stopped now, nothing is kept."),
    make("ul", { className: "phases" }, ...named.map(row)));
}

$("make").onclick = async () => {
  $("make").disabled = true;
  try {
    job = await send("class");
    stage("running");
    $("cancel").focus();
    while (job) {
      const found = await (await fetch(`class/${job}`)).json();
      if (found.state !== "running") { ready(found); break; }
      running(found);
      await new Promise((r) => setTimeout(r, 200));
    }
  } catch (e) { back(); $("told").prepend(wrongly(e.message)); }
};
/** Back to the list, as it was understood. */
function back() {
  job = "";
  stage("list");
  $("make").disabled = !seen;
  if (seen) told(); else look();
}

const SAID = {
  "worksheets.pdf": "to print, in handing-out order", "keys.pdf": "the keys, in the same order", "grid.pdf": "to mark by: expected results, points, total",
  "class.csv": "names, ids, groups, codes; points go here", "class.json": "keep it: with it, nobody’s sheet changes next time",
  "boxes.json": "where each box stands; with it, scanned sheets are read",
};
const download = (name, ...kids) => { const a = make("a", { className: "bt", href: `class/${job}/${encodeURIComponent(name)}` }, icon("down"), ...kids); a.setAttribute("download", ""); return a; };

function ready(found) {
  if (found.state === "cancelled") { back(); toast("Stopped; nothing was kept"); return; }
  if (found.state === "failed") { back(); $("told").prepend(wrongly(found.problem)); return; }
  stage("ready");
  const size = (bytes) => `${Math.max(1, Math.round(bytes / 1000))} kB`;
  const files = found.files.map(({ name, bytes }) => make("li", {}, icon("file"), make("span", {}, make("b", {}, name), make("span", { className: "soft small" }, SAID[name] ?? "")),
    make("span", { className: "soft small" }, size(bytes)), download(name, "Save")));
  const tip = (name, text) => make("p", { className: "tip" }, icon(name), make("span", {}, text));
  const aside = make("aside", {}, make("h4", {}, "At the printer"), ...found.hints.map((text) => tip("print", `${text.charAt(0).toUpperCase()}${text.slice(1)}.`)),
    tip("people", "Worksheets, keys and grid stand in the same order, so one pile fits the other."),
    tip("info", "The files are here until sheetgen serve ends: save what you want to keep."));
  if (found.command) {
    const copy = make("button", { type: "button", className: "bt bare", onclick: () => copied(found.command, "Command") }, icon("copy"), "Copy");
    aside.append(make("h4", { className: "low" }, "The same in a terminal"), make("pre", { className: "command", tabIndex: 0 }, found.command), copy);
  }
  $("told").replaceChildren(make("div", { className: "made" }, make("h3", {}, `${counted(seen?.count ?? 0, "sheet")} ${seen?.count === 1 ? "is" : "are"} ready`),
    ...found.remarks.map((text) => make("p", { className: "soft" }, text)), make("ul", { className: "files" }, ...files)), aside);
  $("save-all").replaceChildren(download("class.zip", "Save all (class.zip)"));
  $("save-all").firstChild.classList.add("main");
  $("save-all").firstChild.focus();
}

// ---- what is pressed -------------------------------------------------------------------------------------------------

$("list").oninput = () => { listed = null; chosen = {}; last = null; look(); };
$("list").onblur = () => { if (seen) fold(); };
$("list").onpaste = () => setTimeout(() => look(true));
$("edit").onclick = () => { unfold(); $("list").focus(); };
$("clear").onclick = () => { $("list").value = ""; listed = earlier = seen = last = null; chosen = {}; $("list").disabled = false; look(); };
$("file").onchange = () => { for (const file of $("file").files) take(file); $("file").value = ""; };
$("class").addEventListener("dragover", (e) => e.preventDefault());
$("class").addEventListener("drop", (e) => { e.preventDefault(); for (const file of e.dataTransfer.files) take(file); });
$("duplex").onclick = () => $("duplex").setAttribute("aria-checked", String(!isSwitched("duplex")));
$("cancel").onclick = () => fetch(`class/${job}`, { method: "DELETE" });
$("class-done").querySelector("button").onclick = () => { back(); $("class").close(); };
