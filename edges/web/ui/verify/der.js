// The part of DER that certificates and CMS need: tag, length, content, with definite lengths in their shortest form.

import { Fault, equal } from "./bytes.js";

const bad = () => new Fault("簽章的編碼不正確", "a DER structure is malformed");

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OID = 0x06;
export const context = (number) => 0xa0 | number;

/**
 * One element at the start of `bytes`.
 * @returns {{tag: number, content: Uint8Array, all: Uint8Array}} `all` is the element with tag and length
 */
export function element(bytes) {
  if (bytes.length < 2 || (bytes[0] & 0x1f) === 0x1f) throw bad();
  const [length, start] = lengthAt(bytes);
  if (start + length > bytes.length) throw bad();
  return { tag: bytes[0], content: bytes.subarray(start, start + length), all: bytes.subarray(0, start + length) };
}

function lengthAt(bytes) {
  const first = bytes[1];
  if (first < 0x80) return [first, 2];
  const count = first & 0x7f;
  if (count === 0 || count > 4 || bytes.length < 2 + count) throw bad();
  const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  if (length < 0x80 || bytes[2] === 0) throw bad();
  return [length, 2 + count];
}

/** The elements that a content is made of. */
export function elements(content) {
  const found = [];
  for (let rest = content; rest.length > 0; ) {
    const next = element(rest);
    found.push(next);
    rest = rest.subarray(next.all.length);
  }
  return found;
}

/** The single element that `bytes` is, of this tag. */
export function only(bytes, tag) {
  const it = element(bytes);
  if (it.all.length !== bytes.length) throw bad();
  return of(it, tag);
}

/** The element itself, if it has this tag. */
export function of(it, tag) {
  if (it?.tag !== tag) throw bad();
  return it;
}

/** Reads the elements of a sequence one after the other, some of which may be missing. */
export function walk(content) {
  const rest = elements(content);
  return {
    take: (tag) => of(rest.shift(), tag),
    takeAny: () => rest.shift() ?? (() => { throw bad(); })(),
    maybe: (tag) => (rest[0]?.tag === tag ? rest.shift() : undefined),
    end: () => { if (rest.length > 0) throw bad(); },
  };
}

/** Whether an element is this object identifier, given as the bytes of its content in hexadecimal. */
export function isOid(it, hexadecimal) {
  const wanted = Uint8Array.from(hexadecimal.match(/../g), (pair) => parseInt(pair, 16));
  return it.tag === OID && equal(it.content, wanted);
}

/** An ECDSA signature as WebCrypto wants it: r and s, 32 bytes each. */
export function rawSignature(der) {
  const parts = walk(only(der, SEQUENCE).content);
  const raw = new Uint8Array(64);
  for (const end of [32, 64]) {
    const digits = parts.take(INTEGER).content;
    const value = digits[0] === 0 ? digits.subarray(1) : digits;
    if (value.length === 0 || value.length > 32 || digits[0] >= 0x80) throw bad();
    raw.set(value, end - value.length);
  }
  parts.end();
  return raw;
}
