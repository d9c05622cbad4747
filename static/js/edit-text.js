/**
 * A text as the server cleans it (`clean_text` in subtitles/speech.py), so that both speak of the same one. No DOM.
 */

// Characters that reorder or hide text.
const HIDDEN = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\u200e\u200f\u061c\ufeff]/gu;
// What counts as white space there and not here.
const SPACES = /[\s\u0085]/gu;
const CONTROLS = /\p{Cc}/gu;
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu;

/** With one space at an end where there is white space, for a part of a text. */
export function cleanedPart(text) {
  const visible = text.replace(HIDDEN, "").replace(SPACES, " ").replace(CONTROLS, "");
  return visible.normalize("NFC").replace(MANY_MARKS, "$1").replace(/ +/g, " ");
}

export function cleaned(text) {
  return cleanedPart(text).trim();
}
