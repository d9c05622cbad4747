/**
 * The upload page (entry module): files chosen or dropped go up one after another, each with a bar and its buttons.
 *
 * Without it the form sends one file at once. With it the form is never sent: choosing is enough.
 */

import { freshToken } from "./csrf.js";
import { words } from "./page.js";
import { Sender } from "./upload-sender.js";

const form = document.getElementById("upload");
const chooser = form.querySelector("input[type=file]");
const drop = form.querySelector("[data-drop]");
const list = form.querySelector("[data-sending]");
const said = form.querySelector("[data-said]");
const stored = document.getElementById("uploads");
const UNITS = { GB: 2 ** 30, MB: 2 ** 20, KB: 2 ** 10 };
const HOPELESS = ["empty", "too-big"];

const rows = new Set();
let busy = false;

class Row {
  constructor(file) {
    this.file = file;
    this.block = document.createElement("li");
    this.block.className = "row";
    this.words = element("p", "facts");
    this.bar = element("progress");
    this.bar.max = Math.max(file.size, 1);
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", words("bar", { name: file.name }));
    const name = element("bdi", "name");
    name.textContent = file.name;
    const text = element("div", "row-words");
    text.append(name, this.bar, this.words);
    this.hold = this.#button("pause", () => this.#toggle());
    this.block.append(
      text,
      this.hold,
      this.#button("cancel", () => this.#cancel()),
    );
    this.sender = new Sender(about(file), { ...PARTS, tell: (state, detail) => this.#show(state, detail) });
    this.#show("queued", { done: 0 });
  }

  get isWaiting() {
    return this.sender.state === "queued";
  }

  #button(key, press) {
    const button = element("button", "quiet");
    button.type = "button";
    button.addEventListener("click", press);
    this.#label(button, key);
    return button;
  }

  #label(button, key) {
    button.textContent = words(key);
    button.setAttribute("aria-label", words(`${key}.name`, { name: this.file.name }));
  }

  #show(state, { done, key, message }) {
    const values = { done: bytes(done), size: bytes(this.file.size), name: this.file.name };
    const why = key && (message || words(`problem.${key}`, {}, "problem.other"));
    if (this.block.dataset.state !== state) say(state, { ...values, why });
    this.block.dataset.state = state;
    this.bar.value = done;
    this.words.textContent = why ?? words(state, values);
    this.words.className = state === "refused" ? "why" : "facts";
    this.hold.hidden = HOPELESS.includes(key);
    this.#label(this.hold, ["paused", "refused"].includes(state) ? "continue" : "pause");
    hideTwins();
  }

  #toggle() {
    if (["paused", "refused"].includes(this.sender.state)) this.sender.state = "queued";
    else this.sender.pause();
    this.#label(this.hold, this.isWaiting ? "pause" : "continue");
    next();
  }

  async #cancel() {
    this.leave();
    await this.sender.cancel();
    refresh();
  }

  leave() {
    const held = this.block.contains(document.activeElement);
    rows.delete(this);
    this.block.remove();
    list.hidden = rows.size === 0;
    if (held) chooser.focus();
  }
}

const PARTS = {
  memory: localStorage,
  now: () => performance.now(),
  fetch: (address, { headers, ...options }) =>
    fetch(address, { ...options, headers: { ...headers, "X-CSRFToken": token(), Accept: "application/json" } }),
  limit: (ms, signal) => AbortSignal.any([signal, AbortSignal.timeout(ms)]),
  sleep: (ms, signal) =>
    new Promise((wake) => {
      setTimeout(wake, ms);
      addEventListener("online", wake, { once: true });
      signal.addEventListener("abort", wake, { once: true });
    }),
};

function about(file) {
  const { language, pcm_rate } = form.elements;
  const { begin, most, chunk } = form.dataset;
  return {
    file,
    begin,
    most: Number(most),
    chunk: Number(chunk),
    fields: { language: language.value, pcm_rate: pcm_rate.value },
  };
}

function token() {
  return freshToken(form.elements.csrfmiddlewaretoken.value);
}

function element(name, className = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}

function bytes(count) {
  const [unit, size] = Object.entries(UNITS).find(([, least]) => count >= least) ?? ["KB", UNITS.KB];
  const number = (count / size).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  return words(`unit.${unit}`, { n: number });
}

/** For screen readers: what changes, not every piece. */
function say(state, values) {
  const text = words(`say.${state}`, values);
  if (text) said.textContent = text;
}

function add(files) {
  for (const file of files) {
    const row = new Row(file);
    rows.add(row);
    list.append(row.block);
  }
  list.hidden = rows.size === 0;
  next();
}

function takeChosen() {
  add(chooser.files);
  chooser.value = "";
}

/** One after another: a slow line is not shared, and the first file is there first. */
async function next() {
  if (busy) return;
  const row = [...rows].find(({ isWaiting }) => isWaiting);
  if (!row) return;
  busy = true;
  await row.sender.start();
  busy = false;
  if (row.sender.state === "done") row.leave();
  refresh();
  next();
}

function refresh() {
  globalThis.htmx?.trigger(stored, "refresh");
}

/** What is on its way has its own line above. */
function hideTwins() {
  const ours = new Set([...rows].map(({ sender }) => sender.address));
  for (const twin of stored.querySelectorAll("[data-upload]")) twin.hidden = ours.has(twin.dataset.upload);
}

chooser.multiple = true;
chooser.addEventListener("change", takeChosen);
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"])
  form.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => drop.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  add(event.dataTransfer.files);
});
stored.addEventListener("htmx:afterSwap", hideTwins);
addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});
form.querySelector("[data-plain]").hidden = true;
form.querySelector("[data-how]").hidden = false;
takeChosen(); // what was chosen before this script ran
