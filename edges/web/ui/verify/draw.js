// Draws verdict, checks and content. Only text is put into the page, never markup.

import { BY_DEPUTY, CHECKS, PAGE, RESULTS, STATES, SUMMARY, say } from "./words.js";
import { VERDICTS, verdictOf } from "./verdict.js";

function part(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const fill = (words, ...values) => values.reduce((text, value) => text.replace("{}", value), say(words));

/** An instant in Taipei's time, as the rest of the site writes it. */
export function moment(ms) {
  const local = new Date(ms + 8 * 3600 * 1000);
  const two = (n) => String(n).padStart(2, "0");
  const english = document.documentElement.lang === "en";
  const year = english ? local.getUTCFullYear() : local.getUTCFullYear() - 1911;
  const date = [year, two(local.getUTCMonth() + 1), two(local.getUTCDate())].join(english ? "-" : "/");
  return `${date} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}

/** A date as the paper prints it; anything else as it stands. */
function date(text) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!parts || document.documentElement.lang === "en") return text;
  return `中華民國${Number(parts[1]) - 1911}年${Number(parts[2])}月${Number(parts[3])}日`;
}

/**
 * @param {HTMLElement} place to draw in; it is a live region
 * @param {{checks: object[], state?: string, summary?: Map<number, string>, offline?: number | null}} found `offline`: as of when, without a network
 */
export function draw(place, { checks, state, summary, offline }) {
  const parts = [verdictBox(checks, state, offline), part("ul", "r-checks", ...checks.map(line))];
  if (summary) parts.push(part("h2", "govuk-heading-m", say(PAGE.content)), ...compare(checks), content(summary));
  place.replaceChildren(...parts);
}

/** Says one sentence instead of a result. */
export function tell(place, words) {
  place.replaceChildren(part("p", "govuk-body-l", say(words)));
}

/** Whether the content was at hand: without the key of the paper nothing can be said of what it says. */
const sawContent = (checks) => checks.some(({ name }) => name === "content");

const wasErased = (checks) => checks.some(({ name, state }) => name === "erasure" && state === "ok");

/** A genuine code can be copied onto a false paper: where the paper is not what was checked, the reader has to compare. */
function compare(checks) {
  return checks.some(({ name }) => name === "approval") ? [] : [part("p", "govuk-body", say(PAGE.compare))];
}

function verdictBox(checks, state, offline) {
  const verdict = verdictOf(checks, state);
  const onlyStateMissing = verdict === "undecided" && checks.length > 1 && sawContent(checks) && checks.every(({ name, state }) => state === "ok" || state === "absent" || name === "status");
  const words = onlyStateMissing ? PAGE.issuedOnly : verdict === "valid" && wasErased(checks) ? PAGE.erased : verdict === "valid" && !sawContent(checks) ? PAGE.validUnseen : VERDICTS[verdict];
  const box = part("div", `r-verdict r-verdict--${verdict}`, part("p", "r-verdict__words", verdictWords(verdict, words, state, offline)));
  box.dataset.verdict = verdict;
  return box;
}

function verdictWords(verdict, words, state, offline) {
  if (verdict === "changed") return fill(offline ? PAGE.changedThen : PAGE.changed, ...(offline ? [moment(offline)] : []), say(STATES[state]));
  return verdict === "valid" && offline ? fill(PAGE.validThen, moment(offline)) : say(words);
}

function line({ name, state, value, why }) {
  // A status that is proven and bad news is not to be seen in green.
  const result = name === "status" && value && value.state !== "valid" ? { tone: "warn", ...STATES[value.state] } : RESULTS[state];
  const tag = part("strong", `govuk-tag r-tag r-tag--${result.tone}`, say(result));
  const words = state === "ok" ? fill(okWords(name, value), worded(name, value)) : say(why);
  const item = part("li", "r-checks__line", part("span", "r-checks__what", say(CHECKS[name].what)), part("span", "r-checks__state", tag), part("span", "r-checks__words", words));
  item.dataset.check = name;
  item.dataset.state = state;
  return item;
}

/** What it means that a check holds; an approval by a deputy is said to be one. */
const okWords = (name, value) => (name === "approval" && value.acting ? BY_DEPUTY : CHECKS[name].ok);

/** The value of a check as its sentence needs it. */
function worded(name, value) {
  if (name === "signature") return value.name;
  if (name === "erasure") return value.basis;
  if (name === "checkpoint") return value.size.toLocaleString("en");
  if (name === "witnesses") return fill(PAGE.ofThem, value.names.length, value.total, value.names.join(say({ zh: "、", en: ", " })));
  if (name === "pack") return value.checkpoint.size.toLocaleString("en");
  if (name === "code") return value.mode;
  if (name === "inclusion") return value.toLocaleString("en");
  if (name === "anchor") {
    const first = Math.min(...value.map((anchor) => Date.parse(anchor.proved_at)));
    return fill(PAGE.anchored, moment(first), value.map((anchor) => anchor.place).join("；"));
  }
  if (name === "status") return fill(PAGE.asOf, moment(value.asOf), say(STATES[value.state]));
  return "";
}

function content(summary) {
  const rows = [...summary].map(([key, text]) => part("div", "govuk-summary-list__row govuk-summary-list__row--no-actions",
    part("dt", "govuk-summary-list__key", say(SUMMARY[key])), part("dd", "govuk-summary-list__value r-words", key === 3 ? date(text) : text)));
  return part("dl", "govuk-summary-list", ...rows);
}
