// CMS SignedData (RFC 5652) with one signer, P-256 and SHA-256, and signed attributes.

import { Fault, concat, equal, sha256 } from "./bytes.js";
import { INTEGER, OCTET_STRING, OID, SEQUENCE, SET, context, elements, isOid, only, walk } from "./der.js";
import { isEcdsaSha256, isSignedByCertificate, readCertificate } from "./x509.js";

const SIGNED_DATA = "2a864886f70d010702";
const DATA = "2a864886f70d010701";
const SHA256 = "608648016503040201";
const CONTENT_TYPE = "2a864886f70d010903";
const MESSAGE_DIGEST = "2a864886f70d010904";
const SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f";

const bad = (zh, en) => new Fault(zh, en);

/**
 * @param {Uint8Array} der
 * @returns the content (undefined if it is elsewhere), the certificates and the one signer
 */
export function readSignedData(der) {
  const outer = walk(only(der, SEQUENCE).content);
  if (!isOid(outer.take(OID), SIGNED_DATA)) throw bad("不是簽章資料", "this is not SignedData");
  const parts = walk(only(outer.take(context(0)).content, SEQUENCE).content);
  outer.end();
  parts.take(INTEGER);
  parts.take(SET);
  const encapsulated = walk(parts.take(SEQUENCE).content);
  const contentType = encapsulated.take(OID);
  const held = encapsulated.maybe(context(0));
  const certificates = elements((parts.maybe(context(0)) ?? { content: new Uint8Array() }).content).map(({ all }) => readCertificate(all));
  parts.maybe(context(1));
  const signers = elements(parts.take(SET).content);
  parts.end();
  if (signers.length !== 1) throw bad("應只有一個簽章人", "there must be one signer");
  return { contentType, content: held && only(held.content, OCTET_STRING).content, certificates, signer: readSigner(signers[0]) };
}

function readSigner(it) {
  const parts = walk(it.content);
  parts.take(INTEGER);
  const id = parts.takeAny();
  const digest = parts.take(SEQUENCE);
  const attributes = parts.take(context(0));
  const algorithm = parts.take(SEQUENCE);
  const signature = parts.take(OCTET_STRING).content;
  const unsigned = parts.maybe(context(1));
  parts.end();
  if (!isOid(elements(digest.content)[0], SHA256) || !isEcdsaSha256(algorithm)) throw bad("簽章演算法不對", "the signature is not ECDSA with SHA-256");
  return { id, attributes, signature, hasUnsigned: unsigned !== undefined };
}

/**
 * Checks the one signature over `content`.
 * @returns the signer's certificate; a fault says what is wrong
 */
export async function checkSignature(signed, content) {
  const certificate = signed.certificates.find((one) => isOf(one, signed.signer.id));
  if (!certificate) throw bad("簽章裡沒有簽章人的憑證", "the signer's certificate is not in the signature");
  const attributes = readAttributes(signed.signer.attributes);
  const type = attributes.find(({ type }) => isOid(type, CONTENT_TYPE));
  const digest = attributes.find(({ type }) => isOid(type, MESSAGE_DIGEST));
  if (!type || !isOid(signed.contentType, DATA) || !equal(type.value.all, signed.contentType.all)) throw bad("簽章的內容種類不對", "the content type is not signed");
  if (!digest || !equal(only(digest.value.all, OCTET_STRING).content, await sha256(content))) {
    throw bad("內容和簽章時不同", "the content is not what was signed");
  }
  // Signed is the SET as received, with the tag it would have if it stood alone.
  const message = concat(Uint8Array.of(SET), signed.signer.attributes.all.subarray(1));
  if (!(await isSignedByCertificate(certificate, signed.signer.signature, message))) throw bad("簽章不符", "the signature does not match");
  return { certificate, attributes };
}

function readAttributes(set) {
  return elements(set.content).map(({ content }) => {
    const parts = walk(content);
    const type = parts.take(OID);
    const values = elements(parts.take(SET).content);
    parts.end();
    if (values.length !== 1) throw bad("簽章屬性不對", "a signed attribute must have one value");
    return { type, value: values[0] };
  });
}

/** Whether a signer identifier (issuer and serial number, or key identifier) names this certificate. */
function isOf(certificate, id) {
  if (id.tag === 0x80) return certificate.keyId !== undefined && equal(certificate.keyId, id.content);
  const [issuer, serial] = elements(id.content);
  return equal(issuer?.all ?? [], certificate.issuer) && equal(serial?.content ?? [], certificate.serial);
}

/** Refuses a signature whose signing-certificate-v2 attribute does not name this certificate by its SHA-256. */
export async function checkSigningCertificate(attributes, certificate) {
  const found = attributes.find(({ type }) => isOid(type, SIGNING_CERTIFICATE_V2));
  if (!found) throw bad("簽章沒有指明憑證", "the signature does not name its certificate");
  const certIds = elements(only(found.value.all, SEQUENCE).content)[0];
  const first = elements(elements(certIds.content)[0].content);
  // The hash algorithm stands first only if it is not SHA-256.
  if (first[0]?.tag !== OCTET_STRING || !equal(first[0].content, await sha256(certificate.der))) {
    throw bad("簽章指明的是別的憑證", "the signature names another certificate");
  }
}
