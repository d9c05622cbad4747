/** A broadcast against a model of the server, while connections, the server and the browser's timers misbehave. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Outbox } from "../../static/js/outbox.js";
import { Ring } from "../../static/js/ring.js";
import { Uplink } from "../../static/js/uplink.js";
import { FakeClock, FakeSocket, fakeName, seededRandom } from "./fakes.js";

const ROUNDS = 100;
const STEPS = 400;
const TEN_MINUTES = 600 * 16_000;

/** Value of the captured sample number `index`: a sample in the wrong place shows. */
const coded = (index) => ((index * 40_503) & 0xffff) - 32_768;

/** Keeps audio like the real one: `kept` is written, `durable` survives a crash, overlap is cut, a hole is an error. */
class ModelServer {
  audio = [];
  marks = new Map();
  durable = 0;
  isOver = false;

  receive(data, reply) {
    if (data instanceof ArrayBuffer) return this.#append(data);
    if (data.type === "hello")
      return reply({ type: "ready", session: 1, epoch: 1, kept: this.audio.length, window: 8000 });
    assert.ok(data.at <= this.audio.length, `${data.type} at ${data.at} came before its audio`);
    this.marks.set(`${data.type} ${data.reason ?? ""} ${data.at}`, data);
    if (data.type !== "stop") return;
    assert.equal(data.at, this.audio.length);
    this.isOver = true;
    reply({ type: "ended", session: 1, samples: this.audio.length, sentences: 0 });
  }

  #append(buffer) {
    const at = Number(new DataView(buffer).getBigUint64(0, true));
    const samples = new Int16Array(buffer, 8);
    assert.ok(samples.length > 0, "an empty frame");
    assert.ok(at <= this.audio.length, `a hole: ${at} after ${this.audio.length}`);
    for (const sample of samples.subarray(Math.max(0, this.audio.length - at))) this.audio.push(sample);
  }

  get ack() {
    return { type: "ack", kept: this.audio.length, durable: this.durable };
  }

  sync() {
    this.durable = this.audio.length;
  }

  crash() {
    this.audio.length = this.durable;
    for (const [key, { at }] of this.marks) if (at > this.durable) this.marks.delete(key);
  }
}

/** Everything on its way arrives in order, late, or not at all. */
class Network {
  #up = [];
  #down = [];
  #server;
  #socket = null;

  constructor(server) {
    this.#server = server;
  }

  make = (url) => {
    this.cut();
    this.#socket = new FakeSocket(url);
    this.#socket.send = (data) => this.#up.push(typeof data === "string" ? JSON.parse(data) : data);
    return this.#socket;
  };

  accept() {
    const socket = this.#socket;
    if (socket?.onopen && !socket.isOpen) {
      socket.isOpen = true;
      socket.open();
    }
  }

  carryUp(count) {
    for (const data of this.#up.splice(0, count)) this.#server.receive(data, (message) => this.#down.push(message));
  }

  carryDown(count) {
    for (const message of this.#down.splice(0, count)) this.#socket?.say(message);
  }

  acknowledge() {
    if (this.#socket?.isOpen) this.#down.push(this.#server.ack);
  }

  cut() {
    this.#up.length = this.#down.length = 0;
  }

  drop() {
    const socket = this.#socket;
    this.cut();
    this.#socket = null;
    socket?.drop(1006);
  }
}

class Trial {
  captured = 0;
  pausedAt = [];

  constructor(seed, capacity) {
    this.random = seededRandom(seed);
    this.clock = new FakeClock();
    this.server = new ModelServer();
    this.network = new Network(this.server);
    const parts = {
      name: fakeName(),
      tell: () => {},
      now: this.clock.now,
      outbox: new Outbox(new Ring(capacity)),
    };
    this.uplink = new Uplink("ws://x", parts, { clock: this.clock, make: this.network.make, random: this.random });
  }

  below(limit) {
    return Math.floor(this.random() * limit);
  }

  capture() {
    const length = this.random() < 0.1 ? 16 * (1 + this.below(40)) : 1600;
    const frame = Int16Array.from({ length }, (_, index) => coded(this.captured + index));
    if (this.uplink.wantsAudio) this.captured += length;
    this.uplink.capture(frame);
  }

  pauseOrResume() {
    if (this.uplink.paused) return this.uplink.resume();
    this.pausedAt.push(this.captured);
    this.uplink.pause();
  }

  step() {
    const chance = this.random();
    if (chance < 0.4) this.capture();
    else if (chance < 0.6) this.network.carryUp(1 + this.below(6));
    else if (chance < 0.75) this.network.carryDown(1 + this.below(6));
    else if (chance < 0.83) this.network.acknowledge();
    else if (chance < 0.87) this.server.sync();
    else if (chance < 0.91) this.network.accept();
    else if (chance < 0.93) this.network.drop();
    else if (chance < 0.94) this.#crash();
    else if (chance < 0.96) this.pauseOrResume();
    else if (chance < 0.98) this.clock.advance(this.below(3000));
    else this.clock.drift(this.below(6000));
  }

  #crash() {
    this.server.crash();
    this.network.drop();
  }

  finish() {
    this.uplink.stop();
    for (let i = 0; i < 10_000 && !this.server.isOver; i += 1) {
      this.clock.advance(100);
      this.network.accept();
      this.network.carryUp(100);
      this.server.sync();
      this.network.acknowledge();
      this.network.carryDown(100);
      this.uplink.tick();
    }
    assert.ok(this.server.isOver, "never finished");
  }

  run() {
    this.uplink.start();
    for (let i = 0; i < STEPS; i += 1) this.step();
    this.finish();
  }
}

function marksOf(server, type) {
  return [...server.marks.values()].filter((mark) => mark.type === type).sort((one, other) => one.at - other.at);
}

function same(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

describe("a broadcast over a bad network", () => {
  it("arrives whole, in order, once, with every pause in its place", () => {
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      const trial = new Trial(seed, TEN_MINUTES);
      trial.run();
      const expected = Array.from({ length: trial.captured }, (_, index) => coded(index));
      assert.ok(same(trial.server.audio, expected), `seed ${seed}`);
      const pauses = marksOf(trial.server, "pause").map(({ at }) => at);
      assert.deepEqual(pauses, [...new Set(trial.pausedAt)], `seed ${seed}`);
      assert.equal(trial.uplink.outbox.lostMs, 0);
    }
  });

  it("says exactly what a full ring lost, and where", () => {
    let trialsWithLoss = 0;
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      const trial = new Trial(seed, 5 * 1600);
      trial.run();
      const losses = marksOf(trial.server, "lost");
      trialsWithLoss += losses.length > 0;
      const expected = [];
      let index = 0;
      for (const { at, ms } of [...losses, { at: Infinity, ms: 0 }]) {
        while (expected.length < at && index < trial.captured) expected.push(coded(index++));
        index += ms * 16;
      }
      assert.ok(same(trial.server.audio, expected), `seed ${seed}`);
      assert.equal(index, trial.captured, `seed ${seed}`);
    }
    assert.ok(trialsWithLoss > ROUNDS / 3, `${trialsWithLoss} trials lost anything`);
  });
});
