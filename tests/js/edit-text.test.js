import assert from "node:assert/strict";
import { test } from "node:test";
import { cleaned, cleanedPart } from "../../static/js/edit-text.js";

for (const [name, typed, kept] of [
  ["white space of any kind is one space, and none at the ends", "\u00a0a\n\t b\u3000c\u0085d ", "a b c d"],
  ["letters and their marks are composed", "cafe\u0301", "caf\u00e9"],
  ["also when something hidden stands between them", "cafe\u200e\u0301", "caf\u00e9"],
  ["what reorders or hides text is taken out", "a\u202eb\u2066c\ufeffd\u{e0041}e", "abcde"],
  ["control characters are taken out", "a\u0000 \u0007 b", "a b"],
  [
    "joiners stay",
    "\u0645\u06cc\u200c\u062e \u{1f469}\u200d\u{1f680}",
    "\u0645\u06cc\u200c\u062e \u{1f469}\u200d\u{1f680}",
  ],
  ["no letter carries more than eight marks", `x${"\u0337".repeat(20)}y`, `x${"\u0337".repeat(8)}y`],
]) {
  test(`as the server cleans it: ${name}`, () => assert.equal(cleaned(typed), kept));
}

test("a part keeps the space at its end, before which more may come", () => {
  assert.equal(cleanedPart("  a \u200e b  "), " a b ");
});
