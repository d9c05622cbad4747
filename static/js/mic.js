/**
 * The microphone: one audio graph, whose device can be exchanged while it runs.
 *
 *   const mic = new Microphone(workletUrl, { frame, ended, changed });
 *   await mic.open({ deviceId, noisy });      again for another device or other processing: no sample is lost meanwhile
 *
 * `frame({pcm, peak, rms, wall})` every 100 ms; `ended()` when the device has gone; `changed()` when `isMuted` or
 * `isSuspended` did. `open` throws what getUserMedia throws: `micTrouble(error)` is the key of the words for it.
 */

const FLUSH_LIMIT_MS = 500;
const TROUBLES = {
  NotAllowedError: "mic.refused",
  SecurityError: "mic.refused",
  NotFoundError: "mic.missing",
  OverconstrainedError: "mic.gone",
  NotReadableError: "mic.busy",
  AbortError: "mic.busy",
};

export function micTrouble(error) {
  return TROUBLES[error.name] ?? "mic.other";
}

/** The exact device, and the browser's own processing all off (it costs recognition) or, in a noisy room, all on. */
function constraints({ deviceId, noisy }) {
  const processing = { echoCancellation: noisy, noiseSuppression: noisy, autoGainControl: noisy };
  return { audio: { ...processing, ...(deviceId ? { deviceId: { exact: deviceId } } : {}) } };
}

/** Chromium says AbortError, as it does for a microphone in use. */
function workletMissing(cause) {
  throw Object.assign(new Error("the audio worklet did not load", { cause }), { name: "WorkletError" });
}

export class Microphone {
  #workletUrl;
  #handlers;
  #context = null;
  #node = null;
  #source = null;
  #flushed = () => {};
  #silenced = false;

  track = null;

  constructor(workletUrl, handlers) {
    this.#workletUrl = workletUrl;
    this.#handlers = handlers;
  }

  get isOpen() {
    return this.track?.readyState === "live";
  }

  /** Muted by the system or a switch on the device, not by this page. */
  get isMuted() {
    return this.isOpen && this.track.muted;
  }

  /** The browser waits for a click or key before it lets audio run. */
  get isSuspended() {
    return this.isOpen && this.#context.state !== "running";
  }

  /** Muting here means real silence: the recording goes on. */
  set silenced(silenced) {
    this.#silenced = silenced;
    if (this.track) this.track.enabled = !silenced;
  }

  get silenced() {
    return this.#silenced;
  }

  async open(choice) {
    await this.#start();
    const stream = await navigator.mediaDevices.getUserMedia(constraints(choice));
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#node);
    this.#release();
    this.#source = source;
    this.#use(stream.getAudioTracks()[0]);
  }

  /** Resolves when the last, unfinished frame has been delivered; a stalled audio thread is not waited for. */
  flush() {
    if (!this.#node || this.isSuspended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#flushed = resolve;
      setTimeout(resolve, FLUSH_LIMIT_MS);
      this.#node.port.postMessage("flush");
    });
  }

  resume() {
    if (this.isSuspended) this.#context.resume();
  }

  close() {
    this.#release();
    this.#node?.port.postMessage("close");
    this.#context?.close();
    this.track = this.#context = this.#node = null;
  }

  async #start() {
    if (this.#context) return;
    const context = new AudioContext({ latencyHint: "interactive" });
    await context.audioWorklet.addModule(this.#workletUrl).catch(workletMissing);
    const mono = { numberOfInputs: 1, numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" };
    this.#node = new AudioWorkletNode(context, "microphone", mono);
    this.#node.port.onmessage = ({ data }) => (data.flushed ? this.#flushed() : this.#handlers.frame(data));
    context.onstatechange = () => this.#handlers.changed();
    this.#context = context;
  }

  #use(track) {
    this.track = track;
    track.enabled = !this.#silenced;
    track.onended = () => this.#handlers.ended();
    track.onmute = track.onunmute = () => this.#handlers.changed();
    this.#handlers.changed();
  }

  #release() {
    this.#source?.disconnect();
    if (!this.track) return;
    this.track.onended = this.track.onmute = this.track.onunmute = null;
    this.track.stop();
  }
}
