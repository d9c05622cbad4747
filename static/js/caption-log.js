/**
 * What a viewer knows of a room: sentences, open interims, and how far it has come. No DOM, no network.
 *
 * Every message goes through `take(message)`, in any order and any number of times; `request(now)` then says what to
 * ask the server, if anything (never more than four times a second). The cursor `seq` moves only over a chain without
 * holes. Sentences are known by number, the newest revision wins, a hidden one disappears, and `items` stands in
 * reading order (begin_ms, number). `interims` maps number → text of sentences still being spoken.
 */

const ASK_EVERY = 250;
const ASK_AGAIN = 2000;

export class CaptionLog {
  #revisions = new Map();
  #floor = 0;
  #head = 0;
  #newest = 0;
  #needsSnapshot = false;
  #interimsAreOld = false;
  #wantsOlder = false;
  /** Floor for which a page was asked; its answer comes for certain, unless the connection breaks. */
  #pageBefore = null;
  #askedAt = -Infinity;
  #answered = true;

  session = null;
  seq = null;
  state = null;
  behindMs = 0;
  items = [];
  interims = new Map();
  /** Whether the server may have sentences before the first one here. */
  more = false;

  hello() {
    const known = this.session !== null && this.seq !== null;
    return { type: "hello", version: 1, session: known ? this.session.id : null, seq: known ? this.seq : null };
  }

  /** A new connection: interims that nobody repeats are gone, questions that were open have to be put again. */
  reopened() {
    this.#interimsAreOld = true;
    this.#pageBefore = null;
    this.#askedAt = -Infinity;
  }

  /** Takes a message from the server; answers whether `items` may have changed. */
  take(message) {
    if (this.#interimsAreOld) this.interims.clear();
    this.#interimsAreOld = false;
    switch (message.type) {
      case "snapshot":
        return this.#replace(message);
      case "sentences":
        return this.#follow(message, message.items);
      case "session":
        return this.#follow(message, []);
      case "page":
        return this.#prepend(message);
      case "interim":
        return this.#interim(message);
      case "status":
        return this.#status(message);
      default:
        return false;
    }
  }

  /** Asks for earlier sentences at the next request. */
  older() {
    this.#wantsOlder = this.more;
  }

  /** What to send now (`now` in milliseconds), or null. */
  request(now) {
    if (now - this.#askedAt < (this.#answered ? ASK_EVERY : ASK_AGAIN)) return null;
    const question = this.#question();
    if (question === null) return null;
    this.#askedAt = now;
    this.#answered = false;
    if (question.type === "before") this.#pageBefore = question.number;
    return question;
  }

  /** Gives up the lowest numbers beyond `limit` sentences; the server still has them. */
  trim(limit) {
    if (this.items.length <= limit) return;
    const numbers = this.items.map(({ number }) => number).sort((one, other) => one - other);
    this.#floor = numbers[numbers.length - limit];
    this.items = this.items.filter(({ number }) => number >= this.#floor);
    for (const number of this.#revisions.keys()) if (number < this.#floor) this.#revisions.delete(number);
    this.more = true;
  }

  #question() {
    if (this.#needsSnapshot) return { type: "since", seq: null };
    if (this.seq !== null && this.#head > this.seq) return { type: "since", seq: this.seq };
    if (this.#wantsOlder && this.#pageBefore === null) return { type: "before", number: this.#floor };
    return null;
  }

  #replace({ session, seq, items, interims }) {
    Object.assign(this, { session, seq, state: session?.state ?? null, items: [], behindMs: 0 });
    this.#revisions.clear();
    this.interims = new Map(interims.map(({ number, text }) => [number, text]));
    this.#head = seq;
    this.#newest = this.#floor = 0;
    this.#needsSnapshot = this.#wantsOlder = false;
    this.#answered = true;
    this.#merge(items);
    this.#setFloor(items);
    this.more = this.#floor > 1;
    return true;
  }

  #isOther(session) {
    if (session === this.session?.id) return false;
    this.#needsSnapshot = true;
    return true;
  }

  #follow({ session, after, seq, state }, items) {
    if (this.#isOther(session) || seq <= this.seq) return false;
    if (state) this.state = state;
    this.#merge(items.filter((item) => item.number >= this.#floor));
    this.#head = Math.max(this.#head, seq);
    if (after > this.seq) return true;
    this.seq = seq;
    this.#answered = true;
    if (this.#head === seq) this.#dropOldInterims();
    return true;
  }

  /** Finals come in order: once there is no hole, an interim that is not newer than the last final was withdrawn. */
  #dropOldInterims() {
    if (this.state === "ended") this.interims.clear();
    for (const number of this.interims.keys()) if (number <= this.#newest) this.interims.delete(number);
  }

  /** Earlier sentences; not if they no longer join what is here. */
  #prepend({ session, items, more }) {
    if (this.#isOther(session)) return false;
    const joins = this.#pageBefore === this.#floor;
    this.#pageBefore = null;
    this.#wantsOlder = false;
    this.#answered = true;
    if (!joins) return false;
    this.#merge(items);
    this.#setFloor(items);
    if (!more) this.#floor = 0;
    this.more = more;
    return true;
  }

  #interim({ session, number, text }) {
    if (this.#isOther(session) || this.#revisions.has(number)) return false;
    if (text) this.interims.set(number, text);
    else this.interims.delete(number);
    return false;
  }

  #status({ state, behind_ms: behindMs, seq }) {
    this.state = state;
    this.behindMs = behindMs;
    if (this.seq === null) this.#needsSnapshot = true;
    this.#head = Math.max(this.#head, seq);
    return false;
  }

  #setFloor(items) {
    for (const { number } of items) this.#floor = Math.min(this.#floor || number, number);
  }

  #merge(items) {
    for (const item of items) {
      if ((this.#revisions.get(item.number) ?? -1) >= item.revision) continue;
      if (this.#revisions.has(item.number)) this.items = this.items.filter(({ number }) => number !== item.number);
      this.#revisions.set(item.number, item.revision);
      this.#newest = Math.max(this.#newest, item.number);
      this.interims.delete(item.number);
      if (!item.hidden) this.#insert(item);
    }
  }

  #insert(item) {
    let index = this.items.length;
    while (index > 0 && isAfter(this.items[index - 1], item)) index -= 1;
    this.items.splice(index, 0, item);
  }
}

function isAfter(one, other) {
  return (one.begin_ms - other.begin_ms || one.number - other.number) > 0;
}
