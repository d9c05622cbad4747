/**
 * What the streamer did between two samples: pause, resume, lost, stop. No DOM.
 *
 * A mark is {type, at, …}: `at` is the number of the first sample after it. Marks leave in order, each before that
 * sample; one whose later samples have arrived has arrived too. A gap in the ring is one mark for its whole length, so
 * the same mark may be sent again with more `ms`.
 */

export class Marks {
  #list = [];
  #sent = 0;

  add(mark) {
    this.#list.push(mark);
  }

  has(...types) {
    return this.#list.some((mark) => types.includes(mark.type));
  }

  /** Where the next unsent mark stands; Infinity if there is none. */
  get next() {
    return this.#list[this.#sent]?.at ?? Infinity;
  }

  /** The unsent marks up to `position`; they count as sent from now on. */
  take(position) {
    const from = this.#sent;
    while (this.next <= position) this.#sent += 1;
    return this.#list.slice(from, this.#sent);
  }

  /** The server has samples up to `position`, so it has the marks before it. */
  forget(position) {
    const rest = this.#list.filter((mark) => mark.at >= position);
    this.#sent = Math.max(0, this.#sent - (this.#list.length - rest.length));
    this.#list = rest;
  }

  /** A new connection: whatever stands at `position` or later goes out again. */
  rewind(position) {
    this.forget(position);
    this.#sent = 0;
  }

  /**
   * The samples from `base` to `first` are gone and `first` gets the number `position`: moves the marks along, and adds
   * the `lost` one if anything is missing.
   */
  closeGap({ base, first, position, ms }) {
    const earlier = this.#list.filter((mark) => mark.at <= base);
    const later = this.#list.slice(earlier.length);
    for (const mark of earlier) mark.at += position - base;
    for (const mark of later) mark.at = Math.max(mark.at, first) + position - first;
    this.#list = [...earlier, ...later];
    if (first > base) this.#addLost(earlier.length, position, ms);
  }

  #addLost(index, position, ms) {
    const old = this.#list.findIndex((mark) => mark.at === position && mark.reason === "ring");
    const lost = { type: "lost", at: position, ms, reason: "ring" };
    if (old < 0) {
      this.#list.splice(index, 0, lost);
      return;
    }
    lost.ms += this.#list[old].ms;
    this.#list.splice(old, 1);
    this.#list.splice(old < index ? index - 1 : index, 0, lost);
    if (old < this.#sent) this.#sent -= 1;
  }
}
