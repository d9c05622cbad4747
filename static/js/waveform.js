/**
 * A recording as a picture: bars over the server's peaks, what was played in another colour, gaps as marks.
 *
 * The file of peaks (recordings/peaks.py): "PEAK", version u16, samples in a window u16, samples a second u32, then a pair
 * of signed bytes, lowest and highest, for each window.
 */

const HEADER_BYTES = 12;
const BAR = 2;
const STEP = 3;
const QUIETEST_FULL_HEIGHT = 24;
const MARK = 2;

/** The peaks and how long they last; null for anything else. */
export function parsePeaks(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0) !== 0x5045414b || view.getUint16(4, true) !== 1)
    return null;
  const values = new Int8Array(buffer, HEADER_BYTES);
  const windowMs = (view.getUint16(6, true) * 1000) / view.getUint32(8, true);
  return { values, windows: values.length >> 1, windowMs };
}

/** `count` pairs, lowest and highest of all windows that lie in each column. */
export function columns({ values, windows }, count) {
  const found = new Int8Array(count * 2);
  for (let column = 0; column < count; column += 1) {
    const from = Math.floor((column * windows) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * windows) / count));
    let low = 127;
    let high = -128;
    for (let window = from; window < Math.min(to, windows); window += 1) {
      low = Math.min(low, values[window * 2]);
      high = Math.max(high, values[window * 2 + 1]);
    }
    found.set(low > high ? [0, 0] : [low, high], column * 2);
  }
  return found;
}

/** What full height stands for: a quiet recording is drawn taller, silence is not blown up. */
export function loudest(bars) {
  return bars.reduce((most, value) => Math.max(most, Math.abs(value)), QUIETEST_FULL_HEIGHT);
}

export class Waveform {
  #canvas;
  #peaks;
  #gaps;
  #bars = new Int8Array();
  #loudest = QUIETEST_FULL_HEIGHT;
  #played = 0;

  /** `gaps`: [{at_ms, ms, reason}]; `seek` gets a fraction of the length when somebody points into the picture. */
  constructor(canvas, peaks, gaps, seek) {
    this.#canvas = canvas;
    this.#peaks = peaks;
    this.#gaps = gaps;
    canvas.hidden = false;
    new ResizeObserver(() => this.#measure()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    const pointed = (event) => {
      const box = canvas.getBoundingClientRect();
      seek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      pointed(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) pointed(event);
    });
    this.#measure();
  }

  /** How much of it was played, as a fraction. */
  set played(fraction) {
    const width = this.#canvas.width;
    const moved = Math.round(fraction * width) !== Math.round(this.#played * width);
    this.#played = fraction;
    if (moved) this.#draw();
  }

  #measure() {
    const canvas = this.#canvas;
    const scale = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (!width || !height) return;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.#bars = columns(this.#peaks, Math.max(1, Math.floor(canvas.clientWidth / STEP)));
    this.#loudest = loudest(this.#bars);
    this.#draw();
  }

  #draw() {
    const canvas = this.#canvas;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    const colour = (name) => style.getPropertyValue(`--wave${name}`);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const end = Math.round(this.#played * canvas.width);
    this.#drawBars(pen, colour("-played"), 0, end);
    this.#drawBars(pen, colour(""), end, canvas.width);
    this.#drawGaps(pen, colour("-gap"));
    pen.fillStyle = colour("-played");
    if (end) pen.fillRect(Math.min(end, canvas.width - MARK), 0, MARK, canvas.height);
  }

  #drawBars(pen, colour, from, to) {
    const { width, height } = this.#canvas;
    const count = this.#bars.length >> 1;
    const middle = height / 2;
    const unit = (middle - 1) / this.#loudest;
    pen.save();
    pen.beginPath();
    pen.rect(from, 0, to - from, height);
    pen.clip();
    pen.fillStyle = colour;
    for (let bar = 0; bar < count; bar += 1) {
      const top = middle - this.#bars[bar * 2 + 1] * unit;
      const bottom = middle - this.#bars[bar * 2] * unit;
      pen.fillRect((bar * width) / count, top - 0.5, (width / count) * (BAR / STEP), bottom - top + 1);
    }
    pen.restore();
  }

  #drawGaps(pen, colour) {
    const { width, height } = this.#canvas;
    const total = this.#peaks.windows * this.#peaks.windowMs;
    pen.fillStyle = colour;
    for (const { at_ms: at, ms, reason } of this.#gaps) {
      const x = Math.min((at / total) * width, width - MARK);
      // Only what nobody captioned is there to be heard: of the others no sound was kept.
      const long = reason === "uncaptioned" ? (ms / total) * width : 0;
      pen.fillRect(x, height - 2 * MARK, Math.max(MARK, long), 2 * MARK);
      pen.fillRect(x, 0, MARK, height);
    }
  }
}
