// Certificates, as far as this register uses them: P-256 keys, ECDSA with SHA-256.

import { Fault, equal } from "./bytes.js";
import { BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, context, elements, isOid, only, rawSignature, walk } from "./der.js";

const ECDSA_SHA256 = "2a8648ce3d040302";
const SUBJECT_KEY_ID = "551d0e";
const UTC_TIME = 0x17;

/** @param {Uint8Array} der */
export function readCertificate(der) {
  const outer = walk(only(der, SEQUENCE).content);
  const tbs = outer.take(SEQUENCE);
  const algorithm = outer.take(SEQUENCE);
  const signature = bits(outer.take(BIT_STRING));
  outer.end();
  const parts = walk(tbs.content);
  parts.maybe(context(0));
  const serial = parts.take(INTEGER).content;
  parts.take(SEQUENCE);
  const issuer = parts.take(SEQUENCE).all;
  const [notBefore, notAfter] = elements(parts.take(SEQUENCE).content).map(moment);
  const subject = parts.take(SEQUENCE).all;
  const publicKey = parts.take(SEQUENCE).all;
  const extensions = parts.maybe(context(3));
  return { der, tbs: tbs.all, algorithm, signature, serial, issuer, notBefore, notAfter, subject, publicKey, keyId: keyId(extensions) };
}

/** A Time of RFC 5280 section 4.1.2.5, in milliseconds since 1970: YYMMDDHHMMSSZ (50 to 49 is 1950 to 2049) or YYYYMMDDHHMMSSZ. */
function moment({ tag, content }) {
  const text = String.fromCharCode(...content);
  const digits = /^([0-9]{2}|[0-9]{4})([0-9]{10})Z$/.exec(text);
  if (!digits || digits[1].length !== (tag === UTC_TIME ? 2 : 4)) throw new Fault("憑證的效期格式不正確", "the validity of the certificate is malformed");
  const year = digits[1].length === 4 ? Number(digits[1]) : Number(digits[1]) + (Number(digits[1]) < 50 ? 2000 : 1900);
  const [month, day, hour, minute, second] = digits[2].match(/../g).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Whether a certificate was valid in the second of `timeMs`. */
export const isValidAt = (certificate, timeMs) => certificate.notBefore <= timeMs && timeMs < certificate.notAfter + 1000;

function bits(it) {
  if (it.content[0] !== 0) throw new Fault("憑證的簽章不正確", "a bit string is not whole bytes");
  return it.content.subarray(1);
}

/** The subject key identifier, if the certificate has one. */
function keyId(extensions) {
  if (!extensions) return undefined;
  for (const { content } of elements(only(extensions.content, SEQUENCE).content)) {
    const parts = elements(content);
    if (isOid(parts[0], SUBJECT_KEY_ID)) return only(parts.at(-1).content, OCTET_STRING).content;
  }
  return undefined;
}

/** Whether `signature` over `message` is by the key of this certificate. */
export async function isSignedByCertificate(certificate, signature, message) {
  let key;
  try {
    key = await crypto.subtle.importKey("spki", certificate.publicKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  } catch {
    throw new Fault("憑證的金鑰不是 P-256", "the key of the certificate is not P-256");
  }
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, rawSignature(signature), message);
}

/** Whether an algorithm identifier is ECDSA with SHA-256. */
export const isEcdsaSha256 = (algorithm) => isOid(elements(algorithm.content)[0] ?? { tag: OID, content: new Uint8Array() }, ECDSA_SHA256);

/** Whether `ca` issued `certificate`: names agree and the signature is by its key. */
export async function isIssuedBy(certificate, ca) {
  if (!equal(certificate.issuer, ca.subject) || !isEcdsaSha256(certificate.algorithm)) return false;
  return isSignedByCertificate(ca, certificate.signature, certificate.tbs);
}
