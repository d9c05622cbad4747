/**
 * What can be undone and done again in the editor. No DOM, no network.
 *
 * An entry is what the server answered to one change: `[[number, before, after], …]`, sentence and revisions. Undoing is
 * going back to the text of `before`, itself a new revision; so an entry never gets old through undoing others.
 */

const LONGEST = 500;

export class History {
  #done;
  #undone;

  /** `kept`: what `JSON.stringify` made of one before. */
  constructor({ done = [], undone = [] } = {}) {
    this.#done = done;
    this.#undone = undone;
  }

  add(steps) {
    if (!steps.length) return;
    this.#done.push(steps);
    if (this.#done.length > LONGEST) this.#done.shift();
    this.#undone = [];
  }

  /** `[[number, revision to go back to], …]`, or null. */
  get toUndo() {
    return this.#done.at(-1)?.map(([number, before]) => [number, before]) ?? null;
  }

  get toRedo() {
    return this.#undone.at(-1)?.map(([number, , after]) => [number, after]) ?? null;
  }

  undone() {
    this.#undone.push(this.#done.pop());
  }

  redone() {
    this.#done.push(this.#undone.pop());
  }

  /** Somebody else changed these sentences: what was done to them before must not undo that. */
  forget(numbers) {
    const isOther = (steps) => !steps.some(([number]) => numbers.includes(number));
    this.#done = this.#done.filter(isOther);
    this.#undone = this.#undone.filter(isOther);
  }

  toJSON() {
    return { done: this.#done, undone: this.#undone };
  }
}
