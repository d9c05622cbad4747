/**
 * The last ten minutes of captured audio, until the server says that they are safe. No DOM.
 *
 * Every frame keeps the number of its own first sample (counting frames instead fails at the first short one). Samples
 * are 16-bit at 16 kHz; `start` is the first sample still here, `end` the number that the next one gets.
 */

export const SAMPLE_RATE = 16_000;

export class Ring {
  #frames = [];
  #capacity;

  constructor(capacity = 600 * SAMPLE_RATE) {
    this.#capacity = capacity;
    this.start = 0;
    this.end = 0;
  }

  /** Keeps an Int16Array; answers how many of the oldest samples had to go for it. */
  push(samples) {
    if (samples.length === 0) return 0;
    this.#frames.push({ at: this.end, samples });
    this.end += samples.length;
    const before = this.start;
    while (this.end - this.start > this.#capacity) this.#dropFirst();
    return this.start - before;
  }

  /** The server has everything before `position` on its disk. */
  forget(position) {
    while (this.#frames.length > 0 && this.#frames[0].at + this.#frames[0].samples.length <= position) {
      this.#dropFirst();
    }
    this.start = Math.max(this.start, Math.min(position, this.end));
  }

  /** The samples from `position` on, at most `limit`; null if there are none. */
  read(position, limit = Infinity) {
    const length = Math.min(limit, this.end - position);
    if (position < this.start || length <= 0) return null;
    const samples = new Int16Array(length);
    for (let index = this.#indexOf(position), filled = 0; filled < length; index += 1) {
      const frame = this.#frames[index];
      const part = frame.samples.subarray(position + filled - frame.at).subarray(0, length - filled);
      samples.set(part, filled);
      filled += part.length;
    }
    return samples;
  }

  /** Gives the first sample here the number `position`, and all that follow theirs. Answers the shift. */
  renumber(position) {
    const shift = position - this.start;
    for (const frame of this.#frames) frame.at += shift;
    this.start += shift;
    this.end += shift;
    return shift;
  }

  #dropFirst() {
    const { at, samples } = this.#frames.shift();
    this.start = Math.max(this.start, at + samples.length);
  }

  #indexOf(position) {
    let low = 0;
    let high = this.#frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#frames[middle].at <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
