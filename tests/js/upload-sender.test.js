import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import { keyOf, Sender } from "../../static/js/upload-sender.js";

const SIZE = 1_000_000;
const BEGIN = "/rooms/talk/uploads/new/";
const CHUNK = 8 << 20;

/** The server's side: one upload, and what may go wrong. */
class Server {
  requests = [];
  here = 0;
  faults = [];

  fetch = async (address, { method, body, headers }) => {
    if (method === "POST") this.said = Object.fromEntries(body);
    this.requests.push(`${method} ${address}${method === "PATCH" ? ` ${headers["Upload-Offset"]}+${body.size}` : ""}`);
    const fault = this.faults.shift();
    if (fault) return fault();
    if (method === "POST") return answer(201, {}, { address: "/u/1/" });
    if (method === "PATCH") {
      if (headers["Upload-Offset"] !== this.here) return answer(409, this.#offset());
      this.here += body.size;
    }
    return answer(204, this.#offset());
  };

  #offset() {
    return { "Upload-Offset": String(this.here) };
  }
}

function answer(status, headers = {}, body = null) {
  return new Response(body && JSON.stringify(body), { status, headers });
}

const refused = (status, key) => () => answer(status, {}, { key, message: `words for ${key}` });
const cut = () => Promise.reject(new TypeError("network"));

describe("a file on its way", () => {
  let server;
  let told;
  let kept;
  let sender;
  let ms;
  let tick;
  let slept;

  const file = (size = SIZE) => new File([new Uint8Array(size)], "talk.wav", { lastModified: 5 });
  const fields = { language: "en", pcm_rate: "" };
  const key = () => keyOf(BEGIN, file(), fields);
  const states = () => told.map(([state]) => state);
  const make = (of = file(), said = fields) => {
    const memory = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
    const about = { file: of, begin: BEGIN, fields: said, most: 2_000_000, chunk: CHUNK };
    sender = new Sender(about, {
      memory,
      tell: (state, detail) => told.push([state, detail]),
      fetch: server.fetch,
      now: () => {
        ms += tick;
        return ms;
      },
      limit: (_, signal) => signal,
      sleep: async (pause) => slept.push(pause),
    });
    return sender;
  };

  beforeEach(() => {
    server = new Server();
    told = [];
    kept = new Map();
    slept = [];
    ms = 0;
    tick = 0;
  });

  it("goes in pieces that grow while they are quick, and is forgotten when it is there", async () => {
    await make().start();
    assert.deepEqual(server.requests, [
      `POST ${BEGIN}`,
      "PATCH /u/1/ 0+262144",
      "PATCH /u/1/ 262144+524288",
      "PATCH /u/1/ 786432+213568",
    ]);
    assert.deepEqual(states(), ["asking", "sending", "sending", "sending", "done"]);
    assert.equal(told.at(-1)[1].done, SIZE);
    assert.equal(kept.size, 0);
  });

  it("goes on where the server says after a reload", async () => {
    server.here = 900_000;
    kept.set(key(), "/u/1/");
    await make().start();
    assert.deepEqual(server.requests, ["HEAD /u/1/", "PATCH /u/1/ 900000+100000"]);
  });

  for (const other of [
    { language: "zh-CN", pcm_rate: "" },
    { language: "en", pcm_rate: "16000" },
  ])
    it(`begins anew when something else is said of the file: ${JSON.stringify(other)}`, async () => {
      kept.set(key(), "/u/0/");
      await make(file(), other).start();
      assert.equal(server.requests[0], `POST ${BEGIN}`);
      assert.deepEqual(server.said, { ...other, name: "talk.wav", size: String(SIZE) });
      assert.deepEqual([...kept], [[key(), "/u/0/"]]);
    });

  it("begins anew when what it remembers is gone", async () => {
    kept.set(key(), "/u/0/");
    server.faults = [refused(410, "gone")];
    await make().start();
    assert.deepEqual(server.requests.slice(0, 3), ["HEAD /u/0/", `POST ${BEGIN}`, "PATCH /u/1/ 0+262144"]);
    assert.equal(sender.state, "done");
  });

  it("waits longer and longer while the network is away, then asks what arrived", async () => {
    server.faults = [null, null, cut, cut, () => answer(503)];
    await make().start();
    assert.deepEqual(slept, [1000, 2000, 4000]);
    assert.deepEqual(server.requests.slice(2, 7), [
      "PATCH /u/1/ 262144+524288",
      "HEAD /u/1/",
      "HEAD /u/1/",
      "HEAD /u/1/",
      "PATCH /u/1/ 262144+524288",
    ]);
    assert.equal(told.find(([state]) => state === "waiting")[1].done, 262_144);
    assert.equal(sender.state, "done");
  });

  it("takes the server's word for where the file ends", async () => {
    server.faults = [null, null, () => answer(409, { "Upload-Offset": "262144" })];
    await make().start();
    assert.equal(server.here, SIZE);
  });

  it("treats an answer without an offset as none", async () => {
    server.faults = [null, () => answer(204)];
    await make().start();
    assert.equal(slept.length, 1);
    assert.equal(server.here, SIZE);
  });

  for (const [size, why] of [
    [0, "empty"],
    [2_000_001, "too-big"],
  ]) {
    it(`asks nobody about a file that is ${why}`, async () => {
      await make({ size, name: "x", lastModified: 0 }).start();
      assert.deepEqual(server.requests, []);
      assert.equal(told.at(-1)[1].key, why);
    });
  }

  it("says what the server says against it, and goes on when it is told to", async () => {
    server.faults = [null, null, refused(507, "disk-full")];
    await make().start();
    assert.deepEqual(told.at(-1), ["refused", { done: 262_144, key: "disk-full", message: "words for disk-full" }]);
    await sender.start();
    assert.equal(sender.state, "done");
    assert.equal(server.here, SIZE);
  });

  for (const [status, why] of [
    [403, "forbidden"],
    [404, "gone"],
  ]) {
    it(`understands ${status} without words`, async () => {
      server.faults = [null, () => answer(status)];
      await make().start();
      assert.equal(told.at(-1)[1].key, why);
    });
  }

  it("pauses in the middle of a piece and goes on from what arrived", async () => {
    make();
    server.faults = [
      null,
      null,
      () => {
        sender.pause();
        return cut();
      },
    ];
    await sender.start();
    assert.equal(states().at(-1), "paused");
    await sender.start();
    assert.equal(sender.state, "done");
    assert.equal(server.here, SIZE);
  });

  it("is given up on the server too", async () => {
    server.faults = [null, null, refused(507, "disk-full")];
    await make().start();
    await sender.cancel();
    assert.equal(server.requests.at(-1), "DELETE /u/1/");
    assert.equal(kept.size, 0);
  });

  it("keeps pieces small on a slow line", async () => {
    tick = 6000;
    await make().start();
    const sizes = server.requests.slice(1).map((request) => Number(request.split("+")[1]));
    assert.deepEqual(sizes, [262_144, 262_144, 262_144, 213_568]);
  });
});
