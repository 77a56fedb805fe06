// The level-1 pack (section 11): the few files with which a code is checked without a network.

import { fromB64u } from "./base.js";
import { Fault, Undecided, equal, textOf } from "./bytes.js";
import { attempt, included, needed, trusted } from "./bundle.js";
import { leafOf, readCode } from "./code.js";
import { checkIssuer } from "./issuer.js";
import { exactly, parseCanonical } from "./json.js";
import { isSignedBy, leafHash, readLeaf } from "./leaf.js";
import { tilePath } from "./log.js";
import { yearOf } from "./note.js";
import { checkWitnesses, readPolicy } from "./policy.js";
import { readStatus, statusAt } from "./state.js";
import { nodeHash, rootOfPath } from "./tree.js";

const TILE = 256;
const SNAPSHOT = 6;
const STATES = ["valid", "ended", "superseded"];

/** The files of a pack beside pack.json, by what its checkpoint says. */
export function filesOf({ origin, size }) {
  const full = Math.floor(size / TILE);
  const tiles = [];
  for (let n = 0; n * TILE < full; n++) tiles.push([1, n, Math.min(TILE, full - n * TILE)]);
  if (size % TILE > 0) tiles.push([0, full, size % TILE]);
  const name = ([level, n, width]) => `tile/${level}/${tilePath(n)}${width < TILE ? `.p/${width}` : ""}`;
  return { tiles: tiles.map(name), status: `status/${origin.slice(origin.lastIndexOf("/") + 1)}.bits` };
}

/** @param {Uint8Array} bytes of pack.json */
export const readIndex = (bytes) => {
  const index = exactly(parseCanonical(bytes), "checkpoint", "format", "issuers", "status");
  if (index.format !== "renshi-pack/1") throw new Fault("不認識的離線資料格式", "the pack is of an unknown format");
  return index;
};

/**
 * Opens a pack and checks all of it: signature, quorum, root, key statements, status file.
 * @param {Map<string, Uint8Array>} files by their path in the log @param {string} vkey
 */
export async function openPack(files, vkey) {
  const need = (name) => {
    if (!files.has(name)) throw new Undecided("離線資料不完整", `the pack lacks ${name}`);
    return files.get(name);
  };
  const index = readIndex(need("pack.json"));
  const checkpoint = await trusted(index.checkpoint, vkey);
  const policy = readPolicy(textOf(need("policy.txt")));
  const witnesses = policy.members.size === 0 ? null : await checkWitnesses(index.checkpoint, policy);
  const { tiles, status } = filesOf(checkpoint);
  const hashes = tiles.map((name) => split(need(name)));
  const full = Math.floor(checkpoint.size / TILE);
  const all = hashes.flat();
  const [tops, rest] = [all.slice(0, full), all.slice(full)];
  if (rest.length !== checkpoint.size % TILE || !equal(await rootOver(tops, rest), checkpoint.root)) {
    throw new Fault("離線資料和登錄簿的簽署不符", "the pack does not lead to the root that is signed");
  }
  const issuers = new Map();
  let last = 0;
  for (const part of index.issuers) {
    const statement = await checkIssuer(part, checkpoint, checkpoint.size);
    if (statement.issuer <= last) throw new Fault("離線資料的機關金鑰順序不符", "the key statements of the pack are out of order");
    last = statement.issuer;
    issuers.set(statement.issuer, statement);
  }
  if (index.status === null) throw new Undecided("離線資料還沒有狀態紀錄", "the pack has no status snapshot yet");
  exactly(index.status, "leaf", "index", "inclusion");
  const snapshot = readLeaf(fromB64u(index.status.leaf));
  await included(snapshot, index.status, checkpoint);
  if (snapshot.kind !== SNAPSHOT) throw new Fault("狀態檔和登錄簿不符", "the status file is not the one in the register");
  const year = yearOf(checkpoint.origin);
  const bits = (await readStatus(need(status), snapshot, year, index.status.index)).get(year);
  return { checkpoint, witnesses, tops, rest, issuers, bits, covered: index.status.index, asOf: snapshot.timeMs };
}

function split(bytes) {
  if (bytes.length % 32 !== 0) throw new Fault("離線資料的長度不對", "a tile has another length");
  return Array.from({ length: bytes.length / 32 }, (_, at) => bytes.slice(at * 32, at * 32 + 32));
}

/** The largest power of two of full tiles first, as RFC 6962 splits; what is unfinished comes last. */
async function rootOver(tops, rest) {
  if (tops.length === 0) return rootOfHashes(rest);
  if (rest.length === 0) return rootOfHashes(tops);
  let left = 1;
  while (left * 2 <= tops.length) left *= 2;
  return nodeHash(await rootOfHashes(tops.slice(0, left)), await rootOver(tops.slice(left), rest));
}

async function rootOfHashes(hashes) {
  if (hashes.length === 1) return hashes[0];
  let left = 1;
  while (left * 2 < hashes.length) left *= 2;
  return nodeHash(await rootOfHashes(hashes.slice(0, left)), await rootOfHashes(hashes.slice(left)));
}

/**
 * Checks a code with a pack and nothing else.
 * @param {string} text @param {() => Promise<object>} open gives the pack, or says why there is none
 */
export async function checkCode(text, open) {
  const file = await attempt("code", () => readCode(text));
  if (file.state !== "ok") return { checks: [file] };
  const code = file.value;
  const pack = await attempt("pack", () => forYear(open, code.year));
  const signature = await attempt("signature", () => signedBy(code, needed(pack.value)));
  const inclusion = await attempt("inclusion", () => checkInclusion(code, needed(pack.value), needed(signature.value)));
  const content = await attempt("content", () => (needed(inclusion.value), code.texts));
  const status = await attempt("status", () => (needed(inclusion.value), stateOf(code, pack.value, signature.value.leaf)));
  const witnesses = pack.value?.witnesses ? [{ name: "witnesses", state: "ok", value: pack.value.witnesses }] : [];
  const checks = [file, pack, ...witnesses, signature, inclusion, content, status];
  return { checks, state: status.value?.state, offline: status.value?.asOf ?? null, summary: code.texts };
}

async function forYear(open, year) {
  const pack = await open();
  if (!pack.checkpoint.origin.endsWith(`/${String(year).padStart(4, "0")}`)) throw new Undecided("離線資料是另一年度的登錄簿", "the pack is of the register of another year");
  return pack;
}

async function signedBy(code, pack) {
  const issuer = pack.issuers.get(code.issuer);
  if (!issuer) throw new Undecided("離線資料沒有這個機關的金鑰，請連線更新", "the pack lacks the key of this agency: go on line to update it");
  const leaf = await leafOf(code, issuer.sealKey);
  if (!(await isSignedBy(leaf, code.signature, issuer.sealKey))) throw new Fault("機關簽章不符", "the agency's signature does not match");
  return { name: issuer.name, leaf };
}

async function checkInclusion(code, pack, { leaf }) {
  const hash = await leafHash(leaf.bytes);
  const top = pack.tops[Math.floor(code.index / TILE)];
  if (top && code.path === null) throw new Undecided("由該機關簽章；這個條碼不含登錄證明，請改掃另一個條碼", "signed by the agency; this code carries no proof of entry, so use the other code");
  if (!top && (code.path !== null || code.index >= pack.checkpoint.size)) throw new Undecided("離線資料早於這份令，請連線更新", "the pack ends before this order: go on line to update it");
  const held = top ? equal(await rootOfPath(code.index % TILE, TILE, hash, code.path), top) : equal(pack.rest[code.index % TILE], hash);
  if (!held) throw new Fault("登錄簿裡沒有這一筆", "the register does not hold this entry");
  return code.index;
}

function stateOf(code, pack, leaf) {
  const state = STATES[code.index < pack.covered ? statusAt(pack.bits, code.index) : 0];
  if (!state) throw new Undecided("狀態檔載為停止執行", "the status file says it is suspended");
  return { state, asOf: Math.max(pack.asOf, leaf.timeMs) };
}
