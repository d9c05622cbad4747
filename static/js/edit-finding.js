/**
 * Find and replace: `<form data-finding hidden>` with the fields `find`, `by` and `case`, `<output data-found>`, and
 * buttons to go on (submit), `[data-replace]` and `[data-close]`. The server counts, and replaces everywhere at once.
 */

import { words } from "./page.js";

const PATIENCE_MS = 250;

export class Finding {
  #form;
  #url;
  #show;
  #numbers = [];
  #at = -1;
  #timer = 0;
  #asked = 0;

  /** `show(number, text)` brings a sentence before the reader; `replace(find, by, case)`; `closed()`. */
  constructor(form, url, { show, replace, closed }) {
    this.#form = form;
    this.#url = url;
    this.#show = show;
    const { find, by, case: capitals } = form.elements;
    for (const field of [find, capitals]) field.addEventListener("input", () => this.count());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#next();
    });
    form.querySelector("[data-replace]").addEventListener("click", () => {
      if (find.value) replace(find.value, by.value, capitals.checked);
    });
    form.querySelector("[data-close]").addEventListener("click", closed);
    form.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") closed();
    });
  }

  open(is) {
    this.#form.hidden = !is;
    if (is) this.#form.elements.find.select();
  }

  /** How often it stands there; again after whatever changed. */
  count(now = false) {
    clearTimeout(this.#timer);
    if (!this.#form.hidden) this.#timer = setTimeout(() => this.#count(), now ? 0 : PATIENCE_MS);
  }

  async #count() {
    const { find, case: capitals } = this.#form.elements;
    this.#asked += 1;
    const turn = this.#asked;
    const query = new URLSearchParams({ find: find.value, ...(capitals.checked && { case: "1" }) });
    const response = find.value && (await fetch(`${this.#url}?${query}`));
    const { count = 0, numbers = [] } = response?.ok ? await response.json() : {};
    if (turn !== this.#asked) return;
    this.#numbers = numbers;
    this.#at = -1;
    this.#say(find.value && words(count ? "found" : "found_none", { n: count }));
  }

  #next() {
    if (!this.#numbers.length) return;
    this.#at = (this.#at + 1) % this.#numbers.length;
    this.#show(this.#numbers[this.#at], this.#form.elements.find.value);
  }

  #say(text) {
    this.#form.querySelector("[data-found]").textContent = text;
  }
}
