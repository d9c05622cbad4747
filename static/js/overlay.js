/**
 * The OBS overlay (entry module): two lines, transparent, for Chromium 103 and later.
 *
 * Mark-up (overlay.js, caption-log.js, socket.js, page.js; one style sheet):
 *
 *   <body data-overlay data-socket="/ws/watch/TOKEN/" data-clear-ms="6000" data-state="connecting">
 *     <div data-window aria-live="off">                 CSS: height exactly 2 × line-height, overflow hidden, position relative
 *       <ol data-roll></ol>                             CSS: position absolute, bottom 0, left 0, right 0; no list marks; left aligned
 *     </div>
 *     <p data-notice hidden></p>                        the state in words, only when the link has been bad for 3 s
 *     <div data-controls>…</div>                        optional: shown in an ordinary browser, hidden inside OBS
 *   </body>
 *
 * The blocks inside `data-roll` are page.js's sentences (at most 4), `data-interim` on the one being spoken.
 * `<html data-obs>` is set inside OBS. html and body must paint no background of their own.
 * `data-clear-ms`: lines vanish after so much silence; 0 = never. A roll is a transform animation, none under
 * prefers-reduced-motion. `data-state` as in viewer.js.
 * Texts: reconnecting, behind {n}, waiting, ended (the last two only outside OBS), speaker {n}, error.<key>, error.other {code}.
 */
