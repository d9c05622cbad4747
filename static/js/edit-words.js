/**
 * Where in a text a moment is, and when a place in a text was spoken. No DOM.
 *
 * Words come as the server keeps them: `[begin_ms, end_ms, text, punctuation]`. A place is a word with where it stands:
 * `{begin, end, begin_ms, end_ms}`. A word that the text does not have any more has no place.
 */

export function placesOf(text, words) {
  const places = [];
  let at = 0;
  for (const [begin_ms, end_ms, word] of words) {
    const begin = word ? text.indexOf(word, at) : -1;
    if (begin < 0) continue;
    at = begin + word.length;
    places.push({ begin, end: at, begin_ms, end_ms });
  }
  return places;
}

/** The last entry whose `key` is not above `value`, by halves; entries stand in the order of `key`. */
export function lastUpTo(entries, key, value) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle][key] <= value) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1] ?? null;
}

/** When character `offset` of a sentence was spoken; between its ends by length where its words are not known. */
export function momentOf(sentence, places, offset) {
  const place = lastUpTo(places, "begin", offset) ?? places[0];
  if (place) return place.begin_ms;
  const share = Math.min(1, offset / Math.max(1, sentence.text.length));
  return Math.round(sentence.begin_ms + (sentence.end_ms - sentence.begin_ms) * share);
}
