// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-policy).

import { fromB64 } from "./base.js";
import { Fault, Undecided, equal, sha256, utf8 } from "./bytes.js";
import { ed25519 } from "./leaf.js";

const ED25519 = 1;
const ML_DSA_44 = 6;
/** Longest note that is read, and most signature lines. */
const NOTE_MAX = 1 << 20;
const LINES_MAX = 100;

/** @param {string} vkey `<name>+<8 hex>+<b64(0x01 ‖ key)>` */
async function readVkey(vkey) {
  const key = await readKey(vkey);
  if (key.type !== ED25519 || key.publicKey.length !== 32) throw new Fault("登錄簿金鑰格式不對", "the key of the log is malformed");
  return key;
}

/** A key of any type: `<name>+<8 hex>+<b64(type ‖ key)>`. */
export async function readKey(vkey) {
  const parts = /^([^+\p{White_Space}]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey);
  const bytes = parts ? fromB64(parts[3]) : new Uint8Array();
  if (bytes.length < 2) throw new Fault("登錄簿金鑰格式不對", "the key of the log is malformed");
  const keyHash = (await sha256(utf8(`${parts[1]}\n`), bytes)).slice(0, 4);
  if (parts[2] !== Array.from(keyHash, (byte) => byte.toString(16).padStart(2, "0")).join("")) {
    throw new Fault("登錄簿金鑰的檢查碼不對", "the key hash of the log's key is wrong");
  }
  return { name: parts[1], keyHash, type: bytes[0], publicKey: bytes.slice(1) };
}

/** Whether a key is one of ML-DSA-44, which browsers cannot check: a log may sign with such a one beside its Ed25519 key. */
function isBeyond(vkey) {
  try {
    return fromB64(vkey.split("+").slice(2).join("+"))[0] === ML_DSA_44;
  } catch {
    return false;
  }
}

/** The one `log` line of a policy file with a key that is checked here. */
export function vkeyOfPolicy(text) {
  const all = text.split("\n").map((line) => line.trim()).filter((line) => /^log[ \t]/.test(line));
  const lines = all.filter((line) => !isBeyond(line.split(/\s+/)[1]));
  if (all.length > 0 && lines.length === 0) throw new Undecided("登錄簿只以 ML-DSA-44 簽署，這裡無法查驗", "the log signs with ML-DSA-44 only, which is not checked here");
  if (lines.length !== 1) throw new Fault("政策檔應有一行 log", "the policy must name one log");
  return lines[0].split(/\s+/)[1];
}

/** Of the keys of several shards, one a line, that of the log the note says it is of. A key alone is taken whatever the note says. */
function keyFor(note, vkeys) {
  const all = vkeys.split(/\s+/);
  const origin = originOf(note);
  return all.find((vkey) => vkey.startsWith(`${origin}+`)) ?? all[0];
}

/** What a note says it is of. */
export const originOf = (note) => note.slice(0, note.indexOf("\n"));

/** The year of a shard. */
export function yearOf(origin) {
  const year = /\/(\d{4})$/.exec(origin);
  if (!year) throw new Fault("登錄簿的名稱沒有年度", "the origin of the log has no year");
  return Number(year[1]);
}

/**
 * Reads a checkpoint that is signed by the trusted key; anything else is a fault.
 * @param {string} note @param {string} vkey or several, one a line, each of another shard
 * @returns {Promise<{origin: string, size: number, root: Uint8Array}>}
 */
export async function readCheckpoint(note, vkey) {
  const key = await readVkey(keyFor(note, vkey));
  const { text, signatures } = split(note);
  const ours = signatures.filter(({ name, keyHash }) => name === key.name && equal(keyHash, key.keyHash));
  if (ours.length === 0) throw new Fault("登錄簿的簽章不是由信任的金鑰簽的", "the checkpoint is not signed by the trusted log key");
  for (const { signature } of ours) {
    if (!(await ed25519(key.publicKey, signature, utf8(text)))) throw new Fault("登錄簿的簽章不符", "the log's signature does not match");
  }
  const checkpoint = readBody(text);
  if (checkpoint.origin !== key.name) throw new Fault("這是另一本登錄簿", "this checkpoint is of another log");
  return checkpoint;
}

const malformed = () => new Fault("登錄簿的簽署紀錄格式不對", "the checkpoint is malformed");

/** The signed text of a note, and its signature lines. */
export function split(note) {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw malformed();
  const lines = note.slice(cut + 2).split("\n").slice(0, -1);
  if (note.length > NOTE_MAX || lines.length > LINES_MAX) throw malformed();
  return { text: note.slice(0, cut + 1), signatures: lines.map(readSignature) };
}

function readSignature(line) {
  const parts = /^— ([^+\p{White_Space}]+) ([^ ]+)$/u.exec(line);
  const bytes = parts ? fromB64(parts[2]) : new Uint8Array();
  if (bytes.length < 5) throw malformed();
  return { name: parts[1], keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
}

function readBody(text) {
  const [origin, size, root, ...extensions] = text.split("\n").slice(0, -1);
  if (!origin || extensions.includes("") || !/^(0|[1-9][0-9]*)$/.test(size ?? "") || !Number.isSafeInteger(Number(size))) throw malformed();
  const bytes = fromB64(root ?? "");
  if (bytes.length !== 32) throw malformed();
  return { origin, size: Number(size), root: bytes };
}
