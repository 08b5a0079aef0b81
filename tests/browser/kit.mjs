// What the tests of the page share: a browser, and pages made by the real program.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

export const example = join(root, "examples/clinic/dump/rocketchat");
const school = join(root, "examples/fleet/school/dump");

/** The languages of the page. */
export const languages = ["en", "de", "es", "fr", "pt-BR"];

/** The source of axe, to be run in a page. */
export const axe = require("axe-core").source;

const folder = mkdtempSync(join(tmpdir(), "rc-audit-browser-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A file for a test. */
export function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

let made = 0;

/** Audits a target and gives the address of the page. */
export function report(target, ...options) {
  const out = audit(target, ...options);
  const [workspace] = readdirSync(out);
  return pathToFileURL(join(out, workspace, "latest", "report.html")).href;
}

/** Audits the example of many workspaces and gives the address of the page on all of them. */
export function fleet(...options) {
  const out = audit("--targets", join(root, "examples/fleet/targets.toml"), ...options);
  return pathToFileURL(join(out, "fleet", "latest", "fleet.html")).href;
}

/** A case of a rule on a setting. */
function known(value, passes) {
  const expect = passes ? "pass" : "fail";
  return (
    `[[case]]\nname = "${value}"\nversion = "6.13.0"\nsettings = { Statistics_reporting = ${value} }\n` +
    `expect = "${expect}"\n`
  );
}

/** A policy that adds so many rules, every other of which fails on the example. */
export function large(count) {
  const own = join(folder, "own");
  mkdirSync(own, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const letters = `S${String.fromCharCode(65 + Math.floor(number / 900))}`;
    const id = `${letters}-${String(number % 900).padStart(3, "0")}`;
    writeFileSync(
      join(own, `${id}.toml`),
      `format = 1\nid = "${id}"\nrevision = 1\nsince = "0.1.0"\ntitle = "A rule of this site, number ${number}"\n` +
        `severity = "low"\nseverity_reason = "there are many of them"\nclauses = []\n` +
        `references = ["gdpr:32(1)(b)"]\nrationale = "${"What one site wants of its own. ".repeat(8)}"\n\n` +
        `[remedy]\nnote = "Switch it in Administration > Settings."\n\n` +
        `[check]\nstored = "Statistics_reporting"\nis = ${number % 2 === 0}\n\n` +
        [true, false].map((is) => known(is, is === (number % 2 === 0))).join("\n"),
    );
  }
  return file("large.toml", 'format = 1\nrules = "own"\n');
}

/**
 * Audits so many workspaces, each with the same failures and a name that `name` gives, and gives the
 * address of the page on all of them, and how many failures those are.
 */
export function many(count, name) {
  const snapshot = join(folder, "school.snapshot");
  run("collect", school, "-o", snapshot);
  const one = JSON.parse(readFileSync(snapshot, "utf8"));
  let targets = "format = 1\n";
  for (let number = 0; number < count; number += 1) {
    one.source.database = `school${number}`;
    const path = file(`${number}.snapshot`, JSON.stringify(one));
    targets += `[[target]]\nname = ${JSON.stringify(name(number))}\npath = ${JSON.stringify(path)}\n`;
  }
  const out = audit("--targets", file("many.toml", targets));
  const folderOfAll = join(out, "fleet", "latest");
  const all = JSON.parse(readFileSync(join(folderOfAll, "fleet.json"), "utf8"));
  const failed = all.workspaces.reduce((sum, it) => sum + it.by_outcome.fail, 0);
  return { address: pathToFileURL(join(folderOfAll, "fleet.html")).href, failed };
}

function audit(...what) {
  made += 1;
  const out = join(folder, `out${made}`);
  run("check", "--quiet", "--exit-zero", "--now", "2026-11-20T00:00:00Z", "--out", out, ...what);
  return out;
}

function run(...what) {
  const program = process.env.RC_AUDIT;
  if (!program || !existsSync(program)) {
    throw new Error("RC_AUDIT has to name the program: cargo build, then RC_AUDIT=target/debug/rc-audit");
  }
  const environment = { PATH: process.env.PATH, XDG_STATE_HOME: join(folder, "state") };
  execFileSync(program, what, { env: environment, stdio: "pipe" });
}

/** A browser that talks to nobody by itself. */
export async function browser() {
  const path = process.env.CHROMIUM || "/usr/bin/chromium";
  if (!existsSync(path)) {
    throw new Error("no Chromium here: apt-get install chromium, or set CHROMIUM to the program");
  }
  return chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens a page; `options` are those of a browser context, and `bare` for a page without its script. A
 * browser with scripts off altogether could not be asked anything that takes time.
 */
export async function open(browser, address, { bare = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (bare) {
    const text = readFileSync(fileURLToPath(address), "utf8");
    const body = text.replace(/<script>.*<\/script>/s, "");
    if (body === text) throw new Error("the page has no script to take away");
    await context.route(address, (route) => route.fulfill({ body, contentType: "text/html" }));
  }
  const page = await context.newPage();
  page.faults = [];
  page.requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("dialog", (dialog) => {
    page.faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => page.requests.push(request.url()));
  await page.goto(address);
  return page;
}

/** The ids of the findings that can be seen, or could be if what is folded were opened. */
export function shown(page) {
  return page.$$eval("article.finding", (cards) =>
    cards.filter((card) => !card.closest("[hidden]")).map((card) => card.id),
  );
}
