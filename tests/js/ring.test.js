import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Ring } from "../../static/js/ring.js";

const counted = (from, length) => Int16Array.from({ length }, (_, index) => from + index);

describe("the ring", () => {
  it("reads from any sample on, across frames, up to a limit", () => {
    const ring = new Ring();
    ring.push(counted(0, 1600));
    ring.push(counted(1600, 1600));
    assert.deepEqual(ring.read(1000), counted(1000, 2200));
    assert.deepEqual(ring.read(1000, 601), counted(1000, 601));
    assert.deepEqual(ring.read(1000, 10), counted(1000, 10));
    assert.deepEqual(ring.read(1600, 3), counted(1600, 3));
  });

  it("goes on after a short frame", () => {
    const ring = new Ring();
    ring.push(counted(0, 700));
    ring.push(counted(700, 1600));
    assert.deepEqual(ring.read(700, 2), counted(700, 2));
    assert.equal(ring.end, 2300);
  });

  it("has nothing before its start or from its end on, and ignores empty frames", () => {
    const ring = new Ring();
    ring.push(counted(0, 0));
    assert.equal(ring.read(0), null);
    ring.push(counted(0, 10));
    ring.forget(4);
    assert.equal(ring.read(3), null);
    assert.equal(ring.read(10), null);
    assert.deepEqual(ring.read(4), counted(4, 6));
  });

  it("forgets only what it is told, also inside a frame", () => {
    const ring = new Ring();
    for (let at = 0; at < 50; at += 10) ring.push(counted(at, 10));
    ring.forget(25);
    assert.equal(ring.start, 25);
    assert.deepEqual(ring.read(25), counted(25, 25));
    ring.forget(10);
    assert.equal(ring.start, 25);
    ring.forget(1000);
    assert.equal(ring.start, 50);
    assert.equal(ring.end, 50);
  });

  it("drops the oldest when full, and says how many samples that were", () => {
    const ring = new Ring(30);
    const dropped = [0, 10, 20, 30, 40].map((at) => ring.push(counted(at, 10)));
    assert.deepEqual(dropped, [0, 0, 0, 10, 10]);
    assert.equal(ring.start, 20);
    assert.deepEqual(ring.read(20), counted(20, 30));
  });

  it("counts as dropped only what was not forgotten before", () => {
    const ring = new Ring(30);
    for (const at of [0, 10, 20]) ring.push(counted(at, 10));
    ring.forget(7);
    assert.equal(ring.push(counted(30, 10)), 3);
  });

  it("gives its samples new numbers, with the part of a frame that is forgotten", () => {
    const ring = new Ring();
    ring.push(counted(0, 10));
    ring.push(counted(10, 10));
    ring.forget(4);
    assert.equal(ring.renumber(104), 100);
    assert.deepEqual([ring.start, ring.end], [104, 120]);
    assert.deepEqual(ring.read(104), counted(4, 16));
    assert.deepEqual(ring.read(112, 2), counted(12, 2));
  });
});
