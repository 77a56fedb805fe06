// The program itself, started and stopped by a test.

import { spawn } from "node:child_process";
import { createServer } from "node:http";

/**
 * Starts `renshi` with these words and waits until it says `ready`. What it says is kept in `said`.
 * @param {string[]} words
 * @param {string} ready
 */
export function start(words, ready, env = process.env) {
  return begin(process.env.RENSHI_PROGRAM, words, ready, { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** The same with any program; `options` are those of `spawn`. */
export function begin(program, words, ready, options) {
  const child = spawn(program, words, options);
  child.said = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (said) => {
      child.said += said;
      if (child.said.includes(ready)) resolve(child);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ${words[0]} ended with ${code}: ${child.said}`)));
  });
}

/** Stops what was started, politely, and waits for it. */
export function stop(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return undefined;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  return ended;
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
