/**
 * What every page with captions shares: its words, its sentences in the document, its watch on a room.
 *
 * Once in each page, by Django's `json_script`, translated; the keys are listed in viewer.js, overlay.js and studio.js:
 *
 *   <script type="application/json" id="texts">{"live": "Live", "behind": "{n} s behind", …}</script>
 *
 * A sentence is one block, all its text in text nodes. A list is never rewritten: of a changed text only the tail is.
 *
 *   <li class="sentence" data-number="7" lang="zh-CN">       `data-interim` while it is being spoken (overlay only)
 *     <span class="speaker">Speaker 1</span>                 only when the sentence has a speaker
 *     <bdi class="text" dir="auto">the words</bdi>
 *   </li>
 */

import { CaptionLog } from "./caption-log.js";
import { Socket } from "./socket.js";

const QUIET_LIMIT = 15_000;
const BEHIND_FROM_MS = 3000;
const FIRST_PATIENCE = 3000;
const TICK_MS = 500;
const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/** The page's text for a key, its `{name}` places filled; the fallback's text, or nothing, for an unknown key. */
export function words(key, values = {}, fallback = "") {
  const text = texts[key] ?? texts[fallback] ?? "";
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** The words for an error message of the server. */
export function errorWords({ key, code }) {
  return words(`error.${key}`, { code }, "error.other");
}

export function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** Writes a text into an element, touching only what follows the part that stays. */
export function retype(element, text) {
  if (!element.firstChild) element.append("");
  const node = element.firstChild;
  const old = node.data;
  let same = 0;
  while (same < text.length && text[same] === old[same]) same += 1;
  if (same < old.length || same < text.length) node.replaceData(same, old.length - same, text.slice(same));
}

/** Makes the list show these sentences of a session, in this order. */
export function paint(list, session, sentences) {
  if (list.dataset.session !== String(session)) list.replaceChildren();
  list.dataset.session = session;
  const numbers = new Set(sentences.map(({ number }) => String(number)));
  const blocks = new Map();
  for (const block of [...list.children]) {
    if (numbers.has(block.dataset.number)) blocks.set(block.dataset.number, block);
    else block.remove();
  }
  let place = list.firstElementChild;
  for (const sentence of sentences) {
    const block = blocks.get(String(sentence.number)) ?? newBlock(sentence.number);
    if (block === place) place = place.nextElementSibling;
    fill(block, sentence);
    if (block.parentNode !== list || block.nextElementSibling !== place) list.insertBefore(block, place);
  }
}

function newBlock(number) {
  const block = document.createElement("li");
  block.className = "sentence";
  block.dataset.number = number;
  const text = document.createElement("bdi");
  text.className = "text";
  text.dir = "auto";
  block.append(text);
  return block;
}

function fill(block, { text, lang = "", speaker = "", interim = false }) {
  if (block.lang !== lang) block.lang = lang;
  block.toggleAttribute("data-interim", interim);
  retype(block.querySelector(".text"), text);
  let name = block.querySelector(".speaker");
  if (speaker && !name) {
    name = document.createElement("span");
    name.className = "speaker";
    block.prepend(name);
  }
  if (name) retype(name, speaker ? words("speaker", { n: speaker }) : "");
}

/**
 * Follows a room. `painted(log, itemsChanged)` after each message; `said(state, text)` when the state in words changes.
 * A broken link is put into words after `patience` milliseconds. `counted`: whether somebody reads here.
 */
export function watch(root, { painted, said, patience, counted = true }) {
  const log = new CaptionLog();
  const link = { good: false, since: performance.now(), refusal: null, reason: null, everGood: false };
  let lastText = null;
  const ask = () => {
    const question = log.request(performance.now());
    if (question) socket.send(question);
  };
  const say = () => {
    const [state, text] = describe(log, link, patience);
    if (root.dataset.state === state && lastText === text) return;
    root.dataset.state = state;
    lastText = text;
    said(state, text);
  };
  const handlers = {
    open() {
      log.reopened();
      socket.send({ ...log.hello(), counted });
    },
    message(message) {
      Object.assign(link, { good: true, everGood: true });
      painted(log, log.take(message));
      ask();
      say();
    },
    state(name, detail) {
      if (link.good) link.since = performance.now();
      link.good = false;
      if (name === "refused") link.refusal = detail;
      if (name === "waiting") link.reason = detail.key;
      say();
    },
  };
  const socket = new Socket(socketUrl(root.dataset.socket), handlers, { quiet: QUIET_LIMIT });
  addEventListener("online", () => socket.hurry());
  setInterval(() => {
    ask();
    say();
  }, TICK_MS);
  socket.connect();
  return { log, ask };
}

/** The state of a room as [data-state, words]. A short break of the link is not worth a word. */
function describe(log, link, patience) {
  if (link.refusal) return ["refused", errorWords(link.refusal)];
  const badFor = link.good ? 0 : performance.now() - link.since;
  if (badFor > (link.everGood ? patience : FIRST_PATIENCE))
    return ["reconnecting", words(`error.${link.reason}`, {}, "reconnecting")];
  if (!link.everGood) return ["connecting", words("connecting")];
  if (!log.session) return ["waiting", words("waiting")];
  if (log.state === "ended") return ["ended", words("ended")];
  if (log.behindMs < BEHIND_FROM_MS) return ["live", words("live")];
  return ["behind", words("behind", { n: Math.round(log.behindMs / 1000) })];
}
