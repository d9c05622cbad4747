import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { columns, loudest, parsePeaks } from "../../static/js/waveform.js";

function file(pairs, { magic = "PEAK", version = 1 } = {}) {
  const buffer = new ArrayBuffer(12 + pairs.length * 2);
  const view = new DataView(buffer);
  [...magic].forEach((letter, place) => {
    view.setUint8(place, letter.charCodeAt(0));
  });
  view.setUint16(4, version, true);
  view.setUint16(6, 320, true);
  view.setUint32(8, 16_000, true);
  pairs.flat().forEach((value, place) => {
    view.setInt8(12 + place, value);
  });
  return buffer;
}

describe("the waveform", () => {
  it("reads the server's peaks", () => {
    const peaks = parsePeaks(
      file([
        [-3, 4],
        [-128, 127],
      ]),
    );
    assert.deepEqual([...peaks.values], [-3, 4, -128, 127]);
    assert.deepEqual([peaks.windows, peaks.windowMs], [2, 20]);
  });

  it("takes nothing else", () => {
    assert.equal(parsePeaks(new ArrayBuffer(3)), null);
    assert.equal(parsePeaks(file([], { magic: "RIFF" })), null);
    assert.equal(parsePeaks(file([], { version: 2 })), null);
  });

  it("keeps the extremes of many windows in each column", () => {
    const peaks = parsePeaks(
      file([
        [-1, 1],
        [-50, 2],
        [-3, 70],
        [-4, 4],
        [0, 0],
        [-9, 9],
      ]),
    );
    assert.deepEqual([...columns(peaks, 3)], [-50, 2, -4, 70, -9, 9]);
  });

  it("stretches few windows over many columns, and has nothing to show of nothing", () => {
    assert.deepEqual(
      [
        ...columns(
          parsePeaks(
            file([
              [-1, 1],
              [-2, 2],
            ]),
          ),
          4,
        ),
      ],
      [-1, 1, -1, 1, -2, 2, -2, 2],
    );
    assert.deepEqual([...columns(parsePeaks(file([])), 2)], [0, 0, 0, 0]);
  });

  it("draws quiet speech taller, and silence not", () => {
    assert.equal(loudest([-60, 30]), 60);
    assert.equal(loudest([-1, 1]), 24);
  });
});
