// The policy (C2SP tlog-policy): which witnesses are known, and how many of them must have cosigned (C2SP tlog-cosignature).

import { fromB64, toB64 } from "./base.js";
import { Fault, Undecided, concat, equal, utf8 } from "./bytes.js";
import { ed25519 } from "./leaf.js";
import { originOf, readKey, split } from "./note.js";

const COSIGNATURE_V1 = 4;
/** Types of keys that cosign, and how long a key is with its type. */
const KEY_BYTES = { 4: 33, 6: 1313 };
const wrong = (line) => new Fault(`政策檔第 ${line} 行看不懂`, `line ${line} of the policy is not understood`);

/**
 * @param {string} text
 * @returns {{members: Map<string, {vkey?: string, threshold?: number, names?: string[]}>, quorum: string | null}} in the order of the text
 */
export function readPolicy(text) {
  const members = new Map();
  const taken = new Set();
  const keys = new Set();
  let quorum;
  text.split("\n").forEach((line, at) => {
    const [kind, name, ...rest] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) throw wrong(at + 1);
    if (kind === undefined || kind.startsWith("#")) return;
    if (kind === "log" && name !== undefined && rest.length <= 1) return;
    const isNew = name !== undefined && name !== "none" && !members.has(name);
    if (kind === "witness" && isNew && (rest.length === 1 || rest.length === 2) && isKey(rest[0], keys)) return void members.set(name, { vkey: rest[0] });
    if (kind === "group" && isNew && rest.length >= 2) return void members.set(name, readGroup(rest, members, taken, at + 1));
    if (kind === "quorum" && quorum === undefined && rest.length === 0 && (name === "none" || members.has(name))) {
      quorum = name === "none" ? null : name;
      return;
    }
    throw wrong(at + 1);
  });
  if (quorum === undefined) throw new Fault("政策檔沒有 quorum", "the policy has no quorum");
  return { members, quorum };
}

/** Whether a text ends in a key that cosigns, and one that was not named before: under a second name it would count twice. */
function isKey(vkey, keys) {
  const encoded = vkey.split("+").slice(2).join("+");
  let bytes;
  try {
    bytes = fromB64(encoded);
  } catch {
    return false;
  }
  const key = toB64(bytes.slice(1));
  return bytes.length === KEY_BYTES[bytes[0]] && !keys.has(key) && Boolean(keys.add(key));
}

function readGroup([count, ...names], members, taken, line) {
  const threshold = count === "any" ? 1 : count === "all" ? names.length : /^[1-9][0-9]*$/.test(count) ? Number(count) : 0;
  const good = names.every((name) => members.has(name) && !taken.has(name) && taken.add(name));
  if (!good || threshold < 1 || threshold > names.length) throw wrong(line);
  return { threshold, names };
}

/** Of the policies of several shards that of the log a note is of; a policy alone is taken whatever the note says. */
export const policyFor = (note, policy) => policy?.shards?.get(originOf(note)) ?? policy;

/**
 * Who cosigned a checkpoint. A line under name and key hash of a witness that is false makes the checkpoint false.
 * @param {string} note @param {ReturnType<typeof readPolicy>} policy
 * @returns {Promise<{names: string[], total: number}>}
 */
export async function checkWitnesses(note, policy) {
  const { names, total } = await cosigned(note, policy);
  if (!isMet(policy, names)) {
    throw new Undecided(`尚未見證：${total} 個見證者中有 ${names.length} 個簽署，還不夠`, `not yet witnessed: ${names.length} of ${total} witnesses signed, which is not enough`);
  }
  return { names, total };
}

/**
 * The same for a receipt with no log at hand: only its witnesses speak for it, so too few of them make it false. Lines that are not
 * checked here leave it undecided where they could be what is missing.
 */
export async function checkReceipt(note, policy) {
  const { names, total, unchecked } = await cosigned(note, policy);
  if (!isMet(policy, [...names, ...unchecked])) {
    throw new Fault(`未達政策所定的見證人數：${total} 個見證者中有 ${names.length} 個簽署，這份證明不足採信`, `the quorum of the policy is not met: ${names.length} of ${total} witnesses signed; this receipt is not to be relied on`);
  }
  return checkWitnesses(note, policy);
}

async function cosigned(note, policy) {
  const { text, signatures } = split(note);
  const found = { names: [], unchecked: [], total: 0 };
  for (const [name, { vkey }] of policy.members) {
    if (vkey === undefined) continue;
    found.total += 1;
    const key = await readKey(vkey);
    const ours = signatures.filter((line) => line.name === key.name && equal(line.keyHash, key.keyHash));
    if (ours.length === 0) continue;
    // What browsers cannot check (ML-DSA-44) counts for nothing.
    if (key.type !== COSIGNATURE_V1) found.unchecked.push(name);
    else if (await isCosigned(text, ours, key)) found.names.push(name);
  }
  return found;
}

async function isCosigned(text, ours, key) {
  for (const { signature } of ours) {
    const time = signature.length === 72 ? new DataView(signature.slice().buffer).getBigUint64(0) : 1n << 63n;
    const message = concat(utf8(`cosignature/v1\ntime ${time}\n`), utf8(text));
    if (time >= 1n << 63n || !(await ed25519(key.publicKey, signature.slice(8), message))) throw new Fault("見證者的簽章不符", "a witness's signature does not match");
  }
  return true;
}

/** Whatever a group names stands above it, so one pass is enough. */
function isMet({ members, quorum }, cosigned) {
  const counted = new Set();
  for (const [name, { vkey, threshold, names }] of members) {
    if (vkey === undefined ? names.filter((member) => counted.has(member)).length >= threshold : cosigned.includes(name)) counted.add(name);
  }
  return quorum === null || counted.has(quorum);
}
