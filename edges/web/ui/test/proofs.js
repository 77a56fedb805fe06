// Makes proof.json as a register would, out of the log in cases/seal: for tests of those who read it.

import { existsSync } from "node:fs";
import { toB64u, toBase41 } from "../verify/base.js";
import { equal, utf8 } from "../verify/bytes.js";
import { canonical } from "../verify/json.js";
import { readLog } from "../verify/log.js";
import { vkeyOfPolicy } from "../verify/note.js";
import { rootOf } from "../verify/tree.js";
import { bytesOf, read } from "./vectors.js";

const inLog = (path) => new URL(`../../../../cases/seal/log/${path}`, import.meta.url);

export const vkey = vkeyOfPolicy(new TextDecoder().decode(bytesOf("seal/log/policy.txt")));
export const log = await readLog(async (path) => (existsSync(inLog(path)) ? bytesOf(`seal/log/${path}`) : null), vkey);
export const statusBits = bytesOf("seal/log/status/2026.bits");
const data = log.leaves.map(({ bytes }) => bytes);

/** Audit path after RFC 6962, section 2.1.1, by its recursive definition. */
async function path(index, leaves) {
  if (leaves.length === 1) return [];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return index < left
    ? [...(await path(index, leaves.slice(0, left))), await rootOf(leaves.slice(left))]
    : [...(await path(index - left, leaves.slice(left))), await rootOf(leaves.slice(0, left))];
}

async function placed(index) {
  return { leaf: toB64u(data[index]), index, inclusion: (await path(index, data)).map(toB64u) };
}

/** An anchor of the log's first `size` entries, with the way from the leaf at `index` to its root. */
export async function anchorOf(index, size) {
  const tree = data.slice(0, size);
  return {
    evidence: "/log/anchors/1.json", inclusion: (await path(index, tree)).map(toB64u), kind: "evm", place: "Test chain (chain 1337), block 7",
    proved_at: "2026-03-02T04:00:00Z", root: toB64u(await rootOf(tree)), sink: "chain", size,
  };
}

/** Index of an order's type 1 leaf, by the bundle that was made of it. */
export const indexOf = (bundle) => read(`seal/bundles/${bundle}.json`).index;

/** The proof of the order whose type 1 leaf stands at `index`; `change` may spoil it. */
export async function proofOf(index, change = () => {}) {
  const { id, issuer } = log.leaves[index];
  const bundles = ["0-valid", "1-superseded", "2-revoked", "3-repealed", "5-valid", "6-valid", "7-valid"].map((name) => read(`seal/bundles/${name}.json`));
  const bundle = bundles.find((one) => one.index === index);
  const key = log.leaves.findIndex((leaf) => leaf.kind === 7 && leaf.issuer === issuer);
  const events = log.leaves.map((leaf, at) => ({ leaf, at })).filter(({ leaf, at }) => at !== index && equal(leaf.id, id));
  const snapshot = log.leaves.findLastIndex(({ kind }) => kind === 6);
  const qr = read("seal/qr.json");
  const proof = {
    format: "renshi-proof/1",
    ...(await placed(index)),
    signature: bundle.signature,
    checkpoint: new TextDecoder().decode(bytesOf("seal/log/checkpoint")),
    issuer: { statement: bundle.issuer.statement, signature: bundle.issuer.signature, ...(await placed(key)) },
    events: await Promise.all(events.map(async ({ leaf, at }) => ({ kind: leaf.kind, ...(await placed(at)) }))),
    status: { ...(await placed(snapshot)), bits: "/log/status/2026.bits" },
    sealed_summary: qr.sealed_summary,
    anchors: [],
  };
  change(proof);
  return { id, payload: toBase41(id), bytes: utf8(canonical(proof)) };
}
