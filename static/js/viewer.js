/**
 * The audience page (entry module): captions of a room, live, with the past on scroll.
 *
 * Mark-up (`<script type="module" src="{% static 'js/viewer.js' %}">`; at most ONE style sheet: the page's first load
 * is HTML + CSS + viewer.js, caption-log.js, socket.js, page.js = 6 requests; `<link rel="modulepreload">` for the last
 * three saves a round trip; `<link rel="icon" href="data:,">`):
 *
 *   <main data-viewer data-socket="/ws/watch/TOKEN/" data-state="connecting">
 *     <h1 data-title>Room or session title</h1>                    text replaced by the session's title
 *     <p data-status role="status">Connecting…</p>                 the state in words
 *     <div data-scroller tabindex="0">                              the scrolling box: CSS `overflow-y:auto; overflow-anchor:none`
 *       <button type="button" data-older hidden>Show earlier lines</button>   also pressed by scrolling to the top
 *       <div data-log role="log" aria-live="polite" aria-relevant="additions">        off while it would only be in the way
 *         <ol data-lines></ol>                                      finished sentences, see page.js
 *       </div>
 *       <p data-interim aria-hidden="true" dir="auto"></p>          the sentence being spoken (pale); never inside the log
 *     </div>
 *     <button type="button" data-latest hidden></button>           the pill "New lines: 3", back to the end
 *     <label><input type="checkbox" data-quiet> …</label>          optional: screen reader stays silent (log off)
 *   </main>
 *
 * `data-state` on the root (for CSS): connecting, live, behind, waiting, ended, reconnecting, refused.
 * Texts: connecting, live, behind {n} (seconds), waiting (nobody is live), ended, reconnecting, new_lines {n}, to_latest (no new line yet),
 *   speaker {n}, error.<key> for link_revoked, link_expired, not_found, deleted, too_many, restarting …, error.other {code}.
 * Event on the root, bubbling: `captions:state` {state}.
 */

import { paint, retype, watch, words } from "./page.js";

const SHOWN = 250;
const STEP = 50;
const KEPT = 2000;
const NEAR = 48;
const SETTLED_AFTER = 1000;

const root = document.querySelector("[data-viewer]");
const find = (name) => root.querySelector(`[data-${name}]`);
const scroller = find("scroller");
const lines = find("lines");
const older = find("older");
const latest = find("latest");
const quiet = find("quiet");

/** Number of the first sentence in the document while the viewer reads the past; null while following the end. */
let anchor = null;
/** The newest sentence when the viewer left the end. */
let seen = 0;
let reaching = false;
/** Id of the session whose sentences are shown. */
let session = null;
let settled = false;

const { log, ask } = watch(root, { painted, said, patience: 1000 });

function painted(_, itemsChanged) {
  if (itemsChanged) {
    if (log.session?.id !== session) begin();
    else if (reaching && anchorIndex() > 0) move(-STEP);
    else repaint();
  }
  retype(find("interim"), [...log.interims.values()].join(" "));
  stick();
}

function said(state, text) {
  find("status").textContent = text;
  root.dispatchEvent(new CustomEvent("captions:state", { bubbles: true, detail: { state } }));
}

function anchorIndex() {
  return log.items.findIndex(({ number }) => number === anchor);
}

function shown() {
  if (anchor === null) return log.items.slice(-SHOWN);
  const first = Math.max(0, anchorIndex());
  return log.items.slice(first, first + SHOWN);
}

/** While following the end stays in view; else the first visible line stays where it is. */
function repaint() {
  if (anchor === null) log.trim(KEPT);
  const sentences = shown();
  const top = scroller.getBoundingClientRect().top;
  const still = [...lines.children].find((line) => line.getBoundingClientRect().bottom > top);
  const place = still?.getBoundingClientRect().top;
  find("log").setAttribute("aria-live", anchor === null && settled && !quiet?.checked ? "polite" : "off");
  paint(lines, log.session?.id ?? "", sentences);
  if (anchor !== null && still?.isConnected) scroller.scrollTop += still.getBoundingClientRect().top - place;
  older.hidden = !log.more && sentences[0] === log.items[0];
  if (log.session?.title) find("title").textContent = log.session.title;
  find("interim").lang = log.session?.lang ?? "";
  showLatest();
  stick();
}

function stick() {
  if (anchor === null) scroller.scrollTop = scroller.scrollHeight;
}

function showLatest() {
  const fresh = log.items.filter(({ number }) => number > seen).length;
  latest.hidden = anchor === null;
  latest.textContent = fresh > 0 ? words("new_lines", { n: fresh }) : words("to_latest");
}

/** Another session has a past of its own: whoever read that of the last one is at the end of this one. */
function begin() {
  session = log.session?.id;
  follow();
}

function follow() {
  anchor = null;
  reaching = false;
  repaint();
}

function leaveEnd() {
  if (anchor !== null || log.items.length === 0) return;
  anchor = shown()[0].number;
  seen = Math.max(...log.items.map(({ number }) => number));
  showLatest();
}

/** Slides the window over what is known. */
function move(by) {
  const last = Math.max(0, log.items.length - SHOWN);
  anchor = log.items[Math.min(Math.max(0, anchorIndex() + by), last)].number;
  reaching = false;
  repaint();
}

function earlier() {
  leaveEnd();
  if (anchorIndex() > 0) return move(-STEP);
  if (reaching || !log.more) return;
  reaching = true;
  log.older();
  ask();
}

function scrolled() {
  const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  const atEnd = shown().at(-1) === log.items.at(-1);
  if (below >= NEAR || !atEnd) leaveEnd();
  if (anchor === null) return;
  if (below < NEAR && atEnd) follow();
  else if (below < NEAR) move(STEP);
  else if (scroller.scrollTop < NEAR) earlier();
}

scroller.addEventListener("scroll", scrolled, { passive: true });
older.addEventListener("click", earlier);
latest.addEventListener("click", follow);
quiet?.addEventListener("change", repaint);
new ResizeObserver(stick).observe(scroller);
setTimeout(() => {
  settled = true;
  repaint();
}, SETTLED_AFTER);
