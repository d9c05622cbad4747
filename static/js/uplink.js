/**
 * A broadcast: one outbox on a socket that comes back, from hello to ended. No DOM.
 *
 * `phase`: idle → on → stopping → ended; or refused (`refusal` says why; `retry()` goes on unless it is over for good).
 * While refused, audio is still captured: nothing is lost if the streamer can put it right. A session that ended while
 * the page was away is followed by another one, which gets what was captured meanwhile.
 * `tell(name, detail)`: changed, ready {continues}, waiting {code, key, delay}, status, caption (a viewer's message),
 * refused {code, key, …}, ended {session, samples, …}.
 */

import { Outbox } from "./outbox.js";
import { Socket } from "./socket.js";

const NO_ACK_LIMIT = 5000;
/** A page that takes captions hears of its room every seven seconds at the latest, also while it is paused or stopping. */
const QUIET_LIMIT = 15_000;
/** A page that was away for longer than this did not hear the end of its session: what it captured goes to a new one. */
const AWAY_MS = 10_000;
const HIGH_WATER = 65_536;
const ENDED = 4200;
const BUSY = 4210;

export class Uplink {
  #socket;
  #tell;
  #name;
  #hello;
  #now;
  #heardAt = 0;
  #stalled = false;

  phase = "idle";
  refusal = null;
  ready = false;
  paused = false;

  /** `name`: as BroadcastName; `options` as for Socket. */
  constructor(url, { name, tell, outbox = new Outbox(), now = () => performance.now() }, options = {}) {
    this.outbox = outbox;
    this.#hello = { type: "hello", version: 1, take_over: false, consent: true, paced: true, captions: true };
    this.#tell = tell;
    this.#name = name;
    this.#now = now;
    const handlers = {
      open: () => this.#socket.send(this.#hello),
      message: (message) => this.#heard(message),
      state: (name, detail) => this.#linkChanged(name, detail),
    };
    this.#socket = new Socket(url, handlers, { longest: 2000, quiet: QUIET_LIMIT, ...options });
  }

  get isOver() {
    const code = this.refusal?.code ?? 0;
    return this.phase === "ended" || (code >= 4200 && code < 4300 && code !== BUSY);
  }

  /** Milliseconds captured that the session did not get, as far as is known; nothing once its stop has left, as the last. */
  get leftMs() {
    return this.outbox.has("stop") && this.outbox.unsentMs === 0 ? 0 : this.outbox.lagMs;
  }

  get wantsAudio() {
    if (this.paused || this.outbox.has("stop")) return false;
    return this.phase === "on" || (this.phase === "refused" && !this.isOver);
  }

  start() {
    this.#hello.broadcast = this.#name.value;
    if (this.outbox.has("stop")) this.#name.forget();
    this.retry();
  }

  retry({ takeOver = false } = {}) {
    this.#hello.take_over = takeOver;
    this.#connect(this.outbox.has("stop") ? "stopping" : "on");
  }

  /** 16 kHz samples as an Int16Array. Call it for every frame of the microphone: it is the clock of a hidden tab. */
  capture(samples) {
    if (this.wantsAudio) this.outbox.push(samples);
    this.tick();
  }

  tick() {
    this.#socket.poke();
    this.#pump();
    const silent = this.ready && this.outbox.isWaiting && !this.#stalled;
    if (silent && this.#now() - this.#heardAt > NO_ACK_LIMIT) this.#socket.restart();
  }

  hurry() {
    this.#socket.hurry();
  }

  pause() {
    this.#setPaused(true);
  }

  resume() {
    this.#setPaused(false);
  }

  /** The device gave nothing for so long. */
  lost(ms, reason) {
    if (this.wantsAudio) this.#mark({ type: "lost", ms: Math.round(ms), reason });
  }

  /** A second time, because the server refuses the first: leaves without it. */
  stop() {
    if (this.phase !== "on" && this.phase !== "refused") return;
    if (this.phase === "refused" && this.outbox.has("stop")) return this.abandon();
    this.#name.forget();
    if (!this.outbox.has("stop")) this.#mark({ type: "stop" });
    if (this.phase === "refused") this.retry();
    this.#become("stopping");
  }

  /** Leaves without finishing; what was not sent is given up. */
  abandon() {
    this.#socket.close();
    this.#name.forget();
    this.#become("ended");
  }

  #connect(phase) {
    this.refusal = null;
    this.phase = phase;
    this.#socket.connect();
  }

  #become(phase) {
    this.phase = phase;
    this.#tell("changed");
  }

  #setPaused(paused) {
    if (paused === this.paused) return;
    this.paused = paused;
    this.#mark({ type: paused ? "pause" : "resume" });
    this.#tell("changed");
  }

  #heard(message) {
    if (message.type === "ready") this.#begin(message);
    else if (message.type === "ack") this.#acknowledged(message);
    else if (message.type === "ended") this.#end(message);
    else if (message.type === "status") this.#status(message);
    else this.#tell("caption", message);
  }

  #begin(message) {
    const continues = this.outbox.begin(message);
    if (!continues && this.paused && !this.outbox.has("pause", "resume")) this.outbox.mark({ type: "pause" });
    this.#hello.take_over = false;
    this.#heardAt = this.#now();
    this.ready = true;
    this.#tell("ready", { continues });
    this.#pump();
  }

  #acknowledged(message) {
    this.outbox.acknowledge(message);
    this.#heardAt = this.#now();
    this.#pump();
    this.#tell("changed");
  }

  /** A server with a full disk says so and acknowledges nothing until there is room: reconnecting would not help. */
  #status(message) {
    if (this.#stalled) this.#heardAt = this.#now();
    if ("storage" in message) this.#stalled = message.storage === "full";
    this.#tell("status", message);
  }

  #end(message) {
    this.#socket.close();
    this.#name.forget();
    this.ready = false;
    // Nobody has ended what was never begun here, nor what is said to a session that was given up.
    if (this.outbox.session === null || this.leftMs > AWAY_MS) return this.start();
    this.phase = "ended";
    this.#tell("ended", message);
  }

  #linkChanged(name, detail) {
    this.ready = this.#stalled = false;
    if (name === "refused" && detail.code === ENDED) return this.#end({ session: this.outbox.session });
    if (name !== "refused") return this.#tell(name === "waiting" ? "waiting" : "changed", detail);
    Object.assign(this, { phase: "refused", refusal: detail });
    if (this.isOver) this.#name.forget();
    this.#tell("refused", detail);
  }

  #mark(mark) {
    this.outbox.mark(mark);
    this.#pump();
  }

  #pump() {
    if (!this.ready) return;
    if (!this.outbox.isWaiting) this.#heardAt = this.#now();
    for (const { message, bytes } of this.outbox.departures(() => this.#socket.waitingBytes <= HIGH_WATER)) {
      if (bytes) this.#socket.sendBytes(bytes);
      else this.#socket.send(message);
    }
  }
}
