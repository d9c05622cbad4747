/** A broadcast in one word, and what can be done in that state. No DOM. */

export const ON_AIR = ["connecting", "live", "paused", "reconnecting"];

const TAKEN_OVER = 4209;

/** One word for the whole broadcast: the values of `data-state`. */
export function stateOf({ uplink, elsewhere, begun }) {
  if (elsewhere) return "elsewhere";
  if (!uplink) return "idle";
  if (uplink.phase === "refused") return uplink.refusal.code === TAKEN_OVER ? "elsewhere" : "refused";
  if (uplink.phase !== "on") return uplink.phase;
  if (!uplink.ready) return begun === null ? "connecting" : "reconnecting";
  return uplink.paused ? "paused" : "live";
}

/** Which buttons make sense. */
export function actionsOf(state, { uplink, sound }) {
  const running = uplink !== null && !uplink.isOver;
  const onAir = ON_AIR.includes(state);
  return {
    microphone: !sound.isOpen && !running,
    live: !running,
    pause: onAir && !uplink.paused,
    resume: onAir && uplink.paused,
    mute: onAir,
    stop: onAir || (running && state === "refused"),
    retry: running && state === "refused",
  };
}
