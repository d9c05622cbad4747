/**
 * The audio thread's part of the microphone: mono in at the device's rate, frames of 100 ms at 16 kHz out.
 *
 * Each frame is posted as {pcm: ArrayBuffer (16-bit), at: its first sample since this node began, peak, rms (0..1),
 * wall: Date.now()}. The message "flush" posts what has gathered so far and then {flushed: true}; "close" ends the node.
 * A quantum without input counts as silence, so that time never stands still while a device is exchanged.
 */

import { OUTPUT_RATE, Resampler } from "./fir.js";

const FRAME = OUTPUT_RATE / 10;
const QUANTUM = 128;
const SILENCE = new Float32Array(QUANTUM);

class MicrophoneProcessor extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate);
  #fresh = new Float32Array(this.#resampler.room(QUANTUM));
  #frame = new Int16Array(FRAME);
  #filled = 0;
  #at = 0;
  #peak = 0;
  #energy = 0;
  #open = true;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#obey(data);
  }

  process([input]) {
    const count = this.#resampler.process(input[0] ?? SILENCE, this.#fresh);
    for (let i = 0; i < count; i += 1) this.#add(this.#fresh[i]);
    return this.#open;
  }

  #add(sample) {
    const size = Math.abs(sample);
    if (size > this.#peak) this.#peak = size;
    this.#energy += sample * sample;
    this.#frame[this.#filled] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
    this.#filled += 1;
    if (this.#filled === FRAME) this.#post();
  }

  #post() {
    if (this.#filled === 0) return;
    const pcm = this.#frame.slice(0, this.#filled).buffer;
    const rms = Math.sqrt(this.#energy / this.#filled);
    this.port.postMessage({ pcm, at: this.#at, peak: this.#peak, rms, wall: Date.now() }, [pcm]);
    this.#at += this.#filled;
    this.#filled = this.#peak = this.#energy = 0;
  }

  #obey(order) {
    if (order === "flush") {
      this.#post();
      this.port.postMessage({ flushed: true });
    }
    if (order === "close") this.#open = false;
  }
}

registerProcessor("microphone", MicrophoneProcessor);
