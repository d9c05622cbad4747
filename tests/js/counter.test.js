import assert from "node:assert/strict";
import { test } from "node:test";
import { cut } from "../../static/js/counter.js";

test("a text is cut at spaces where there are any", () => {
  assert.deepEqual(cut("ab cd ef", 5, 5), { pieces: 2, lost: 0 });
  assert.deepEqual(cut("abcdefgh", 5, 5), { pieces: 2, lost: 0 });
  assert.deepEqual(cut("", 5, 5), { pieces: 0, lost: 0 });
});

test("what does not fit into the pieces is counted", () => {
  assert.deepEqual(cut("x".repeat(2003), 400, 5), { pieces: 5, lost: 3 });
  assert.deepEqual(cut("四字成語 ".repeat(500), 400, 5), { pieces: 5, lost: 499 });
});

test("characters outside the first plane count once", () => {
  assert.deepEqual(cut("😀".repeat(10), 5, 1), { pieces: 1, lost: 5 });
});
