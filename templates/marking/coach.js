// Beside the pictures: the chosen box, larger; what it should be, what it says, and what follows from that.
import { $, icon, make, marked } from "../live/dom.js";
import { read } from "../live/engine.js";
import { write } from "../live/formula.js";
import { pointed } from "./book.js";
import { step, titled } from "./rows.js";
import { asides, book, called, data, expected, now, present, several, student, where } from "./state.js";
import { around } from "./zoom.js";

const narrow = matchMedia("(max-width: 900px)");
const part = (className, ...kids) => make("section", { className }, ...kids);
const hand = (text, cls = "") => make("span", { className: `h ${cls}` }, text);
const of = (box) => [make("span", { className: "n" }, marked(box.m.label_markup)), where(box) && make("span", { className: "small soft" }, `, ${where(box)}`)].filter(Boolean);

/** The box with its neighbours, what it should be, and the field for what it says; beside the page itself its picture only if asked. */
function chosen(box) {
  const name = make("button", { type: "button", className: "lk small", id: "names" }, now.names ? "hide the name" : "show the name");
  const alone = now.view === "student", title = now.view === "box" ? [] : [make("div", { className: "at" }, step(box), make("span", { className: "n" }, ...titled(box)))];
  const head = alone ? [] : [make("div", { className: "whose" }, make("b", {}, student(box)), ...(data.students[box.paper.student].name ? [name] : []))];
  const picture = alone && !now.large ? [] : [around(box, narrow.matches ? 130 : $("coach").clientWidth - 34, now.large && !alone)];
  const says = make("input", { id: "says", className: "h", autocomplete: "off", spellcheck: false, value: box.typed ? box.text.replace("-", "−") : "" });
  const verdict = box.paper.verdict(box);
  const field = make("label", { className: `ent ${box.typed ? verdict : ""}` }, make("span", { className: "note" }, box.typed ? "it says" : "type what it says"), says);
  const note = verdict === "odd" && box.text !== "−" && box.text !== "-" ? [make("p", { className: "note c-wrong" }, read(box.text).why)] : [];
  return part("big", ...head, ...title, ...picture,
    make("div", { className: "pair" }, make("div", {}, make("span", { className: "note" }, "should be"), hand(expected(box))), field), ...note);
}

/** What a wrong number changes. */
function effect(box) {
  const verdict = box.paper.verdict(box);
  if (verdict !== "wrong" || box.mark !== "is") {
    if (verdict === "wrong") return [part("fols", make("p", { className: "note" }, "Type what it says, and what follows from it counts."))];
    return [];
  }
  if (box.paper.stuck) return [part("fols", make("p", { className: "note" }, "With this number a later sum cannot be worked out; the key’s numbers stay."))];
  const found = box.paper.effect(box), slip = box.paper.slip(box);
  const like = slip ? [make("p", { className: "note" }, `Looks like a usual slip: ${slip}.`)] : [];
  if (!found.length) return [part("fols", make("b", {}, "Nothing follows from it"), ...like, make("p", { className: "note" }, "No later box that is asked for changes."))];
  const rows = found.slice(0, 5).map(({ box: b, before, after }) => make("tr", {}, make("td", {}, ...of(b)), make("td", {}, write(before)), make("td", {}, write(after))));
  const head = make("tr", {}, ...["box", "key", "now expected"].map((text) => make("th", { scope: "col" }, text)));
  return [part("fols", make("b", { className: "c-carry" }, icon("follows"), ` ${found.length} ${found.length === 1 ? "box follows and counts" : "boxes follow and count"}`),
    ...like, make("table", {}, head, ...rows), ...(found.length > 5 ? [make("p", { className: "note" }, `and ${found.length - 5} more`)] : []))];
}

/** Of a box that is expected to be another number than the key's: from which slips. */
function apart(box) {
  const { paper } = box;
  if (write(paper.key(box)) === expected(box)) return [];
  const slips = paper.boxes.filter((b) => b !== box && b.mark === "is" && paper.verdict(b) === "wrong");
  const lines = slips.slice(0, 3).map((b) => make("p", { className: "note" }, "Slip: ", ...of(b), ": ", hand(write(paper.expected(b))), " became ", hand(b.text.replace("-", "−"), "c-wrong"), "."));
  return [part("fols", make("b", { className: "c-carry" }, icon("follows"), ` ${student(box)} stands apart`), ...lines,
    make("p", { className: "note" }, "The key says ", hand(write(paper.key(box))), "; from that slip ", hand(expected(box), "c-carry"), " is right, and counts."))];
}

function aside() {
  const found = asides();
  if (!found.length) return [];
  const rows = found.slice(0, 6).map(({ what, why }) => make("tr", {}, make("td", {}, what), make("td", {}, why)));
  return [part("fols asides", make("b", {}, "Set aside, never guessed"), make("table", {}, ...rows),
    make("button", { type: "button", className: "bt", id: "aside-more" }, "All of them"))];
}

// ---- one student -----------------------------------------------------------------------------------------------------

function person() {
  const who = data.students[now.student], papers = book.of(now.student), codes = papers.map((paper) => paper.code).join(" ");
  const sum = { right: 0, follows: 0, wrong: 0, empty: 0, open: 0 };
  for (const paper of papers) for (const key of Object.keys(sum)) sum[key] += paper.count()[key];
  const tile = (key, name, sign) => make("div", {}, make("b", { className: `c-${key}` }, ...(sign ? [icon(sign)] : []), `${sum[key]}`), make("span", {}, name));
  const arrow = (id, label, sign) => make("button", { type: "button", className: "bt sq", id, ariaLabel: label }, icon(sign));
  const line = [`${present.indexOf(now.student) + 1} of ${present.length}`, who.group, codes].filter(Boolean).join(" · ");
  return part("person", make("div", { className: "turn" }, arrow("before", "student before", "before"),
    make("div", { className: "grow" }, make("b", { className: "name" }, called(now.student)), make("div", { className: "small soft" }, line)), arrow("after", "next student", "after")),
  make("div", { className: "tally" }, tile("right", "right", "right"), tile("follows", "follow", "follows"), tile("wrong", "wrong", "wrong"), tile("empty", "empty")),
  ...(sum.open ? [make("p", { className: "note" }, `${sum.open} not marked yet`)] : []));
}

function points() {
  const papers = book.of(now.student), totals = papers.map((paper) => paper.total());
  const rows = papers.map((paper) => {
    const { right, follows, open, all } = paper.count(), { share, points: found } = paper.worked();
    const why = open ? (open === all ? "not marked yet" : `${open} of ${all} not marked yet`)
      : `${right + follows} of ${all} count${share === found ? "" : `: ${pointed(share)}, nearest half`}`;
    const field = make("input", { className: "in", value: paper.points || (open ? "" : pointed(found)), placeholder: "–", inputMode: "decimal", ariaLabel: `points for exercise ${paper.exercise}` });
    field.dataset.paper = paper.place;
    return make("tr", {}, make("td", {}, `${several ? `${paper.exercise} ` : ""}${paper.frame.title}`, make("div", { className: "note" }, paper.points ? `${why}; by hand` : why)),
      make("td", {}, field, ` / ${paper.most}`));
  });
  const done = totals.filter((t) => t !== null), most = papers.reduce((sum, paper) => sum + Number(paper.most), 0);
  return part("points", make("table", { className: "pts" }, ...rows, make("tr", { className: "tot" },
    make("td", {}, done.length === papers.length ? "Total" : "Total so far"), make("td", {}, `${pointed(done.reduce((a, b) => a + b, 0))} / ${pointed(most)}`))));
}

function note() {
  const area = make("textarea", { className: "in", id: "note", value: book.note(now.student), maxLength: 400, rows: 3 });
  return part("noted", make("label", { htmlFor: "note" }, "Note to the student"), area);
}

function slips() {
  const found = book.of(now.student).flatMap((paper) => paper.boxes.filter((b) => ["wrong", "empty"].includes(paper.verdict(b))));
  if (!found.length) return [];
  const lines = found.slice(0, 8).map((box) => {
    const go = make("button", { type: "button", className: "lk slip-line" }, ...of(box), ": ",
      ...(box.mark === "is" ? ["wrote ", hand(box.text.replace("-", "−"), "c-wrong")] : [box.mark === "empty" ? "empty" : "wrong"]), ", should be ", hand(expected(box)));
    go.dataset.box = `${box.paper.place} ${box.place}`;
    return make("li", {}, go);
  });
  return [part("fols", make("b", { className: "c-wrong" }, icon("wrong"), found.length === 1 ? " The slip" : ` ${found.length} wrong or empty`), make("ul", {}, ...lines),
    ...(found.length > 8 ? [make("p", { className: "note" }, `and ${found.length - 8} more`)] : []))];
}

/** Show it all; what one writes in stays, with its caret. */
export function coach() {
  const { box } = now, el = $("coach"), writing = document.activeElement?.id === "says" ? document.activeElement.selectionStart : null;
  if (now.view === "student") {
    el.replaceChildren(person(), points(), ...(box ? [chosen(box)] : []), note(), ...slips(), ...(box ? [...effect(box), ...apart(box)] : []));
  } else if (!box) el.replaceChildren(part("fols", make("p", { className: "note" }, "No box is chosen.")), ...aside());
  else el.replaceChildren(chosen(box), ...effect(box), ...apart(box), ...(now.view === "doubt" ? aside() : []));
  if (writing !== null && $("says")) { $("says").focus(); $("says").setSelectionRange(writing, writing); }
}
