// Byte strings: the few operations the formats need. Everything here refuses rather than guesses.

/** What is wrong with a file or an answer, in words for the reader. */
export class Fault extends Error {
  /** @param {string} zh @param {string} en */
  constructor(zh, en) {
    super(en);
    this.zh = zh;
    this.en = en;
  }
}

/** A check that could not be made: no log at hand, an old browser, an earlier check that gave nothing to check. */
export class Undecided extends Fault {}

/** What a check looks for is not there yet, and need not be. */
export class Absent extends Fault {}

export const utf8 = (text) => new TextEncoder().encode(text);

/** Text of UTF-8 bytes; malformed bytes are a fault, and a byte order mark is kept as a character. */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("文字編碼不正確", "the text is not UTF-8");
  }
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
export const isZero = (bytes) => bytes.every((byte) => byte === 0);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Unsigned big-endian number of 2 to 8 bytes; a number beyond 2^53 is a fault, since JavaScript would round it. */
export function number(bytes) {
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault("數字太大", "a number is too large");
  return Number(value);
}

export const u16 = (value) => Uint8Array.of(value >> 8, value & 255);
export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
