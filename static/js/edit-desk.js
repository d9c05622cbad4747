/**
 * What the editor's reader does and sees: the sentence that is worked on, keys, tools, dialogs, messages.
 *
 * `actions` by command: `play`, `undo`, `redo`, `split(sentence, at)`, `merge`, `hide`, `speaker`, `history`, `find`, and
 * `hear(sentence, offset)`, `save(sentence)` after each key, `leave(sentence)`. Mark-up in templates/editor.
 */

import { commandOf } from "./edit-keys.js";
import { cleanedPart } from "./edit-text.js";
import { words } from "./page.js";

const NEEDS_SENTENCE = ["split", "merge", "hide", "speaker", "history", "edit", "next", "previous"];

export class Desk {
  #root;
  #rows;
  #actions;
  #current = null;
  #composing = null;
  #offset = 0;

  constructor(root, rows, actions) {
    this.#root = root;
    this.#rows = rows;
    this.#actions = { ...actions, ...this.#own() };
    const list = root.querySelector("[data-sentences]");
    list.addEventListener("focusin", ({ target }) => this.#enter(rows.of(target)));
    list.addEventListener("focusout", ({ target }) => {
      if (target.isContentEditable && rows.of(target)) actions.leave(rows.of(target));
    });
    list.addEventListener("input", ({ target }) => actions.save(rows.of(target)));
    list.addEventListener("compositionstart", ({ target }) => {
      this.#composing = rows.of(target);
    });
    list.addEventListener("compositionend", ({ target }) => {
      this.#composing = null;
      actions.save(rows.of(target));
    });
    list.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("selectionchange", () => this.#remember());
    const tools = root.querySelector("[data-tools]");
    tools.addEventListener("click", ({ target }) => this.#run(target.closest("[data-do]")?.dataset.do));
    tools.hidden = false;
    root.querySelector("[data-pages]").hidden = true;
  }

  /** Whether an input method is at work in its text: what stands there is not what will be meant. */
  composes(sentence) {
    return this.#composing !== null && this.#composing === sentence;
  }

  /** A message for a moment, or one of trouble. */
  tell(text, isTrouble = false) {
    const place = this.#root.querySelector("[data-told]");
    place.textContent = text;
    place.classList.toggle("trouble", isTrouble);
  }

  /** How much is here, until all of it has come. */
  changed(isAll = false) {
    const here = this.#rows.all.length;
    const all = Number(this.#root.dataset.count);
    const place = this.#root.querySelector("[data-loading]");
    if (isAll || here >= all) place.dataset.done = "";
    place.textContent = "done" in place.dataset ? "" : words("loading", { n: here, all });
  }

  /** Brings a sentence before the reader; marks a text in it. */
  show(sentence, text = "") {
    if (!sentence) return;
    sentence.element.scrollIntoView({ block: "center" });
    if (text) mark(sentence.element.querySelector(".text").firstChild, text);
    else sentence.element.focus({ preventScroll: true });
    this.#enter(sentence);
  }

  /** Brings back a sentence that was changed from afar; whoever was typing in it goes on typing. */
  reveal(sentence) {
    if (sentence?.element.querySelector(".text") === document.activeElement)
      this.edit(sentence, Number.MAX_SAFE_INTEGER);
    else this.show(sentence);
  }

  /** Puts the cursor into its text. */
  edit(sentence, offset) {
    if (!sentence) return;
    const box = sentence.element.querySelector(".text");
    box.focus();
    const node = box.firstChild;
    if (node) getSelection().collapse(node, Math.min(offset, node.length));
  }

  pressed(name, is) {
    const button = this.#root.querySelector(`[data-do=${name}]`);
    button.setAttribute("aria-expanded", String(is));
    if (!is) button.focus();
  }

  /** `{value, speaker}`: `one`, `all`, or nothing. */
  async askSpeaker(sentence) {
    const form = this.#root.querySelector("form[data-speaker]");
    const { speaker } = form.elements;
    speaker.value = sentence.speaker;
    const value = await this.#asked("speaker", () => speaker.select());
    return { value, speaker: speaker.value };
  }

  /** The revision to go back to, or 0. */
  async askVersion(sentence) {
    const place = this.#root.querySelector("[data-history]");
    const response = await fetch(sentence.element.querySelector(".at").href, { headers: { "HX-Request": "true" } });
    place.innerHTML = response.ok ? await response.text() : "";
    const dialog = this.#root.querySelector("[data-dialog=history]");
    const choose = (event) => {
      event.preventDefault();
      dialog.close(event.submitter.value);
    };
    place.addEventListener("submit", choose);
    const value = await this.#asked("history");
    place.removeEventListener("submit", choose);
    return Number(value);
  }

  #own() {
    return {
      next: (sentence) => this.show(this.#rows.next(sentence)),
      previous: (sentence) => this.show(this.#rows.next(sentence, -1)),
      edit: (sentence) => this.edit(sentence, Number.MAX_SAFE_INTEGER),
      leave: (sentence) => this.show(sentence),
      tools: () => this.#root.querySelector("[data-do]").focus(),
      keys: () => this.#asked("keys"),
    };
  }

  #asked(name, opened = () => {}) {
    const dialog = this.#root.querySelector(`[data-dialog=${name}]`);
    dialog.returnValue = "";
    dialog.showModal();
    opened();
    return new Promise((done) => {
      dialog.addEventListener("close", () => done(dialog.returnValue), { once: true });
    });
  }

  #enter(sentence) {
    if (!sentence || sentence === this.#current) return;
    this.#current?.element.classList.remove("current");
    sentence.element.classList.add("current");
    this.#current = sentence;
    this.#offset = 0;
  }

  #click(event) {
    const sentence = this.#rows.of(event.target);
    const isTime = event.target.closest(".at");
    if (isTime) event.preventDefault();
    if (isTime) this.show(sentence);
    else if (!event.target.closest(".text") || !getSelection().isCollapsed) return;
    this.#remember();
    this.#actions.hear(sentence, isTime ? 0 : this.#offset);
  }

  #key(event) {
    const command = commandOf(event, placeOf(event.target));
    if (!command || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#run(command);
  }

  #run(command) {
    if (!command) return;
    const sentence = this.#rows.get(this.#current?.number) ?? this.#rows.all[0];
    if (NEEDS_SENTENCE.includes(command) && !sentence) return;
    this.tell("");
    this.#remember();
    this.#actions[command](sentence, this.#offset);
  }

  /** Where the cursor is in the text of its sentence: kept for the tools, which take the focus away. */
  #remember() {
    const selection = getSelection();
    const box = selection.focusNode?.parentElement?.closest("[data-number] .text");
    if (!box || document.activeElement !== box) return;
    const before = new Range();
    before.setStart(box, 0);
    before.setEnd(selection.focusNode, selection.focusOffset);
    // The server counts the characters of what it keeps.
    this.#offset = [...cleanedPart(before.toString()).trimStart()].length;
  }
}

function placeOf(target) {
  if (target.isContentEditable) return "text";
  if (target.matches?.("li[data-number]")) return "sentence";
  if (target.closest?.("input, select, textarea, audio, canvas, dialog")) return "control";
  return target.closest?.("button, a, summary") ? "button" : "elsewhere";
}

function mark(node, text) {
  const at = node?.data.toLowerCase().indexOf(text.toLowerCase()) ?? -1;
  if (at < 0 || !globalThis.Highlight) return;
  const range = new Range();
  range.setStart(node, at);
  range.setEnd(node, Math.min(node.length, at + text.length));
  CSS.highlights.set("found", new Highlight(range));
}
