// The pages of people in a real browser, as files that web_test wrote, under the policy that guard/seal.cpp gives them:
// nothing is blocked, nothing scrolls sideways, axe finds nothing, and the keyboard reaches every field.
//
// With BELFRY_SCREENSHOTS=folder a picture of each is kept there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { kFlags, openPage } from './demo.js';

const kAxe = readFileSync(fileURLToPath(new URL('node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const kScript = readFileSync(fileURLToPath(new URL('../../src/web/templates/password.js', import.meta.url)));
// With the directives for the script on the pages that load it.
const policyFor = (html) => "default-src 'none'; style-src 'nonce-bm9uY2U='; " +
  (html.includes('<script ') ? "script-src 'nonce-bm9uY2U='; connect-src 'self'; " : '') +
  "img-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const kViews = [
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'desk', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'desk-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
];

let folder;
let pages;
let server;
let browser;
let origin;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'belfry-people-'));
  const writer = process.env.BELFRY_WEB_TEST ?? '../../build/release/web_test';
  execFileSync(writer, ['--gtest_brief=1', '--gtest_filter=PeoplePages.AreWrittenForTheBrowser'],
    { env: { ...process.env, BELFRY_PAGES: folder }, stdio: ['ignore', 'ignore', 'inherit'] });
  pages = readdirSync(folder).filter((name) => name.endsWith('.html')).sort();
  server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://x').pathname.slice(1));
    if (name === 'password/tools.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' });
      response.end(kScript);
      return;
    }
    if (!pages.includes(name)) {
      // The icon, which the pages name.
      response.writeHead(200, { 'Content-Type': 'image/svg+xml' });
      response.end('<svg xmlns="http://www.w3.org/2000/svg"/>');
      return;
    }
    const html = readFileSync(join(folder, name), 'utf8');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policyFor(html) });
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kFlags,
    env: { ...process.env, HOME: folder } });
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections?.();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, { timeout: 60_000 });

async function accessibilityFaults(page) {
  await page.evaluate(kAxe);
  const { violations } = await page.evaluate(() => axe.run(document));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
}

for (const view of kViews) {
  test(`each page is sound: ${view.name}`, async () => {
    assert.ok(pages.length > 50, `${pages.length} pages`);
    const { viewport, colorScheme } = view;
    const { context, page, faults } = await openPage(browser, { viewport, colorScheme });
    const shots = process.env.BELFRY_SCREENSHOTS;
    if (shots) mkdirSync(shots, { recursive: true });
    for (const name of pages) {
      await page.goto(`${origin}/${name}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (shots) await page.screenshot({ path: join(shots, `${name.replace('.html', '')}.${view.name}.png`), fullPage: true });
      assert.ok(overflow <= 0, `${name} scrolls sideways by ${overflow}`);
      // What is folded has to be sound, too.
      await page.evaluate(() => { for (const folded of document.querySelectorAll('details')) folded.open = true; });
      assert.deepEqual(await accessibilityFaults(page), [], name);
      assert.deepEqual(faults, [], name);
    }
    await context.close();
  });
}

test('the keyboard reaches every field and button, from the top down', async () => {
  const { context, page } = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  for (const name of pages.filter((page) => page.endsWith('.en.html'))) {
    await page.goto(`${origin}/${name}`);
    const wanted = await page.evaluate(() => {
      for (const folded of document.querySelectorAll('details')) folded.open = true;
      document.activeElement?.blur();
      const all = document.querySelectorAll('a[href], button:not([tabindex="-1"]), input:not([type=hidden]):not([tabindex="-1"]), select, summary');
      [...all].forEach((element, index) => { element.dataset.order = index; });
      return all.length;
    });
    await page.evaluate(() => { getSelection().removeAllRanges(); document.body.tabIndex = -1; document.body.focus(); });
    for (let order = 0; order < wanted; order += 1) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.dataset.order), String(order), `${name}: step ${order}`);
    }
  }
  await context.close();
});
