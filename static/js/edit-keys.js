/**
 * Which key means what, by where the cursor is: in a sentence's text, on a sentence, or elsewhere. No DOM.
 *
 * A key that is not listed does what it always does: Tab goes from sentence to sentence, and out of the list at its end.
 */

const ANYWHERE = { "ctrl+z": "undo", "ctrl+shift+z": "redo", "ctrl+y": "redo", "ctrl+ ": "play" };
const IN_TEXT = { Enter: "split", Escape: "leave" };
const OUTSIDE = { " ": "play", "?": "keys", "/": "find" };
const ON_SENTENCE = {
  ...OUTSIDE,
  Enter: "edit",
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  m: "merge",
  h: "hide",
  s: "speaker",
  r: "history",
  Escape: "tools",
};
const ON_BUTTON = { "?": "keys", "/": "find" };
const PLACES = { text: IN_TEXT, sentence: ON_SENTENCE, elsewhere: OUTSIDE, button: ON_BUTTON, control: {} };

/** The command, or null. `where`: `text`, `sentence`, `button`, `control` (a field with keys of its own), `elsewhere`. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey, isComposing }, where) {
  if (isComposing || altKey) return null;
  if (ctrlKey || metaKey) {
    const chord = `ctrl+${shiftKey && key !== " " ? "shift+" : ""}${key.toLowerCase()}`;
    return (where === "control" && chord !== "ctrl+ " ? null : ANYWHERE[chord]) ?? null;
  }
  return PLACES[where][key] ?? null;
}
