/**
 * A recording to listen to, around an `<audio controls>` that works without this file:
 *
 *   <div data-player data-peaks="address of its peaks" data-address="where a fresh address of the sound is to be had">
 *     <canvas aria-hidden="true" hidden></canvas> <audio controls src="…"></audio>
 *     <p data-trouble hidden>words</p> <script type="application/json">[gaps]</script>
 *   </div>
 *
 * Addresses of sound run out after minutes: then a fresh one takes its place, at the same second.
 */

import { parsePeaks, Waveform } from "./waveform.js";

const STEP_S = 5;
const RENEWALS = 3;

/** Plays, seeks, and tells the time: "time" events, `{detail: {ms}}`, with every picture while it plays. */
export class Player extends EventTarget {
  #root;
  #audio;
  #waveform = null;
  #ticking = 0;
  #renewals = 0;
  #wanted = false;

  constructor(root) {
    super();
    this.#root = root;
    this.#audio = root.querySelector("audio");
    const heard = (...names) => {
      for (const name of names) this.#audio.addEventListener(name, () => this.#tick());
    };
    heard("play", "playing", "pause", "ended", "seeking", "seeked", "timeupdate", "durationchange");
    this.#audio.addEventListener("error", () => this.#renew());
    this.#audio.addEventListener("play", () => {
      this.#wanted = true;
    });
    // A browser pauses what it cannot read on: that is nobody's wish.
    this.#audio.addEventListener("pause", () => {
      this.#wanted = this.#wanted && Boolean(this.#audio.error);
    });
    this.#audio.addEventListener("canplay", () => {
      this.#renewals = 0;
    });
    root.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    this.#draw();
  }

  get currentMs() {
    return Math.round(this.#audio.currentTime * 1000);
  }

  get durationMs() {
    return Number.isFinite(this.#audio.duration) ? Math.round(this.#audio.duration * 1000) : 0;
  }

  get paused() {
    return this.#audio.paused;
  }

  seek(ms) {
    this.#audio.currentTime = Math.max(0, ms / 1000);
  }

  play() {
    return this.#audio.play();
  }

  pause() {
    this.#audio.pause();
  }

  #tick() {
    cancelAnimationFrame(this.#ticking);
    if (this.#waveform && this.durationMs) this.#waveform.played = this.currentMs / this.durationMs;
    this.dispatchEvent(new CustomEvent("time", { detail: { ms: this.currentMs } }));
    if (!this.#audio.paused && !this.#audio.ended) this.#ticking = requestAnimationFrame(() => this.#tick());
  }

  /** The picture; without peaks there is none. */
  async #draw() {
    const { peaks } = this.#root.dataset;
    const canvas = this.#root.querySelector("canvas");
    if (!peaks || !canvas) return;
    const answer = await fetch(peaks);
    const parsed = answer.ok ? parsePeaks(await answer.arrayBuffer()) : null;
    const gaps = JSON.parse(this.#root.querySelector('script[type="application/json"]')?.textContent ?? "[]");
    if (!parsed?.windows) return;
    this.#waveform = new Waveform(canvas, parsed, gaps, (fraction) => this.seek(fraction * this.durationMs));
    this.#tick();
  }

  #pressed(event) {
    if (event.target !== this.#audio || event.ctrlKey || event.altKey || event.metaKey) return;
    const goal = {
      ArrowLeft: this.currentMs - STEP_S * 1000,
      ArrowRight: this.currentMs + STEP_S * 1000,
      Home: 0,
      End: this.durationMs,
    }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.seek(Math.min(goal, this.durationMs));
  }

  /** Most likely the address ran out while nobody listened. */
  async #renew() {
    const audio = this.#audio;
    const { currentTime } = audio;
    this.#renewals += 1;
    const answer = this.#renewals > RENEWALS ? null : await fetch(this.#root.dataset.address).catch(() => null);
    const trouble = this.#root.querySelector("[data-trouble]");
    if (trouble) trouble.hidden = Boolean(answer?.ok);
    if (!answer?.ok) return;
    audio.src = (await answer.json()).address;
    audio.currentTime = currentTime;
    if (this.#wanted) await audio.play().catch(() => {});
  }
}

export function mountPlayer(root) {
  return new Player(root);
}
