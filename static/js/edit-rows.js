/**
 * The sentences of the editor in the document, and what the page knows of each.
 *
 *   <ol data-sentences>
 *     <li id="s7" data-number="7" data-revision="1" data-begin="1000" data-end="2000" data-speaker="Ann" [data-hidden]>
 *       <a class="at">0:00:01</a> <span class="speaker">Ann</span> <p class="text" lang="en">the words</p>
 *     </li>
 *
 * The page brings one window of them; `load` fetches the others, one after the other. What the page knows:
 * `{number, revision, begin_ms, end_ms, text, speaker, hidden, lang, words, element}`: as the server has it, not as it
 * is being typed. `words` are there when they were asked for.
 */

import { cleaned } from "./edit-text.js";
import { words as say } from "./page.js";

const BREATH_MS = 30;
const HTMX = { "HX-Request": "true" };

export class Rows {
  #list;
  #known = new Map();
  #order = null;
  #wordsUrl;
  #asked = new Map();
  #gone;

  /** `gone`: revisions of sentences that are not there any more, by number, as `gone` said before. */
  constructor(list, wordsUrl, window, gone = {}) {
    this.#gone = gone;
    this.#list = list;
    this.#wordsUrl = wordsUrl;
    this.#adopt([...list.children], window);
  }

  /** Fetches the windows that the page does not have; `loaded()` after each. False when one of them did not come. */
  async load(here, windows, loaded) {
    for (const window of [...range(here + 1, windows), ...range(1, here - 1).reverse()]) {
      const html = document.createElement("template");
      try {
        const response = await fetch(`?page=${window}`, { headers: HTMX });
        if (!response.ok) return false;
        html.innerHTML = await response.text();
      } catch {
        return false;
      }
      const elements = [...html.content.children];
      if (window > here) this.#list.append(html.content);
      else this.#list.prepend(html.content);
      this.#adopt(elements, window);
      loaded();
      await new Promise((done) => setTimeout(done, BREATH_MS));
    }
    return true;
  }

  /** In reading order. */
  get all() {
    this.#order ??= [...this.#known.values()].sort((a, b) => a.begin_ms - b.begin_ms || a.number - b.number);
    return this.#order;
  }

  get(number) {
    return this.#known.get(Number(number)) ?? null;
  }

  of(node) {
    return this.get(node?.closest?.("[data-number]")?.dataset.number);
  }

  /** Which one the page knows of a sentence, there or not; 0 = none. */
  revision(number) {
    return this.get(number)?.revision ?? this.#gone[number] ?? 0;
  }

  get gone() {
    return this.#gone;
  }

  next(sentence, by = 1) {
    return this.all[this.all.indexOf(sentence) + by] ?? null;
  }

  /** The words of a sentence with their times; asked for once for each window. A split may have moved it to the next. */
  async words(sentence) {
    for (const later of [0, 1]) if (!sentence.words) await this.#wordsOf(sentence.window + later);
    return sentence.words ?? [];
  }

  /** What the server says of a sentence. A text that is being typed meanwhile stays. */
  update(item) {
    const known = this.get(item.number);
    if (!item.text) return this.#remove(item, known);
    if (!known) return this.#insert(item);
    const untouched = typed(known) === known.text;
    Object.assign(known, item);
    this.#order = null;
    this.#draw(known, untouched);
  }

  #adopt(elements, window) {
    for (const element of elements) {
      const { number, revision, begin, end, speaker, hidden } = element.dataset;
      const text = element.querySelector(".text");
      const sentence = {
        number: Number(number),
        revision: Number(revision),
        begin_ms: Number(begin),
        end_ms: Number(end),
        text: text.textContent,
        speaker,
        hidden: hidden !== undefined,
        lang: text.lang,
        words: null,
        window,
        element,
      };
      // A split moves a sentence to the next window, which may be on its way: it is here once, and as it is now.
      if (this.revision(sentence.number) >= sentence.revision) element.remove();
      else this.#put(sentence);
    }
    this.#order = null;
  }

  #put(sentence) {
    this.get(sentence.number)?.element.remove();
    this.#known.set(sentence.number, sentence);
    prepare(sentence.element);
  }

  async #wordsOf(window) {
    if (!this.#asked.has(window)) this.#asked.set(window, fetch(`${this.#wordsUrl}?page=${window}`).then(read));
    const found = await this.#asked.get(window);
    for (const [number, words] of Object.entries(found)) {
      const sentence = this.get(number);
      if (sentence && sentence.revision === this.#revisionAtLoad(sentence)) sentence.words ??= words;
    }
  }

  /** Words of a sentence that changed since came with the change. */
  #revisionAtLoad(sentence) {
    return Number(sentence.element.dataset.revision);
  }

  #insert(item) {
    const element = this.#list.firstElementChild.cloneNode(true);
    element.querySelector(".conflict")?.remove();
    const link = element.querySelector(".at");
    link.href = link.href.replace(/\d+\/$/, `${item.number}/`);
    element.id = `s${item.number}`;
    element.className = "";
    element.dataset.number = item.number;
    const sentence = { ...item, element, window: 0 };
    this.#known.set(item.number, sentence);
    this.#order = null;
    const next = this.next(sentence);
    this.#list.insertBefore(element, next?.element ?? null);
    this.#draw(sentence, true);
    prepare(element);
  }

  #remove({ number, revision }, known) {
    this.#gone[number] = revision;
    this.#known.delete(number);
    this.#order = null;
    known?.element.remove();
  }

  #draw({ element, text, speaker, hidden, lang, begin_ms }, withText) {
    element.toggleAttribute("data-hidden", hidden);
    element.querySelector(".speaker").textContent = speaker;
    if (speaker) this.#list.dataset.speakers = "";
    element.querySelector(".at").textContent = clock(begin_ms);
    const box = element.querySelector(".text");
    if (lang) box.lang = lang;
    if (withText && typed({ element }) !== text) box.textContent = text;
  }
}

/** What stands in the sentence's box now, as the server would clean it. */
export function typed({ element }) {
  return cleaned(element.querySelector(".text").textContent);
}

export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function prepare(element) {
  element.tabIndex = -1;
  const text = element.querySelector(".text");
  text.contentEditable = "plaintext-only";
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-label", say("sentence", { at: element.querySelector(".at").textContent }));
  element.querySelector(".at").tabIndex = -1;
}

function range(first, last) {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

function read(response) {
  return response.ok ? response.json() : {};
}
