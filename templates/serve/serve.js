// The local page: what the knobs say is the address, and the address says what is shown.
import { $, copied, data, icon, make, segments, shape, toast, words } from "./base.js";
import { openClass } from "./class.js";

document.documentElement.classList.toggle("touch", matchMedia("(pointer: coarse)").matches);
const byName = Object.fromEntries(data.topics.map((t) => [t.name, t]));
const RANGES = Object.fromEntries(Object.entries(data.numbers).map(([name, table]) => { const all = Object.keys(table).map(Number); return [name, [Math.min(...all), Math.max(...all)]]; }));
const ENDS = 9, THEMES = ["auto", "light", "dark"];

// ---- the state: a topic, a tab, and what differs from the defaults ----------------------------------------------------

let state = { topic: data.topics[0].name, tab: "worksheet", seed: "7", values: {} };
let good = null;

function readAddress() {
  const query = new URLSearchParams(location.search), topic = byName[query.get("topic")] ? query.get("topic") : "backpropagation" in byName ? "backpropagation" : data.topics[0].name;
  const values = Object.fromEntries([...query].filter(([k]) => !["topic", "tab", "seed"].includes(k)));
  state = { topic, tab: TABS[query.get("tab")] ? query.get("tab") : "worksheet", seed: query.get("seed") ?? "7", values };
}
const query = (more = {}) => {
  const found = new URLSearchParams({ topic: state.topic, seed: state.seed, ...state.values, ...more });
  return found.toString();
};
function turn(change, replace = false) {
  state = { ...state, ...change };
  const address = `?${query(state.tab === "worksheet" ? {} : { tab: state.tab })}`;
  if (address !== location.search) history[replace ? "replaceState" : "pushState"](null, "", address);
  draw();
}
/** Set a knob; a value that is the default goes away. */
function set(name, value, usual, replace = false) {
  const values = { ...state.values };
  if (value === usual || value === "") delete values[name]; else values[name] = value;
  turn({ values }, replace);
}

// ---- topics -------------------------------------------------------------------------------------------------------------

function near(text) {
  const pairs = (s) => { const t = s.toLowerCase(); return new Set([...t].slice(1).map((c, k) => t[k] + c)); }, mine = pairs(text);
  const score = (t) => { const other = pairs(t.title); return [...mine].filter((p) => other.has(p)).length / Math.max(1, mine.size + other.size); };
  return [...data.topics].sort((a, b) => score(b) - score(a))[0];
}
function listTopics() {
  const text = $("search").value.trim().toLowerCase();
  const found = data.topics.filter((t) => `${t.name} ${t.title} ${t.summary}`.toLowerCase().includes(text));
  const link = (t) => {
    const title = t.title, at = text ? title.toLowerCase().indexOf(text) : -1;
    const a = make("a", { href: `?topic=${t.name}` }, ...(at < 0 ? [title] : [title.slice(0, at), make("mark", {}, title.slice(at, at + text.length)), title.slice(at + text.length)]));
    if (t.name === state.topic) a.setAttribute("aria-current", "page");
    a.onclick = (e) => { if (e.ctrlKey || e.metaKey) return; e.preventDefault(); choose(t.name); };
    return make("li", {}, a);
  };
  if (found.length) { $("topics").replaceChildren(...families(found, link, text)); return; }
  const guess = near(text), button = make("a", { href: `?topic=${guess.name}` }, guess.title);
  button.onclick = (e) => { e.preventDefault(); choose(guess.name); };
  $("topics").replaceChildren(make("li", {}, make("p", {}, `No topic with “${text}”. Did you mean`), button));
}
/** Families, each with its topics; where there are many, only that of the topic is open. */
function families(found, link, text) {
  const by = new Map();
  for (const topic of found) by.set(topic.family, [...(by.get(topic.family) ?? []), topic]);
  return [...by].map(([family, topics]) => {
    const open = Boolean(text) || data.topics.length <= 16 || topics.some((t) => t.name === state.topic);
    const head = make("summary", {}, icon("next"), make("span", { className: "grow" }, family), make("span", { className: "soft small" }, String(topics.length)));
    return make("li", {}, make("details", { open }, head, make("ul", {}, ...topics.map(link))));
  });
}
function choose(name) {
  const keep = Object.fromEntries(["paper", "large_print", "name", "theme", "script", "framework"].filter((k) => state.values[k]).map((k) => [k, state.values[k]]));
  open("");
  turn({ topic: name, values: keep });
  knobs();
  listTopics();
}

// ---- knobs --------------------------------------------------------------------------------------------------------------

/** A few choices of a knob. */
function choice(name, choices, chosen, usual, said = {}) {
  return segments(name, choices, chosen, (next) => {
    set(name, next, usual);
    knobs();
    $("knobs").querySelector(`[data-knob="${name}"] [aria-checked=true]`)?.focus();
  }, said);
}
const row = (name, ...kids) => make("div", { "data-knob": name }, make("div", { className: "knob" }, make("span", { className: "kl" }, words(name)), ...kids), make("div", { className: "err", hidden: true }));
function toggle(name, on, usual) {
  const button = make("button", { type: "button", className: "sw", role: "switch", "aria-checked": String(on) }, make("i"), words(name));
  button.onclick = () => { set(name, on ? "no" : "yes", usual); knobs(); $("knobs").querySelector(`[data-knob="${name}"] button`)?.focus(); };
  return make("div", { "data-knob": name }, button, make("div", { className: "err", hidden: true }));
}
function slider(option, value, title = words(option.name)) {
  const range = make("input", { type: "range", min: option.low, max: option.high, value, "aria-label": title }), number = make("input", { className: "in num", value, inputMode: "numeric", "aria-label": `${title}, as a number` });
  range.oninput = () => { number.value = range.value; set(option.name, range.value, option.default, true); };
  number.onchange = () => { range.value = number.value; set(option.name, number.value.trim(), option.default); };
  const found = row(option.name, range, number);
  found.querySelector(".kl").textContent = title;
  return found;
}
function chips(option, value) {
  const widths = value.split("-"), [fewest, most] = option.lengths, name = option.name;
  const put = (next) => { set(name, next.join("-"), option.default); knobs(); };
  const step = (k, by) => put(widths.map((w, i) => (i === k ? String(+w + by) : w)));
  const box = make("div", { className: "chips" });
  widths.forEach((width, k) => {
    const layer = k === 0 ? "of inputs" : k === widths.length - 1 ? "of outputs" : `of layer ${k}`;
    const input = make("input", { value: width, inputMode: "numeric", "aria-label": `Number ${layer}` });
    input.onchange = () => put(widths.map((w, i) => (i === k ? input.value.trim() : w)));
    input.onkeydown = (e) => { if (e.key === "+" || e.key === "ArrowUp") { e.preventDefault(); step(k, 1); } if (e.key === "-" || e.key === "ArrowDown") { e.preventDefault(); step(k, -1); } };
    const more = make("button", { type: "button", "aria-label": `one more ${layer}`, disabled: +width >= option.high }, icon("plus")), less = make("button", { type: "button", "aria-label": `one less ${layer}`, disabled: +width <= option.low }, icon("minus"));
    more.onclick = () => step(k, 1); less.onclick = () => step(k, -1);
    box.append(make("div", { className: "chip" }, more, input, less));
  });
  const add = make("button", { type: "button", className: "bt", disabled: widths.length >= most }, "+ layer"), drop = make("button", { type: "button", className: "bt", disabled: widths.length <= fewest }, "− layer");
  add.onclick = () => put([...widths.slice(0, -1), widths.at(-2), widths.at(-1)]);
  drop.onclick = () => put([...widths.slice(0, -2), widths.at(-1)]);
  box.append(make("div", { className: "layers" }, add, drop));
  return make("div", { "data-knob": name }, make("span", { className: "note" }, words(name)), ...(widths.length < 6 && widths.every((w) => /^\d+$/.test(w)) ? [net(widths.map(Number))] : []), box, make("div", { className: "err", hidden: true }));
}
/** How often each number is drawn, as long as nobody turns the knob. */
function bars(name) {
  const most = Math.max(...Object.values(data.numbers[name])), svg = shape("svg", { class: "often", viewBox: `${-ENDS - 0.5} 0 ${2 * ENDS + 1} 12`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const [n, share] of Object.entries(data.numbers[name])) svg.append(shape("rect", { x: +n - 0.18, width: 0.36, y: 12 - (12 * share) / most, height: (12 * share) / most }));
  return svg;
}
/** Two ends of a range of numbers; nothing is asked for until one is moved. */
function range(name, value) {
  const given = /^(-?\d+)\.\.(-?\d+)$/.exec(value), [low, high] = given ? [+given[1], +given[2]] : RANGES[name], asked = value !== "";
  const box = make("div", { className: `range${asked ? "" : " usual"}` }), end = (v, k) => make("input", { className: "in", value: asked && !given ? (k ? "" : value) : v, inputMode: "text", autocomplete: "off", "aria-label": `${words(name)}, ${k ? "largest" : "smallest"}` });
  const thumb = (v, k) => make("input", { type: "range", min: -ENDS, max: ENDS, value: v, "aria-label": `${words(name)}, ${k ? "largest" : "smallest"}, by moving` });
  const ends = [end(low, 0), end(high, 1)], thumbs = [thumb(low, 0), thumb(high, 1)], two = make("div", { className: "two" }, bars(name), ...thumbs);
  const paint = (a, b) => { const at = (v) => `${8 + (100 - 16) * Math.max(0, Math.min(1, (v + ENDS) / (2 * ENDS)))}%`; two.style.setProperty("--lo", at(a)); two.style.setProperty("--hi", at(b)); };
  const put = (a, b, replace) => { box.classList.remove("usual"); ends[0].value = a; ends[1].value = b; paint(+a, +b); set(name, `${a}..${b}`, "", replace); };
  thumbs[0].oninput = () => { thumbs[0].value = Math.min(+thumbs[0].value, +thumbs[1].value); put(thumbs[0].value, thumbs[1].value, true); };
  thumbs[1].oninput = () => { thumbs[1].value = Math.max(+thumbs[0].value, +thumbs[1].value); put(thumbs[0].value, thumbs[1].value, true); };
  ends.forEach((input) => { input.onchange = () => {
    const whole = ends.map((e) => e.value.trim().replace("−", "-"));
    if (whole[0].includes("..") || whole.every((text) => !text)) { set(name, whole[0], ""); knobs(); return; }
    whole.forEach((text, k) => { thumbs[k].value = +text || 0; });
    put(...whole, false);
  }; });
  paint(low, high);
  box.append(ends[0], two, ends[1]);
  return row(name, box);
}
const INKS = ["#5b4bb7", "#0d7c80", "#a3179b", "#1b4da3", "#b26a00", "#2e7d32"];
/** A small picture of a net of some widths, each layer's lines in the colour of its matrix. */
function net(widths) {
  const svg = shape("svg", { class: "net", viewBox: `0 0 ${52 * widths.length} 56`, preserveAspectRatio: "xMinYMid meet", "aria-hidden": "true" });
  const at = (k, i) => [22 + 52 * k, 28 + (i - (Math.min(widths[k], 7) - 1) / 2) * Math.min(12, 48 / Math.max(1, Math.min(widths[k], 7)))];
  const each = (k, f) => { for (let i = 0; i < Math.min(widths[k], 7); i++) f(at(k, i)); };
  for (let k = 1; k < widths.length; k++) { let d = ""; each(k - 1, ([x, y]) => each(k, ([u, v]) => { d += `M${x} ${y}L${u} ${v}`; })); svg.append(shape("path", { d, style: `--layer:${INKS[(k - 1) % INKS.length]}`, opacity: 0.6 })); }
  widths.forEach((_, k) => each(k, ([x, y]) => svg.append(shape("circle", { cx: x, cy: y, r: 3.2 }))));
  return svg;
}
function field(name, value, hint, usual = "") {
  const input = make("input", { className: "in", value, placeholder: hint, "aria-label": words(name), autocomplete: "off" });
  input.onchange = () => set(name, input.value.trim(), usual);
  return row(name, input);
}
function knobs() {
  document.documentElement.style.colorScheme = state.values.theme ?? "";
  const topic = byName[state.topic], { values } = state;
  $("title").textContent = topic.title; $("summary").textContent = topic.summary; document.title = `${topic.title} · sheetgen`;
  if (document.activeElement !== $("seed")) $("seed").value = state.seed;
  const own = make("section", {}, make("h3", {}, "Exercise")), switches = make("div", { className: "switches" });
  for (const option of topic.options) {
    const value = values[option.name] ?? option.default;
    if (option.kind === "bool") switches.append(toggle(option.name, value === "yes", option.default));
    else if (option.kind === "choice") own.append(option.choices.length <= 4 ? row(option.name, choice(option.name, option.choices, value, option.default)) : row(option.name, list(option.name, option.choices, value, option.default)));
    else if (option.kind === "int") own.append(slider(option, value));
    else if (option.kind === "widths") own.append(chips(option, value));
    else own.append(field(option.name, value, option.default, option.default));
  }
  own.append(switches);
  const numbers = make("section", {}, make("h3", {}, "Numbers"), row("level", choice("level", topic.levels, values.level ?? "medium", "medium")));
  for (const name of topic.ranges) numbers.append(range(name, values[name] ?? ""));
  const [low, usual, high] = data.largest;
  numbers.append(slider({ name: "max", low, high: Math.min(high, 2 * usual), default: String(usual) }, values.max ?? String(usual), "Largest"));
  const [pattern, , rest = ""] = /^([^:]*)(:?)(.*)$/.exec(values.blank ?? "results").slice(1), patterns = Object.keys(data.patterns), full = patterns.find((p) => p.split(":")[0] === pattern) ?? "results";
  const blank = make("section", {}, make("h3", {}, "To fill in")), takes = full.includes(":");
  const pick = make("select", { className: "in", "aria-label": "What is blank" }, ...patterns.map((p) => make("option", { value: p, selected: p === full }, p.split(":")[0].replace(/-/g, " "))));
  pick.onchange = () => { set("blank", pick.value.replace(":K", ":2"), "results"); knobs(); };
  const parts = [pick];
  if (takes) { const more = make("input", { className: "in num", value: rest, "aria-label": `${pattern}: which` }); more.style.width = "96px"; more.onchange = () => set("blank", `${pattern}:${more.value.trim()}`, "results"); parts.push(more); }
  const [answers] = data.answers;
  blank.append(row("blank", ...parts), make("p", { className: "note" }, data.patterns[full]),
    make("div", { className: "switches" }, ...data.switches.map((name) => toggle(name, values[name] === "yes", "no"))),
    row("answers", choice("answers", data.answers, values.answers ?? answers, answers, { key: "on the key, with every sum", foot: "also small at the foot", short: "on a key of the worksheet's pages" })));
  const page = make("section", {}, make("h3", {}, "Page"), row("paper", choice("paper", data.papers, values.paper ?? "a4", "a4")), toggle("large_print", values.large_print === "yes", "no"), field("name", values.name ?? "", "printed on the name line"),
    row("theme", choice("theme", THEMES, values.theme ?? "auto", "auto", { auto: "as this computer has it" })));
  $("knobs").replaceChildren(own, numbers, blank, page);
  downloads();
  problem();
}
function list(name, choices, value, usual) {
  const found = make("select", { className: "in", "aria-label": words(name) }, ...choices.map((c) => make("option", { value: c, selected: c === value }, c)));
  found.onchange = () => set(name, found.value, usual);
  return found;
}
function downloads() {
  const off = wrong !== null, to = (a, format, side) => {
    a.href = `file?${query({ format, ...(side ? { side } : {}) })}`;
    a.toggleAttribute("aria-disabled", false);
    if (off) { a.setAttribute("aria-disabled", "true"); a.removeAttribute("href"); }
    return a;
  };
  const link = (label, format, side, main = false) => {
    const a = make("a", { className: `bt${main ? " main" : ""}` }, icon("down"), label);
    a.setAttribute("download", "");
    return to(a, format, side);
  };
  const format = { script: "py", live: "live" }[state.tab] ?? "pdf"; // on a phone, what is shown is saved
  to($("save"), format, data.formats[format].key ? (state.tab === "key" ? "key" : "worksheet") : "");
  const more = make("button", { type: "button", className: "bt", "aria-haspopup": "true", disabled: off, popovertarget: "menu" }, "More …");
  const menu = make("div", { className: "menu", id: "menu", popover: "auto", role: "group", "aria-label": "More downloads" });
  for (const [name, { said, key }] of Object.entries(data.formats)) {
    if (name === "pdf") continue;
    for (const side of key ? ["worksheet", "key"] : [""]) {
      const a = make("a", { href: `file?${query({ format: name, ...(side ? { side } : {}) })}` }, `${name}${side ? `, ${side}` : ""}`, make("small", {}, said));
      a.setAttribute("download", "");
      a.onclick = () => menu.hidePopover?.();
      menu.append(a);
    }
  }
  $("downloads").replaceChildren(link("Worksheet", "pdf", "worksheet", true), link("Key", "pdf", "key"), make("div", { className: "more" }, more), menu);
  $("class-open").disabled = $("class-open-2").disabled = off;
}

// ---- the sheet ----------------------------------------------------------------------------------------------------------

const TABS = { worksheet: "Worksheet", key: "Key", ...("py" in data.formats ? { script: "Script" } : {}), ...("live" in data.formats ? { live: "Live" } : {}) };
const paper = $("sheet").attachShadow({ mode: "open" });
let wanted = 0, stop = new AbortController(), wrong = null, size = "page", facts = {};

async function draw() {
  const mine = ++wanted, side = state.tab === "key" ? "key" : "worksheet";
  stop.abort();
  stop = new AbortController();
  tabs();
  const waiting = setTimeout(() => { if (mine === wanted) $("busy").hidden = false; }, 200);
  try {
    const answer = await fetch(`sheet?${query({ side })}`, { signal: stop.signal });
    if (mine !== wanted || answer.status === 204) return;
    const found = await answer.json();
    if (mine !== wanted) return;
    if (!answer.ok) { wrong = found; problem(); downloads(); return; }
    wrong = null; facts = found; good = { ...state, values: { ...state.values } };
    paper.innerHTML = `<style>${data.css}:host{display:block;forced-color-adjust:none;color:#1c1c1c;color-scheme:only light}.page{box-shadow:0 1px 2px #0003,0 4px 16px #0002;margin:0 0 6mm!important}</style>${found.html}`;
    $("command").textContent = found.command + ofTab();
    $("facts").textContent = `${(state.values.paper ?? "a4").toUpperCase()} · ${found.pages} ${found.pages === 1 ? "page" : "pages"} · ${found.boxes} boxes`;
    fit(); problem(); downloads();
    await other(mine);
  } catch (e) {
    if (e.name !== "AbortError" && mine === wanted) { wrong = { problem: "The server does not answer. Is sheetgen serve still running?", knob: "" }; problem(); }
  } finally {
    clearTimeout(waiting);
    if (mine === wanted) $("busy").hidden = true;
  }
}
async function other(mine) {
  if (state.tab === "script") {
    const side = state.values.script === "complete" ? "key" : "worksheet";
    const answer = await fetch(`file?${query({ format: "py", side, show: "yes" })}`, { signal: stop.signal }), text = await answer.text();
    if (mine !== wanted) return;
    $("text").textContent = answer.ok ? text : JSON.parse(text).problem;
    $("script-lines").textContent = answer.ok ? `${text.trimEnd().split("\n").length} lines` : "";
  }
  if (state.tab === "live") {
    const address = `file?${query({ format: "live", show: "yes" })}`;
    if ($("frame").getAttribute("src") !== address) $("frame").setAttribute("src", address);
  }
}
/** Which script is shown: with gaps or whole, in which framework. */
function variants() {
  const { script = "to fill in", framework = Object.keys(data.frameworks)[0] } = state.values, names = Object.values(data.frameworks);
  const pick = (name, usual) => (value) => { set(name, value, usual); variants(); $("variants").querySelector(`[aria-label="${words(name)}"] [aria-checked=true]`).focus(); };
  const named = Object.fromEntries(Object.entries(data.frameworks).map(([name, said]) => [said, name]));
  $("variants").replaceChildren(segments("script", ["to fill in", "complete"], script, pick("script", "to fill in")),
    segments("framework", names, data.frameworks[framework] ?? names[0], (said) => pick("framework", named[names[0]])(named[said])),
    make("span", { className: "grow" }), make("span", { className: "small soft", id: "script-lines" }));
}
/** What the command says of the tab beside the sheet. */
const ofTab = () => (state.tab === "script" ? ` --format py${state.values.framework ? ` --framework ${state.values.framework}` : ""}` : state.tab === "live" ? " --format live" : "");

function tabs() {
  $("variants").hidden = state.tab !== "script";
  $("size").hidden = state.tab === "script" || state.tab === "live";
  if (state.tab === "script") variants();
  $("tabs").replaceChildren(...Object.entries(TABS).map(([name, title], k) => {
    const on = name === state.tab, button = make("button", { type: "button", role: "tab", "aria-selected": String(on), tabIndex: on ? 0 : -1, "aria-controls": "stage", title: `${k + 1}` }, title);
    button.onclick = () => turn({ tab: name });
    button.onkeydown = (e) => { const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key], all = Object.keys(TABS); if (by) { turn({ tab: all[(k + by + all.length) % all.length] }); $("tabs").querySelector("[aria-selected=true]").focus(); } };
    return button;
  }));
  const shows = { sheet: ["worksheet", "key"], text: ["script"], frame: ["live"] };
  for (const [id, names] of Object.entries(shows)) $(id).hidden = !names.includes(state.tab);
}
function fit() {
  const page = paper.querySelector(".page");
  if (!page) return;
  const wide = ($("stage").clientWidth - 34) / page.offsetWidth, high = ($("stage").clientHeight - 18) / page.offsetHeight;
  $("sheet").style.setProperty("--z", Math.max(0.2, size === "page" ? Math.min(wide, high) : Math.min(wide, 2)).toFixed(3));
}
addEventListener("resize", fit);
$("size").addEventListener("click", (e) => {
  if (!e.target.dataset.size) return;
  size = e.target.dataset.size;
  for (const b of $("size").children) { b.setAttribute("aria-checked", String(b === e.target)); b.tabIndex = b === e.target ? 0 : -1; }
  fit();
});
$("size").addEventListener("keydown", (e) => { if (e.key.startsWith("Arrow")) { const next = $("size").querySelector("[aria-checked=false]"); next.click(); next.focus(); } });

/** Show what is wrong under its knob, and the last good sheet in grey. */
function problem() {
  for (const el of document.querySelectorAll(".err")) { el.hidden = true; el.replaceChildren(); el.parentNode.classList.remove("bad"); }
  $("stage").classList.toggle("stale", wrong !== null); $("stale").hidden = wrong === null || good === null; $("facts").hidden = wrong !== null;
  $("none").hidden = wrong === null || good !== null;
  $("none-why").textContent = wrong?.problem ?? "";
  if (!wrong) return;
  const place = document.querySelector(`[data-knob="${CSS.escape(wrong.knob)}"]`)?.querySelector(".err") ?? $("err-seed");
  const text = make("span", {}, wrong.problem.replace(/^--[\w-]+: /, "").replace(/--([a-z]+(?:-[a-z]+)*)/g, (all, name) => words(name).toLowerCase()));
  place.replaceChildren(icon("warn"), text);
  if (wrong.knob && state.values[wrong.knob] !== undefined) {
    const back = good?.topic === state.topic ? good.values[wrong.knob] : undefined;
    const mend = make("button", { type: "button", className: "bt" }, back === undefined ? "Use the default" : `Back to ${back}`);
    mend.onclick = () => { set(wrong.knob, back ?? "", undefined); knobs(); };
    place.append(mend);
  }
  place.hidden = false;
  place.parentNode.classList.add("bad");
  place.setAttribute("role", "alert");
  place.scrollIntoView({ block: "nearest" });
  $("frame").hidden = true;
}
$("none-mend").onclick = () => $("defaults").click();
$("last-good").onclick = () => { if (good) { turn(good); knobs(); listTopics(); } };

// ---- seed, copying, keys ------------------------------------------------------------------------------------------------

const rolled = [];
const roll = () => { rolled.push(state.seed); turn({ seed: String(crypto.getRandomValues(new Uint32Array(1))[0] % 1000000) }); $("seed").value = state.seed; };
$("roll").onclick = $("roll-2").onclick = roll;
$("seed").onchange = () => turn({ seed: $("seed").value.trim() || "0" });
$("defaults").onclick = () => { turn({ values: {} }); knobs(); };
for (const button of document.querySelectorAll("[data-copy]")) button.onclick = () => {
  const what = button.dataset.copy;
  copied({ command: facts.command + ofTab(), recipe: facts.recipe, link: location.href }[what], words(what));
};
$("search").placeholder = `Search ${data.topics.length} topics`;
$("search").oninput = listTopics;
$("search").onkeydown = (e) => { if (e.key === "Enter") $("topics").querySelector("a")?.click(); if (e.key === "ArrowDown") { e.preventDefault(); $("topics").querySelector("a")?.focus(); } };
$("topics").onkeydown = (e) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[e.key], links = [...$("topics").querySelectorAll("a")].filter((a) => a.offsetParent), k = links.indexOf(document.activeElement);
  if (by && k >= 0) { e.preventDefault(); (links[k + by] ?? $("search")).focus(); }
};
addEventListener("keydown", (e) => {
  if (e.target.closest("input, select, textarea, dialog[open], [role=radiogroup], [role=tab]") || e.ctrlKey || e.metaKey || e.altKey) return;
  const names = Object.keys(TABS);
  if (e.key === "/") { e.preventDefault(); $("search").focus(); }
  else if (e.key === "r") roll();
  else if (e.key === "R" && rolled.length) { turn({ seed: rolled.pop() }); $("seed").value = state.seed; }
  else if (names[+e.key - 1]) turn({ tab: names[+e.key - 1] });
  else if (e.key.toLowerCase() === "c") document.querySelector("[data-copy=command]").click();
  else if (e.key.toLowerCase() === "d") $("downloads").querySelector("a[href]")?.click();
  else if (e.key.toLowerCase() === "g") $("class-open").click();
  else if (e.key === "Escape") open("");
});
/** On a phone: one of the two panels, or none. */
function open(which) {
  for (const [id, button] of [["rail", "show-topics"], ["pan", "show-knobs"]]) { const on = id === which; $(id).classList.toggle("open", on); $(button).setAttribute("aria-expanded", String(on)); }
}
for (const [id, button] of [["rail", "show-topics"], ["pan", "show-knobs"]]) $(button).onclick = () => open($(id).classList.contains("open") ? "" : id);
$("stage").onclick = $("done").onclick = () => open("");
$("class-open-2").onclick = () => { open(""); $("class-open").click(); };

// ---- a class ------------------------------------------------------------------------------------------------------------

$("class-open").onclick = () => openClass({
  what: `${byName[state.topic].title} · seed ${state.seed}`, query,
  paper: () => state.values.paper ?? "a4",
  setPaper: (paper) => { set("paper", paper, "a4"); knobs(); },
});

addEventListener("popstate", () => { readAddress(); $("seed").value = state.seed; knobs(); listTopics(); draw(); });
readAddress(); knobs(); listTopics(); draw();
