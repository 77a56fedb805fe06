// What an authority says of its cards: OpenSSL's OCSP responder on this machine, and the list it answers by.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { begin, freePort, stop } from "./program.js";

/** Minutes for which an answer counts. */
const ANSWER_MINUTES = 5;

export class Responder {
  #folder;
  #card;
  #port;
  #child;

  /** @param {string} folder where `authority.pem`, the authority's key and certificate, lies. @param {string} card its card, DER */
  constructor(folder, card) {
    this.#folder = folder;
    this.#card = card;
  }

  /** Starts it, the card being good. Its address, `http://127.0.0.1:…/`. */
  async start() {
    this.#port = await freePort();
    await this.say("good");
    return `http://127.0.0.1:${this.#port}/`;
  }

  /**
   * What it answers about the card from now on. It is started anew for it: by itself it reads a changed list one answer late.
   * @param {"good" | "revoked"} state
   */
  async say(state) {
    await this.stop();
    const shown = execFileSync("openssl", ["x509", "-inform", "DER", "-in", this.#card, "-noout", "-serial"], { encoding: "utf8" });
    const serial = shown.trim().replace("serial=", "");
    const line = state === "revoked" ? ["R", "401231000000Z", `${stamp(new Date())},keyCompromise`] : ["V", "401231000000Z", ""];
    await writeFile(join(this.#folder, "index.txt"), `${[...line, serial, "unknown", "/CN=card"].join("\t")}\n`);
    await writeFile(join(this.#folder, "index.txt.attr"), "unique_subject = no\n");
    const signer = ["-CA", "authority.pem", "-rsigner", "authority.pem", "-rkey", "authority.pem"];
    const words = ["ocsp", "-index", "index.txt", ...signer, "-nmin", `${ANSWER_MINUTES}`, "-port", `${this.#port}`];
    this.#child = await begin("openssl", words, "ACCEPT", { cwd: this.#folder, stdio: ["ignore", "pipe", "ignore"] });
  }

  /** Stops it. */
  stop() {
    return stop(this.#child);
  }
}

/** `261123155959Z`, as OpenSSL's list has it. */
const stamp = (at) => `${at.toISOString().slice(2, 19).replace(/[-T:]/g, "")}Z`;
