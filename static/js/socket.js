/**
 * A WebSocket that comes back by itself. No DOM; socket maker, clock and chance can be replaced in tests.
 *
 * The close codes are those of docs/protocol.md: 40xx, 41xx and 42xx end it; 44xx wait for the server's `retry_after`;
 * everything else (45xx, a broken network) comes back at once. Every wait is spread by chance, so that a thousand
 * viewers of a restarted server do not arrive together.
 *
 * Handlers: `open()`, `message(object)` for every JSON text, `state(name, detail)` where name is
 *   connecting → open → waiting {delay} → connecting … or, for good, refused {code, key, message, kept}.
 */

const FIRST_DELAY = 250;
const STEADY_AFTER = 2000;
const CONNECT_LIMIT = 8000;
/** `WebSocket.CLOSING`, spelt out: tests run without a browser. */
const CLOSING = 2;

/** Milliseconds to wait before another attempt, or null when there must be none. */
export function retryDelay({ code, retryAfter = null, attempt, longest, random = Math.random }) {
  if (code >= 4000 && code < 4300) return null;
  if (retryAfter !== null) return retryAfter * 1000 * (1 + random() / 4);
  if (code >= 4400 && code < 4500) return 1000 * (1 + random());
  const step = Math.min(FIRST_DELAY * 2 ** attempt, longest);
  return attempt === 0 ? step * random() : step * (0.5 + random() / 2);
}

export class Socket {
  #url;
  #handlers;
  #options;
  #socket = null;
  #attempt = 0;
  #openedAt = null;
  #lastError = {};
  #timer = null;
  #dueAt = null;

  /**
   * `longest`: upper end of the back-off. `quiet`: milliseconds without a message after which the line counts as
   * dead (0 = never). `clock` has now(), setTimeout, clearTimeout.
   */
  constructor(url, handlers, options = {}) {
    this.#url = url;
    this.#handlers = handlers;
    this.#options = {
      longest: 5000,
      quiet: 0,
      make: (address) => new WebSocket(address),
      random: Math.random,
      clock: {
        now: () => performance.now(),
        setTimeout: (call, delay) => setTimeout(call, delay),
        clearTimeout: (timer) => clearTimeout(timer),
      },
      ...options,
    };
  }

  /** Bytes that the browser has not handed to the network yet. */
  get waitingBytes() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get isOpen() {
    return this.#openedAt !== null;
  }

  /** Between the server's goodbye and the end of the connection a browser complains about everything that is sent. */
  get #takesMore() {
    return this.isOpen && !(this.#socket.readyState >= CLOSING);
  }

  connect() {
    this.#leave();
    this.#lastError = {};
    const socket = this.#options.make(this.#url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#watch(CONNECT_LIMIT);
    this.#tell("connecting");
  }

  send(message) {
    if (this.#takesMore) this.#socket.send(JSON.stringify(message));
  }

  sendBytes(buffer) {
    if (this.#takesMore) this.#socket.send(buffer);
  }

  /** Gives a connection up that looks alive and is not, and makes another. */
  restart() {
    this.#closed(1006);
  }

  /** For pages whose timers the browser slows down: connects if the wait is over. */
  poke() {
    if (this.#dueAt !== null && this.#options.clock.now() >= this.#dueAt) this.connect();
  }

  /** The network is back: no reason to wait any longer. */
  hurry() {
    if (this.#dueAt !== null) this.connect();
  }

  close() {
    this.#leave();
  }

  #opened() {
    this.#openedAt = this.#options.clock.now();
    this.#watch(this.#options.quiet);
    this.#tell("open");
    this.#handlers.open();
  }

  #heard(data) {
    this.#watch(this.#options.quiet);
    if (typeof data !== "string") return;
    const message = JSON.parse(data);
    if (message.type === "error") this.#lastError = message;
    else this.#handlers.message(message);
  }

  #closed(code) {
    const error = this.#lastError;
    const { clock, longest, random } = this.#options;
    if (this.#openedAt !== null && clock.now() - this.#openedAt >= STEADY_AFTER) this.#attempt = 0;
    this.#leave();
    const reason = code === 1006 ? (error.code ?? code) : code;
    const retryAfter = error.retry_after ?? null;
    const delay = retryDelay({ code: reason, retryAfter, attempt: this.#attempt, longest, random });
    if (delay === null) {
      this.#tell("refused", { ...error, code: reason });
      return;
    }
    this.#attempt += 1;
    this.#dueAt = clock.now() + delay;
    this.#timer = clock.setTimeout(() => this.connect(), delay);
    this.#tell("waiting", { ...error, code: reason, delay });
  }

  #watch(limit) {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = limit > 0 ? clock.setTimeout(() => this.restart(), limit) : null;
  }

  #leave() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = this.#dueAt = this.#openedAt = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #tell(name, detail = {}) {
    this.#handlers.state(name, detail);
  }
}
