/** The captions as the streamer sees them: the last sentences in `<ol data-transcript>`, the open one in `data-interim`. */

import { CaptionLog } from "./caption-log.js";
import { paint, retype } from "./page.js";

const SHOWN = 50;

export class Transcript {
  #log = new CaptionLog();
  #list;
  #interim;

  constructor(list, interim) {
    this.#list = list;
    this.#interim = interim;
  }

  /** A viewer's message. Nothing can be asked on this socket; the next snapshot fills whatever is missing. */
  take(message) {
    const changed = this.#log.take(message);
    this.#log.trim(SHOWN);
    if (changed) paint(this.#list, this.#log.session?.id ?? "", this.#log.items);
    retype(this.#interim, [...this.#log.interims.values()].join(" "));
    if (changed) this.#list.scrollTop = this.#list.scrollHeight;
  }
}
