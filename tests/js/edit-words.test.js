import assert from "node:assert/strict";
import { test } from "node:test";
import { lastUpTo, momentOf, placesOf } from "../../static/js/edit-words.js";

const WORDS = [
  [1000, 1200, "the", ""],
  [1300, 1500, "other", ","],
  [1500, 1900, "the", ""],
];

test("equal words have places one after the other", () => {
  const places = placesOf("the other, the", WORDS);
  assert.deepEqual(
    places.map(({ begin }) => begin),
    [0, 4, 11],
  );
});

test("a word that was corrected has no place, and the others keep theirs", () => {
  const places = placesOf("the author, the", WORDS);
  assert.deepEqual(
    places.map(({ begin, begin_ms }) => [begin, begin_ms]),
    [
      [0, 1000],
      [12, 1500],
    ],
  );
});

test("Chinese characters are found one by one", () => {
  const words = [..."我们去"].map((character, at) => [at * 100, at * 100 + 100, character, ""]);
  assert.deepEqual(
    placesOf("我们，去。", words).map(({ begin }) => begin),
    [0, 1, 3],
  );
});

test("the last entry that has begun", () => {
  const places = placesOf("the other, the", WORDS);
  assert.equal(lastUpTo(places, "begin_ms", 999), null);
  assert.equal(lastUpTo(places, "begin_ms", 1000), places[0]);
  assert.equal(lastUpTo(places, "begin_ms", 1499), places[1]);
  assert.equal(lastUpTo(places, "begin_ms", 9999), places[2]);
  assert.equal(lastUpTo([], "begin_ms", 1), null);
});

test("a place in the text is when its word was spoken", () => {
  const sentence = { text: "the other, the", begin_ms: 1000, end_ms: 1900 };
  const places = placesOf(sentence.text, WORDS);
  assert.equal(momentOf(sentence, places, 6), 1300);
  assert.equal(momentOf(sentence, places, 14), 1500);
  assert.equal(momentOf(sentence, [], 7), 1450);
  assert.equal(momentOf({ ...sentence, text: "" }, [], 0), 1000);
});
