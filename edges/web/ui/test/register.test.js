// The verifier against the register's own vectors.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { fromB64u, toB64u } from "../verify/base.js";
import { Undecided, equal, sha256, utf8 } from "../verify/bytes.js";
import { readStatement } from "../verify/issuer.js";
import { isSignedBy, leafHash, readLeaf, signedPart } from "../verify/leaf.js";
import { readCheckpoint, split, vkeyOfPolicy } from "../verify/note.js";
import { bitsOf, fold, isCommitted, statusAt } from "../verify/state.js";
import { isIncluded, rootOf } from "../verify/tree.js";
import { read } from "./vectors.js";

const fourBytes = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);

test("roots and audit paths", async () => {
  const { roots, inclusion } = read("register/proof.json");
  const rootAt = new Map();
  for (const { size, root } of roots) {
    const leaves = Array.from({ length: size }, (_, n) => fourBytes(n));
    assert.equal(toB64u(await rootOf(leaves)), root, `root of ${size}`);
    rootAt.set(size, fromB64u(root));
  }
  for (const { index, size, path } of inclusion) {
    const root = rootAt.get(size);
    const hashes = path.map((hash) => fromB64u(hash, 32));
    assert.ok(await isIncluded(fourBytes(index), index, hashes, { size, root }), `${index} of ${size}`);
    assert.ok(!(await isIncluded(fourBytes(index + 1), index, hashes, { size, root })), `another leaf at ${index}`);
    await assert.rejects(isIncluded(fourBytes(index), index, [...hashes, hashes[0] ?? new Uint8Array(32)], { size, root }));
    await assert.rejects(isIncluded(fourBytes(index), size, hashes, { size, root }));
    if (hashes.length > 0) await assert.rejects(isIncluded(fourBytes(index), index, hashes.slice(1), { size, root }));
  }
});

test("leaves, their hashes and signatures", async () => {
  const { seal_key, cases } = read("register/leaf.json");
  for (const it of cases) {
    const leaf = readLeaf(fromB64u(it.leaf));
    assert.deepEqual([leaf.kind, leaf.issuer, leaf.timeMs, toB64u(leaf.id)], [it.kind, it.issuer, it.time_ms, it.id]);
    assert.equal(toB64u(await leafHash(leaf.bytes)), it.hash);
    assert.equal(toB64u(signedPart(leaf)), it.signed);
    const signature = fromB64u(it.signature, 64);
    assert.ok(await isSignedBy(leaf, signature, fromB64u(seal_key, 32)));
    signature[0] ^= 1;
    assert.ok(!(await isSignedBy(leaf, signature, fromB64u(seal_key, 32))));
  }
  assert.throws(() => readLeaf(new Uint8Array(123)));
  assert.throws(() => readLeaf(new Uint8Array(124)));
});

test("digests of records kept apart", async () => {
  let before = new Uint8Array(32);
  for (const it of read("register/digest.json").cases) {
    const leaf = readLeaf(fromB64u(it.leaf));
    assert.deepEqual([leaf.kind, leaf.issuer, toB64u(leaf.prev)], [10, 0, toB64u(before)]);
    assert.ok(equal(leaf.commitment, await sha256(utf8(it.statement))));
    before = await leafHash(leaf.bytes);
    assert.equal(toB64u(before), it.hash);
  }
});

test("checkpoints", async () => {
  const { vkey, origin, size, root, valid, invalid } = read("register/checkpoint.json");
  for (const { why, note } of valid) {
    const checkpoint = await readCheckpoint(note, vkey);
    assert.deepEqual([checkpoint.origin, checkpoint.size, toB64u(checkpoint.root)], [origin, size, root], why);
  }
  for (const { why, note } of invalid) await assert.rejects(readCheckpoint(note, vkey), undefined, why);
  assert.equal(vkeyOfPolicy(`# ours\nlog ${vkey}\nquorum none\n`), vkey);
  await assert.rejects(readCheckpoint(valid[0].note, vkey.replace("+9f42caeb+", "+9f42caec+")));
});

test("key statements", async () => {
  const it = read("register/issuer.json");
  const statement = readStatement(utf8(it.statement));
  assert.equal(statement.agency, "376480000A");
  const leaf = readLeaf(fromB64u(it.leaf));
  assert.ok(await isSignedBy(leaf, fromB64u(it.signature, 64), statement.sealKey));
  assert.ok(equal(leaf.commitment, await sha256(utf8("gov-order/k1"), utf8(it.statement))));
  assert.throws(() => readStatement(utf8(it.statement.replace('{"agency"', '{ "agency"'))));
});

test("the state of an order", async () => {
  const { table, folds, status } = read("register/state.json");
  for (const { state, bits } of table) assert.equal(bitsOf(state), bits, state);
  for (const { story, leaves, counted, state } of folds) {
    const result = await fold(leaves.map((leaf) => readLeaf(fromB64u(leaf))));
    assert.deepEqual([result.state ?? null, result.counted], [state, counted], story);
  }
  const file = fromB64u(status.bytes);
  for (let index = 0; index < status.below; index++) {
    assert.equal(statusAt(file, index), bitsOf(status.states[index] ?? "valid"), `leaf ${index}`);
  }
  assert.ok(await isCommitted(file, { commitment: fromB64u(status.commitment) }));
});

test("leaves of unknown types, or with zeros in the wrong place, are none", () => {
  const good = () => fromB64u(read("register/leaf.json").cases[0].leaf);
  for (const change of [(leaf) => { leaf[1] = 0; }, (leaf) => { leaf[1] = 11; }, (leaf) => { leaf[1] = 6; }, (leaf) => { leaf[1] = 9; }, (leaf) => leaf.fill(0, 2, 4), (leaf) => leaf.fill(0, 12, 28)]) {
    const leaf = good();
    change(leaf);
    assert.throws(() => readLeaf(leaf));
  }
});

test("a key event under the id of an order is no part of its chain", async () => {
  const issue = readLeaf(fromB64u(read("register/leaf.json").cases[0].leaf));
  const follow = async (kind, prev) => {
    const leaf = issue.bytes.slice();
    leaf[1] = kind;
    leaf.set(await leafHash(prev.bytes), 60);
    return readLeaf(leaf);
  };
  const [key, revoked] = [await follow(7, issue), await follow(3, issue)];
  assert.deepEqual(await fold([issue, key, revoked]), { state: "revoked", counted: [0, 2] });
  assert.deepEqual(await fold([issue, key, await follow(3, key)]), { state: "valid", counted: [0] });
});

test("white space, empty extension lines and too many lines make no note", async () => {
  const root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const line = "— a.example AAAAAAAA";
  assert.equal(split(`a.example\n1\n${root}\n\n${line}\n`).signatures.length, 1);
  for (const space of ["\u0085", "\u00a0", "\u3000"]) assert.throws(() => split(`a.example\n1\n${root}\n\n${line}\n— a${space}b AAAAAAAA\n`));
  assert.equal(split(`a.example\n1\n${root}\n\n— a\ufeffb AAAAAAAA\n`).signatures.length, 1);
  assert.throws(() => split(`a.example\n1\n${root}\n\n${`${line}\n`.repeat(101)}`));

  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Uint8Array.of(1, ...publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const hash = (await sha256(utf8("a.example\n"), raw)).slice(0, 4);
  const vkey = `a.example+${Buffer.from(hash).toString("hex")}+${Buffer.from(raw).toString("base64")}`;
  const signed = (text) => `${text}\n— a.example ${Buffer.concat([hash, sign(null, utf8(text), privateKey)]).toString("base64")}\n`;
  assert.equal((await readCheckpoint(signed(`a.example\n1\n${root}\nmore\u007f\n`), vkey)).size, 1);
  await assert.rejects(readCheckpoint(signed(`a.example\n1\n${root}\n\nmore\n`), vkey), /malformed/);
});

test("a log may sign with a key beside its Ed25519 key", () => {
  const [plain, beyond] = [1, 6].map((type) => `a.example+00000000+${Buffer.from([type, ...new Uint8Array(32)]).toString("base64")}`);
  assert.equal(vkeyOfPolicy(`log ${beyond}\nlog\t${plain} https://a.example\nquorum none\n`), plain);
  assert.throws(() => vkeyOfPolicy(`log ${beyond}\nquorum none\n`), Undecided);
  assert.throws(() => vkeyOfPolicy("quorum none\n"), /one log/);
});
