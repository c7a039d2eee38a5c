// A box that one can write in.
import { fit, now, spoken, touch } from "./boxes.js";
import { make } from "./dom.js";

export function field(box, cls = "") {
  const input = make("input", {
    type: "text", value: box.text, className: cls, tabIndex: box === now.current ? 0 : -1,
    autocomplete: "off", spellcheck: false, inputMode: touch ? "none" : "text", enterKeyHint: "next",
  });
  input.setAttribute("aria-label", spoken(box.m, box.i, box.j));
  input.setAttribute("autocapitalize", "off");
  fit(input, box.text);
  box.input = input;
  box.td.replaceChildren(input);
  return input;
}
