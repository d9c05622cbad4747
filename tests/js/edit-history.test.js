import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../static/js/edit-history.js";

test("what was done last is undone first, and done again in turn", () => {
  const history = new History();
  history.add([[1, 1, 2]]);
  history.add([
    [1, 2, 3],
    [9, 1, 2],
  ]);
  assert.deepEqual(history.toUndo, [
    [1, 2],
    [9, 1],
  ]);
  history.undone();
  assert.deepEqual(history.toUndo, [[1, 1]]);
  assert.deepEqual(history.toRedo, [
    [1, 3],
    [9, 2],
  ]);
  history.redone();
  assert.equal(history.toRedo, null);
});

test("a new change ends what could be done again", () => {
  const history = new History();
  history.add([[1, 1, 2]]);
  history.undone();
  history.add([[2, 1, 2]]);
  assert.equal(history.toRedo, null);
  assert.deepEqual(history.toUndo, [[2, 1]]);
});

test("a change that changed nothing is not undone", () => {
  const history = new History();
  history.add([]);
  assert.equal(history.toUndo, null);
});

test("what somebody else changed since is not undone", () => {
  const history = new History();
  history.add([[1, 1, 2]]);
  history.add([
    [2, 1, 2],
    [3, 1, 2],
  ]);
  history.forget([3]);
  assert.deepEqual(history.toUndo, [[1, 1]]);
});

test("it outlives the page", () => {
  const history = new History();
  history.add([[1, 1, 2]]);
  history.add([[1, 2, 3]]);
  history.undone();
  const again = new History(JSON.parse(JSON.stringify(history)));
  assert.deepEqual(again.toUndo, [[1, 1]]);
  assert.deepEqual(again.toRedo, [[1, 3]]);
});
