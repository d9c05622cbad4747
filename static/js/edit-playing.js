/**
 * The recording and the text together: the sentence and the word that are heard, and hearing the word that is pressed.
 *
 * The sentence gets the class `spoken`; the word is a highlight named `spoken` of the CSS highlight registry, so that
 * nothing in the text changes under the cursor. Without a player there is nothing to hear.
 */

import { lastUpTo, momentOf, placesOf } from "./edit-words.js";

const LEAD_MS = 60;
const LINGER_MS = 1000;

export class Playing {
  #player = null;
  #rows;
  #heard = null;
  #places = [];
  #word = null;

  constructor(rows) {
    this.#rows = rows;
  }

  /** A `Player` of player.js: it tells the time with every picture while it plays. */
  attach(player) {
    this.#player = player;
    player.addEventListener("time", ({ detail }) => this.#mark(detail.ms));
  }

  toggle(sentence) {
    const player = this.#player;
    if (!player) return;
    if (!player.paused) return player.pause();
    const isElsewhere =
      sentence && (player.currentMs < sentence.begin_ms - LEAD_MS || player.currentMs > sentence.end_ms);
    if (isElsewhere) player.seek(sentence.begin_ms);
    player.play().catch(() => {});
  }

  /** Goes to the word at character `offset`; plays on if it plays. */
  async seek(sentence, offset = 0) {
    if (!this.#player) return;
    const places = placesOf(sentence.text, await this.#rows.words(sentence));
    this.#player.seek(momentOf(sentence, places, offset) - LEAD_MS);
  }

  #mark(at) {
    const ms = at + LEAD_MS;
    const heard = lastUpTo(this.#rows.all, "begin_ms", ms);
    if (heard !== this.#heard) this.#hear(heard);
    const place = heard && ms <= heard.end_ms + LINGER_MS ? lastUpTo(this.#places, "begin_ms", ms) : null;
    if (place !== this.#word) this.#light(place);
  }

  #hear(sentence) {
    this.#heard?.element.classList.remove("spoken");
    this.#heard = sentence;
    this.#places = [];
    if (!sentence) return;
    sentence.element.classList.add("spoken");
    if (!document.activeElement?.isContentEditable) sentence.element.scrollIntoView({ block: "nearest" });
    this.#rows.words(sentence).then((words) => {
      if (this.#heard === sentence) this.#places = placesOf(sentence.text, words);
    });
  }

  #light(place) {
    this.#word = place;
    const node = this.#heard?.element.querySelector(".text").firstChild;
    if (!globalThis.Highlight) return;
    CSS.highlights.delete("spoken");
    if (!place || !node || place.end > node.length) return;
    const range = new Range();
    range.setStart(node, place.begin);
    range.setEnd(node, place.end);
    CSS.highlights.set("spoken", new Highlight(range));
  }
}
