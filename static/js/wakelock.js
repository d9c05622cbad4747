/** Keeps the screen from sleeping while live. The browser takes the lock back whenever the page is hidden. */

let wanted = false;
let lock = null;

export function keepAwake(awake) {
  if (awake === wanted) return;
  wanted = awake;
  if (wanted) request();
  else lock?.release();
}

async function request() {
  if (!wanted || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  // Refused on low battery: the page can do without.
  lock = await navigator.wakeLock.request("screen").catch(() => null);
  if (!wanted) lock?.release();
}

document.addEventListener("visibilitychange", request);
