// What the register says now about an order: honest, incomplete and false answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromB64u } from "../verify/base.js";
import { Undecided } from "../verify/bytes.js";
import { checkProof } from "../verify/proof.js";
import { verdictOf } from "../verify/verdict.js";
import { anchorOf, indexOf, log, proofOf, statusBits, vkey } from "./proofs.js";
import { read } from "./vectors.js";

const honest = async () => statusBits;

async function verdict(index, { change, key, fetchBytes = honest, id } = {}) {
  const proof = await proofOf(index, change);
  const found = await checkProof(proof.bytes, { id: id ?? proof.id, key, vkey, fetchBytes });
  const failed = found.checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  return { verdict: verdictOf(found.checks, found.state), failed, ...found };
}

test("an order that stands, with and without the key of its code", async () => {
  const index = indexOf("0-valid");
  assert.equal((await verdict(index)).verdict, "valid");
  const opened = await verdict(index, { key: fromB64u(read("seal/qr.json").view_key) });
  assert.deepEqual([opened.verdict, opened.failed, opened.summary.get(1)], ["valid", [], "令"]);
  assert.ok(opened.asOf >= log.leaves[index].timeMs);
});

for (const [bundle, state] of [["1-superseded", "superseded"], ["2-revoked", "revoked"], ["3-repealed", "repealed"]]) {
  test(`an order that was ${state}`, async () => {
    const found = await verdict(indexOf(bundle));
    assert.deepEqual([found.verdict, found.state, found.failed], ["changed", state, []]);
  });
}

test("a server that hides a revocation is caught by the snapshot", async () => {
  const found = await verdict(indexOf("2-revoked"), { change: (proof) => (proof.events = []) });
  assert.deepEqual([found.verdict, found.failed], ["invalid", ["status"]]);
});

test("a status file that was changed is caught by its leaf", async () => {
  const index = indexOf("2-revoked");
  const cleared = statusBits.slice();
  cleared[index >> 2] = 0;
  const change = (proof) => (proof.events = []);
  assert.deepEqual((await verdict(index, { change, fetchBytes: async () => cleared })).failed, ["status"]);
});

test("without a status file nothing is said about the state", async () => {
  const fetchBytes = async () => { throw new Undecided("", ""); };
  assert.equal((await verdict(indexOf("0-valid"), { fetchBytes })).verdict, "undecided");
});

test("false answers", async () => {
  const index = indexOf("0-valid");
  const cases = {
    "another index": [(proof) => (proof.index += 1), "inclusion"],
    "another signature": [(proof) => (proof.signature = `${proof.signature.slice(0, -2)}AA`), "signature"],
    "a note of another size": [(proof) => (proof.checkpoint = proof.checkpoint.replace(/\n[0-9]+\n/, "\n3\n")), "checkpoint"],
    "an event of another order": [(proof) => (proof.events = [{ kind: 3, leaf: proof.issuer.leaf, index: proof.issuer.index, inclusion: proof.issuer.inclusion }]), "status"],
    "a snapshot that is none": [(proof) => (proof.status = { ...proof.status, leaf: proof.leaf }), "status"],
    "a statement of another key": [(proof) => (proof.issuer.statement = proof.issuer.statement.replace(/.$/, "A")), "issuer"],
  };
  for (const [name, [change, check]] of Object.entries(cases)) {
    const found = await verdict(index, { change });
    assert.ok(found.verdict === "invalid" && found.failed.includes(check), `${name}: ${found.verdict} ${found.failed}`);
  }
  assert.equal((await verdict(index, { id: new Uint8Array(16) })).verdict, "invalid");
  const wrongKey = await verdict(index, { key: new Uint8Array(16) });
  assert.deepEqual([wrongKey.verdict, wrongKey.failed], ["invalid", ["content"]]);
});

test("an anchor is named when its tree holds the order, and none is no fault", async () => {
  const index = indexOf("0-valid");
  assert.equal((await verdict(index)).verdict, "valid", "not anchored yet");
  const size = log.leaves.length;
  for (const of of [index + 1, size]) {
    const anchor = await anchorOf(index, of);
    assert.deepEqual((await verdict(index, { change: (proof) => (proof.anchors = [anchor]) })).failed, []);
  }
  const spoilt = [
    { root: (await anchorOf(index, index + 1)).root }, { size: index }, { inclusion: [] }, { proved_at: "yesterday" }, { more: 1 },
  ];
  for (const change of spoilt) {
    const anchor = { ...(await anchorOf(index, size)), ...change };
    const found = await verdict(index, { change: (proof) => (proof.anchors = [anchor]) });
    assert.deepEqual([found.verdict, found.failed], ["invalid", ["anchor"]], JSON.stringify(change));
  }
});
