/** A viewer against a model of the room, while messages get lost, doubled, late and out of order. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CaptionLog } from "../../static/js/caption-log.js";
import { seededRandom } from "./fakes.js";

const ROUNDS = 400;
const STEPS = 250;
const PAGE = 5;

class ModelRoom {
  seq = 0;
  session = null;
  sentences = new Map();
  interims = new Map();
  #sessions = 0;

  begin() {
    this.#sessions += 1;
    this.session = { id: this.#sessions, title: "", state: "live", lang: "en" };
    this.sentences = new Map();
    this.interims.clear();
    return this.#state();
  }

  end() {
    this.session.state = "ended";
    this.interims.clear();
    return this.#state();
  }

  speak(beginMs) {
    const number = this.sentences.size + 1;
    this.interims.delete(number);
    return this.#change({ number, revision: 1, begin_ms: beginMs, text: `${number}`, hidden: false });
  }

  edit(number, fields) {
    const old = this.sentences.get(number);
    return this.#change({ ...old, ...fields, revision: old.revision + 1, text: `${old.text}'` });
  }

  murmur(text) {
    const number = this.sentences.size + 1;
    if (text) this.interims.set(number, text);
    else this.interims.delete(number);
    return { type: "interim", session: this.session.id, number, text };
  }

  answer(question) {
    const current = question.type !== "hello" || question.session === this.session?.id;
    if (question.type === "before") return this.#before(question.number);
    if (!current || question.seq === null || question.seq > this.seq || !this.session) return this.#snapshot();
    return this.#since(question.seq);
  }

  status() {
    return { type: "status", state: this.session?.state ?? "waiting", behind_ms: 0, seq: this.seq };
  }

  visible() {
    const shown = [...this.sentences.values()].filter(({ hidden }) => !hidden);
    return shown.sort((one, other) => one.begin_ms - other.begin_ms || one.number - other.number);
  }

  #change(sentence) {
    this.seq += 1;
    this.sentences.set(sentence.number, { ...sentence, seq: this.seq });
    return { type: "sentences", session: this.session.id, after: this.seq - 1, seq: this.seq, items: [sentence] };
  }

  #state() {
    this.seq += 1;
    const { id, state } = this.session;
    return { type: "session", session: id, after: this.seq - 1, seq: this.seq, state };
  }

  #snapshot() {
    const interims = [...this.interims].map(([number, text]) => ({ number, text }));
    const items = this.#byNumber().slice(-PAGE);
    return { type: "snapshot", session: this.session && { ...this.session }, seq: this.seq, items, interims };
  }

  #since(seq) {
    const changed = [...this.sentences.values()].filter((one) => one.seq > seq).sort((one, two) => one.seq - two.seq);
    const items = changed.slice(0, PAGE);
    const upTo = changed.length > PAGE ? items.at(-1).seq : this.seq;
    return { type: "sentences", session: this.session.id, after: seq, seq: upTo, items };
  }

  #before(number) {
    const earlier = this.#byNumber().filter((one) => one.number < number);
    return { type: "page", session: this.session.id, items: earlier.slice(-PAGE), more: earlier.length > PAGE };
  }

  #byNumber() {
    return [...this.sentences.values()].sort((one, other) => one.number - other.number);
  }
}

class Trial {
  #random;
  #room = new ModelRoom();
  #log = new CaptionLog();
  #way = [];
  #now = 0;

  constructor(seed) {
    this.#random = seededRandom(seed);
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }

  #change() {
    const room = this.#room;
    const chance = this.#random();
    if (!room.session || room.session.state === "ended") return room.begin();
    if (chance < 0.02) return room.end();
    if (chance < 0.03) return room.begin();
    if (chance < 0.4) return room.murmur(this.#random() < 0.9 ? `words ${this.#now}` : "");
    if (chance < 0.75 || room.sentences.size === 0) return room.speak(this.#below(100));
    const fields = this.#random() < 0.5 ? { hidden: this.#random() < 0.5 } : { begin_ms: this.#below(100) };
    return room.edit(1 + this.#below(room.sentences.size), fields);
  }

  /** Lost, doubled, or put into the queue out of turn. */
  #publish(message) {
    const chance = this.#random();
    if (chance < 0.15) return;
    if (chance < 0.25) this.#way.push(message);
    if (chance > 0.9) this.#way.splice(this.#below(this.#way.length + 1), 0, message);
    else this.#way.push(message);
  }

  #ask() {
    const question = this.#log.request(this.#now);
    if (question) this.#way.push(this.#room.answer(question));
  }

  #connect() {
    this.#way.length = 0;
    this.#log.reopened();
    this.#way.push(this.#room.answer(this.#log.hello()));
  }

  #step() {
    this.#now += this.#below(600);
    const chance = this.#random();
    if (chance < 0.45) this.#publish(JSON.parse(JSON.stringify(this.#change())));
    else if (chance < 0.85) this.#deliver();
    else if (chance < 0.9) this.#publish(this.#room.status());
    else if (chance < 0.94) this.#connect();
    else if (chance < 0.97) this.#log.older();
    else this.#log.trim(3 + this.#below(10));
    this.#ask();
    this.#checkOrder();
  }

  #deliver() {
    if (this.#way.length > 0) this.#log.take(this.#way.shift());
  }

  #checkOrder() {
    const { items } = this.#log;
    const numbers = new Set(items.map(({ number }) => number));
    assert.equal(numbers.size, items.length, "a sentence twice");
    for (let i = 1; i < items.length; i += 1) assert.ok(items[i - 1].begin_ms <= items[i].begin_ms, "out of order");
    for (const number of this.#log.interims.keys()) assert.ok(!numbers.has(number), "interim and final of one number");
  }

  /** The network heals: whatever is asked is answered. */
  #settle() {
    const all = () => {
      this.#log.older();
      const question = this.#log.request(this.#now);
      return question ?? (this.#log.more ? "wait" : null);
    };
    for (let i = 0; i < 500; i += 1) {
      this.#now += 2000;
      while (this.#way.length > 0) this.#deliver();
      const question = all();
      if (question === null) return;
      if (question !== "wait") this.#way.push(this.#room.answer(question));
    }
    assert.fail("still asking");
  }

  run() {
    this.#way.push(this.#room.answer(this.#log.hello()));
    for (let i = 0; i < STEPS; i += 1) this.#step();
    if (this.#room.session.state === "ended") this.#room.begin();
    this.#way.push(this.#room.speak(50), this.#room.status());
    this.#settle();
    assert.equal(this.#log.session.id, this.#room.session.id);
    assert.equal(this.#log.seq, this.#room.seq);
    const essence = ({ number, revision, text }) => `${number}.${revision} ${text}`;
    assert.deepEqual(this.#log.items.map(essence), this.#room.visible().map(essence));
  }
}

describe("a viewer of a room whose messages get lost", () => {
  it("ends with exactly the sentences of the room, each once, in order", () => {
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      try {
        new Trial(seed).run();
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      }
    }
  });
});
