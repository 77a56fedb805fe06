// What the register says in public about an order (section 8), and the state that follows from it (section 5).

import { fromB64u } from "./base.js";
import { Absent, Fault, Undecided, equal, sha256, utf8 } from "./bytes.js";
import { attempt, checkAgency, included, needed, trusted, witnessed } from "./bundle.js";
import { readSummary } from "./cbor.js";
import { checkIssuer } from "./issuer.js";
import { exactly, parseCanonical, whole } from "./json.js";
import { readLeaf } from "./leaf.js";
import { openSealed } from "./record.js";
import { bitsOf, fold, isCommitted, statusAt } from "./state.js";
import { PAGE } from "./words.js";

const MEMBERS = ["format", "leaf", "signature", "index", "inclusion", "checkpoint", "issuer", "events", "status", "sealed_summary", "anchors"];
const ANCHOR = ["evidence", "inclusion", "kind", "place", "proved_at", "root", "sink", "size"];
const SNAPSHOT = 6;
const ERASURE = 8;
const STATEMENT = ["agency", "backups_until", "basis", "erased_on", "format", "id"];

/**
 * @param {Uint8Array} bytes of proof.json
 * @param {{id: Uint8Array, key?: Uint8Array, vkey: string, policy?: object, fetchBytes: (address: string) => Promise<Uint8Array>}} asked
 * @returns {Promise<{checks: object[], state?: string, asOf?: number, leaf?: object, summary?: Map<number, string>}>}
 */
export async function checkProof(bytes, { id, key, vkey, policy, fetchBytes }) {
  const file = await attempt("file", () => readParts(bytes, id));
  if (file.state !== "ok") return { checks: [file] };
  const { proof, leaf } = file.value;
  const log = await attempt("checkpoint", () => trusted(proof.checkpoint, vkey));
  const inclusion = await attempt("inclusion", async () => { await included(leaf, proof, needed(log.value)); return proof.index; });
  const issuer = await attempt("issuer", () => checkIssuer(proof.issuer, log.value ?? null, proof.index));
  const signature = await attempt("signature", () => checkAgency(proof, leaf, issuer.value));
  const status = await attempt("status", () => checkStatus(proof, leaf, needed(log.value), fetchBytes));
  const anchor = await attempt("anchor", () => checkAnchors(proof, leaf, log.value));
  const checks = [signature, issuer, log, ...(await witnessed(proof.checkpoint, policy, log)), inclusion, anchor, status];
  if ("erasure" in proof) {
    checks.unshift(await attempt("erasure", () => checkErasure(proof, leaf, status.value, issuer.value)));
    return { checks, leaf, state: status.value?.state, asOf: status.value?.asOf, issuer: issuer.value };
  }
  const content = key && (await attempt("content", () => openContent(proof, key, leaf)));
  if (content) checks.unshift(content);
  return { checks, leaf, state: status.value?.state, asOf: status.value?.asOf, summary: content?.value, issuer: issuer.value };
}

function readParts(bytes, id) {
  const parsed = parseCanonical(bytes);
  const erased = parsed !== null && typeof parsed === "object" && "erasure" in parsed;
  const proof = exactly(parsed, ...MEMBERS, ...(erased ? ["erasure"] : []));
  if (proof.format !== "renshi-proof/1") throw new Fault("不認識的證明格式", "the proof is of an unknown format");
  const leaf = readLeaf(fromB64u(proof.leaf));
  if (!equal(leaf.id, id)) throw new Fault("這是別的令的證明", "this is the proof of another order");
  return { proof, leaf };
}

/**
 * The anchors: the leaf is in each anchored tree, and where that tree is the checkpoint's, the roots agree. What the place outside
 * says, it has to be asked itself; the first of them is named.
 */
async function checkAnchors(proof, leaf, checkpoint) {
  for (const anchor of proof.anchors) {
    exactly(anchor, ...ANCHOR);
    const tree = { size: whole(anchor.size), root: fromB64u(anchor.root, 32) };
    await included(leaf, { index: proof.index, inclusion: anchor.inclusion }, tree);
    if (checkpoint && checkpoint.size === tree.size && !equal(checkpoint.root, tree.root)) throw new Fault("定錨的樹和登錄簿不同", "the anchored tree is not the register's");
    if (Number.isNaN(Date.parse(anchor.proved_at))) throw new Fault("定錨的時間不正確", "the time of an anchor is malformed");
  }
  if (proof.anchors.length === 0) throw new Absent(PAGE.notAnchored.zh, PAGE.notAnchored.en);
  return proof.anchors;
}

/**
 * The state: all events in the tree and folded; the snapshot must say the same of those before it.
 * A server can leave an event out of its answer, but not out of the snapshot, which anyone can recompute.
 */
async function checkStatus(proof, leaf, checkpoint, fetchBytes) {
  const events = [];
  for (const part of proof.events) events.push({ index: part.index, leaf: await readEvent(part, leaf, checkpoint) });
  events.sort((a, b) => a.index - b.index);
  const { state } = await fold([leaf, ...events.map((event) => event.leaf)]);
  const newest = Math.max(leaf.timeMs, ...events.map((event) => event.leaf.timeMs));
  if (proof.status === null) return { state, asOf: newest };
  const snapshot = await readSnapshot(proof.status, checkpoint);
  const covered = proof.index < proof.status.index;
  if (covered) {
    const before = events.filter(({ index }) => index < proof.status.index).map((event) => event.leaf);
    await compare(proof, snapshot, (await fold([leaf, ...before])).state, fetchBytes);
  }
  return { state, asOf: covered ? Math.max(newest, snapshot.timeMs) : newest };
}

/** The content was destroyed: what is said of that is what a leaf under this id commits to, and it counts. */
async function checkErasure(proof, leaf, status, issuer) {
  if (proof.sealed_summary !== null) throw new Fault("已銷毀的內容不應還在", "what was destroyed is still there");
  if (proof.erasure === null) throw new Undecided("內容已銷毀，登錄簿沒有保存銷毀紀錄的文字", "the content is destroyed; the register does not have the words of that");
  const bytes = fromB64u(proof.erasure);
  const statement = exactly(parseCanonical(bytes), ...STATEMENT);
  if (statement.format !== "renshi-erasure/1" || !equal(fromB64u(statement.id, 16), leaf.id) || statement.agency !== needed(issuer).agency) {
    throw new Fault("銷毀紀錄不屬於這份令", "the erasure is not of this order");
  }
  needed(status);
  const leaves = [leaf, ...proof.events.map((part) => readLeaf(fromB64u(part.leaf)))];
  const commitment = await sha256(utf8("gov-order/x1"), bytes);
  const { counted } = await fold(leaves);
  const erasures = counted.map((at) => leaves[at]).filter(({ kind }) => kind === ERASURE);
  if (erasures.some((event) => equal(event.commitment, commitment))) return statement;
  if (erasures.length === 0) throw new Undecided("內容已銷毀，銷毀紀錄尚在登錄中", "the content is destroyed; the entry of that is on its way into the register");
  throw new Fault("銷毀紀錄和登錄簿不同", "the erasure is not what was registered");
}

async function readEvent(part, first, checkpoint) {
  exactly(part, "kind", "leaf", "index", "inclusion");
  const leaf = readLeaf(fromB64u(part.leaf));
  if (leaf.kind !== part.kind || !equal(leaf.id, first.id)) throw new Fault("後續事件不屬於這份令", "an event is not of this order");
  await included(leaf, part, checkpoint);
  return leaf;
}

async function readSnapshot(part, checkpoint) {
  exactly(part, "leaf", "index", "inclusion", "bits");
  const leaf = readLeaf(fromB64u(part.leaf));
  if (leaf.kind !== SNAPSHOT) throw new Fault("狀態紀錄的種類不對", "the status entry is of another kind");
  await included(leaf, part, checkpoint);
  return leaf;
}

async function compare(proof, snapshot, state, fetchBytes) {
  const bits = await fetchBytes(proof.status.bits);
  if (!(await isCommitted(bits, snapshot))) throw new Fault("狀態檔和登錄簿不符", "the status file is not the one in the register");
  if (statusAt(bits, proof.index) !== bitsOf(state)) throw new Fault("登錄簿的狀態和列出的事件不一致", "the status in the register does not agree with the events listed");
}

async function openContent(proof, key, leaf) {
  const { summary, matches } = await openSealed(fromB64u(proof.sealed_summary), key, leaf);
  if (!matches) throw new Fault("內容和登錄時不同", "the content is not what was registered");
  return readSummary(summary);
}
