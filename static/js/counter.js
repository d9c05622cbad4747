/**
 * Says under a box how much of it is used: `<textarea data-counted="{n} of {most} characters" data-most="2000">`.
 *
 * A text that is sent in pieces, cut at spaces, has `data-pieces="5" data-piece="400"` and `data-cut`, where `{pieces}`,
 * `{all}`, `{piece}` and `{lost}` are filled in too. Boxes that come and go with htmx are counted as well.
 */

const SPACES = " \n\t\u3000";

/** How many pieces a text needs, at most `most` of `longest` characters, and how many characters are left over. */
export function cut(text, longest, most) {
  // The server counts characters, a string's length counts halves of some.
  let rest = [...text.trim()];
  let pieces = 0;
  while (rest.length && pieces < most) {
    rest = [...rest.slice(end(rest, longest)).join("").trim()];
    pieces += 1;
  }
  return { pieces, lost: rest.length };
}

function end(rest, longest) {
  if (rest.length <= longest) return longest;
  for (let at = longest; at >= Math.floor(longest / 2); at -= 1) if (SPACES.includes(rest[at])) return at + 1;
  return longest;
}

function words({ value, dataset }) {
  const { pieces: all, piece, most } = dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  if (!all) return fill(dataset.counted, { n: [...value].length, most });
  return fill(dataset.cut, { n: [...value].length, all, piece, ...cut(value, Number(piece), Number(all)) });
}

function count(box) {
  let place = box.nextElementSibling;
  if (!place?.matches(".counter")) {
    place = document.createElement("p");
    place.className = "help counter";
    box.after(place);
  }
  place.textContent = words(box);
}

function countAll() {
  for (const box of document.querySelectorAll("textarea[data-counted]")) count(box);
}

if (globalThis.document) {
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("textarea[data-counted]")) count(target);
  });
  document.addEventListener("htmx:afterSwap", countAll);
  countAll();
}
