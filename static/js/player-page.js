/** Every player of a page (entry module), those too that htmx brings later. */

import { mountPlayer } from "./player.js";

const mounted = new WeakSet();

function mountAll(root) {
  for (const element of root.querySelectorAll("[data-player]")) {
    if (mounted.has(element)) continue;
    mounted.add(element);
    mountPlayer(element);
  }
}

mountAll(document);
document.body.addEventListener("htmx:load", () => mountAll(document));
