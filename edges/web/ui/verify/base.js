// Base64, base64url and base-41. A text that does not come out again the same is refused, so each value has one spelling.

import { Fault } from "./bytes.js";

const bad = () => new Fault("編碼不正確", "a value is not encoded as it must be");

/** Standard base64 with padding. */
export function toB64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @returns {Uint8Array} */
export function fromB64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw bad();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (toB64(bytes) !== text) throw bad();
  return bytes;
}

/** Base64url without padding. */
export const toB64u = (bytes) => toB64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** @param {string} text @param {number} [length] that it must have, in bytes */
export function fromB64u(text, length) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) throw bad();
  const bytes = fromB64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
  if (length !== undefined && bytes.length !== length) throw bad();
  return bytes;
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-:";

/** Two bytes as three digits, most significant first; a last single byte as two. */
export function toBase41(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const single = at + 1 === bytes.length;
    let n = single ? bytes[at] : bytes[at] * 256 + bytes[at + 1];
    let digits = "";
    for (let i = 0; i < (single ? 2 : 3); i++) {
      digits = DIGITS[n % 41] + digits;
      n = Math.floor(n / 41);
    }
    text += digits;
  }
  return text;
}

/** @param {number} [length] that it must have, in bytes */
export function fromBase41(text, length) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = text.slice(at, at + 3);
    const n = Array.from(group).reduce((sum, digit) => sum * 41 + place(digit), 0);
    if (group.length === 3 && n < 65536) bytes.push(n >> 8, n & 255);
    else if (group.length === 2 && n < 256) bytes.push(n);
    else throw bad();
  }
  const out = Uint8Array.from(bytes);
  if (toBase41(out) !== text || (length !== undefined && out.length !== length)) throw bad();
  return out;
}

function place(digit) {
  const value = DIGITS.indexOf(digit);
  if (value < 0) throw bad();
  return value;
}
