/**
 * The buttons `[data-action]` of the studio: which are there, and one action at a time (all rest while it runs).
 * Mark-up in studio.js.
 */

export class Controls {
  #buttons;
  #changed;
  #busy = false;

  /** `actions`: name → function, async or not; `changed()` whenever the buttons should be shown anew. */
  constructor(root, actions, changed) {
    this.#buttons = [...root.querySelectorAll("[data-action]")];
    this.#changed = changed;
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.#act(actions[button.dataset.action]));
    }
  }

  show(available, { muted }) {
    for (const button of this.#buttons) {
      const { action } = button.dataset;
      button.hidden = !available[action];
      button.disabled = this.#busy;
      if (action === "mute") button.setAttribute("aria-pressed", String(muted));
    }
  }

  async #act(action) {
    if (this.#busy) return;
    this.#busy = true;
    this.#changed();
    try {
      await action();
    } finally {
      this.#busy = false;
      this.#changed();
    }
  }
}
