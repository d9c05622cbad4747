import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { Outbox } from "../../static/js/outbox.js";
import { Ring } from "../../static/js/ring.js";
import { Uplink } from "../../static/js/uplink.js";
import { FakeClock, fakeName, fakeSockets } from "./fakes.js";

const FRAME = 1600;
const samples = (length = FRAME, value = 0) => new Int16Array(length).fill(value);

describe("a broadcast", () => {
  let clock;
  let sockets;
  let told;
  let name;
  let uplink;

  const line = () => sockets.made.at(-1);
  const texts = () => line().sent.filter((message) => !(message instanceof ArrayBuffer));
  const marks = () => texts().filter(({ type }) => type !== "hello");
  const audio = () => line().sent.filter((message) => message instanceof ArrayBuffer);
  const ranges = () => audio().map((buffer, index) => `${firsts()[index]}+${(buffer.byteLength - 8) / 2}`);
  const firsts = () => audio().map((buffer) => Number(new DataView(buffer).getBigUint64(0, true)));
  const ready = (kept = 0, fields = {}) =>
    line().say({ type: "ready", session: 1, epoch: 1, kept, window: 80_000, ...fields });
  const ack = (kept, durable = 0) => line().say({ type: "ack", kept, durable });
  const begin = (capacity) => {
    clock = new FakeClock();
    sockets = fakeSockets();
    told = [];
    name = fakeName();
    const parts = {
      name,
      tell: (name, detail) => told.push([name, detail]),
      now: clock.now,
      outbox: new Outbox(new Ring(capacity)),
    };
    uplink = new Uplink("ws://x", parts, { clock, make: sockets.make, random: () => 0.5 });
    uplink.start();
    line().open();
  };
  /** Nothing is said but what the server says of a room in which nothing happens. */
  const keepQuiet = (ms) => {
    for (let at = 0; at < ms; at += 6000) {
      clock.advance(6000);
      line().say({ type: "status", state: "live", behind_ms: 0, seq: 1 });
    }
  };
  const reconnect = (code) => {
    line().drop(code);
    clock.advance(3000);
    line().open();
  };

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
