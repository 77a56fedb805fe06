// Builds edges/web/assets: style sheet, scripts and icon under hashed names, and index.txt that maps names to them.
// Run `npm ci && node build.mjs` here; takes about two seconds.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "..", "assets");

function style() {
  const { css } = sass.compile(join(here, "style/app.scss"), {
    style: "compressed",
    loadPaths: [here, join(here, "node_modules")],
    quietDeps: true,
  });
  return Buffer.from(css);
}

async function scripts() {
  const entries = { app: "script/app.js", htmx: "script/htmx.js", "card-reader": "script/card_reader.js", passkey: "script/passkey.js", "verify-order": "verify/order_page.js", "verify-file": "verify/file_page.js", "verify-code": "verify/code_page.js", "verify-worker": "verify/worker.js" };
  const present = Object.entries(entries).filter(([, file]) => existsSync(join(here, file)));
  const { outputFiles } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: Object.fromEntries(present),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    outdir: "out",
    write: false,
  });
  return outputFiles.map(({ path, contents }) => [path.split(/[/\\]/).pop(), Buffer.from(contents)]);
}

function hashed(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

function write(files) {
  mkdirSync(assets, { recursive: true });
  const index = join(assets, "index.txt");
  const before = existsSync(index) ? readFileSync(index, "utf8").split("\n").map((line) => line.split(" ")[1]) : [];
  const wanted = new Map(files.map(([name, bytes]) => [name, hashed(name, bytes)]));
  for (const [name, bytes] of files) writeFileSync(join(assets, wanted.get(name)), bytes);
  writeFileSync(index, [...wanted].map(([name, file]) => `${name} ${file}\n`).join(""));
  // A program that is running has read the index before: its files stay for one more build.
  const keep = new Set([...wanted.values(), ...before, "index.txt", ".gitkeep"]);
  for (const old of readdirSync(assets)) if (!keep.has(old)) rmSync(join(assets, old));
  return wanted;
}

const wanted = write([["app.css", style()], ["icon.svg", readFileSync(join(here, "style/icon.svg"))], ...(await scripts())]);
for (const [name, file] of wanted) console.log(`${name} -> ${file}`);
