// What the register says in public about an order (section 8), and the state that follows from it (section 5).

import { fromB64u } from "./base.js";
import { Absent, Fault, Undecided, equal, sha256, utf8 } from "./bytes.js";
import { attempt, checkAgency, included, needed, trusted, witnessed } from "./bundle.js";
import { readSummary } from "./cbor.js";
import { checkIssuer } from "./issuer.js";
import { exactly, parseCanonical, whole } from "./json.js";
import { readLeaf } from "./leaf.js";
import { openSealed } from "./record.js";
import { yearOf } from "./note.js";
import { checkWitnesses, policyFor } from "./policy.js";
import { bitsOf, fold, readStatus, statusAt } from "./state.js";
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
  const status = await attempt("status", () => checkStatus(proof, leaf, needed(log.value), { vkey, policy, fetchBytes }));
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
 * The state, and the events in the order of the shards: all of them in the tree and folded; the snapshot must say the same of those before it.
 * A server can leave an event out of its answer, but not out of the snapshot, which anyone can recompute.
 */
async function checkStatus(proof, leaf, own, trust) {
  const events = [];
  for (const part of proof.events) events.push(await readEvent(part, leaf, own, trust));
  events.sort(({ at: a }, { at: b }) => (isBefore(a, b) ? -1 : 1));
  const leaves = events.map((event) => event.leaf);
  const { state } = await fold([leaf, ...leaves]);
  const newest = Math.max(leaf.timeMs, ...leaves.map(({ timeMs }) => timeMs));
  if (proof.status === null) return { state, asOf: newest, events: leaves };
  const snapshot = await readSnapshot(proof.status, own, trust);
  const covered = isBefore({ year: yearOf(own.origin), index: proof.index }, snapshot.at);
  if (covered) {
    const before = events.filter(({ at }) => isBefore(at, snapshot.at)).map((event) => event.leaf);
    await compare(proof, own, snapshot, (await fold([leaf, ...before])).state, trust);
  }
  return { state, asOf: covered ? Math.max(newest, snapshot.leaf.timeMs) : newest, events: leaves };
}

/** The content was destroyed: what is said of that is what a leaf under this id commits to, in whichever shard, and it counts. */
async function checkErasure(proof, leaf, status, issuer) {
  if (proof.sealed_summary !== null) throw new Fault("已銷毀的內容不應還在", "what was destroyed is still there");
  if (proof.erasure === null) throw new Undecided("內容已銷毀，登錄簿沒有保存銷毀紀錄的文字", "the content is destroyed; the register does not have the words of that");
  const bytes = fromB64u(proof.erasure);
  const statement = exactly(parseCanonical(bytes), ...STATEMENT);
  if (statement.format !== "renshi-erasure/1" || !equal(fromB64u(statement.id, 16), leaf.id) || statement.agency !== needed(issuer).agency) {
    throw new Fault("銷毀紀錄不屬於這份令", "the erasure is not of this order");
  }
  const leaves = [leaf, ...needed(status).events];
  const commitment = await sha256(utf8("gov-order/x1"), bytes);
  const { counted } = await fold(leaves);
  const erasures = counted.map((at) => leaves[at]).filter(({ kind }) => kind === ERASURE);
  if (erasures.some((event) => equal(event.commitment, commitment))) return statement;
  if (erasures.length === 0) throw new Undecided("內容已銷毀，銷毀紀錄尚在登錄中", "the content is destroyed; the entry of that is on its way into the register");
  throw new Fault("銷毀紀錄和登錄簿不同", "the erasure is not what was registered");
}

/** Whether a place stands before another, in an earlier shard or in the same. */
const isBefore = (a, b) => a.year < b.year || (a.year === b.year && a.index < b.index);

/** The checkpoint a part is proved under: that of the order, or that of a later shard, which must be signed and witnessed like it. */
async function placed(part, own, { vkey, policy }) {
  if (part.checkpoint === undefined) return own;
  const later = await trusted(part.checkpoint, vkey);
  if (yearOf(later.origin) <= yearOf(own.origin)) throw new Fault("後續事件不在較晚的登錄簿裡", "an event is not in a later shard of the register");
  const theirs = policyFor(part.checkpoint, policy);
  if (theirs) await checkWitnesses(part.checkpoint, theirs);
  return later;
}

/** The leaf of a part that is in the tree, and where it stands. */
async function readPart(part, own, trust, ...names) {
  exactly(part, ...names, ...(part.checkpoint === undefined ? [] : ["checkpoint"]));
  const leaf = readLeaf(fromB64u(part.leaf));
  const checkpoint = await placed(part, own, trust);
  await included(leaf, part, checkpoint);
  return { leaf, at: { year: yearOf(checkpoint.origin), index: part.index } };
}

async function readEvent(part, first, own, trust) {
  const event = await readPart(part, own, trust, "kind", "leaf", "index", "inclusion");
  if (event.leaf.kind !== part.kind || !equal(event.leaf.id, first.id)) throw new Fault("後續事件不屬於這份令", "an event is not of this order");
  return event;
}

async function readSnapshot(part, own, trust) {
  const snapshot = await readPart(part, own, trust, "leaf", "index", "inclusion", "bits");
  if (snapshot.leaf.kind !== SNAPSHOT) throw new Fault("狀態紀錄的種類不對", "the status entry is of another kind");
  return snapshot;
}

async function compare(proof, own, { leaf, at }, state, { fetchBytes }) {
  const sections = await readStatus(await fetchBytes(proof.status.bits), leaf, at.year, at.index);
  const bits = sections.get(yearOf(own.origin));
  if (!bits) throw new Fault("狀態檔沒有這份令的年度", "the status file does not speak of the shard of the order");
  if (statusAt(bits, proof.index) !== bitsOf(state)) throw new Fault("登錄簿的狀態和列出的事件不一致", "the status in the register does not agree with the events listed");
}

async function openContent(proof, key, leaf) {
  const { summary, matches } = await openSealed(fromB64u(proof.sealed_summary), key, leaf);
  if (!matches) throw new Fault("內容和登錄時不同", "the content is not what was registered");
  return readSummary(summary);
}
