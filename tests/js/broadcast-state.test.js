import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { actionsOf, stateOf } from "../../static/js/broadcast-state.js";

const uplink = (fields) => ({ phase: "on", ready: true, paused: false, refusal: null, isOver: false, ...fields });
const now = (fields, rest) => ({ uplink: fields && uplink(fields), elsewhere: false, begun: 1, ...rest });
const offered = (fields, isOpen = true) => {
  const moment = now(fields);
  const actions = actionsOf(stateOf(moment), { ...moment, sound: { isOpen } });
  return Object.keys(actions).filter((name) => actions[name]);
};

describe("a broadcast in one word", () => {
  it("is idle, connecting, live, paused, reconnecting, stopping, ended", () => {
    assert.equal(stateOf(now(null)), "idle");
    assert.equal(stateOf(now({ ready: false }, { begun: null })), "connecting");
    assert.equal(stateOf(now({})), "live");
    assert.equal(stateOf(now({ paused: true })), "paused");
    assert.equal(stateOf(now({ ready: false, paused: true })), "reconnecting");
    assert.equal(stateOf(now({ phase: "stopping" })), "stopping");
    assert.equal(stateOf(now({ phase: "ended" })), "ended");
  });

  it("tells a refusal from a broadcast that goes on elsewhere", () => {
    assert.equal(stateOf(now({ phase: "refused", refusal: { code: 4101 } })), "refused");
    assert.equal(stateOf(now({ phase: "refused", refusal: { code: 4209 } })), "elsewhere");
    assert.equal(stateOf(now(null, { elsewhere: true })), "elsewhere");
  });
});

describe("the buttons", () => {
  it("offer to begin when nothing runs", () => {
    assert.deepEqual(offered(null, false), ["microphone", "live"]);
    assert.deepEqual(offered(null), ["live"]);
    assert.deepEqual(offered({ phase: "ended", isOver: true }, false), ["microphone", "live"]);
  });

  it("offer pause or resume, and always a way to stop, while on air", () => {
    assert.deepEqual(offered({}), ["pause", "mute", "stop"]);
    assert.deepEqual(offered({ ready: false }), ["pause", "mute", "stop"]);
    assert.deepEqual(offered({ paused: true }), ["resume", "mute", "stop"]);
  });

  it("offer another try after a refusal that can be put right", () => {
    const refused = { phase: "refused", refusal: { code: 4101 } };
    assert.deepEqual(offered(refused), ["stop", "retry"]);
    assert.deepEqual(offered({ ...refused, isOver: true }), ["live"]);
  });

  it("rest while the last words are written", () => {
    assert.deepEqual(offered({ phase: "stopping" }), []);
  });
});
