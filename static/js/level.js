/** How loud the microphone is: a scale for the meter, and an alarm for an input that gives nothing. No DOM. */

const BOTTOM_DB = -60;
const NEAR_ZERO = 0.0005;
const ALARM_AFTER_MS = 3000;

/** Full scale (0..1) to a meter's 0..1: 60 dB, linear in decibels, as ears are. */
export function meterValue(peak) {
  if (peak <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(peak)) / BOTTOM_DB));
}

export class SilenceAlarm {
  #silentMs = 0;

  /** After a frame of `ms` with this peak: whether the input has been dead for three seconds. */
  isSilent(peak, ms) {
    this.#silentMs = peak < NEAR_ZERO ? this.#silentMs + ms : 0;
    return this.#silentMs >= ALARM_AFTER_MS;
  }

  reset() {
    this.#silentMs = 0;
  }
}
