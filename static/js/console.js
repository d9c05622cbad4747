/**
 * Shows how a broadcast stands: the state in words, figures, and what the server reports.
 * Mark-up in studio.js.
 */

import { ON_AIR, stateOf } from "./broadcast-state.js";
import { clock, Figures, seconds } from "./figures.js";
import { words } from "./page.js";

const LATE_MS = 2000;
const BEHIND_MS = 3000;
const CALM = ["idle", "connecting", "ok", "ending"];

export class Console {
  #root;
  #alarms;
  #figures;
  #state = null;
  #ended = null;

  constructor(root, alarms) {
    this.#root = root;
    this.#alarms = alarms;
    this.#figures = new Figures(root);
  }

  /** Answers the state. */
  show(now) {
    const state = stateOf(now);
    this.#notice(state, now.status);
    this.#showFigures(state, now);
    this.#link(state, now);
    this.#announce(state);
    return state;
  }

  /** What the server reports stands beside the state while all is well, and is an alarm when it is not. */
  #notice(state, { text_key: key, upstream, storage, behind_ms: behindMs = 0 }) {
    const live = state === "live";
    const behind = live && behindMs >= BEHIND_MS;
    const own = behind ? words("state.behind", { n: Math.round(behindMs / 1000) }) : words(`state.${state}`);
    const report = key && (ON_AIR.includes(state) || state === "stopping") ? words(`notice.${key}`) : "";
    const calm = CALM.includes(upstream) && (storage ?? "ok") === "ok";
    this.#alarms.set("server", calm ? "" : report);
    const text = live && calm && report ? `${own} ${report}` : own;
    const place = this.#root.querySelector("[data-notice]");
    if (place.textContent !== text) place.textContent = text;
  }

  #showFigures(state, { uplink, status, begun }) {
    const over = uplink?.isOver ?? true;
    if (begun !== null && !over) this.#ended = performance.now();
    const elapsed = begun === null ? Number.NaN : this.#ended - begun;
    this.#figures.number("elapsed", clock(elapsed));
    this.#figures.number("lag", seconds(over ? Number.NaN : uplink.outbox.lagMs));
    this.#figures.number("unsent", seconds(over ? Number.NaN : uplink.outbox.unsentMs));
    this.#figures.number("lost", seconds(uplink ? uplink.outbox.lostMs + uplink.outbox.deviceLostMs : Number.NaN));
    this.#figures.number("behind", seconds(status.behind_ms));
    this.#figures.number("viewers", String(status.viewers ?? ""));
    this.#figures.number("first-delay", seconds(status.first_delay_ms ?? Number.NaN));
    this.#figures.number("last-delay", seconds(status.last_delay_ms ?? Number.NaN));
    this.#figures.word("upstream", state === "idle" ? "" : words(`upstream.${status.upstream}`));
    this.#figures.word("storage", state === "idle" ? "" : words(`storage.${status.storage}`));
  }

  #link(state, { uplink }) {
    const running = uplink !== null && !uplink.isOver;
    const late = running && state !== "connecting" && uplink.outbox.lagMs > LATE_MS;
    this.#root.dataset.link = late ? "late" : "good";
    this.#alarms.set("late", late ? words("alarm.late", { n: roughSeconds(uplink.outbox.lagMs) }) : "");
    const lost = uplink?.outbox.lostMs ?? 0;
    this.#alarms.set("lost", lost > 0 ? words("alarm.lost", { n: roughSeconds(lost) }) : "");
  }

  #announce(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#root.dataset.state = state;
    this.#root.dispatchEvent(new CustomEvent("studio:state", { bubbles: true, detail: { state } }));
  }
}

/** Whole seconds in growing steps: an alarm that changes every second would be read out every second. */
function roughSeconds(ms) {
  const whole = Math.max(1, Math.round(ms / 1000));
  return whole < 10 ? whole - (whole % 2) || 1 : whole - (whole % 10);
}
