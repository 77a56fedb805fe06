// Wraps invented award orders as OpenAttestation documents (version 2), batch by batch, as `renshi bench seal` seals the same fields:
//
//     npm ci && node wrap.js [orders]
//
// A batch gets one Merkle root, which an issuer would then write into a chain. No signature is made here, and nothing is stored.
import { wrapDocuments } from "@govtechsg/open-attestation";

const orders = Number(process.argv[2] ?? 20000);
const BATCH = 4096;

const order = (number) => ({
  issuers: [{ name: "行政院人事行政總處", documentStore: "0x0000000000000000000000000000000000000001",
    identityProof: { type: "DNS-TXT", location: "example.gov.tw" } }],
  document_number: `人事總處人考字第${number}號`,
  issued_on: "2026-11-23",
  issuing_agency: "行政院人事行政總處",
  issuing_agency_code: "A58000000A",
  recipient: { name: "歐陽廷芳" },
  national_id: "A123456789",
  subject: "核定歐陽廷芳君獎勵如下，請查照。",
  serving_agency: "行政院人事行政總處",
  serving_unit: "資訊室",
  title: "科員",
  grade: "薦任第七職等",
  reason: "辦理114年度跨機關人事資料介接案，如期完成，辛勞得力。",
  outcome: "記功一次",
  outcome_code: "4010",
  category: "A02",
  legal_basis: "公務人員平時獎懲標準表第3點第2款",
  remedy: "如不服本令，得於收受次日起30日內，繕具復審書經由行政院人事行政總處提起復審。",
  head_title: "人事長",
  head_name: "李範例",
});

const started = process.hrtime.bigint();
let wrapped = 0;
for (let first = 0; first < orders; first += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, orders - first) }, (_, at) => order(first + at));
  wrapped += wrapDocuments(batch).filter((document) => document.signature.merkleRoot).length;
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${wrapped} orders wrapped by OpenAttestation: ${Math.round(wrapped / seconds)} /s, peak ${memory} MB`);
