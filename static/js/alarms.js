/** What is wrong, in words, in one `role=alert` element: each trouble has a name, and goes when its text does. */
export class Alarms {
  #element;
  #texts = new Map();

  constructor(element) {
    this.#element = element;
  }

  /** An empty text takes the alarm away. */
  set(name, text) {
    if (text) this.#texts.set(name, text);
    else this.#texts.delete(name);
    const all = [...this.#texts.values()].join(" ");
    if (this.#element.textContent === all) return;
    this.#element.textContent = all;
    this.#element.hidden = all === "";
  }
}
