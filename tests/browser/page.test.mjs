// The page as people use it: with keyboard, telephone, printer and screen reader, with and without
// its script, in each language.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { axe, browser, example, file, fleet, languages, many, open, report, shown } from "./kit.mjs";

let chromium;
let english;

before(async () => {
  chromium = await browser();
  english = exampleIn("en");
});

after(() => chromium?.close());

const made = new Map();

/** The address of the example's page in a language. */
function exampleIn(language) {
  // English is what is written when nothing is said.
  const options = language === "en" ? [] : ["--lang", language];
  if (!made.has(language)) made.set(language, report(example, ...options));
  return made.get(language);
}

async function unfold(page) {
  await page.$$eval("details", (all) => all.forEach((it) => (it.open = true)));
}

async function violations(page) {
  // Evaluated from outside, so that the page's own policy need not allow it.
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return result.violations.map(
    (it) => `${it.id}: ${it.help}: ${it.nodes[0].target} (${it.nodes.length})`,
  );
}

describe("a screen reader", () => {
  for (const language of languages) {
    test(`finds nothing in its way in ${language}`, async () => {
      const page = await open(chromium, exampleIn(language));
      assert.equal(await page.getAttribute("html", "lang"), language);
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    });
  }

  for (const [name, options] of [
    ["in dark colours", { colorScheme: "dark" }],
    ["without the script", { bare: true }],
    ["without the script in dark colours", { bare: true, colorScheme: "dark" }],
    ["with forced colours", { forcedColors: "active" }],
    ["on a telephone", { viewport: { width: 360, height: 740 } }],
  ]) {
    test(`finds nothing in its way ${name}`, async () => {
      const page = await open(chromium, english, options);
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    });
  }
});

test("everything is there without the script", async () => {
  const page = await open(chromium, english, { javaScriptEnabled: false });
  const cards = await page.$$("article.finding");
  assert.ok(cards.length >= 240, String(cards.length));
  assert.equal(await page.isVisible("#filter"), false);
  assert.equal((await shown(page)).length, cards.length);
  await page.context().close();
});

test("the keyboard leads through the filter to a finding", async () => {
  const page = await open(chromium, english);
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.className);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "skip");
  await page.keyboard.press("Enter");
  for (let presses = 0; presses < 40 && (await focused()) !== "q"; presses += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("retention");
  const all = (await page.$$("article.finding")).length;
  const some = await shown(page);
  assert.ok(some.length > 0 && some.length < all, String(some.length));
  assert.match(await page.textContent("#filter-status"), new RegExp(`^${some.length} .* ${all} `));
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "outcome");
  await page.keyboard.type("passed");
  const passed = await shown(page);
  assert.ok(passed.length > 0 && passed.length < some.length, String(passed.length));
  const classes = await page.$$eval("article.finding", (cards) =>
    cards.filter((card) => !card.closest("[hidden]")).map((card) => card.classList.contains("pass")),
  );
  assert.ok(classes.every(Boolean));
  // What fits is not left folded away.
  assert.ok(await page.isVisible(`#${passed[0]}`));
  // The address keeps the filter.
  const again = await open(chromium, page.url());
  assert.deepEqual(await shown(again), passed);
  await again.context().close();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("article.finding[hidden]"));
  assert.equal((await shown(page)).length, all);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a link to a finding that passed opens what it is folded in", async () => {
  const page = await open(chromium, english);
  const passed = await page.getAttribute("article.finding.pass", "id");
  await page.context().close();
  const linked = await open(chromium, `${english}#${passed}`);
  assert.ok(await linked.isVisible(`#${passed}`));
  await linked.context().close();
});

test("nothing is asked of the network", async () => {
  let hits = 0;
  const server = createServer((_, response) => {
    hits += 1;
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const elsewhere = `http://127.0.0.1:${server.address().port}/x.png`;
  try {
    const control = file("control.html", `<!DOCTYPE html><img src="${elsewhere}">`);
    const seen = await open(chromium, `file://${control}`);
    assert.deepEqual(seen.requests, [`file://${control}`, elsewhere]);
    assert.equal(hits, 1, "what listens has to hear");
    await seen.context().close();

    const settings = hostile(`<img src="${elsewhere}"><link rel=stylesheet href=${elsewhere}>`);
    const page = await open(chromium, report(settings));
    await unfold(page);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    assert.equal(page.requests.length, 1, String(page.requests));
    assert.equal(hits, 1);
    await page.context().close();
  } finally {
    server.close();
  }
});

/** A file of settings in which a text stands wherever a report shows one. */
function hostile(text) {
  const settings = JSON.parse(
    JSON.stringify([
      { _id: "Assets_logo", type: "asset", value: { url: text } },
      { _id: "Site_Url", type: "string", value: `https://chat.example.org/${text}` },
      { _id: "Push_gateway", type: "string", value: `https://${text}`, packageValue: "x" },
      { _id: "Statistics_reporting", type: "boolean", value: text, packageValue: true },
      { _id: "SMTP_Host", type: "string", value: text, packageValue: "" },
      { _id: "uniqueID", type: "string", value: text },
      { _id: "Layout_Home_Body", type: "code", value: text },
      { _id: "Jitsi_Domain", type: "string", value: text, packageValue: "" },
    ]),
  );
  return file("settings.jsonl", settings.map((it) => JSON.stringify(it)).join("\n"));
}

test("hostile values change nothing", async () => {
  for (const text of [
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u202egnp.exe \u2066\u2067 turned round",
    "x".repeat(10_000),
  ]) {
    const page = await open(chromium, report(hostile(text)), { viewport: { width: 360, height: 740 } });
    assert.deepEqual(page.faults, []);
    const foreign = await page.$$eval("img, iframe, object, embed, script", (all) => all.length);
    assert.equal(foreign, 1, "the page's own script alone");
    const turning = await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069]/u.test(document.documentElement.outerHTML));
    assert.equal(turning, false);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide with ${text.slice(0, 20)}`);
    await page.context().close();
  }
});

test("a telephone need not scroll sideways", async () => {
  for (const language of languages) {
    const page = await open(chromium, exampleIn(language), { viewport: { width: 360, height: 740 } });
    await unfold(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px in ${language}`);
    await page.context().close();
  }
});

test("no word of a table is broken in two where columns are narrow", async () => {
  for (const language of languages) {
    const page = await open(chromium, exampleIn(language), { viewport: { width: 360, height: 740 } });
    await unfold(page);
    const [whole, broken] = await page.$$eval("th, td", (cells) => {
      const found = [];
      let whole = 0;
      for (const cell of cells) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const text = texts.currentNode;
          // Names of settings and addresses may be of any length.
          if (text.parentElement.closest("code")) continue;
          for (const word of text.data.matchAll(/(?<=^|[\s(])\p{L}{3,17}(?=[\s.,;:)]|$)/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map((it) => Math.round(it.top)));
            if (lines.size === 1) whole += 1;
            if (lines.size > 1) found.push(`${word[0]} (${cell.closest("table").className})`);
          }
        }
      }
      return [whole, found];
    });
    assert.ok(whole > 5000, `${whole} words in ${language}`);
    assert.deepEqual(broken, [], language);
    await page.context().close();
  }
});

test("print has every finding, and nothing that only a screen can use", async () => {
  const page = await open(chromium, english);
  await page.emulateMedia({ media: "print" });
  const [all, printed] = await page.$$eval("article.finding", (cards) => [
    cards.length,
    cards.filter((card) => card.checkVisibility() && card.getBoundingClientRect().height > 0).length,
  ]);
  assert.ok(all >= 240);
  assert.equal(printed, all);
  assert.equal(await page.isVisible("#filter"), false);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages > 20 && pages < 120, `${pages} pages`);
  await page.context().close();
});

describe("the page of many workspaces", () => {
  for (const language of ["en", "de"]) {
    test(`has nothing in the way of a screen reader in ${language}`, async () => {
      const page = await open(chromium, fleet("--lang", language));
      assert.equal(await page.getAttribute("html", "lang"), language);
      await unfold(page);
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    });
  }

  test("has none in dark colours on a telephone either, and does not scroll sideways there", async () => {
    const options = { colorScheme: "dark", viewport: { width: 360, height: 740 } };
    const page = await open(chromium, fleet(), options);
    assert.deepEqual(await violations(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    await page.context().close();
  });

  test("takes 3,000 failures and hostile names, and stays as it is", async () => {
    const names = ["</td><img src=x onerror=alert(1)>", "\u202egnp.exe", "x".repeat(90)];
    const { address, failed } = many(72, (number) => `${names[number % 3]} ${number}`);
    assert.ok(failed >= 3000, `${failed} failures`);
    const page = await open(chromium, address, { viewport: { width: 360, height: 740 } });
    await unfold(page);
    assert.deepEqual(page.faults, []);
    assert.equal(await page.$$eval("img, script, iframe, object, embed", (all) => all.length), 0);
    const turning = await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069]/u.test(document.documentElement.outerHTML));
    assert.equal(turning, false);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide`);
    assert.equal(await page.$$eval("table.heat tbody tr", (all) => all.length), 72);
    await page.context().close();
  });

  test("leads to the page of each workspace and asks nobody for anything", async () => {
    const page = await open(chromium, fleet());
    const names = await page.$$eval("#workspaces ~ details a", (all) => all.map((it) => it.textContent));
    assert.deepEqual(names.sort(), ["clinic (rocketchat)", "school (rocketchat)"]);
    await page.click("text=clinic (rocketchat)");
    assert.match(await page.title(), /rocketchat-2a49cc55/);
    assert.deepEqual(page.faults, []);
    assert.ok(page.requests.every((it) => it.startsWith("file:")), String(page.requests));
    await page.context().close();
  });
});
