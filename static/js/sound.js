/**
 * The microphone as the page shows it: choice of device, level, what the track really is, and its troubles in words.
 * Mark-up in studio.js.
 */

import { CaptureClock } from "./capture-clock.js";
import { DeviceChoice } from "./devices.js";
import { meterValue, SilenceAlarm } from "./level.js";
import { Microphone, micTrouble } from "./mic.js";
import { words } from "./page.js";
import { SAMPLE_RATE } from "./ring.js";

const PROCESSING = { noiseSuppression: "track.noise", echoCancellation: "track.echo", autoGainControl: "track.gain" };

export class Sound {
  #mic;
  #devices;
  #silence = new SilenceAlarm();
  #clock = new CaptureClock();
  #turn = Promise.resolve();
  #parts;
  #alarms;
  #handlers;

  /** Handlers: frame(Int16Array), missing(ms), ended(), opened(), isLive(). */
  constructor(root, alarms, handlers) {
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.#parts = { noisy: find("noisy"), level: find("level"), track: find("track") };
    this.#alarms = alarms;
    this.#handlers = handlers;
    this.#mic = new Microphone(root.dataset.worklet, {
      frame: (frame) => this.#frame(frame),
      ended: () => this.#ended(),
      changed: () => this.#changed(),
    });
    this.#devices = new DeviceChoice(find("device"), () => this.open());
    this.#parts.noisy.addEventListener("change", () => this.isOpen && this.open());
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.#mic.resume());
    this.#devices.list();
  }

  get isOpen() {
    return this.#mic.isOpen;
  }

  get silenced() {
    return this.#mic.silenced;
  }

  set silenced(silenced) {
    this.#mic.silenced = silenced;
    this.#silence.reset();
  }

  /** Opens the chosen device, or exchanges it; one at a time. Answers whether there is sound now. */
  open() {
    this.#turn = this.#turn.then(() => this.#tryOpen());
    return this.#turn;
  }

  flush() {
    return this.#mic.flush();
  }

  close() {
    this.#mic.close();
    this.#clock = new CaptureClock();
    this.#parts.level.value = 0;
    this.#changed();
  }

  async #tryOpen() {
    const deviceId = this.#devices.deviceId;
    try {
      await this.#mic.open({ deviceId, noisy: this.#parts.noisy.checked });
      this.#alarms.set("device", "");
    } catch (error) {
      this.#alarms.set("device", words(micTrouble(error), { name: error.name }, "mic.other"));
      if (!deviceId || error.name !== "OverconstrainedError") return this.isOpen;
      this.#devices.forget();
      if (!(await this.#openDefault())) return false;
    }
    await this.#devices.list();
    this.#handlers.opened();
    return true;
  }

  /** The chosen device is not there: the words for it stay while the default one is heard. */
  async #openDefault() {
    try {
      await this.#mic.open({ deviceId: "", noisy: this.#parts.noisy.checked });
      return true;
    } catch (error) {
      this.#alarms.set("device", words(micTrouble(error), { name: error.name }, "mic.other"));
      return false;
    }
  }

  #frame({ pcm, peak, wall }) {
    const samples = new Int16Array(pcm);
    const ms = (samples.length * 1000) / SAMPLE_RATE;
    this.#parts.level.value = meterValue(peak);
    const silent = this.#silence.isSilent(peak, ms) && this.#handlers.isLive() && !this.silenced;
    this.#alarms.set("silent", silent ? words("alarm.silent") : "");
    const missing = this.#clock.missing(wall, ms);
    if (missing > 0) this.#handlers.missing(missing);
    this.#handlers.frame(samples);
  }

  #ended() {
    this.#alarms.set("device", words("mic.ended"));
    this.#parts.level.value = 0;
    this.#devices.list();
    this.#handlers.ended();
  }

  #changed() {
    this.#alarms.set("muted", this.#mic.isMuted ? words("mic.muted") : "");
    this.#alarms.set("suspended", this.#mic.isSuspended ? words("mic.suspended") : "");
    this.#parts.track.textContent = this.isOpen ? trackWords(this.#mic.track) : "";
  }
}

/** The device in use, and which of the browser's own processing it really has on. */
function trackWords(track) {
  const settings = track.getSettings();
  const active = Object.keys(PROCESSING).filter((name) => settings[name]);
  const list = active.map((name) => words(PROCESSING[name])).join(", ");
  return words(list ? "track.processed" : "track.raw", { name: track.label, list });
}
