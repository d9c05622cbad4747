import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { OUTPUT_RATE, Resampler } from "../../static/js/fir.js";

const QUANTUM = 128;

function sine(frequency, rate, seconds) {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / rate),
  );
}

function resample(input, rate, step = QUANTUM) {
  const resampler = new Resampler(rate);
  const output = new Float32Array(resampler.room(step));
  const all = [];
  for (let from = 0; from < input.length; from += step) {
    const count = resampler.process(input.subarray(from, from + step), output);
    all.push(...output.subarray(0, count));
  }
  return Float64Array.from(all);
}

/** Power of the part at `frequency` (least squares), and of the rest, in decibels relative to the tone that went in. */
function analyse(output, frequency) {
  const settled = output.subarray(1600);
  let [ss, cc, sc, ys, yc, power] = [0, 0, 0, 0, 0, 0];
  settled.forEach((y, index) => {
    const angle = (2 * Math.PI * frequency * index) / OUTPUT_RATE;
    const [s, c] = [Math.sin(angle), Math.cos(angle)];
    [ss, cc, sc, ys, yc, power] = [ss + s * s, cc + c * c, sc + s * c, ys + y * s, yc + y * c, power + y * y];
  });
  const determinant = ss * cc - sc * sc;
  const a = (ys * cc - yc * sc) / determinant;
  const b = (yc * ss - ys * sc) / determinant;
  const rest = Math.max(0, power - a * ys - b * yc);
  const decibels = (value) => 10 * Math.log10(Math.max(value, 1e-30) / (0.125 * settled.length));
  return { gain: decibels(power - rest), noise: decibels(rest), total: decibels(power) };
}

describe("from a device's rate to 16 kHz", () => {
  for (const rate of [22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]) {
    it(`keeps a tone below 7 kHz from ${rate} Hz, with at least 53 dB over everything else`, () => {
      for (const frequency of [120, 1000, 3333, 6900]) {
        const { gain, noise } = analyse(resample(sine(frequency, rate, 0.6), rate), frequency);
        assert.ok(Math.abs(gain) < 0.1, `${frequency} Hz: gain ${gain.toFixed(3)} dB`);
        assert.ok(gain - noise > 80, `${frequency} Hz: ${(gain - noise).toFixed(1)} dB`);
      }
    });
  }

  for (const rate of [44_100, 48_000, 96_000]) {
    it(`lets nothing above 8 kHz come back as another tone, from ${rate} Hz`, () => {
      for (const frequency of [8050, 9000, 10_000, 13_000, 15_900, 20_000]) {
        const { total } = analyse(resample(sine(frequency, rate, 0.6), rate), 1000);
        assert.ok(total < -80, `${frequency} Hz: ${total.toFixed(1)} dB`);
      }
    });
  }

  it("passes 16 kHz through untouched", () => {
    const input = sine(1000, 16_000, 0.1);
    assert.deepEqual(resample(input, 16_000), Float64Array.from(input));
  });

  it("makes a telephone's 8 kHz into 16 kHz without images", () => {
    const { gain, noise } = analyse(resample(sine(1000, 8000, 0.6), 8000), 1000);
    assert.ok(Math.abs(gain) < 0.1);
    assert.ok(gain - noise > 80, `${(gain - noise).toFixed(1)} dB`);
  });

  it("gives 16,000 samples for every second, however the input is cut", () => {
    for (const rate of [16_000, 44_100, 48_000]) {
      const input = sine(440, rate, 2);
      const whole = resample(input, rate);
      assert.equal(whole.length, 32_000);
      assert.deepEqual(resample(input, rate, 37), whole);
    }
  });

  it("never writes more than the room it asks for", () => {
    for (const rate of [8000, 11_025, 44_100, 44_056]) {
      const resampler = new Resampler(rate);
      const output = new Float32Array(resampler.room(QUANTUM));
      for (let i = 0; i < 50; i += 1) {
        assert.ok(resampler.process(new Float32Array(QUANTUM), output) <= output.length);
      }
    }
  });
});
