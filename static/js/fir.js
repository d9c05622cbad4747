/**
 * From any device rate to 16 kHz: a polyphase FIR low-pass, sample by sample, without memory allocation per call.
 * No DOM; runs inside the audio worklet.
 *
 * A Kaiser window of 90 dB over a transition from 7.2 to 8.0 kHz: what lies above 8 kHz would come back as a false tone
 * in the speech band, which linear interpolation lets through at full level. Group delay: half the filter, about 4 ms.
 */

export const OUTPUT_RATE = 16_000;

const STOP_BAND_DB = 90;
const PASS_EDGE = 0.45;
const STOP_EDGE = 0.5;

export class Resampler {
  #up;
  #down;
  #phases;
  #taps;
  #line;
  #position = 0;
  #due = 0;

  constructor(inputRate) {
    const divisor = greatestCommonDivisor(OUTPUT_RATE, inputRate);
    this.#up = OUTPUT_RATE / divisor;
    this.#down = inputRate / divisor;
    this.#phases = inputRate === OUTPUT_RATE ? [Float32Array.of(1)] : designPhases(inputRate, this.#up);
    this.#taps = this.#phases[0].length;
    this.#line = new Float32Array(2 * this.#taps);
  }

  /** Upper bound of the samples that `count` input samples give. */
  room(count) {
    return Math.ceil((count * this.#up) / this.#down) + 1;
  }

  /** Filters `input` into `output` and answers how many samples that were. */
  process(input, output) {
    let written = 0;
    for (const sample of input) {
      this.#line[this.#position] = this.#line[this.#position + this.#taps] = sample;
      this.#position = (this.#position + 1) % this.#taps;
      for (; this.#due < this.#up; this.#due += this.#down) output[written++] = this.#sum(this.#phases[this.#due]);
      this.#due -= this.#up;
    }
    return written;
  }

  #sum(weights) {
    let sum = 0;
    for (let i = 0, from = this.#position; i < weights.length; i += 1) sum += weights[i] * this.#line[from + i];
    return sum;
  }
}

/** One row of weights for each place that an output sample can have between two input samples, oldest input first. */
function designPhases(inputRate, up) {
  const lower = Math.min(inputRate, OUTPUT_RATE);
  const cutoff = ((PASS_EDGE + STOP_EDGE) * lower) / inputRate / 2;
  const transition = 2 * Math.PI * (((STOP_EDGE - PASS_EDGE) * lower) / inputRate);
  const taps = Math.ceil((STOP_BAND_DB - 7.95) / (2.285 * transition)) + 1;
  return Array.from({ length: up }, (_, phase) => designRow(taps, phase / up, cutoff));
}

function designRow(taps, fraction, cutoff) {
  const row = Float64Array.from({ length: taps }, (_, index) => {
    const time = taps - 1 - index + fraction - taps / 2;
    return sinc(2 * cutoff * time) * kaiser((2 * time) / taps);
  });
  const gain = row.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(row, (weight) => weight / gain);
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window at x from -1 to 1; its beta is his formula for stop bands above 50 dB. */
function kaiser(x) {
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);
  return bessel(beta * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(beta);
}

/** Modified Bessel function of the first kind and order zero, by its series. */
function bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
