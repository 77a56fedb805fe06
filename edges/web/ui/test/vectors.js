// Reads the vectors that all verifiers share.

import { readFileSync } from "node:fs";
import { fromB64u } from "../verify/base.js";

export const bytesOf = (path) => new Uint8Array(readFileSync(new URL(`../../../../cases/${path}`, import.meta.url)));
export const read = (path) => JSON.parse(new TextDecoder().decode(bytesOf(path)));
export const bytes = (text) => fromB64u(text);
