import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { retryDelay, Socket } from "../../static/js/socket.js";
import { FakeClock, fakeSockets } from "./fakes.js";

describe("how long to wait", () => {
  const wait = (fields) => retryDelay({ attempt: 0, longest: 5000, random: () => 1, ...fields });

  it("is for ever after 40xx, 41xx and 42xx", () => {
    for (const code of [4000, 4005, 4101, 4111, 4200, 4210, 4299]) assert.equal(wait({ code }), null);
  });

  it("is what the server asks, spread by a quarter", () => {
    assert.equal(wait({ code: 4429, retryAfter: 8 }), 10_000);
    assert.equal(wait({ code: 4507, retryAfter: 8, random: () => 0 }), 8000);
  });

  it("is a second or two after 44xx without a number", () => {
    assert.equal(wait({ code: 4408, random: () => 0 }), 1000);
    assert.equal(wait({ code: 4408 }), 2000);
  });

  it("is at most a quarter of a second the first time, and doubles up to its limit", () => {
    const delays = [0, 1, 2, 3, 4, 5, 20].map((attempt) => wait({ code: 1006, attempt }));
    assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 5000, 5000]);
    assert.equal(wait({ code: 4503, random: () => 0 }), 0);
    assert.equal(wait({ code: 1012, attempt: 3, random: () => 0 }), 1000);
  });
});

describe("the socket", () => {
  let clock;
  let sockets;
  let log;
  let details;
  let socket;

  beforeEach(() => {
    clock = new FakeClock();
    sockets = fakeSockets();
    log = [];
    details = [];
    const handlers = {
      open: () => log.push("hello"),
      message: (message) => log.push(message.type),
      state(name, detail) {
        log.push(detail.code ? `${name} ${detail.code}` : name);
        details.push(detail);
      },
    };
    const options = { clock, make: sockets.make, random: () => 0.5, quiet: 15_000 };
    socket = new Socket("ws://room", handlers, options);
    socket.connect();
  });

  const last = () => sockets.made.at(-1);

  it("says hello on every connection and hands messages on", () => {
    last().open();
    last().say({ type: "snapshot" });
    assert.deepEqual(log, ["connecting", "open", "hello", "snapshot"]);
  });

  it("comes back after a break, and sends nothing into the void", () => {
    last().open();
    last().drop();
    socket.send({ type: "since" });
    clock.advance(250);
    assert.equal(sockets.made.length, 2);
    assert.deepEqual(sockets.made[0].sent, []);
    assert.deepEqual(log, ["connecting", "open", "hello", "waiting 1006", "connecting"]);
  });

  it("stays away after a refusal, with the server's words", () => {
    last().open();
    last().say({ type: "error", code: 4111, key: "link_revoked" });
    last().drop(4111);
    clock.advance(60_000);
    assert.equal(sockets.made.length, 1);
    assert.deepEqual(log.slice(-1), ["refused 4111"]);
    assert.equal(details.at(-1).key, "link_revoked");
  });

  it("believes the error message when the close code got lost", () => {
    last().open();
    last().say({ type: "error", code: 4104, key: "not_found" });
    last().drop(1006);
    assert.equal(log.at(-1), "refused 4104");
  });

  it("waits as long as the error message asks", () => {
    last().open();
    last().say({ type: "error", code: 4507, key: "storage_full", retry_after: 4 });
    last().drop(4507);
    clock.advance(3999);
    assert.equal(sockets.made.length, 1);
    clock.advance(1001);
    assert.equal(sockets.made.length, 2);
  });

  it("waits longer each time, and forgets that after a steady connection", () => {
    const waits = [];
    const cycle = (steadyFor) => {
      last().open();
      clock.advance(steadyFor);
      last().drop();
      const before = clock.now();
      const count = sockets.made.length;
      while (sockets.made.length === count) clock.advance(1);
      waits.push(clock.now() - before);
    };
    for (const steadyFor of [0, 0, 0, 5000]) cycle(steadyFor);
    assert.deepEqual(waits, [125, 375, 750, 125]);
  });

  it("gives up a connection that never opens or goes quiet", () => {
    clock.advance(8000 + 250);
    assert.equal(sockets.made.length, 2);
    last().open();
    clock.advance(14_000);
    last().say({ type: "status" });
    clock.advance(14_000);
    assert.equal(sockets.made.length, 2);
    clock.advance(2000);
    assert.equal(sockets.made.length, 3);
    assert.ok(sockets.made[1].isClosed);
  });

  it("hears nothing more from a connection it gave up", () => {
    const [first] = sockets.made;
    first.open();
    socket.restart();
    clock.advance(250);
    log.length = 0;
    first.say({ type: "interim" });
    first.drop();
    assert.deepEqual(log, []);
  });

  it("connects without its timer when poked after the wait, and at once when hurried", () => {
    last().drop();
    socket.poke();
    assert.equal(sockets.made.length, 1);
    clock.drift(250);
    socket.poke();
    assert.equal(sockets.made.length, 2);
    last().drop();
    socket.hurry();
    assert.equal(sockets.made.length, 3);
    socket.hurry();
    assert.equal(sockets.made.length, 3);
  });
});
