// By doubt: what is open, least like the expected number first, as many as the window holds.
import { $, make } from "../live/dom.js";
import { isOpen } from "./book.js";
import { crop } from "./crops.js";
import { book, expected, now } from "./state.js";

const WIDE = 71, HIGH = 96;
function room() {
  const view = $("view"), columns = Math.max(1, Math.floor((view.clientWidth - 34) / WIDE)), lines = Math.max(1, Math.floor((view.clientHeight - 72) / HIGH));
  return columns * lines;
}

export const byDoubt = {
  /** Take the next boxes; `fresh` begins at the least like one again. */
  take(fresh = true) { if (fresh || !now.chunk.some(isOpen)) now.chunk = book.doubtful().slice(0, room()); },
  nodes() {
    const crops = now.chunk.map((box) => {
      const bar = make("i");
      bar.style.width = `${Math.round(100 * box.likeness)}%`;
      return crop(box, make("span", { className: "low" }, make("span", { className: "like" }, bar), make("span", { className: "h" }, expected(box))));
    });
    const head = make("header", {}, make("h2", {}, "Least like the expected number first"), make("span", { className: "grow" }),
      make("span", { className: "small soft" }, "The bar says how like it looks. It only sorts; you decide."));
    const none = make("p", { className: "none-left" }, "Nothing is open: every box with a picture is marked.");
    return [make("section", { className: "bxrow" }, head, crops.length ? make("div", { className: "cs wide" }, ...crops) : none)];
  },
  boxes: () => now.chunk,
  end: () => $("view").firstElementChild,
  refresh() { /* a slip changes what is expected of others only in the next chunk */ },
  said: () => `${now.chunk.length} boxes, least like the expected number first`,
  next() { byDoubt.take(); return now.chunk.length > 0; },
  move() { byDoubt.take(); },
  find(box) { if (!now.chunk.includes(box)) now.chunk = [box, ...now.chunk.slice(0, room() - 1)]; },
};
