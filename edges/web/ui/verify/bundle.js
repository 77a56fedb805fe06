// The bundle (section 6), checked as section 9 lists it. Each check runs whether or not another failed, so that the reader sees
// what holds and what does not.

import { fromB64u } from "./base.js";
import { Absent, Fault, Undecided, equal, isZero } from "./bytes.js";
import { checkApproval } from "./approval.js";
import { readSummary } from "./cbor.js";
import { checkIssuer } from "./issuer.js";
import { exactly, parseCanonical, whole } from "./json.js";
import { hasAuthor, isSignedBy, readLeaf } from "./leaf.js";
import { readCheckpoint } from "./note.js";
import { checkWitnesses, policyFor } from "./policy.js";
import { agrees, commitmentOf, readRecord } from "./record.js";
import { isIncluded } from "./tree.js";

const MEMBERS = [
  "format", "disclosures", "withheld", "summary", "summary_salt", "leaf", "signature", "index", "inclusion", "checkpoint", "issuer", "approval", "amends",
];
const ISSUE = 1;

/** Runs one check. Its result is "ok", "failed", "unknown", or "absent" for what is not there yet and need not be; with the reason. */
export async function attempt(name, check) {
  try {
    return { name, state: "ok", value: await check() };
  } catch (error) {
    // Anything that is not a fault of ours is a file that made the reader stumble: as little valid as a wrong signature.
    const words = error instanceof Fault ? error : new Fault("內容格式不正確", "the content is malformed");
    return { name, state: error instanceof Absent ? "absent" : error instanceof Undecided ? "unknown" : "failed", why: { zh: words.zh, en: words.en } };
  }
}

/**
 * The line about the witnesses, if there are any: of a checkpoint that the log signed.
 * @param {string} note @param {object | undefined} policies as `readPolicy` gives it, and `shards` by origin where there are several @param {object} log the check of the log's signature
 */
export async function witnessed(note, policies, log, check = checkWitnesses) {
  const policy = policyFor(note, policies);
  if (!policy || policy.members.size === 0) return [];
  return [await attempt("witnesses", async () => { needed(log.value); return check(note, policy); })];
}

/** The leaves that a bundle names, each with its index: its own, that of the key statement, and the one about the order it amends. */
export function placesOf(bundle) {
  const parts = [bundle, bundle.issuer, ...(bundle.amends === null ? [] : [bundle.amends])];
  return parts.map((part) => ({ leaf: readLeaf(fromB64u(part.leaf)), index: whole(part.index) }));
}

/**
 * @param {Uint8Array} bytes of the bundle
 * @param {{vkey: string, certificate?: Uint8Array}} trust the log's key, and the certificate that signed the PDF around it
 * @returns {Promise<{checks: object[], bundle?: object, leaf?: object, index?: number, checkpoint?: object, fields?: Map<string, string>, summary?: Map<number, string>}>}
 */
export async function checkBundle(bytes, { vkey, certificate }) {
  const file = await attempt("file", () => readParts(bytes));
  if (file.state !== "ok") return { checks: [file] };
  const { bundle, leaf } = file.value;
  const log = await attempt("checkpoint", () => trusted(bundle.checkpoint, vkey));
  const checkpoint = log.value ?? null;
  const inclusion = await attempt("inclusion", () => checkInclusion(bundle, leaf, needed(log.value)));
  const issuer = await attempt("issuer", () => checkIssuer(bundle.issuer, checkpoint, bundle.index));
  const content = await attempt("content", () => checkContent(bundle, leaf));
  const signature = await attempt("signature", () => checkAgency(bundle, leaf, issuer.value));
  const approval = await attempt("approval", () => checkApproval(bundle.approval, needed(content.value).contentRoot, needed(issuer.value), leaf.timeMs));
  const checks = [file, content, signature, issuer, approval, log, inclusion];
  if (certificate) checks.splice(1, 0, await attempt("paper", () => checkPaper(certificate, issuer.value)));
  return { checks, bundle, leaf, index: bundle.index, checkpoint, fields: content.value?.fields, summary: content.value?.summary, issuer: issuer.value };
}

/** What an earlier check should have given; without it this one cannot be made. */
export function needed(value) {
  if (value === undefined) throw new Undecided("要等別項檢查通過才能判斷", "this depends on a check that did not pass");
  return value;
}

function readParts(bytes) {
  const bundle = exactly(parseCanonical(bytes), ...MEMBERS);
  if (bundle.format !== "renshi-bundle/1") throw new Fault("不認識的檔案格式", "the bundle is of an unknown format");
  return { bundle, leaf: readLeaf(fromB64u(bundle.leaf)) };
}

async function checkContent(bundle, leaf) {
  const record = await readRecord(bundle.disclosures, bundle.withheld);
  const bytes = fromB64u(bundle.summary);
  const commitment = await commitmentOf(fromB64u(bundle.summary_salt, 16), bytes, record.fieldsRoot);
  if (!equal(commitment, leaf.commitment)) throw new Fault("內容和登錄時不同", "the content is not what was registered");
  const summary = readSummary(bytes);
  if (!agrees(summary, record.fields)) throw new Fault("摘要和內容不一致", "the summary does not agree with the content");
  return { ...record, summary };
}

/** @param {object} part with `signature` @param {object} leaf @param {object | undefined} issuer key statement */
export async function checkAgency(part, leaf, issuer) {
  const statement = needed(issuer);
  if (leaf.kind !== ISSUE || !isZero(leaf.prev)) throw new Fault("這不是發布的登錄", "the leaf is not of an issue");
  if (leaf.issuer !== statement.issuer) throw new Fault("登錄的機關不符", "the leaf is of another authority");
  if (!(await isSignedBy(leaf, fromB64u(part.signature, 64), statement.sealKey))) throw new Fault("機關簽章不符", "the agency's signature does not match");
  return statement;
}

/** The checkpoint, if the trusted key signed it; without such a key there is nothing to believe. */
export async function trusted(note, vkey) {
  if (!vkey) throw new Undecided("沒有信任的登錄簿金鑰", "there is no trusted key of the log");
  return readCheckpoint(note, vkey);
}

async function checkInclusion(bundle, leaf, checkpoint) {
  await included(leaf, bundle, checkpoint);
  if (bundle.amends !== null) await checkAmends(bundle.amends, leaf, checkpoint);
  return bundle.index;
}

/** Refuses a leaf that is not in the tree at the index and by the path of `part`. */
export async function included(leaf, part, checkpoint) {
  const path = part.inclusion.map((hash) => fromB64u(hash, 32));
  if (!(await isIncluded(leaf.bytes, whole(part.index), path, checkpoint))) throw new Fault("登錄簿裡沒有這一筆", "the register does not hold this entry");
}

async function checkAmends(amends, leaf, checkpoint) {
  exactly(amends, "kind", "leaf", "index", "inclusion");
  const old = readLeaf(fromB64u(amends.leaf));
  const follows = !equal(old.id, leaf.id) && !isZero(old.prev) && hasAuthor(old);
  if (![2, 3, 4].includes(amends.kind) || old.kind !== amends.kind || !equal(old.commitment, leaf.commitment) || !follows) {
    throw new Fault("更正或撤銷的登錄不符", "the entry about the amended order does not match");
  }
  await included(old, amends, checkpoint);
}

function checkPaper(certificate, issuer) {
  if (!equal(certificate, needed(issuer).documentCertificate)) throw new Fault("PDF 不是用機關的憑證簽的", "the PDF is not signed with the agency's certificate");
}
