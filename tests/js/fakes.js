/** What the tests put in place of time, chance and network. */

/** Time that moves only when told. */
export class FakeClock {
  #timers = new Map();
  #time = 0;
  #last = 0;

  now = () => this.#time;

  setTimeout = (call, delay) => {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.#time + delay, call });
    return this.#last;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  advance(ms) {
    const until = this.#time + ms;
    for (let next = this.#next(until); next; next = this.#next(until)) {
      const [timer, { at, call }] = next;
      this.#timers.delete(timer);
      this.#time = at;
      call();
    }
    this.#time = until;
  }

  /** Time passes, but no timer fires: a tab in the background. */
  drift(ms) {
    this.#time += ms;
  }

  #next(until) {
    const due = [...this.#timers].filter(([, { at }]) => at <= until);
    return due.sort(([, one], [, other]) => one.at - other.at)[0];
  }
}

/** Numbers from 0 to 1 that are the same in every run with the same seed. */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A tab's BroadcastName: another one each time it is forgotten. */
export function fakeName() {
  let forgotten = 0;
  return {
    get value() {
      return `b${forgotten || ""}`;
    },
    forget() {
      forgotten += 1;
    },
  };
}

/** A browser's WebSocket whose other end is the test. */
export class FakeSocket {
  sent = [];
  bufferedAmount = 0;
  isClosed = false;

  constructor(url) {
    this.url = url;
  }

  send(data) {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  close() {
    this.isClosed = true;
  }

  open() {
    this.onopen?.();
  }

  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(code = 1006) {
    this.isClosed = true;
    this.onclose?.({ code });
  }
}

/** A maker of FakeSockets that remembers them. */
export function fakeSockets() {
  const made = [];
  const make = (url) => {
    made.push(new FakeSocket(url));
    return made.at(-1);
  };
  return { made, make };
}
