/**
 * What is to go to the server next: samples from the ring and the marks between them. No DOM, no network.
 *
 * Audio may run `window` samples ahead of what the server acknowledged. After a break everything from `ready.kept` goes
 * out again. Samples that the ring had to drop before the server had them are reported with a `lost` mark, and what
 * follows is renumbered, so that the server never sees a hole.
 */

import { Marks } from "./marks.js";
import { Ring, SAMPLE_RATE } from "./ring.js";

const PER_MS = SAMPLE_RATE / 1000;
/** A backlog goes out a second at a time: 600 messages for ten minutes, not 6,000. */
const LONGEST_FRAME = SAMPLE_RATE;
const FIVE_SECONDS = 5 * SAMPLE_RATE;

export class Outbox {
  #ring;
  #marks = new Marks();
  #session = null;
  #next = 0;
  #window = FIVE_SECONDS;
  #lost = 0;

  /** Samples that the server has acknowledged. */
  kept = 0;
  /** Milliseconds that the device never gave. */
  deviceLostMs = 0;

  constructor(ring = new Ring()) {
    this.#ring = ring;
  }

  get session() {
    return this.#session;
  }

  /** Milliseconds captured and not yet acknowledged. */
  get lagMs() {
    return Math.max(0, this.#ring.end - this.kept) / PER_MS;
  }

  /** Milliseconds captured and not yet handed to the network. */
  get unsentMs() {
    return Math.max(0, this.#ring.end - this.#next) / PER_MS;
  }

  /** Milliseconds that the ring had to drop before the server had them. */
  get lostMs() {
    return this.#lost + Math.max(0, this.#ring.start - this.#next) / PER_MS;
  }

  /** Whether something was sent that the server has not acknowledged. */
  get isWaiting() {
    return this.#next > this.kept;
  }

  push(samples) {
    this.#ring.push(samples);
  }

  /** Puts a mark behind the last sample. */
  mark(fields) {
    this.#marks.add({ ...fields, at: this.#ring.end });
    if (fields.type === "lost") this.deviceLostMs += fields.ms;
  }

  has(...types) {
    return this.#marks.has(...types);
  }

  /** A connection is ready. Answers whether it goes on with the session known here. */
  begin({ session, kept, window = FIVE_SECONDS }) {
    const continues = session === this.#session && kept <= this.#ring.end;
    const base = continues ? kept : this.kept;
    this.#marks.rewind(base);
    if (!continues) this.#ring.forget(base);
    if (!continues || this.#ring.start > base) this.#renumber(base, kept);
    this.#session = session;
    this.#window = window;
    this.#next = this.kept = kept;
    return continues;
  }

  acknowledge({ kept, durable }) {
    this.kept = kept;
    this.#ring.forget(durable);
    this.#marks.forget(durable);
  }

  /** Everything that may leave now, in order, each {message} or {bytes}. What is taken counts as sent. */
  *departures(networkTakesMore) {
    for (;;) {
      if (this.#next < this.#ring.start) this.#renumber(this.#next, this.#next);
      for (const message of this.#marks.take(this.#next)) yield { message };
      const limit = Math.min(this.kept + this.#window - this.#next, this.#marks.next - this.#next, LONGEST_FRAME);
      const samples = limit > 0 && networkTakesMore() ? this.#ring.read(this.#next, limit) : null;
      if (!samples) return;
      this.#next += samples.length;
      yield { bytes: audioFrame(this.#next - samples.length, samples) };
    }
  }

  /** The first sample in the ring becomes number `position`; what is missing since `base` is reported as lost. */
  #renumber(base, position) {
    const first = this.#ring.start;
    const ms = Math.round((first - base) / PER_MS);
    this.#ring.renumber(position);
    this.#marks.closeGap({ base, first, position, ms });
    this.#lost += ms;
  }
}

/** A binary message: the first sample's number (64 bits, little endian), then the samples. */
export function audioFrame(at, samples) {
  const buffer = new ArrayBuffer(8 + samples.byteLength);
  new DataView(buffer).setBigUint64(0, BigInt(at), true);
  new Int16Array(buffer, 8).set(samples);
  return buffer;
}
