/**
 * One file on its way to the server, in pieces. No DOM; network, clock and memory can be replaced in tests.
 *
 * The server's word counts: before the first piece, and after every break, it is asked how many bytes it has.
 *
 * `tell(state, detail)`: queued, asking, sending {done}, waiting {done}, paused {done}, done, or refused {key, message}.
 * After paused and refused `start()` goes on.
 */

const FIRST_PIECE = 256 * 1024;
const PIECE_MS = 1500;
const PIECE_LIMIT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** The same for the same file of which the same was said, also after a reload. */
export function keyOf(begin, { name, size, lastModified }, fields) {
  return `upload ${begin} ${size} ${lastModified} ${new URLSearchParams(fields)} ${name}`;
}

/** Says why the server does not want it; only a person can go on. */
class Refused extends Error {
  constructor(key, message) {
    super(message);
    this.key = key;
  }
}

/** The network is gone, or the server for the moment. */
class Away extends Error {}

/** Somebody pressed a button. */
class Stopped extends Error {}

export class Sender {
  #about;
  #parts;
  #stop = null;
  #piece = FIRST_PIECE;
  #address = null;
  #pauseMs = FIRST_PAUSE_MS;

  /**
   * `about`: file, begin (address for new files), fields (form fields beside name and size), most, chunk (bytes).
   * `parts`: tell, fetch, memory (as localStorage), now, sleep(ms, signal), limit(ms, signal).
   */
  constructor(about, parts) {
    this.#about = about;
    this.#parts = parts;
    this.done = 0;
    this.state = "queued";
  }

  get address() {
    return this.#address;
  }

  /** Until all is there, it is refused or paused. */
  async start() {
    this.#stop = new AbortController();
    try {
      this.#check();
      await this.#send();
      this.#parts.memory.removeItem(this.#key);
      this.#tell("done");
    } catch (error) {
      if (error instanceof Stopped) this.#tell("paused");
      else if (error instanceof Refused) this.#tell("refused", { key: error.key, message: error.message });
      else throw error;
    }
  }

  pause() {
    this.#stop?.abort();
    if (this.state === "queued") this.#tell("paused");
  }

  /** Gives it up, here and on the server. */
  async cancel() {
    this.pause();
    this.#parts.memory.removeItem(this.#key);
    if (this.#address) await this.#ask("DELETE", this.#address, {}, new AbortController().signal).catch(() => {});
  }

  get #key() {
    const { begin, file, fields } = this.#about;
    return keyOf(begin, file, fields);
  }

  #check() {
    const { file, most } = this.#about;
    if (file.size === 0) throw new Refused("empty", "");
    if (file.size > most) throw new Refused("too-big", "");
  }

  async #send() {
    for (;;) {
      try {
        this.#tell("asking");
        this.done = await this.#where();
        while (this.done < this.#about.file.size) {
          this.#tell("sending");
          await this.#sendPiece();
          this.#pauseMs = FIRST_PAUSE_MS;
        }
        return;
      } catch (error) {
        if (!(error instanceof Away)) throw error;
        this.#tell("waiting");
        await this.#parts.sleep(this.#pauseMs, this.#stop.signal);
        this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
        if (this.#stop.signal.aborted) throw new Stopped();
      }
    }
  }

  /** How many bytes the server has, of the upload begun before or of a new one. */
  async #where() {
    const known = this.#address ?? this.#parts.memory.getItem(this.#key);
    if (known) {
      const answer = await this.#ask("HEAD", known);
      if (answer.ok) {
        this.#address = known;
        return offset(answer);
      }
      if (![404, 410].includes(answer.status)) throw await refusal(answer);
      this.#parts.memory.removeItem(this.#key);
    }
    const { file, begin, fields } = this.#about;
    const body = new URLSearchParams({ ...fields, name: file.name, size: file.size });
    const answer = await this.#ask("POST", begin, { body });
    if (!answer.ok) throw await refusal(answer);
    this.#address = (await answer.json()).address;
    this.#parts.memory.setItem(this.#key, this.#address);
    return 0;
  }

  async #sendPiece() {
    const { file, chunk } = this.#about;
    const body = file.slice(this.done, this.done + Math.min(this.#piece, chunk));
    const began = this.#parts.now();
    const answer = await this.#ask("PATCH", this.#address, { body, headers: { "Upload-Offset": this.done } });
    if (!answer.ok && answer.status !== 409) throw await refusal(answer);
    this.done = offset(answer);
    if (answer.ok) this.#learn(this.#parts.now() - began);
  }

  /** Pieces that take about as long as a person waits for the bar to move. */
  #learn(ms) {
    const wanted = (this.#piece * PIECE_MS) / Math.max(ms, 1);
    this.#piece = Math.round(Math.min(this.#about.chunk, Math.max(FIRST_PIECE, Math.min(wanted, this.#piece * 2))));
  }

  async #ask(method, address, options = {}, signal = this.#stop.signal) {
    let answer;
    try {
      const bounded = this.#parts.limit(PIECE_LIMIT_MS, signal);
      answer = await this.#parts.fetch(address, { method, signal: bounded, redirect: "error", ...options });
    } catch {
      if (signal.aborted) throw new Stopped();
      throw new Away();
    }
    if (answer.status >= 500 && answer.status !== 507) throw new Away();
    return answer;
  }

  #tell(state, detail = {}) {
    this.state = state;
    this.#parts.tell(state, { done: this.done, ...detail });
  }
}

function offset(answer) {
  const said = answer.headers.get("Upload-Offset");
  if (said === null) throw new Away();
  return Number(said);
}

async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  const key = answer.status === 403 ? "forbidden" : answer.status === 404 ? "gone" : "other";
  return new Refused(said.key ?? key, said.message ?? "");
}
