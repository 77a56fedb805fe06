// Witnesses: what makes a quorum, and what makes a checkpoint false.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { Fault, Undecided, concat, sha256, utf8 } from "../verify/bytes.js";
import { readCheckpoint } from "../verify/note.js";
import { checkReceipt, checkWitnesses, readPolicy } from "../verify/policy.js";
import { read } from "./vectors.js";

const isUndecided = (error) => error instanceof Undecided;
const isFalse = (error) => error instanceof Fault && !isUndecided(error);
const b64 = (bytes) => Buffer.from(bytes).toString("base64");
const TEXT = "orders.example/2026\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const LOG = `— orders.example/2026 ${b64(new Uint8Array(68).fill(1))}\n`;

/** A witness with its key and the line that it signs. */
async function witness(name, type = 4) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const ed25519 = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const raw = type === 6 ? Buffer.concat([ed25519, Buffer.alloc(1312 - 32)]) : ed25519;
  const hash = (await sha256(utf8(`${name}\n`), Uint8Array.of(type), raw)).slice(0, 4);
  const line = (text = TEXT, time = 1772413200n) => {
    const stamp = new Uint8Array(8);
    new DataView(stamp.buffer).setBigUint64(0, time);
    const signature = sign(null, utf8(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
    return `— ${name} ${b64(concat(hash, stamp, signature))}\n`;
  };
  return { vkey: `${name}+${Buffer.from(hash).toString("hex")}+${b64(concat(Uint8Array.of(type), raw))}`, line };
}

const three = await Promise.all(["a.example", "b.example", "c.example"].map((name) => witness(name)));
const [a, b, c] = three;
const policy = (quorum) => readPolicy(`log x\nwitness A ${a.vkey}\nwitness 乙 ${b.vkey} https://b.example\n# none\nwitness C ${c.vkey}\n${quorum}\n`);
const note = (...lines) => `${TEXT}\n${LOG}${lines.join("")}`;

test("two of three are enough, and are named", async () => {
  const found = await checkWitnesses(note(a.line(), b.line()), policy("group g 2 A 乙 C\nquorum g"));
  assert.deepEqual(found, { names: ["A", "乙"], total: 3 });
  assert.equal((await checkWitnesses(note(c.line(), b.line(), a.line()), policy("group g all A 乙 C\nquorum g"))).names.length, 3);
  assert.deepEqual((await checkWitnesses(note(), policy("quorum none"))).names, []);
});

test("too few decide nothing", async () => {
  for (const [lines, quorum] of [[[a.line()], "group g 2 A 乙 C\nquorum g"], [[a.line(), b.line()], "quorum C"], [[b.line()], "group i any A C\ngroup g 2 i 乙\nquorum g"]]) {
    await assert.rejects(checkWitnesses(note(...lines), policy(quorum)), isUndecided);
  }
  const other = await witness("a.example");
  await assert.rejects(checkWitnesses(note(other.line()), policy("quorum A")), isUndecided, "another key of the same name");
});

test("a false line under a known key makes the checkpoint false", async () => {
  const any = policy("group g any A 乙 C\nquorum g");
  for (const bad of [a.line(TEXT.replace("7", "8")), a.line(TEXT, 1n << 63n)]) {
    await assert.rejects(checkWitnesses(note(b.line(), bad), any), isFalse);
  }
});

test("what browsers cannot check counts for nothing", async () => {
  const later = await witness("q.example", 6);
  const one = readPolicy(`witness Q ${later.vkey}\nquorum Q\n`);
  await assert.rejects(checkWitnesses(note(later.line()), one), isUndecided);
});

test("a policy that means nothing is refused", () => {
  for (const bad of ["", "quorum", "quorum x", "quorum none\nquorum none", "witness none v\nquorum none", "group g 2 A\nquorum g", "group g 0 A\nquorum g", "group g 01 A\nquorum g", "group g any A A\nquorum g", "group g any A\ngroup h any A\nquorum h", "nonsense\nquorum none"]) {
    assert.throws(() => readPolicy(`witness A ${a.vkey}\n${bad}\n`), bad);
  }
});

test("the kept examples, made in another language, are judged as they say", async () => {
  const kept = read("register/cosignature.json");
  const known = readPolicy(kept.policy);
  const vkey = kept.policy.split("\n")[0].split(" ")[1];
  const judged = async (text) => { await readCheckpoint(text, vkey); return checkWitnesses(text, known); };
  for (const { why, note: text, cosigned, quorum, ml_dsa_44_decides: beyond } of kept.notes) {
    // What only ML-DSA-44 says, of the log or of a witness, is never enough here.
    if (beyond) await assert.rejects(judged(text), Fault, why);
    else if (quorum !== "met") await assert.rejects(judged(text), isUndecided, why);
    else assert.ok((await judged(text)).names.every((name) => cosigned.includes(name)), why);
  }
  for (const { why, note: text } of kept.met) await assert.doesNotReject(judged(text), why);
  for (const { why, note: text } of kept.invalid) await assert.rejects(judged(text), isFalse, why);
});

test("one key under two names does not count twice, and only keys that cosign are witnesses", async () => {
  const second = `other.example+${a.vkey.split("+")[1]}+${a.vkey.split("+").slice(2).join("+")}`;
  assert.throws(() => readPolicy(`witness A ${a.vkey}\nwitness B ${second}\ngroup g all A B\nquorum g\n`));
  const plain = await witness("plain.example", 1);
  assert.throws(() => readPolicy(`witness P ${plain.vkey}\nquorum P\n`));
  assert.throws(() => readPolicy("witness A a+00000000+AA==\nquorum A\n"));
  assert.throws(() => readPolicy(`witness A ${a.vkey}\rquorum A\nquorum A\n`));
});

test("with no log at hand too few witnesses make a receipt false", async () => {
  const two = policy("group g 2 A 乙 C\nquorum g");
  await assert.rejects(checkReceipt(note(a.line()), two), isFalse);
  assert.deepEqual((await checkReceipt(note(a.line(), c.line()), two)).names, ["A", "C"]);
  const later = await witness("q.example", 6);
  const beyond = readPolicy(`witness Q ${later.vkey}\nquorum Q\n`);
  await assert.rejects(checkReceipt(note(later.line()), beyond), isUndecided, "what is not checked here could be enough");
  await assert.rejects(checkReceipt(note(), beyond), isFalse);
});
