import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import {
  FRAME,
  ack,
  begin,
  clock,
  firsts,
  line,
  marks,
  name,
  ranges,
  ready,
  reconnect,
  samples,
  sockets,
  texts,
  told,
  uplink,
} from "./uplink-line.js";

describe("a broadcast that is refused, stopped or over", () => {
  beforeEach(() => begin(600 * 16_000));

  it("stops behind the last sample, once everything is sent", () => {
    ready(0, { window: 1600 });
    uplink.capture(samples());
    uplink.capture(samples());
    uplink.stop();
    uplink.capture(samples());
    assert.deepEqual(marks(), []);
    ack(1600);
    ack(3200);
    assert.deepEqual(marks(), [{ type: "stop", at: 3200 }]);
    line().say({ type: "ended", session: 1, samples: 3200, sentences: 2 });
    assert.equal(uplink.phase, "ended");
    assert.ok(line().isClosed);
    assert.deepEqual(told.at(-1), ["ended", { type: "ended", session: 1, samples: 3200, sentences: 2 }]);
  });

  it("stops again when the connection broke before the server said ended", () => {
    ready();
    uplink.capture(samples());
    uplink.stop();
    reconnect();
    ready(1600);
    assert.deepEqual(marks(), [{ type: "stop", at: 1600 }]);
    line().drop(4200);
    assert.equal(uplink.phase, "ended");
  });

  it("waits for the last broadcast's words by itself, and then sends what was said meanwhile", () => {
    const error = { type: "error", code: 4411, key: "finishing", retry_after: 2 };
    for (const _ of [1, 2, 3]) {
      line().say(error);
      line().drop(4411);
      assert.deepEqual(told.at(-1), ["waiting", { ...error, delay: 2250 }]);
      uplink.capture(samples());
      clock.advance(2250);
      line().open();
    }
    ready();
    assert.deepEqual(ranges(), ["0+4800"]);
  });

  it("keeps its name through a break and a reload, and not beyond a stop, whatever becomes of it", () => {
    ready();
    reconnect();
    assert.equal(name.value, "b");
    ready();
    uplink.stop();
    assert.equal(name.value, "b1");
    reconnect();
    assert.equal(texts()[0].broadcast, "b");
  });

  for (const code of [4200, 4209]) {
    it(`gives its name up when it is over (${code})`, () => {
      ready();
      line().drop(code);
      assert.ok(uplink.isOver);
      assert.equal(name.value, "b1");
    });
  }

  it("can be left by a second stop when the server refuses the first, and knows what it gave up", () => {
    const refuse = () => {
      line().drop(4104);
      assert.equal(uplink.isOver, false);
    };
    ready();
    refuse();
    for (let i = 0; i < 20; i += 1) uplink.capture(samples());
    uplink.stop();
    assert.equal(uplink.phase, "stopping");
    refuse();
    uplink.stop();
    assert.deepEqual([uplink.phase, uplink.isOver, uplink.leftMs], ["ended", true, 2000]);
    clock.advance(60_000);
    assert.ok(sockets.made.every(({ isClosed }) => isClosed));
  });

  it("asks to take over only on the connection for which the streamer said so", () => {
    line().say({ type: "error", code: 4210, key: "busy" });
    line().drop(4210);
    assert.equal(uplink.phase, "refused");
    assert.equal(uplink.isOver, false);
    uplink.retry({ takeOver: true });
    line().open();
    assert.equal(texts()[0].take_over, true);
    ready();
    reconnect();
    assert.equal(texts()[0].take_over, false);
  });

  it("keeps capturing while a refusal can be put right, and sends it all then", () => {
    ready();
    uplink.capture(samples());
    line().drop(4101);
    for (let i = 0; i < 3; i += 1) uplink.capture(samples());
    clock.advance(60_000);
    assert.equal(sockets.made.length, 1);
    uplink.retry();
    line().open();
    ready(1600);
    assert.deepEqual(ranges(), ["1600+4800"]);
  });

  it("is over when somebody took the broadcast", () => {
    ready();
    line().drop(4209);
    assert.ok(uplink.isOver);
    assert.equal(uplink.wantsAudio, false);
  });

  it("moves to a new session what the old one did not get, and stays paused there", () => {
    ready(0);
    uplink.capture(samples());
    ack(1600, 1600);
    uplink.capture(samples());
    uplink.pause();
    reconnect();
    ready(0, { session: 2 });
    assert.deepEqual(told.at(-1), ["ready", { continues: false }]);
    assert.deepEqual(firsts(), [0]);
    assert.deepEqual(marks(), [{ type: "pause", at: 1600 }]);
    reconnect();
    ready(0, { session: 3 });
    assert.deepEqual(marks(), [{ type: "pause", at: 1600 }]);
    ack(1600, 1600);
    reconnect();
    ready(0, { session: 4 });
    assert.deepEqual(marks(), [{ type: "pause", at: 0 }]);
  });

  it("gives all that it captured to the next session when its own has ended while it was away", () => {
    ready();
    uplink.capture(samples());
    ack(1600, 1600);
    line().drop();
    for (let i = 0; i < 110; i += 1) uplink.capture(samples());
    uplink.pause();
    clock.advance(3000);
    line().open();
    line().drop(4200);
    assert.deepEqual([uplink.phase, line().isClosed], ["on", false]);
    line().open();
    assert.equal(texts()[0].broadcast, "b1");
    ready(0, { session: 2, window: 600 * 16_000 });
    assert.deepEqual(told.at(-1), ["ready", { continues: false }]);
    assert.deepEqual(ranges().at(-1), "160000+16000");
    assert.deepEqual(marks(), [{ type: "pause", at: 176_000 }]);
    assert.deepEqual([uplink.outbox.lostMs, uplink.paused], [0, true]);
  });

  it("says to the next session what was too much for it to keep", () => {
    begin(120 * FRAME);
    ready();
    line().drop();
    for (let i = 0; i < 150; i += 1) uplink.capture(samples());
    clock.advance(3000);
    line().open();
    line().drop(4200);
    line().open();
    ready(0, { session: 2, window: 600 * 16_000 });
    assert.deepEqual(marks(), [{ type: "lost", at: 0, ms: 3000, reason: "ring" }]);
    assert.deepEqual(ranges().at(-1), "176000+16000");
  });

  it("stops in the next session, too, when it was stopped while it was away", () => {
    ready();
    line().drop();
    for (let i = 0; i < 110; i += 1) uplink.capture(samples());
    uplink.stop();
    clock.advance(3000);
    line().open();
    line().drop(4200);
    line().open();
    assert.deepEqual([uplink.phase, texts()[0].broadcast, name.value], ["stopping", "b2", "b3"]);
    ready(0, { session: 2, window: 600 * 16_000 });
    assert.deepEqual(marks(), [{ type: "stop", at: 176_000 }]);
    line().say({ type: "ended", session: 2, samples: 176_000, sentences: 1 });
    assert.deepEqual([uplink.phase, uplink.leftMs], ["ended", 0]);
  });

  it("ends, and knows how much was not taken, when its session is ended while it is there", () => {
    ready();
    uplink.capture(samples());
    ack(1600);
    for (let i = 0; i < 20; i += 1) uplink.capture(samples());
    line().drop(4200);
    assert.deepEqual([uplink.phase, uplink.leftMs], ["ended", 2000]);
  });

  it("sends what was captured before it knew that the session of its name had ended", () => {
    uplink.capture(samples());
    line().drop(4200);
    uplink.capture(samples());
    line().open();
    assert.equal(texts()[0].broadcast, "b1");
    ready(0, { session: 2 });
    assert.deepEqual(ranges(), ["0+3200"]);
    assert.deepEqual(
      told.filter(([what]) => what === "ended"),
      [],
    );
  });

  it("gives a new session nothing that the old one has, on disk or not", () => {
    ready(0);
    uplink.capture(samples());
    uplink.capture(samples());
    ack(1600, 0);
    reconnect();
    ready(0, { session: 2 });
    assert.deepEqual(ranges(), ["0+1600"]);
    assert.equal(uplink.outbox.lostMs, 0);
  });

  it("continues at the server's number when somebody else has broadcast meanwhile", () => {
    ready();
    uplink.capture(samples());
    ack(1600, 1600);
    line().drop();
    uplink.capture(samples());
    clock.advance(500);
    line().open();
    ready(160_000);
    assert.deepEqual(firsts(), [160_000]);
    assert.equal(uplink.outbox.lostMs, 0);
  });
});
