import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { CaptionLog } from "../../static/js/caption-log.js";

const sentence = (number, fields = {}) => ({
  number,
  revision: 1,
  begin_ms: number * 1000,
  end_ms: number * 1000 + 900,
  text: `sentence ${number}`,
  lang: "en",
  speaker: "",
  hidden: false,
  ...fields,
});
const session = (id) => ({ id, title: "Talk", state: "live", lang: "en" });
const snapshot = (seq, items, fields = {}) => ({
  type: "snapshot",
  session: session(1),
  seq,
  items,
  interims: [],
  ...fields,
});
const live = (after, seq, items, fields = {}) => ({ type: "sentences", session: 1, after, seq, items, ...fields });
const interim = (number, text, id = 1) => ({ type: "interim", session: id, number, text });

describe("what a viewer knows", () => {
  let log;
  const numbers = () => log.items.map(({ number }) => number);
  const asked = (now = 0) => log.request(now);

  beforeEach(() => {
    log = new CaptionLog();
    log.take(snapshot(10, [sentence(1), sentence(2)]));
  });

  it("begins from nothing, and from its cursor after a break", () => {
    const hello = { type: "hello", version: 1 };
    assert.deepEqual(new CaptionLog().hello(), { ...hello, session: null, seq: null });
    assert.deepEqual(log.hello(), { ...hello, session: 1, seq: 10 });
  });

  it("asks for a snapshot again when the room had no session yet", () => {
    const empty = new CaptionLog();
    empty.take(snapshot(0, [], { session: null }));
    assert.equal(empty.hello().seq, null);
    empty.take(live(0, 1, [sentence(1)]));
    assert.deepEqual(empty.request(0), { type: "since", seq: null });
  });

  it("appends what follows and ignores what it has", () => {
    log.take(live(10, 11, [sentence(3)]));
    log.take(live(10, 11, [sentence(3, { text: "again" })]));
    assert.deepEqual(numbers(), [1, 2, 3]);
    assert.equal(log.items[2].text, "sentence 3");
    assert.equal(asked(), null);
  });

  it("does not go back to an earlier state", () => {
    log.take({ type: "session", after: 10, seq: 11, session: 1, state: "ending" });
    log.take({ type: "session", after: 11, seq: 12, session: 1, state: "ended" });
    assert.equal(log.take({ type: "session", after: 10, seq: 11, session: 1, state: "ending" }), false);
    assert.deepEqual([log.state, log.seq], ["ended", 12]);
  });

  it("shows what comes after a hole at once, and asks for the hole", () => {
    log.take(live(12, 13, [sentence(5)]));
    assert.deepEqual(numbers(), [1, 2, 5]);
    assert.deepEqual(asked(), { type: "since", seq: 10 });
    log.take(live(10, 13, [sentence(3), sentence(4), sentence(5)]));
    assert.deepEqual(numbers(), [1, 2, 3, 4, 5]);
    assert.equal(log.seq, 13);
    assert.equal(asked(10_000), null);
  });

  it("asks again until a hole is filled, four times a second at most", () => {
    log.take(live(12, 40, [sentence(5)]));
    assert.ok(asked(0));
    assert.equal(asked(100), null);
    log.take(live(10, 20, []));
    assert.equal(asked(249), null);
    assert.deepEqual(asked(250), { type: "since", seq: 20 });
    assert.equal(asked(2249), null);
    assert.deepEqual(asked(2250), { type: "since", seq: 20 });
  });

  it("finds a hole by the status of a quiet room", () => {
    log.take({ type: "status", state: "live", behind_ms: 4000, seq: 11 });
    assert.deepEqual(asked(), { type: "since", seq: 10 });
    assert.equal(log.behindMs, 4000);
  });

  it("takes the newest revision, whatever the order", () => {
    log.take(live(11, 12, [sentence(1, { revision: 3, text: "new" })]));
    log.take(live(10, 12, [sentence(1, { revision: 2, text: "old" })]));
    assert.equal(log.items[0].text, "new");
    assert.equal(log.items.length, 2);
  });

  it("removes a hidden sentence, and does not bring an older state of it back", () => {
    log.take(live(11, 12, [sentence(1, { revision: 2, hidden: true, text: "" })]));
    log.take(live(10, 12, [sentence(1)]));
    assert.deepEqual(numbers(), [2]);
    log.take(live(12, 13, [sentence(1, { revision: 3 })]));
    assert.deepEqual(numbers(), [1, 2]);
  });

  it("reads in the order of time, then of number", () => {
    log.take(live(10, 11, [sentence(3, { begin_ms: 1500 }), sentence(4, { begin_ms: 1000 })]));
    assert.deepEqual(numbers(), [1, 4, 3, 2]);
    log.take(live(11, 12, [sentence(1, { revision: 2, begin_ms: 9000 })]));
    assert.deepEqual(numbers(), [4, 3, 2, 1]);
  });

  it("replaces an interim by the final of its number", () => {
    log.take(interim(3, "sen"));
    log.take(interim(3, "sentence th"));
    assert.deepEqual([...log.interims], [[3, "sentence th"]]);
    log.take(live(10, 11, [sentence(3)]));
    log.take(interim(3, "late"));
    assert.deepEqual([...log.interims], []);
  });

  it("withdraws an interim that comes empty, or is left behind by a later final", () => {
    log.take(interim(3, "uh"));
    log.take(interim(3, ""));
    assert.equal(log.interims.size, 0);
    log.take(interim(3, "uh"));
    log.take(live(10, 11, [sentence(4)]));
    assert.equal(log.interims.size, 0);
  });

  it("keeps an interim whose final may be in the hole", () => {
    log.take(interim(3, "three"));
    log.take(live(11, 12, [sentence(4)]));
    assert.deepEqual([...log.interims.keys()], [3]);
    log.take(live(10, 12, [sentence(3), sentence(4)]));
    assert.equal(log.interims.size, 0);
  });

  it("drops the interims of a broken connection unless they are said again", () => {
    log.take(interim(3, "three"));
    log.reopened();
    assert.equal(log.interims.size, 1);
    log.take(interim(4, "four"));
    assert.deepEqual([...log.interims.keys()], [4]);
  });

  it("ends with the session: nothing is being spoken any more", () => {
    log.take(interim(3, "three"));
    log.take({ type: "session", after: 10, seq: 11, session: 1, state: "ended" });
    assert.equal(log.state, "ended");
    assert.equal(log.interims.size, 0);
    assert.equal(log.seq, 11);
  });

  it("asks for a snapshot when another session speaks, and leaves the old lines until it comes", () => {
    log.take(interim(1, "new talk", 2));
    log.take(live(11, 12, [sentence(1)], { session: 2 }));
    assert.deepEqual(numbers(), [1, 2]);
    assert.deepEqual(asked(), { type: "since", seq: null });
    log.take(snapshot(12, [sentence(1, { text: "first of two" })], { session: session(2) }));
    assert.deepEqual(
      log.items.map(({ text }) => text),
      ["first of two"],
    );
    assert.equal(asked(10_000), null);
  });

  it("takes a snapshot for the whole truth, also with a lower cursor", () => {
    log.take(snapshot(4, [sentence(7)], { interims: [{ number: 8, text: "eight" }] }));
    assert.deepEqual([numbers(), log.seq, [...log.interims.keys()]], [[7], 4, [8]]);
    log.take(live(4, 5, [sentence(8)]));
    assert.deepEqual(numbers(), [7, 8]);
  });

  it("fetches what came before, page by page", () => {
    log.take(snapshot(50, [sentence(20), sentence(21)]));
    assert.equal(log.more, true);
    log.older();
    assert.deepEqual(asked(0), { type: "before", number: 20 });
    log.take({ type: "page", session: 1, items: [sentence(18), sentence(19)], more: true });
    assert.deepEqual(numbers(), [18, 19, 20, 21]);
    log.older();
    assert.deepEqual(asked(1000), { type: "before", number: 18 });
    log.take({ type: "page", session: 1, items: [sentence(1)], more: false });
    log.older();
    assert.equal(asked(10_000), null);
  });

  it("does not tear a hole by showing an edit of what is not loaded", () => {
    log.take(snapshot(50, [sentence(20), sentence(21)]));
    log.take(live(50, 51, [sentence(3, { revision: 2 })]));
    assert.deepEqual(numbers(), [20, 21]);
    assert.equal(log.seq, 51);
  });

  it("gives up the oldest when asked, and can fetch them again", () => {
    log.take(live(10, 12, [sentence(3), sentence(4)]));
    log.trim(2);
    assert.deepEqual([numbers(), log.more], [[3, 4], true]);
    log.older();
    assert.deepEqual(asked(), { type: "before", number: 3 });
    log.take({ type: "page", session: 1, items: [sentence(1), sentence(2)], more: false });
    assert.deepEqual(numbers(), [1, 2, 3, 4]);
  });

  it("ignores messages of a kind it does not know", () => {
    assert.equal(log.take({ type: "weather" }), false);
  });
});
