/**
 * The streamer's page (entry module): wires microphone, uplink, numbers and captions together.
 *
 * Mark-up (`<script type="module" src="{% static 'js/studio.js' %}">`); every element may stand anywhere in the root,
 * all but the root are optional; JS sets `hidden` and `disabled`, so write them in their first state:
 *
 *   <main data-studio data-socket="/ws/broadcast/SLUG/" data-worklet="{% static 'js/mic-worklet.js' %}"
 *         data-room="SLUG" data-state="idle">
 *     <div data-insecure hidden>…</div>                       shown alone when the origin is not secure: words + the link to use
 *     <div data-console>                                       hidden in that case
 *       <p data-notice role="status"></p>                      the state in words
 *       <p data-alarm role="alert" hidden></p>                 what is wrong and what to do, in words
 *       <label><input type="checkbox" data-consent> …</label>
 *       <select data-device></select>                          filled by devices.js; needs a label
 *       <label><input type="checkbox" data-noisy> …</label>    noisy room: the browser's own processing on
 *       <output data-track></output>                           label and processing of the track really in use
 *       <meter data-level min="0" max="1" low="0.001" high="0.9" optimum="0.4" value="0"></meter>   needs a label
 *       <button type="button" data-action="microphone">        turn the microphone on (meter only)
 *       <button type="button" data-action="live">   "pause"   "resume"   "mute" (aria-pressed)   "stop"   "retry"
 *       <output data-number="elapsed"></output>                numbers: elapsed (h:mm:ss), lag (s), behind (s), viewers,
 *                                                              first-delay (s), last-delay (s), unsent (s), lost (s)
 *       <output data-word="upstream"></output>  "storage"      words from texts `upstream.<value>`, `storage.<value>`
 *       <ol data-transcript></ol> <p data-interim aria-hidden="true" dir="auto"></p>      captions as they come (page.js)
 *     </div>
 *     <dialog data-take-over aria-labelledby="…"><form method="dialog">… <button value="take"> <button value="cancel"></form></dialog>
 *   </main>
 *
 * `data-state` on the root: idle, connecting, live, paused, reconnecting, stopping, ended, refused, elsewhere.
 * `data-link` on the root: good or late (lag above 2 s). An [data-number] or [data-word] shows `–` while unknown.
 *
 * Texts: state.<each data-state>; state.behind {n}; mic.refused, mic.missing, mic.gone (exact device not there),
 *   mic.busy, mic.other {name}, mic.ended (unplugged), mic.muted (by system or hardware), mic.suspended (press a key or
 *   click), mic.lost {n} (seconds the device gave nothing); device.default, device.unnamed {n};
 *   track.raw {name}, track.processed {name} {list}, track.noise, track.echo, track.gain; alarm.silent, alarm.consent,
 *   alarm.late {n}, alarm.lost {n}, alarm.left {n}, alarm.elsewhere (another tab broadcasts), alarm.new_session;
 *   upstream.<value>, storage.<value> as the server sends them; error.<key> as the server sends them, error.other {code};
 *   speaker {n}; notice.<text_key> as the server's status sends them.
 * Events on the root, bubbling: `studio:state` {state}, `studio:ended` {session, samples, sentences}.
 */

import { Broadcaster } from "./broadcaster.js";

const root = document.querySelector("[data-studio]");
const secure = isSecureContext && "mediaDevices" in navigator;
root.querySelector("[data-insecure]").hidden = secure;
root.querySelector("[data-console]").hidden = !secure;
if (secure) new Broadcaster(root);
