/**
 * What every page with captions shares: its words, and sentences in its document.
 *
 * Mark-up, once in each page (Django's `json_script`; all texts translated, `{n}` and `{name}` filled in here):
 *
 *   <script type="application/json" id="texts">{"live": "Live", "behind": "{n} s behind", …}</script>
 *
 * A key that the page does not know shows as the fallback key's text. Which keys a page needs stands in the doc
 * comment of its entry module: viewer.js, overlay.js, studio.js.
 *
 * A sentence is painted as one block (never as HTML; all text through text nodes):
 *
 *   <li class="sentence" data-number="7" lang="zh-CN">
 *     <span class="speaker">Speaker 1</span>        only when the sentence has a speaker
 *     <bdi class="text" dir="auto">the words</bdi>
 *   </li>
 *
 * with `data-interim` on the block while it is an unfinished one (overlay only).
 */
