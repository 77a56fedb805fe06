// The card component on this machine, in the protocol of Taiwan's card software (docs/card-component.md). It is asked directly; a
// component that does not let pages read its answers is asked through its own window.

/** Longest wait for the component's window to say that it is there. */
const READY_MS = 3500;
/** Longest wait for an answer: the person may be asked at the reader. */
const ANSWER_MS = 60_000;

/** Something a person can act on. `when` names the words on the page. */
export class Trouble extends Error {
  constructor(when, code = "") {
    super(when);
    this.when = when;
    this.code = code;
  }
}

const LAST_ERRORS = { 0xa0: "wrong-pin", 0xa2: "pin-form", 0xa4: "locked", 0x80000001: "wrong-pin-1", 0x80000002: "wrong-pin-2" };
const CODES = {
  0x76000006: "no-card",
  0x7600000d: "busy",
  0x7600000f: "unknown-site",
  0x76000031: "unknown-site",
  0x76000998: "no-pin",
  0x76000999: "cancelled",
  0x76100001: "no-driver",
  0x76100003: "no-reader",
  0x76100004: "no-reader",
  0x76100005: "no-card",
  0x76100008: "no-certificate",
  0x76100009: "no-certificate",
  0x76300003: "text",
};

/** What an answer that is no success means. Codes come signed or unsigned. */
export function trouble({ ret_code: code, last_error: last }) {
  const when = LAST_ERRORS[last >>> 0] ?? CODES[code >>> 0] ?? "other";
  const hex = (number) => (number >>> 0).toString(16).toUpperCase();
  return new Trouble(when, last ? `${hex(code)}-${hex(last)}` : hex(code));
}

/** The name on the first card that can sign; an error if there is none. */
export function holderOf({ slots }) {
  const cards = (slots ?? []).map((slot) => slot.token).filter((token) => token && typeof token === "object");
  if (cards.length === 0) throw new Trouble("no-card");
  const certificates = cards.flatMap((card) => card.certs ?? []);
  const signing = certificates.find(({ usage }) => String(usage).includes("digitalSignature"));
  if (!signing) throw new Trouble("no-certificate");
  return /(?:^|,)\s*CN=([^,]*)/.exec(signing.subjectDN ?? "")?.[1] ?? "";
}

/** What is sent to have `text` signed. Base64 passes every way a component may decode it. */
export function wish(text, pin) {
  const tbs = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return {
    tbs: encodeURIComponent(tbs),
    tbsEncoding: "base64",
    hashAlgorithm: "SHA256",
    withCardSN: "true",
    pin: encodeURIComponent(pin),
    nonce: "",
    func: "MakeSignature",
    signatureType: "PKCS7",
  };
}

export class Component {
  /** @param {string} address such as `http://127.0.0.1:61161` */
  constructor(address) {
    this.address = address;
    this.direct = true;
  }

  /** The name on the card; empty if only the window may be asked, which answers one question each time it is opened. */
  async holder() {
    const answer = await this.ask("/pkcs11info?withcert=true", "");
    return answer ? holderOf(answer) : "";
  }

  /** The signature over `text`, Base64. */
  async sign(text, pin) {
    const asked = wish(text, pin);
    const answer = this.direct
      ? await this.ask("/sign", `tbsPackage=${JSON.stringify(asked)}`)
      : await this.askWindow(asked);
    if (!answer?.signature) throw new Trouble("other");
    return answer.signature;
  }

  /** Asks directly. Nothing comes back from a component that is there but does not let this page read its answers. */
  async ask(path, body) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const options = { method: "POST", body, headers, credentials: "omit", cache: "no-store" };
    const response = await fetch(this.address + path, options).catch(() => null);
    if (!response) {
      await this.isThere();
      this.direct = false;
      return null;
    }
    return read(await response.text());
  }

  /** A page may learn that something answers even where it may not read what. */
  async isThere() {
    try {
      await fetch(`${this.address}/pkcs11info`, { mode: "no-cors", credentials: "omit", cache: "no-store" });
    } catch {
      throw new Trouble((await isDenied()) ? "blocked" : "silent");
    }
  }

  askWindow(asked) {
    return new Promise((resolve, reject) => {
      const opened = window.open(`${this.address}/popupForm`, "card-component", "width=480,height=320");
      if (!opened) return reject(new Trouble("window-blocked"));
      let wait = setTimeout(() => end(() => reject(new Trouble("unknown-site"))), READY_MS);
      const end = (settle) => {
        clearTimeout(wait);
        removeEventListener("message", hear);
        opened.close();
        settle();
      };
      const hear = ({ origin, source, data }) => {
        if (origin !== this.address || source !== opened || typeof data !== "string") return;
        if (isReady(data)) {
          clearTimeout(wait);
          wait = setTimeout(() => end(() => reject(new Trouble("silent"))), ANSWER_MS);
          opened.postMessage(JSON.stringify(asked), this.address);
          return;
        }
        end(() => {
          try {
            resolve(read(data));
          } catch (why) {
            reject(why);
          }
        });
      };
      addEventListener("message", hear);
    });
  }
}

function isReady(data) {
  try {
    return JSON.parse(data).func === "getTbs";
  } catch {
    return false;
  }
}

function read(text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Trouble("other");
  }
  if (answer.ret_code !== 0) throw trouble(answer);
  return answer;
}

/** Whether the person, or a policy, told the browser to keep this site from programs on this machine. */
async function isDenied() {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      const status = await globalThis.navigator?.permissions?.query({ name });
      if (status?.state === "denied") return true;
    } catch {
      // This browser knows no permission of that name.
    }
  }
  return false;
}
