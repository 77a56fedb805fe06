// The approval of a batch (section 3), shown by each order for itself alone.

import { fromB64u } from "./base.js";
import { Fault, equal, sha256 } from "./bytes.js";
import { checkSignature, readSignedData } from "./cms.js";
import { exactly, parseCanonical, whole } from "./json.js";
import { isIncluded } from "./tree.js";
import { isIssuedBy, isValidAt } from "./x509.js";

/**
 * @param {object} part {cms, index, path}
 * @param {Uint8Array} contentRoot
 * @param {object} issuer key statement
 * @param {number} timeMs when the order's leaf entered the log
 * @returns {Promise<{acting: boolean}>} whether a deputy approved
 */
export async function checkApproval(part, contentRoot, issuer, timeMs) {
  exactly(part, "cms", "index", "path");
  const signed = readSignedData(fromB64u(part.cms));
  if (signed.content === undefined) throw new Fault("核定簽章裡沒有內容", "the approval holds no statement");
  const { certificate } = await checkSignature(signed, signed.content);
  await checkCard(certificate, signed.certificates, issuer);
  if (!signed.certificates.every((one) => isValidAt(one, Number(timeMs)))) throw new Fault("核定人的憑證在登錄時不在效期內", "a certificate of the approval was not valid when the order was registered");
  const statement = readStatement(signed.content);
  if (statement.agency !== issuer.agency) throw new Fault("核定的是別的機關", "the approval is by another agency");
  const tree = { size: whole(statement.size), root: fromB64u(statement.root, 32) };
  const path = part.path.map((hash) => fromB64u(hash, 32));
  if (!(await isIncluded(contentRoot, whole(part.index), path, tree))) throw new Fault("這份令不在核定的那一批裡", "this order is not in the approved batch");
  return { acting: statement.acting_for !== undefined };
}

/** What was signed: by the head, or by a deputy who says for which office. */
function readStatement(content) {
  const statement = parseCanonical(content);
  if (statement.format === "renshi-approval/1") return exactly(statement, "agency", "case", "format", "root", "size");
  if (statement.format !== "renshi-approval/2") throw new Fault("不認識的核定聲明", "the approval is of an unknown format");
  exactly(statement, "acting_for", "agency", "case", "format", "root", "size");
  if (statement.acting_for !== `head of ${statement.agency}`) throw new Fault("代理的不是本機關首長", "the deputy acted for another office");
  return statement;
}

/** The approver's certificate must be issued by the CA that the key statement names by its hash. */
async function checkCard(certificate, certificates, issuer) {
  if (certificates.length !== 2) throw new Fault("核定簽章裡應只有核定人及憑證機構的憑證", "the approval must hold the approver's certificate, its CA's and no other");
  for (const ca of certificates) {
    if (equal(await sha256(ca.der), issuer.cardCa) && (await isIssuedBy(certificate, ca))) return;
  }
  throw new Fault("核定人的憑證不是由機關指定的憑證機構簽發", "the approver's certificate is not issued by the agency's card CA");
}
