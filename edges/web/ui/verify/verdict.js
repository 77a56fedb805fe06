// One verdict out of all checks, with the exit code that `renshi verify` gives for it.

export const VERDICTS = {
  valid: { code: 0, zh: "這份令確實由機關發布，內容沒有被更動，目前有效。", en: "This order was issued by the agency, is unchanged, and stands." },
  invalid: { code: 1, zh: "查驗沒有通過。請勿採信這份文件。", en: "This did not pass. Do not rely on this document." },
  undecided: { code: 2, zh: "目前無法判斷。", en: "This cannot be decided now." },
  changed: { code: 3, zh: "這份令確實發布過，但已經不是現在的決定。", en: "This order was truly issued, but no longer stands as it is." },
};

/** @param {{state: string}[]} checks @param {string | undefined} state of the order, if it is known */
export function verdictOf(checks, state) {
  if (checks.some((check) => check.state === "failed")) return "invalid";
  if (checks.length === 0 || checks.some((check) => check.state === "unknown") || state === undefined) return "undecided";
  return state === "valid" ? "valid" : "changed";
}
