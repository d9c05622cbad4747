/**
 * The audience page (entry module): captions of a room, live, with the past on scroll.
 *
 * Mark-up (`<script type="module" src="{% static 'js/viewer.js' %}">`; at most ONE style sheet: the page's first load
 * is HTML + CSS + viewer.js, caption-log.js, socket.js, page.js = 6 requests; `<link rel="modulepreload">` for the last
 * three saves a round trip; `<link rel="icon" href="data:,">`):
 *
 *   <main data-viewer data-socket="/ws/watch/TOKEN/" data-state="connecting">
 *     <h1 data-title>Room or session title</h1>                    text replaced by the session's title
 *     <p data-status role="status">Connecting…</p>                 the state in words
 *     <div data-scroller tabindex="0">                              the scrolling box: CSS `overflow-y:auto; overflow-anchor:none`
 *       <button type="button" data-older hidden>Show earlier lines</button>   also pressed by scrolling to the top
 *       <ol data-lines role="log" aria-live="polite" aria-relevant="additions"></ol>     finished sentences, see page.js
 *       <p data-interim aria-hidden="true" dir="auto"></p>          the sentence being spoken (pale); never inside the log
 *     </div>
 *     <button type="button" data-latest hidden></button>           the pill "New lines: 3", back to the end
 *     <label><input type="checkbox" data-quiet> …</label>          optional: screen reader stays silent (log off)
 *   </main>
 *
 * `data-state` on the root (for CSS): connecting, live, behind, waiting, ended, reconnecting, refused.
 * Texts: connecting, live, behind {n} (seconds), waiting (nobody is live), ended, reconnecting, new_lines {n},
 *   speaker {n}, error.<key> for link_revoked, link_expired, not_found, deleted, too_many, restarting …, error.other {code}.
 * Event on the root, bubbling: `captions:state` {state}.
 */
