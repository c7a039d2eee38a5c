// Small things to make nodes with.

export const $ = (id) => document.getElementById(id);
export const make = (tag, props = {}, ...kids) => {
  const el = Object.assign(document.createElement(tag), props);
  el.append(...kids);
  return el;
};
/** A part of a drawing. */
export const shape = (tag, props) => {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) el.setAttribute(name, value);
  return el;
};
export const icon = (name, cls = "i") => {
  const svg = shape("svg", { class: cls, "aria-hidden": "true" });
  svg.append(shape("use", { href: `#i-${name}` }));
  return svg;
};
/** Markup (z_3, ∂L/∂W_{12}, 3^{2}) as nodes. */
export const marked = (text) => {
  const found = document.createDocumentFragment();
  for (const [, how, long, short, plain] of text.matchAll(/([_^])(?:\{([^}]*)\}|(.))|([^_^]+)/gsu))
    found.append(plain === undefined ? make(how === "_" ? "sub" : "sup", {}, long ?? short) : plain);
  return found;
};
export const named = (markup) => make("span", { className: "n" }, marked(markup));
