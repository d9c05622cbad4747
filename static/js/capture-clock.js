/**
 * Notices audio that the device never delivered (a sleeping laptop, a stalled driver). No DOM.
 *
 * Compares the wall clock with the audio's own length. Both run at slightly different speeds, so the comparison forgets
 * slowly: 2 ms of difference a second, many times what real clocks drift.
 */

const FORGIVEN = 0.002;

export class CaptureClock {
  #start = null;
  #audioMs = 0;
  #floor = 0;
  #limit;

  constructor(limitMs = 1000) {
    this.#limit = limitMs;
  }

  /** A frame of `ms` arrived at `wall` (milliseconds); answers how many milliseconds are missing before it, else 0. */
  missing(wall, ms) {
    this.#audioMs += ms;
    this.#start ??= wall - ms;
    const late = wall - this.#start - this.#audioMs;
    this.#floor = Math.min(this.#floor + ms * FORGIVEN, late);
    const missing = late - this.#floor;
    if (missing < this.#limit) return 0;
    this.#floor = late;
    return missing;
  }
}
