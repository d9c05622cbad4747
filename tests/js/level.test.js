import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CaptureClock } from "../../static/js/capture-clock.js";
import { clock, seconds } from "../../static/js/figures.js";
import { meterValue, SilenceAlarm } from "../../static/js/level.js";

describe("the level", () => {
  it("shows 60 dB, linear in decibels", () => {
    const shown = [0, 0.0001, 0.001, 0.0316, 1, 2].map((peak) => Number(meterValue(peak).toFixed(2)));
    assert.deepEqual(shown, [0, 0, 0, 0.5, 1, 1]);
  });

  it("raises the alarm after three seconds of nothing, and lowers it with the first sound", () => {
    const alarm = new SilenceAlarm();
    const frames = Array.from({ length: 30 }, () => alarm.isSilent(0.0001, 100));
    assert.deepEqual(frames.indexOf(true), 29);
    assert.equal(alarm.isSilent(0.01, 100), false);
    assert.equal(alarm.isSilent(0, 100), false);
  });
});

describe("the capture clock", () => {
  const feed = (captured, frames, { from = 0, step = 100 } = {}) => {
    const missing = [];
    for (let i = 1; i <= frames; i += 1) missing.push(captured.missing(from + i * step, 100));
    return missing.filter((ms) => ms > 0);
  };

  it("finds the seconds in which the device gave nothing, once", () => {
    const captured = new CaptureClock();
    assert.deepEqual(feed(captured, 50), []);
    const [missing, ...more] = feed(captured, 50, { from: 5000 + 7000 });
    assert.ok(Math.abs(missing - 7000) < 20, `${missing}`);
    assert.deepEqual(more, []);
  });

  it("bears frames that come late in one burst", () => {
    const captured = new CaptureClock();
    feed(captured, 10);
    assert.equal(captured.missing(1900, 100), 0);
    for (let i = 0; i < 8; i += 1) assert.equal(captured.missing(1901, 100), 0);
    assert.deepEqual(feed(captured, 50, { from: 1900 }), []);
  });

  it("does not take the drift of a cheap clock for a loss", () => {
    assert.deepEqual(feed(new CaptureClock(), 36_000 * 3, { step: 100.05 }), []);
  });
});

describe("figures", () => {
  it("shows seconds with one decimal and times as h:mm:ss, and nothing for the unknown", () => {
    assert.deepEqual([seconds(1249), seconds(Number.NaN), seconds(undefined)], ["1.2", "", ""]);
    assert.deepEqual([clock(0), clock(3_725_900), clock(Number.NaN)], ["0:00:00", "1:02:05", ""]);
  });
});
