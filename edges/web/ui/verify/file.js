// A file somebody holds: a PDF order or a bundle.

import { attempt, checkBundle } from "./bundle.js";
import { utf8 } from "./bytes.js";
import { openPdf } from "./pdf.js";

const startsWith = (bytes, text) => utf8(text).every((byte, at) => bytes[at] === byte);

/**
 * @param {Uint8Array} bytes @param {string | undefined} vkey trusted key of the log
 * @returns {Promise<{checks: object[], leaf?: object, index?: number, fields?: Map<string, string>, summary?: Map<number, string>, issuer?: object}>}
 */
export async function checkFile(bytes, vkey) {
  if (!startsWith(bytes, "%PDF-")) return checkBundle(bytes, { vkey });
  const opened = await attempt("file", () => openPdf(bytes));
  if (opened.state !== "ok") return { checks: [opened] };
  return checkBundle(opened.value.bundle, { vkey, certificate: opened.value.certificate });
}
