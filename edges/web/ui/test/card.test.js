// What the card component answers, in the words of the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Component, Trouble, holderOf, trouble, wish } from "../script/card_component.js";

const says = (act) => {
  try {
    return act();
  } catch (why) {
    assert.ok(why instanceof Trouble, String(why));
    return why.when;
  }
};

test("each code has its words, signed or unsigned", () => {
  const cases = [
    [{ ret_code: 0x76000006 }, "no-card"],
    [{ ret_code: 0x76100003 }, "no-reader"],
    [{ ret_code: 0x76100001 }, "no-driver"],
    [{ ret_code: 0x7600000f }, "unknown-site"],
    [{ ret_code: 0x76100006, last_error: 0xa0 }, "wrong-pin"],
    [{ ret_code: 0x76100006, last_error: -2147483647 }, "wrong-pin-1"],
    [{ ret_code: 0x76100006, last_error: 2147483650 }, "wrong-pin-2"],
    [{ ret_code: 0x76100006, last_error: 0xa4 }, "locked"],
    [{ ret_code: 0x76100006, last_error: 0xa2 }, "pin-form"],
    [{ ret_code: 0x76000999 }, "cancelled"],
    [{ ret_code: 0x76100006, last_error: 6 }, "other"],
    [{}, "other"],
  ];
  for (const [answer, when] of cases) assert.equal(trouble(answer).when, when, JSON.stringify(answer));
  assert.equal(trouble({ ret_code: 0x76100006, last_error: -536870911 }).code, "76100006-E0000001");
});

test("the holder is read from the certificate for signatures", () => {
  const token = { certs: [{ usage: "keyEncipherment", subjectDN: "CN=甲" }, { usage: "digitalSignature", subjectDN: "C=TW,CN=王小明,serialNumber=1" }] };
  assert.equal(holderOf({ slots: [{ token: "unknown token" }, { token }] }), "王小明");
  assert.equal(says(() => holderOf({ slots: [{ token: "unknown token" }] })), "no-card");
  assert.equal(says(() => holderOf({})), "no-card");
  assert.equal(says(() => holderOf({ slots: [{ token: { certs: [] } }] })), "no-certificate");
});

test("what is signed arrives as it is, whatever is in it", () => {
  const text = '{"case":"獎+1&","root":"a/b=="}';
  const { tbs, pin, ...rest } = wish(text, "12%34+=");
  assert.equal(Buffer.from(decodeURIComponent(tbs), "base64").toString(), text);
  assert.equal(decodeURIComponent(pin), "12%34+=");
  assert.match(tbs + pin, /^[A-Za-z0-9%]*$/);
  assert.deepEqual([rest.tbsEncoding, rest.hashAlgorithm, rest.signatureType], ["base64", "SHA256", "PKCS7"]);
});

test("a component that is not there is told from one that does not let the page read", async (t) => {
  const component = new Component("http://127.0.0.1:1");
  const fetched = t.mock.method(globalThis, "fetch", async () => {
    throw new TypeError("failed");
  });
  await assert.rejects(component.holder(), { when: "silent" });
  fetched.mock.mockImplementation(async (_, { mode }) => {
    if (mode === "no-cors") return {};
    throw new TypeError("failed");
  });
  assert.equal(await component.holder(), "");
  assert.equal(component.direct, false);
});

test("an answer that is no answer is no signature", async (t) => {
  const component = new Component("http://127.0.0.1:1");
  for (const text of ["<html>", "{}", '{"ret_code":0}']) {
    t.mock.method(globalThis, "fetch", async () => ({ text: async () => text }));
    await assert.rejects(component.sign("renshi-signin/1", "1"), { when: "other" }, text);
  }
});
