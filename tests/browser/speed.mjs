// How soon a page can be used in a browser, beside an empty one: RC_AUDIT=... node tests/browser/speed.mjs
// [ROUNDS]. It needs what tests/browser/run installs. Pages take turns in every round; shown are medians.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browser, example, file, large, many, report } from "./kit.mjs";

const rounds = Number(process.argv[2] ?? 7);

/** What a page took in milliseconds, from the call to open it. */
async function measure(chromium, address) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(address);
  const took = await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await frame();
    const [visit] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const found = { interactive: visit.domInteractive, loaded: visit.loadEventEnd, painted: paint?.startTime };
    const field = document.querySelector("#filter input[name=q]");
    if (field) {
      const before = performance.now();
      field.value = "push";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await frame();
      found.filtered = performance.now() - before;
    }
    found.elements = document.getElementsByTagName("*").length;
    return found;
  });
  await context.close();
  return took;
}

const pages = {
  "an empty page": `file://${file("empty.html", "<!DOCTYPE html><title>x</title><p>x")}`,
  "240 findings": report(example),
  "3,000 findings": report(example, "--policy", large(2760)),
  "3,000 failures of 72 workspaces": many(72, (number) => `school ${number}`).address,
};
const chromium = await browser();
const all = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, address] of Object.entries(pages)) all[name].push(await measure(chromium, address));
}
await chromium.close();

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const columns = ["painted", "interactive", "loaded", "filtered", "elements"];
console.log(["", "kB", ...columns].join("\t"));
for (const [name, address] of Object.entries(pages)) {
  const values = columns.map((column) => {
    const numbers = all[name].map((it) => it[column]).filter((it) => it !== undefined);
    return numbers.length ? Math.round(median(numbers)) : "-";
  });
  console.log([name, Math.round(readFileSync(fileURLToPath(address)).length / 1000), ...values].join("\t"));
}
