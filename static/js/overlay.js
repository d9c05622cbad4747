/**
 * The OBS overlay (entry module): two lines, transparent, for Chromium 103 and later.
 *
 *   <body data-overlay data-socket="/ws/watch/TOKEN/" data-clear-ms="6000" data-state="connecting">
 *     <div data-window aria-live="off">        exactly 2 lines high, overflow hidden, position relative
 *       <ol data-roll></ol>                    position absolute at its bottom; left aligned
 *     </div>
 *     <p data-notice hidden></p>               words, when the link has been bad for 3 s
 *     <div data-controls>…</div>               optional: hidden inside OBS
 *   </body>
 *
 * `data-roll` holds at most 4 sentences of page.js, `data-interim` on the one being spoken. After `data-clear-ms` of
 * silence they vanish (0 = never). `<html data-obs>` inside OBS. `data-state` as in viewer.js.
 * Texts: reconnecting, behind {n}, waiting, ended (the last two outside OBS only), speaker {n}, error.<key>, error.other.
 */

import { paint, watch } from "./page.js";

const BLOCKS = 4;
const PATIENCE = 3000;
const ROLL_MS = 180;
const QUIET_STATES = ["live", "connecting"];
const OUTSIDE_ONLY = ["waiting", "ended"];

const root = document.querySelector("[data-overlay]");
const roll = root.querySelector("[data-roll]");
const notice = root.querySelector("[data-notice]");
const clearAfter = Number(root.dataset.clearMs ?? 6000);
const inObs = "obsstudio" in window;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** What does not belong on the screen any more: finals up to a number, and interims by their text. */
const cleared = { session: null, through: 0, interims: new Map() };
let onScreen = "";
let timer = null;

function blocks(log) {
  const interims = [...log.interims].map(([number, text]) => ({
    number,
    text,
    lang: log.session?.lang,
    interim: true,
  }));
  const finals = log.items.slice(-BLOCKS).filter(({ number }) => number > cleared.through);
  return [...finals, ...interims].slice(-BLOCKS).filter(({ number, text }) => cleared.interims.get(number) !== text);
}

function painted(log) {
  const session = log.session?.id ?? "";
  const through = log.state === "ended" ? Infinity : 0;
  if (session !== cleared.session) Object.assign(cleared, { session, through, interims: new Map() });
  const sentences = blocks(log);
  rolling(() => paint(roll, session, sentences));
  const text = sentences.map((sentence) => sentence.text).join("\n");
  if (text !== onScreen) restartTimer(log);
  onScreen = text;
}

/** Paints, then lets the lines slide from where they were to where they are now. */
function rolling(change) {
  const line = roll.lastElementChild;
  const before = line ? roll.offsetHeight - line.offsetTop : 0;
  change();
  const risen = line?.isConnected ? roll.offsetHeight - line.offsetTop - before : 0;
  if (risen <= 0 || still.matches) return;
  roll.animate([{ transform: `translateY(${risen}px)` }, { transform: "none" }], {
    duration: ROLL_MS,
    easing: "ease-out",
  });
}

function restartTimer(log) {
  clearTimeout(timer);
  if (clearAfter > 0) timer = setTimeout(() => clear(log), clearAfter);
}

function clear(log) {
  cleared.through = Math.max(cleared.through, ...log.items.slice(-BLOCKS).map(({ number }) => number));
  cleared.interims = new Map(log.interims);
  paint(roll, cleared.session, []);
  onScreen = "";
}

function said(state, text) {
  notice.textContent = text;
  notice.hidden = QUIET_STATES.includes(state) || (inObs && OUTSIDE_ONLY.includes(state));
}

document.documentElement.toggleAttribute("data-obs", inObs);
for (const controls of root.querySelectorAll("[data-controls]")) controls.hidden = inObs;
watch(root, { painted, said, patience: PATIENCE, counted: false });
