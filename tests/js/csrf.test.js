import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { freshToken } from "../../static/js/csrf.js";

describe("the token of a request", () => {
  afterEach(() => {
    delete globalThis.document;
  });

  for (const [cookie, token] of [
    ["csrftoken=new", "new"],
    ["theme=dark; csrftoken=new; language=en", "new"],
    ["xcsrftoken=else", "the page's"],
    ["", "the page's"],
  ])
    it(`is "${token}" with the cookies "${cookie}"`, () => {
      globalThis.document = { cookie };
      assert.equal(freshToken("the page's"), token);
    });
});
