import assert from "node:assert/strict";
import { test } from "node:test";
import { post, Queue } from "../../static/js/edit-queue.js";

function stage(answers) {
  const asked = [];
  const said = [];
  const ask = async (body) => {
    asked.push(body);
    return answers.shift() ?? { kind: "done" };
  };
  return {
    asked,
    said,
    queue: new Queue(
      ask,
      (state) => said.push(state),
      async () => {},
    ),
  };
}

test("a change begins when the one before it is taken", async () => {
  const { asked, queue } = stage([{ kind: "done", revision: 2 }]);
  let revision = 1;
  queue.push(
    () => ({ revision }),
    (answer) => (revision = answer.revision),
  );
  await queue.push(
    () => ({ revision }),
    () => {},
  );
  assert.deepEqual(asked, [{ revision: 1 }, { revision: 2 }]);
});

test("what the server did not answer is asked again until it does, and said meanwhile", async () => {
  const away = { kind: "away", why: "not_saved" };
  const { asked, said, queue } = stage([away, away]);
  let taken = null;
  const done = queue.push(
    () => ({ do: "text" }),
    ({ kind }) => (taken = kind),
  );
  assert.equal(queue.busy, true);
  await done;
  assert.equal(asked.length, 3);
  assert.equal(taken, "done");
  assert.deepEqual(said, ["saving", "not_saved", "not_saved", "saved"]);
  assert.equal(queue.busy, false);
});

test("nothing to do asks nothing", async () => {
  const { asked, queue } = stage([]);
  await queue.push(
    () => null,
    () => assert.fail(),
  );
  assert.deepEqual(asked, []);
});

test("a change may wait for what it needs to know; those after it wait too", async () => {
  const { asked, queue } = stage([]);
  let known;
  const knowing = new Promise((done) => {
    known = done;
  });
  const ignored = () => {};
  queue.push(async () => ({ do: "restore", revision: await knowing }), ignored);
  const last = queue.push(() => ({ do: "text" }), ignored);
  known(7);
  await last;
  assert.deepEqual(asked, [{ do: "restore", revision: 7 }, { do: "text" }]);
});

for (const [cookie, sent] of [
  ["", "of the page"],
  ["theme=dark; csrftoken=newer", "newer"],
  ["notcsrftoken=other", "of the page"],
]) {
  test(`the token sent is the one that is valid now: ${sent}, with the cookie “${cookie}”`, async (context) => {
    globalThis.document = { cookie };
    const asked = context.mock.method(globalThis, "fetch", async () => new Response("{}"));
    await post("/changes/", "of the page", {});
    assert.equal(asked.mock.calls[0].arguments[1].headers["X-CSRFToken"], sent);
  });
}
