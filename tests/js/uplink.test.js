import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  FRAME,
  ack,
  audio,
  begin,
  clock,
  firsts,
  keepQuiet,
  line,
  marks,
  ranges,
  ready,
  reconnect,
  samples,
  sockets,
  told,
  uplink,
} from "./uplink-line.js";

describe("a broadcast", () => {
  beforeEach(() => begin(600 * 16_000));

  it("says hello first, with consent", () => {
    const hello = {
      type: "hello",
      version: 1,
      take_over: false,
      consent: true,
      paced: true,
      captions: true,
      broadcast: "b",
    };
    assert.deepEqual(line().sent, [hello]);
  });

  it("sends what was captured before the server was ready, numbered from what the server has", () => {
    uplink.capture(samples());
    uplink.capture(samples(700));
    ready(32_000);
    uplink.capture(samples());
    assert.deepEqual(ranges(), ["32000+2300", "34300+1600"]);
  });

  it("puts the number before the samples, little endian", () => {
    ready(258);
    uplink.capture(Int16Array.of(1, -2));
    assert.deepEqual([...new Uint8Array(audio()[0])], [2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 254, 255]);
  });

  it("stays within the window until more is acknowledged", () => {
    ready(0, { window: 3200 });
    for (let i = 0; i < 4; i += 1) uplink.capture(samples());
    assert.deepEqual(firsts(), [0, 1600]);
    assert.equal(uplink.outbox.lagMs, 400);
    ack(1600);
    assert.deepEqual(firsts(), [0, 1600, 3200]);
    assert.equal(uplink.outbox.lagMs, 300);
    assert.equal(uplink.outbox.unsentMs, 100);
  });

  it("sends a backlog a second at a time", () => {
    for (let i = 0; i < 25; i += 1) uplink.capture(samples());
    ready();
    assert.deepEqual(ranges(), ["0+16000", "16000+16000", "32000+8000"]);
  });

  it("waits while the browser's own buffer is full", () => {
    ready();
    line().bufferedAmount = 100_000;
    uplink.capture(samples());
    assert.deepEqual(firsts(), []);
    line().bufferedAmount = 0;
    uplink.tick();
    assert.deepEqual(firsts(), [0]);
  });

  it("goes on at exactly what the server has after a break, inside a frame if need be", () => {
    ready();
    for (let i = 0; i < 3; i += 1) uplink.capture(samples());
    ack(3200, 1600);
    line().drop();
    uplink.capture(samples());
    clock.advance(500);
    line().open();
    ready(2000);
    assert.deepEqual(ranges(), ["2000+4400"]);
  });

  it("keeps what is acknowledged but not yet on disk, for a server that crashed", () => {
    ready();
    for (let i = 0; i < 3; i += 1) uplink.capture(samples());
    ack(4800, 1600);
    reconnect();
    ready(1600);
    assert.deepEqual(ranges(), ["1600+3200"]);
    assert.equal(uplink.outbox.lostMs, 0);
  });

  it("reconnects when nothing is acknowledged for five seconds, also without timers", () => {
    ready();
    uplink.capture(samples());
    clock.drift(5001);
    uplink.capture(samples());
    assert.equal(uplink.ready, false);
    clock.drift(300);
    uplink.capture(samples());
    assert.equal(sockets.made.length, 2);
  });

  it("does not reconnect while there is nothing to acknowledge, or while the server's disk is full", () => {
    ready();
    keepQuiet(60_000);
    uplink.capture(samples());
    assert.equal(sockets.made.length, 1);
    line().say({ type: "status", storage: "full" });
    keepQuiet(60_000);
    uplink.capture(samples());
    assert.equal(sockets.made.length, 1);
    line().say({ type: "status", storage: "ok" });
    clock.drift(4000);
    uplink.capture(samples());
    clock.advance(1000);
    assert.equal(sockets.made.length, 1);
    clock.drift(1);
    uplink.capture(samples());
    clock.advance(1000);
    assert.equal(sockets.made.length, 2);
  });

  const silent = {
    "before it is ready": () => {},
    "while it is paused": () => {
      ready();
      uplink.pause();
    },
    "while its last words are being written": () => {
      ready();
      uplink.capture(samples());
      uplink.stop();
      ack(1600, 1600);
    },
  };
  for (const [when, act] of Object.entries(silent)) {
    it(`notices a line that is dead ${when}`, () => {
      act();
      keepQuiet(60_000);
      assert.equal(sockets.made.length, 1);
      clock.advance(16_000);
      assert.equal(sockets.made.length, 2);
      line().open();
      ready(1600);
      assert.equal(uplink.ready, true);
    });
  }

  it("sends pause and resume between the samples where they belong, and nothing in between", () => {
    ready(0, { window: 1600 });
    uplink.capture(samples());
    uplink.capture(samples());
    uplink.pause();
    uplink.capture(samples());
    uplink.resume();
    uplink.capture(samples());
    assert.deepEqual(marks(), []);
    ack(1600);
    assert.deepEqual(marks(), [
      { type: "pause", at: 3200 },
      { type: "resume", at: 3200 },
    ]);
    ack(3200);
    assert.deepEqual(firsts(), [0, 1600, 3200]);
    assert.equal(line().sent.findIndex(({ type }) => type === "resume") + 1, line().sent.length - 1);
  });

  it("repeats marks after a break unless later samples have arrived", () => {
    ready();
    uplink.capture(samples());
    uplink.pause();
    uplink.resume();
    uplink.capture(samples());
    uplink.pause();
    reconnect();
    ready(1600);
    assert.deepEqual(
      marks().map(({ type, at }) => `${type} ${at}`),
      ["pause 1600", "resume 1600", "pause 3200"],
    );
    reconnect();
    ready(3200);
    assert.deepEqual(
      marks().map(({ type, at }) => `${type} ${at}`),
      ["pause 3200"],
    );
  });

  it("reports what a full ring lost, and numbers the rest so that the server sees no hole", () => {
    begin(4 * FRAME);
    ready();
    uplink.capture(samples());
    ack(1600, 1600);
    line().drop();
    for (let i = 0; i < 7; i += 1) uplink.capture(samples());
    assert.equal(uplink.outbox.lostMs, 300);
    clock.advance(500);
    line().open();
    ready(1600);
    assert.deepEqual(marks(), [{ type: "lost", at: 1600, ms: 300, reason: "ring" }]);
    assert.deepEqual(ranges(), ["1600+6400"]);
    assert.equal(uplink.outbox.lostMs, 300);
  });

  it("adds further losses at the same place to the first", () => {
    begin(2 * FRAME);
    ready();
    for (const _ of [1, 2]) {
      line().drop();
      for (let i = 0; i < 3; i += 1) uplink.capture(samples());
      clock.advance(500);
      line().open();
      ready(0);
    }
    assert.deepEqual(marks(), [{ type: "lost", at: 0, ms: 400, reason: "ring" }]);
    assert.deepEqual(ranges(), ["0+3200"]);
  });

  it("reports a loss also while connected, when the window never opens", () => {
    begin(2 * FRAME);
    ready(0, { window: 1600 });
    for (let i = 0; i < 5; i += 1) uplink.capture(samples());
    assert.deepEqual(marks().at(-1), { type: "lost", at: 1600, ms: 200, reason: "ring" });
    ack(1600, 1600);
    assert.deepEqual(firsts(), [0, 1600]);
  });

  it("marks what the device never gave", () => {
    ready();
    uplink.capture(samples());
    uplink.lost(2499.6, "device");
    uplink.capture(samples());
    assert.deepEqual(marks(), [{ type: "lost", at: 1600, ms: 2500, reason: "device" }]);
    assert.equal(uplink.outbox.deviceLostMs, 2500);
    assert.equal(uplink.outbox.lostMs, 0);
  });

  it("hands a viewer's messages on", () => {
    line().say({ type: "interim", session: 1, number: 1, text: "hm" });
    assert.deepEqual(told.at(-1)[0], "caption");
  });
});
