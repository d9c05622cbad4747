/**
 * The editor of a transcript (entry module). Mark-up in templates/editor; what each part does is in its own file.
 *
 * A text is saved a moment after the last key, and before anything else happens to its sentence. Every change goes
 * through one queue, and what the server answers is what the page shows and what can be undone.
 */

import { showConflict } from "./edit-conflict.js";
import { Desk } from "./edit-desk.js";
import { Finding } from "./edit-finding.js";
import { History } from "./edit-history.js";
import { Playing } from "./edit-playing.js";
import { post, Queue } from "./edit-queue.js";
import { Rows, typed } from "./edit-rows.js";
import { words } from "./page.js";
import { mountPlayer } from "./player.js";

const SAVE_AFTER_MS = 600;
const root = document.querySelector("[data-editor]");
const { changes, find, token, transcript, windows } = root.dataset;
const memory = `editor-${transcript}`;
const kept = JSON.parse(sessionStorage.getItem(memory) ?? "{}");
const history = new History(kept.history);
const rows = new Rows(
  root.querySelector("[data-sentences]"),
  root.dataset.words,
  Number(root.dataset.window),
  kept.gone,
);
const playing = new Playing(rows);
const queue = new Queue((body) => post(changes, token, body), said);
const desk = new Desk(root, rows, { ...commands(), save: saveSoon, leave: save });
const finding = new Finding(root.querySelector("[data-finding]"), find, {
  show: (number, text) => desk.show(rows.get(number), text),
  replace: (text, by, capitals) => whole({ do: "replace", find: text, by, case: capitals }, "replaced"),
  closed: () => openFinding(false),
});
const timers = new Map();
/** Texts that the server did not take: too long, empty, or changed by somebody else. */
const unsaved = new Set();

function said(state) {
  const waiting = unsaved.size ? "unsaved" : timers.size ? "saving" : "saved";
  root.querySelector("[data-saved]").textContent = words(state === "saved" ? waiting : state);
}

function commands() {
  return {
    play: (sentence) => playing.toggle(sentence),
    hear: (sentence, offset) => playing.seek(sentence, offset),
    undo: (sentence) => goBack("toUndo", "undone", "nothing_to_undo", sentence),
    redo: () => goBack("toRedo", "redone", "nothing_to_redo"),
    split,
    merge,
    hide: (sentence) => change(sentence, () => ({ do: "hide", hidden: !sentence.hidden })),
    speaker: askSpeaker,
    history: showVersions,
    find: () => openFinding(root.querySelector("[data-finding]").hidden),
  };
}

/** Saves a text that was typed, a moment after the last key. Null: there is nothing to ask now. */
function saveSoon(sentence) {
  clearTimeout(timers.get(sentence));
  said("saving");
  timers.set(
    sentence,
    setTimeout(() => save(sentence), SAVE_AFTER_MS),
  );
  return null;
}

function save(sentence) {
  clearTimeout(timers.get(sentence));
  timers.delete(sentence);
  const body = () => {
    if (desk.composes(sentence)) return saveSoon(sentence);
    const mine = typed(sentence);
    if (mine === sentence.text) unsaved.delete(sentence);
    if (mine === sentence.text || isAsked(sentence)) return null;
    return { do: "text", sentences: [[sentence.number, sentence.revision]], text: mine };
  };
  return queue.push(body, (answer) => {
    unsaved[answer.kind === "done" ? "delete" : "add"](sentence);
    take(answer);
  });
}

/** Whether two texts are shown for it, to choose from. */
function isAsked({ element }) {
  return element.querySelector(".conflict") !== null;
}

function saveAll() {
  for (const sentence of [...timers.keys()]) save(sentence);
}

/** A change of one sentence. What was typed in it goes first. */
function change(sentence, fields, done = () => {}) {
  save(sentence);
  const body = () => {
    const wanted = fields();
    return wanted && { sentences: [[sentence.number, sentence.revision]], ...wanted };
  };
  return queue.push(body, (answer) => take(answer) && done(answer));
}

/** A change of the whole transcript. */
function whole(fields, message) {
  saveAll();
  queue.push(
    () => fields,
    (answer) => {
      if (take(answer)) desk.tell(words(message, { n: answer.steps.length }));
      finding.count(true);
    },
  );
}

function split(sentence, at) {
  change(
    sentence,
    () => ({ do: "split", at }),
    ({ sentences }) => {
      desk.tell(words("split"));
      desk.edit(rows.get(sentences[1]?.number), 0);
    },
  );
}

function merge(sentence) {
  const next = rows.next(sentence);
  if (!next) return desk.tell(words("no_next"));
  save(next);
  const both = () => ({ do: "merge", sentences: [sentence, next].map(({ number, revision }) => [number, revision]) });
  change(sentence, both, () => desk.tell(words("merged")));
}

/** The last change; before it the text of `refused`, if the server did not take that. */
function goBack(which, moved, nothing, refused = null) {
  saveAll();
  const body = async () => {
    if (unsaved.has(refused) && !isAsked(refused)) return dropped(refused);
    const wanted = history[which];
    if (!wanted) return desk.tell(words(nothing));
    if (!wanted.every(([number]) => rows.revision(number))) await loading;
    return restoring(wanted);
  };
  queue.push(body, (answer) => {
    if (answer.kind !== "done") return take(answer);
    history[moved]();
    learn(answer);
    desk.tell(words(moved));
    desk.reveal(rows.get(answer.sentences.find(({ text }) => text)?.number));
  });
}

/** What was typed and not taken gives way to what is saved. */
function dropped(sentence) {
  sentence.element.querySelector(".text").textContent = sentence.text;
  unsaved.delete(sentence);
  desk.tell(words("undone"));
  desk.reveal(sentence);
  return null;
}

/** In the revisions that the page knows; also of a sentence that is not here because it was joined to another one. */
function restoring(wanted) {
  return { do: "restore", sentences: wanted.map(([number, to]) => [number, rows.revision(number), to]) };
}

/** What the server answered: shown, and remembered so that it can be undone. False when it was not done. */
function take(answer) {
  if (answer.kind === "refused") desk.tell(answer.error || words("refused"), true);
  if (answer.kind === "stale") conflicts(answer.sentences);
  if (answer.kind !== "done") return false;
  history.add(answer.steps);
  learn(answer);
  return true;
}

function learn({ sentences }) {
  for (const item of sentences) rows.update(item);
  remember();
  desk.changed();
}

/** For when the page is loaded again. A browser that has no room for it forgets, and undoing works until then. */
function remember() {
  try {
    sessionStorage.setItem(memory, JSON.stringify({ history, gone: rows.gone }));
  } catch {
    sessionStorage.removeItem(memory);
  }
}

/** Somebody else was quicker. Only where a text that was typed here would be lost there is something to ask. */
function conflicts(sentences) {
  history.forget(sentences.map(({ number }) => number));
  desk.tell(words("conflict"), true);
  for (const theirs of sentences) {
    const sentence = rows.get(theirs.number);
    const mine = sentence && typed(sentence);
    if (!sentence || mine === sentence.text || mine === theirs.text) {
      unsaved.delete(sentence);
      learn({ sentences: [theirs] });
    } else showConflict(sentence, { mine, theirs: theirs.text }, (keep) => decided(sentence, theirs, keep));
  }
}

function decided(sentence, theirs, keepMine) {
  if (keepMine) Object.assign(sentence, theirs);
  else sentence.element.querySelector(".text").textContent = sentence.text;
  unsaved.delete(sentence);
  if (keepMine) save(sentence);
  else learn({ sentences: [theirs] });
  if (!queue.busy) said("saved");
  desk.edit(rows.get(sentence.number) ?? rows.all[0], 0);
}

async function askSpeaker(sentence) {
  const { value, speaker } = await desk.askSpeaker(sentence);
  if (value === "one") change(sentence, () => ({ do: "speaker", speaker }));
  if (value === "all") whole({ do: "rename", old: sentence.speaker, new: speaker }, "renamed");
}

async function showVersions(sentence) {
  await save(sentence);
  const to = await desk.askVersion(sentence);
  if (to) change(sentence, () => ({ do: "restore", sentences: [[sentence.number, sentence.revision, to]] }));
}

function openFinding(is) {
  finding.open(is);
  desk.pressed("find", is);
}

function mount() {
  const element = root.querySelector("[data-player]");
  if (element && element !== mount.element) playing.attach(mountPlayer(element));
  mount.element = element;
}

addEventListener("beforeunload", (event) => {
  if (queue.busy || timers.size || unsaved.size) event.preventDefault();
});
root.addEventListener("htmx:load", mount);
mount();
said("saved");
root.dataset.ready = "";
const loading = rows
  .load(Number(root.dataset.window), Number(windows), () => desk.changed())
  .then((all) => desk.changed(all));
