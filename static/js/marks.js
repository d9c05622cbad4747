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

  /** The server has samples up to `position` for good, so it has the marks before it. */
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

  /** One mark for all that is missing at `position`, unsent, behind the marks that belong before it. */
  #addLost(index, position, ms) {
    const isSame = (mark) => mark.reason === "ring" && mark.at === position;
    const lost = { type: "lost", at: position, ms, reason: "ring" };
    for (const mark of this.#list.filter(isSame)) lost.ms += mark.ms;
    const before = this.#list.slice(0, index).filter((mark) => !isSame(mark));
    const after = this.#list.slice(index).filter((mark) => !isSame(mark));
    this.#sent -= this.#list.slice(0, this.#sent).filter(isSame).length;
    this.#list = [...before, lost, ...after];
  }
}
