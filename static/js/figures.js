/** Writes figures into `[data-number]` and words into `[data-word]`; what is not known is a dash. */

const UNKNOWN = "–";

export class Figures {
  #root;

  constructor(root) {
    this.#root = root;
  }

  number(name, text) {
    this.#write("number", name, text);
  }

  word(name, text) {
    this.#write("word", name, text);
  }

  #write(kind, name, text) {
    for (const place of this.#root.querySelectorAll(`[data-${kind}="${name}"]`)) {
      const shown = text || UNKNOWN;
      if (place.textContent !== shown) place.textContent = shown;
    }
  }
}

/** Milliseconds as seconds with one decimal; nothing for what is not known. */
export function seconds(ms) {
  return Number.isFinite(ms) ? (ms / 1000).toFixed(1) : "";
}

/** Milliseconds as h:mm:ss. */
export function clock(ms) {
  if (!Number.isFinite(ms)) return "";
  const whole = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
