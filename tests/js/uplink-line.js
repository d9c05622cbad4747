/** A broadcast whose network is the test: what it sends is read here, and what the server says is said here. */

import { Outbox } from "../../static/js/outbox.js";
import { Ring } from "../../static/js/ring.js";
import { Uplink } from "../../static/js/uplink.js";
import { FakeClock, fakeName, fakeSockets } from "./fakes.js";

export const FRAME = 1600;
export const samples = (length = FRAME, value = 0) => new Int16Array(length).fill(value);

export let clock;
export let sockets;
export let told;
export let name;
export let uplink;

export const line = () => sockets.made.at(-1);
export const texts = () => line().sent.filter((message) => !(message instanceof ArrayBuffer));
export const marks = () => texts().filter(({ type }) => type !== "hello");
export const audio = () => line().sent.filter((message) => message instanceof ArrayBuffer);
export const ranges = () => audio().map((buffer, index) => `${firsts()[index]}+${(buffer.byteLength - 8) / 2}`);
export const firsts = () => audio().map((buffer) => Number(new DataView(buffer).getBigUint64(0, true)));
export const ready = (kept = 0, fields = {}) =>
  line().say({ type: "ready", session: 1, epoch: 1, kept, window: 80_000, ...fields });
export const ack = (kept, durable = 0) => line().say({ type: "ack", kept, durable });
export const begin = (capacity) => {
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
export const keepQuiet = (ms) => {
  for (let at = 0; at < ms; at += 6000) {
    clock.advance(6000);
    line().say({ type: "status", state: "live", behind_ms: 0, seq: 1 });
  }
};
export const reconnect = (code) => {
  line().drop(code);
  clock.advance(3000);
  line().open();
};
