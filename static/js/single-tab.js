/** One broadcasting tab for each room and browser, by a Web Lock: gone with the tab, also when it crashes. */
export class TabPlace {
  #name;
  #release = () => {};

  constructor(room) {
    this.#name = `broadcast:${room}`;
  }

  /** Answers whether this tab has the place now. */
  take() {
    return new Promise((resolve) => {
      navigator.locks.request(this.#name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise((release) => (this.#release = release));
      });
    });
  }

  leave() {
    this.#release();
  }
}
