/**
 * One change after the other, in the order in which they were made, each until the server has answered. No DOM.
 *
 * `ask(body)` answers `{kind, …}`; while the kind is `away` the same is asked again. `said(state)`: `saving`, `saved`,
 * or why not: `not_saved`, `signed_out`.
 */

import { freshToken } from "./csrf.js";

const AGAIN_AFTER = 3000;

export class Queue {
  #ask;
  #said;
  #pause;
  #last = Promise.resolve();
  #waiting = 0;

  constructor(ask, said, pause = (ms) => new Promise((done) => setTimeout(done, ms))) {
    this.#ask = ask;
    this.#said = said;
    this.#pause = pause;
  }

  get busy() {
    return this.#waiting > 0;
  }

  /**
   * `body()` is called when it is its turn, so that it knows what the changes before it did, and may be a promise;
   * null = nothing to do.
   * `take(answer)` comes before the next change begins.
   */
  push(body, take) {
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      try {
        const asked = await body();
        if (asked) take(await this.#answered(asked));
      } finally {
        this.#waiting -= 1;
        if (!this.#waiting) this.#said("saved");
      }
    });
    return this.#last;
  }

  async #answered(asked) {
    this.#said("saving");
    for (;;) {
      const answer = await this.#ask(asked);
      if (answer.kind !== "away") return answer;
      this.#said(answer.why);
      await this.#pause(AGAIN_AFTER);
    }
  }
}

/** Asks the server: `done`, `stale`, `refused`, or `away` when there was no answer that says one of these. */
export async function post(url, token, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": freshToken(token) },
      body: JSON.stringify(body),
      redirect: "manual",
    });
    const kind = { 200: "done", 409: "stale", 422: "refused" }[response.status];
    if (kind) return { kind, ...(await response.json()) };
  } catch {
    return { kind: "away", why: "not_saved" };
  }
  if (response.status === 400) return { kind: "refused", error: "" };
  return { kind: "away", why: response.status >= 500 ? "not_saved" : "signed_out" };
}
