// Encodings: what goes in comes out, and a second spelling of the same value is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromB64, fromB64u, fromBase41, toB64u, toBase41 } from "../verify/base.js";
import { concat, textOf, utf8 } from "../verify/bytes.js";
import { readSummary } from "../verify/cbor.js";
import { canonical, parseCanonical } from "../verify/json.js";
import { readValue, stringOf } from "../verify/pdf_object.js";

const samples = Array.from({ length: 34 }, (_, length) => Uint8Array.from({ length }, (_, at) => (at * 97 + length * 31) & 255));

test("base-41 and base64url keep every length", () => {
  for (const bytes of [...samples, new Uint8Array(16), new Uint8Array(16).fill(255)]) {
    assert.deepEqual(fromBase41(toBase41(bytes)), bytes);
    assert.deepEqual(fromB64u(toB64u(bytes)), bytes);
  }
  assert.equal(toBase41(new Uint8Array(16)).length, 24);
});

test("another spelling is refused", () => {
  for (const text of ["AB==", "AA=", "A", "AA==\n", "A-==", " AAAA"]) assert.throws(() => fromB64(text), undefined, text);
  for (const text of ["AB", "A", "AA==", "A+", "AAA/"]) assert.throws(() => fromB64u(text), undefined, text);
  for (const text of [":::", "0", "a00", "0000", ":0"]) assert.throws(() => fromBase41(text), undefined, text);
  assert.throws(() => fromBase41(toBase41(new Uint8Array(15)), 16));
});

test("canonical JSON after RFC 8785", () => {
  const value = { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One", "\u{1f600}": "Emoji", "\u0080": "Control", "\u00f6": "Latin" };
  const order = ['"\\r"', '"1"', '"\u0080"', '"\u00f6"', '"\u20ac"', '"\u{1f600}"', '"\ufb33"'];
  const text = canonical(value);
  const places = order.map((name) => text.indexOf(name));
  assert.ok(places.every((place, at) => place > (at ? places[at - 1] : -1)), text);
  assert.equal(canonical([1e21, 0.002, -0, "\u2028/\u0007"]), '[1e+21,0.002,0,"\u2028/\\u0007"]');
  assert.deepEqual(parseCanonical(utf8('{"a":[1,"二"],"b":null}')), { a: [1, "二"], b: null });
  for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', '{"a":1.0}', '"\\u4e8c"', '{"a":1}\n', "{"]) {
    assert.throws(() => parseCanonical(utf8(bad)), undefined, bad);
  }
  assert.throws(() => textOf(Uint8Array.of(0xff)));
});

test("a summary is a map of texts with ascending keys", () => {
  const summary = new Map([[1, "令"], [2, "範府人考字第1150012345號"], [8, "辦理選務".repeat(30)]]);
  const bytes = writeSummary(summary);
  assert.deepEqual(readSummary(bytes), summary);
  assert.throws(() => readSummary(bytes.subarray(0, bytes.length - 1)));
  assert.throws(() => readSummary(Uint8Array.of(...bytes, 0)));
  assert.throws(() => readSummary(Uint8Array.of(0xa2, 2, 0x61, 0x61, 1, 0x61, 0x61)), undefined, "descending keys");
  assert.throws(() => readSummary(Uint8Array.of(0xa1, 0x18, 1, 0x61, 0x61)), undefined, "a key not in its shortest form");
  assert.throws(() => readSummary(Uint8Array.of(0xbf, 1, 0x61, 0x61, 0xff)), undefined, "indefinite length");
  assert.throws(() => readSummary(Uint8Array.of(0xa1, 1, 0x60)), undefined, "an empty text is left out");
});

test("PDF syntax", () => {
  const [dict] = readValue("<< /Type /Filespec /UF <FEFF006F0072> /F (or\\(der\\051\\056) /EF << /F 12 0 R >> /N [1 -2.5 true null] % note\n >>", 0);
  assert.equal(dict.get("Type").name, "Filespec");
  assert.equal(stringOf(dict.get("UF")), "or");
  assert.equal(stringOf(dict.get("F")), "or(der).");
  assert.equal(dict.get("EF").get("F").ref, 12);
  assert.deepEqual(dict.get("N"), [1, -2.5, true, null]);
  assert.throws(() => readValue("<< /A 1 /A 2 >>", 0), undefined, "a repeated key");
  assert.throws(() => readValue("<< /A 1", 0));
});


/** The bytes of a summary. */
function writeSummary(summary) {
  const keys = [...summary.keys()].sort((a, b) => a - b);
  return concat(writeHead(5, keys.length), ...keys.flatMap((key) => {
    const text = utf8(summary.get(key));
    return [writeHead(0, key), writeHead(3, text.length), text];
  }));
}

function writeHead(major, value) {
  if (value < 24) return Uint8Array.of((major << 5) | value);
  if (value < 256) return Uint8Array.of((major << 5) | 24, value);
  return Uint8Array.of((major << 5) | 25, value >> 8, value & 255);
}
