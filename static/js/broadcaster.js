/** A streamer's broadcast, from Go live to the end: joins microphone, uplink and page. Mark-up in studio.js. */

import { Alarms } from "./alarms.js";
import { BroadcastName } from "./broadcast-name.js";
import { actionsOf } from "./broadcast-state.js";
import { Console } from "./console.js";
import { Controls } from "./controls.js";
import { errorWords, socketUrl, words } from "./page.js";
import { TabPlace } from "./single-tab.js";
import { Sound } from "./sound.js";
import { Transcript } from "./transcript.js";
import { Uplink } from "./uplink.js";
import { keepAwake } from "./wakelock.js";

const BUSY = 4210;
const TICK_MS = 500;

export class Broadcaster {
  #root;
  #find = (name) => this.#root.querySelector(`[data-${name}]`);
  #name;
  #alarms;
  #console;
  #transcript;
  #takeOver;
  #place;
  #sound;
  #controls;
  #uplink = null;
  #begun = null;
  #status = {};
  #elsewhere = false;
  #waitsForDevice = false;

  constructor(root) {
    this.#root = root;
    this.#alarms = new Alarms(this.#find("alarm"));
    this.#console = new Console(root, this.#alarms);
    this.#transcript = new Transcript(this.#find("transcript"), this.#find("interim"));
    this.#place = new TabPlace(root.dataset.room);
    this.#name = new BroadcastName(root.dataset.room);
    this.#sound = new Sound(root, this.#alarms, {
      frame: (samples) => this.#uplink?.capture(samples),
      missing: (ms) => this.#missing(ms),
      ended: () => this.#deviceEnded(),
      opened: () => this.#deviceOpened(),
      isLive: () => this.#uplink?.wantsAudio ?? false,
    });
    this.#controls = new Controls(root, this.#actions(), () => this.#render());
    this.#takeOver = this.#find("take-over");
    this.#takeOver.addEventListener("close", () => this.#answered(this.#takeOver.returnValue));
    addEventListener("online", () => this.#uplink?.hurry());
    addEventListener("beforeunload", (event) => this.#warn(event));
    setInterval(() => this.#tick(), TICK_MS);
    this.#render();
  }

  #actions() {
    return {
      microphone: () => this.#sound.open(),
      live: () => this.#goLive(),
      pause: () => this.#flushed(() => this.#uplink.pause()),
      resume: () => this.#resume(),
      mute: () => (this.#sound.silenced = !this.#sound.silenced),
      stop: () => this.#flushed(() => this.#stop()),
      retry: () => this.#retry(),
    };
  }

  async #goLive() {
    const agreed = this.#find("consent").checked;
    this.#alarms.set("consent", agreed ? "" : words("alarm.consent"));
    if (!agreed) return this.#find("consent").focus();
    this.#elsewhere = !(await this.#place.take());
    this.#alarms.set("link", this.#elsewhere ? words("alarm.elsewhere") : "");
    if (this.#elsewhere) return;
    if (this.#sound.isOpen || (await this.#sound.open())) this.#begin();
    else this.#place.leave();
  }

  #begin() {
    this.#begun = null;
    this.#status = {};
    this.#waitsForDevice = false;
    this.#alarms.set("session", "");
    this.#alarms.set("left", "");
    this.#alarms.set("missing", "");
    const tell = (name, detail) => this.#told(name, detail);
    this.#uplink = new Uplink(socketUrl(this.#root.dataset.socket), { name: this.#name, tell });
    this.#uplink.start();
  }

  #stop() {
    this.#uplink.stop();
    if (this.#uplink.isOver) this.#leave();
  }

  #told(name, detail) {
    if (name === "caption") return this.#transcript.take(detail);
    if (name === "status") Object.assign(this.#status, detail);
    if (name === "ready") this.#ready(detail);
    if (name === "waiting" && detail.key) this.#alarms.set("link", errorWords(detail));
    if (name === "refused") this.#refused(detail);
    if (name === "ended") this.#finish(detail);
    this.#render();
  }

  #ready({ continues }) {
    this.#alarms.set("link", "");
    if (this.#begun !== null && !continues) this.#alarms.set("session", words("alarm.new_session"));
    this.#begun ??= performance.now();
  }

  #refused(refusal) {
    this.#alarms.set("link", errorWords(refusal));
    if (refusal.code === BUSY) this.#takeOver.showModal();
    else if (this.#uplink.isOver) this.#leave();
  }

  #answered(answer) {
    if (answer === "take") return this.#retry({ takeOver: true });
    this.#uplink.abandon();
    this.#uplink = null;
    this.#alarms.set("link", "");
    this.#leave();
    this.#render();
  }

  #retry(options) {
    this.#alarms.set("link", "");
    this.#uplink.retry(options);
  }

  #finish({ session, samples, sentences }) {
    this.#leave();
    const detail = { session, samples, sentences };
    this.#root.dispatchEvent(new CustomEvent("studio:ended", { bubbles: true, detail }));
  }

  #leave() {
    const left = Math.round((this.#uplink?.leftMs ?? 0) / 1000);
    this.#alarms.set("left", left > 0 ? words("alarm.left", { n: left }) : "");
    this.#sound.close();
    this.#place.leave();
  }

  /** Pause and stop take the last, unfinished frame along. */
  async #flushed(action) {
    await this.#sound.flush();
    action();
    this.#render();
  }

  async #resume() {
    if (this.#sound.isOpen || (await this.#sound.open())) this.#uplink.resume();
  }

  #missing(ms) {
    if (!this.#uplink?.wantsAudio) return;
    this.#uplink.lost(ms, "device");
    this.#alarms.set("missing", words("mic.lost", { n: Math.round(ms / 1000) }));
  }

  #deviceEnded() {
    this.#waitsForDevice = this.#uplink?.wantsAudio ?? false;
    if (this.#waitsForDevice) this.#flushed(() => this.#uplink.pause());
    this.#render();
  }

  #deviceOpened() {
    if (this.#waitsForDevice) this.#uplink.resume();
    this.#waitsForDevice = false;
    this.#render();
  }

  #warn(event) {
    if (!this.#uplink || this.#uplink.isOver) return;
    event.preventDefault();
    event.returnValue = true;
  }

  #tick() {
    this.#uplink?.tick();
    this.#render();
  }

  #render() {
    const uplink = this.#uplink;
    const sound = this.#sound;
    keepAwake(uplink !== null && !uplink.isOver);
    const now = { uplink, status: this.#status, elsewhere: this.#elsewhere, begun: this.#begun };
    const state = this.#console.show(now);
    this.#controls.show(actionsOf(state, { uplink, sound }), { muted: sound.silenced });
  }
}
