/** Every player of a page (entry module), those too that htmx brings later. */

import { mountPlayer } from "./player.js";

const mounted = new WeakSet();
const begin = Number(new URLSearchParams(location.search).get("t"));
let shown = null;

function mountAll(root) {
  for (const element of root.querySelectorAll("[data-player]")) {
    if (mounted.has(element)) continue;
    mounted.add(element);
    shown = mountPlayer(element);
    if (begin > 0) shown.seek(begin);
  }
}

/** A sentence's time plays from there. */
function listen(event) {
  const link = event.target.closest("a[data-seek]");
  if (!link || !shown) return;
  event.preventDefault();
  shown.seek(Number(link.dataset.seek));
  shown.play();
}

mountAll(document);
document.body.addEventListener("click", listen);
document.body.addEventListener("htmx:load", () => mountAll(document));
