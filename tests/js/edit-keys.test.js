import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../static/js/edit-keys.js";

test("in a text, letters and Tab stay what they are", () => {
  for (const key of ["j", " ", "?", "Tab", "ArrowDown"]) assert.equal(commandOf({ key }, "text"), null);
  assert.equal(commandOf({ key: "Enter" }, "text"), "split");
  assert.equal(commandOf({ key: "Escape" }, "text"), "leave");
});

test("while a Chinese word is composed, Enter splits nothing", () => {
  assert.equal(commandOf({ key: "Enter", isComposing: true }, "text"), null);
});

test("undo and redo work in a text and outside", () => {
  for (const where of ["text", "sentence", "elsewhere"]) {
    assert.equal(commandOf({ key: "z", ctrlKey: true }, where), "undo");
    assert.equal(commandOf({ key: "Z", metaKey: true, shiftKey: true }, where), "redo");
    assert.equal(commandOf({ key: "y", ctrlKey: true }, where), "redo");
  }
});

test("fields and buttons keep their keys", () => {
  for (const key of [" ", "Enter", "?", "j"]) assert.equal(commandOf({ key }, "control"), null);
  assert.equal(commandOf({ key: "z", ctrlKey: true }, "control"), null);
  assert.equal(commandOf({ key: " ", ctrlKey: true }, "control"), "play");
});

test("on a sentence, space plays and letters command", () => {
  const meant = [" ", "j", "k", "m", "h", "s", "r", "Enter", "Escape"].map((key) => commandOf({ key }, "sentence"));
  assert.deepEqual(meant, ["play", "next", "previous", "merge", "hide", "speaker", "history", "edit", "tools"]);
});
