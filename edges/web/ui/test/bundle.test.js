// The verifier against the shared bundles, the PDF and the log they stand in.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fromB64u, fromBase41, toB64u, toBase41 } from "../verify/base.js";
import { readSummary } from "../verify/cbor.js";
import { checkApproval } from "../verify/approval.js";
import { checkFile } from "../verify/file.js";
import { utf8 } from "../verify/bytes.js";
import { readLeaf } from "../verify/leaf.js";
import { stateInLog } from "../verify/log.js";
import { readShards } from "../verify/shards.js";
import { vkeyOfPolicy } from "../verify/note.js";
import { commitmentOf, openSealed, readRecord } from "../verify/record.js";
import { VERDICTS, verdictOf } from "../verify/verdict.js";
import { bytesOf, read } from "./vectors.js";

/** The check of section 9 that each of ours belongs to. */
const CHECKS = { file: 1, paper: 1, content: 2, signature: 3, issuer: 4, approval: 5, checkpoint: 6, inclusion: 6 };
const vkey = vkeyOfPolicy(new TextDecoder().decode(bytesOf("seal/log/policy.txt")));
const inLog = (path) => new URL(`../../../../cases/seal/log/${path}`, import.meta.url);
const logs = await readShards(async (path) => (existsSync(inLog(path)) ? bytesOf(`seal/log/${path}`) : null), vkey);

for (const { file, verdict, exit, check } of read("seal/verdicts.json")) {
  test(`${file} is ${verdict}`, async () => {
    const found = await checkFile(bytesOf(`seal/${file}`), vkey);
    const failed = found.checks.filter(({ state }) => state === "failed");
    if (check !== null) assert.ok(failed.some(({ name }) => CHECKS[name] === check), JSON.stringify(failed));
    else assert.deepEqual(failed, []);
    const state = failed.length ? undefined : await stateInLog(logs, found);
    assert.equal(VERDICTS[verdictOf(found.checks, state)].code, exit);
    if (check === null) assert.equal(state, verdict);
  });
}

test("an approval counts only while the approver's certificates were valid", async () => {
  const bytes = bytesOf("seal/bundles/0-valid.json");
  const { issuer, leaf } = await checkFile(bytes, vkey);
  const bundle = JSON.parse(new TextDecoder().decode(bytes));
  const { contentRoot } = await readRecord(bundle.disclosures, bundle.withheld);
  await checkApproval(bundle.approval, contentRoot, issuer, leaf.timeMs);
  for (const year of [2000, 2100]) await assert.rejects(checkApproval(bundle.approval, contentRoot, issuer, Date.UTC(year, 0)), /not valid when/);
});

test("without a log or a trusted key nothing is decided", async () => {
  const bundle = bytesOf("seal/bundles/0-valid.json");
  assert.equal(verdictOf((await checkFile(bundle, vkey)).checks, undefined), "undecided");
  assert.equal(verdictOf((await checkFile(bundle, undefined)).checks, "valid"), "undecided");
});

test("a file that is no order decides nothing, or is refused", async () => {
  const plain = utf8("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n");
  assert.equal(verdictOf((await checkFile(plain, vkey)).checks, undefined), "undecided");
  assert.equal(verdictOf((await checkFile(utf8("{}"), vkey)).checks, undefined), "invalid");
});

test("one changed byte anywhere in the PDF is noticed", async () => {
  const pdf = bytesOf("seal/order.pdf");
  const places = [9, 200, pdf.length >> 2, pdf.length >> 1, (pdf.length * 3) >> 2, pdf.length - 1200, pdf.length - 8];
  for (const place of places) {
    const changed = pdf.slice();
    changed[place] ^= 1;
    const { checks } = await checkFile(changed, vkey);
    assert.notEqual(verdictOf(checks, "valid"), "valid", `byte ${place}`);
  }
  for (const appended of ["\n", "%%EOF\n", "1 0 obj\n<< >>\nendobj\n"]) {
    const { checks } = await checkFile(Uint8Array.of(...pdf, ...utf8(appended)), vkey);
    assert.equal(verdictOf(checks, "valid"), "invalid", appended);
  }
});

test("the PDF holds the very bundle", async () => {
  const found = await checkFile(bytesOf("seal/order.pdf"), vkey);
  assert.deepEqual(found.checks.map(({ name, state }) => `${name} ${state}`), ["file ok", "paper ok", "content ok", "signature ok", "issuer ok", "approval ok", "checkpoint ok", "inclusion ok"]);
  const alone = await checkFile(bytesOf("seal/bundles/0-valid.json"), vkey);
  assert.deepEqual(found.fields, alone.fields);
});

test("another log's key is not believed", async () => {
  const other = "orders.example/2026+9f42caeb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
  const { checks } = await checkFile(bytesOf("seal/bundles/0-valid.json"), other);
  assert.equal(verdictOf(checks, "valid"), "invalid");
});

test("records give their roots and commitments", async () => {
  for (const record of read("seal/record.json")) {
    const names = Object.keys(record);
    assert.ok(names.includes("disclosures") && names.includes("commitment"), names.join());
    const found = await readRecord(record.disclosures, []);
    assert.deepEqual([...found.fields].map(([name, value]) => [name, value]), record.fields);
    assert.equal(toB64u(found.fieldsRoot), record.fields_root);
    assert.equal(toB64u(found.contentRoot), record.content_root);
    const summary = fromB64u(record.summary);
    assert.ok(readSummary(summary).size > 0);
    assert.equal(toB64u(await commitmentOf(fromB64u(record.summary_salt), summary, found.fieldsRoot)), record.commitment);
  }
});

test("QR codes", async () => {
  const { base41, not_base41, id, view_key, address, sealed_summary, commitment } = read("seal/qr.json");
  for (const [value, text] of base41) {
    assert.equal(toBase41(fromB64u(value)), text);
    assert.equal(toB64u(fromBase41(text)), value);
  }
  for (const text of not_base41) assert.throws(() => fromBase41(text), undefined, text);
  const [, payload, key] = /\/Q\/([^#]*)#(.*)$/.exec(address);
  assert.equal(toB64u(fromBase41(payload, 16)), id);
  assert.equal(toB64u(fromBase41(key, 16)), view_key);
  const leaf = { ...readLeaf(logs[0].leaves[0].bytes), id: fromB64u(id), commitment: fromB64u(commitment) };
  const opened = await openSealed(fromB64u(sealed_summary), fromB64u(view_key), leaf);
  assert.ok(opened.matches);
  assert.equal(readSummary(opened.summary).get(1), "令");
  await assert.rejects(openSealed(fromB64u(sealed_summary), new Uint8Array(16), leaf));
});
