// Belfry in a real browser: its security page as a visitor meets it, the guestbook behind the door as its user does, and
// a foreign page that tries to post in that user's name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { enterAsAdministrator, openPage, startDemo } from './demo.js';

const kAxe = readFileSync(fileURLToPath(new URL('node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const kPhone = { width: 390, height: 844 };
const kDesk = { width: 1280, height: 800 };

let demo;
let signedIn;  // options of a context whose user may see the guestbook
let foreign;  // an origin of somebody else's
let app;
let belfry;

before(async () => {
  demo = await startDemo();
  app = demo.facts.app_url.replace(/\/$/, '');
  belfry = demo.facts.belfry_url.replace(/\/$/, '');
  signedIn = { storageState: (await enterAsAdministrator(demo)).state };
  foreign = createServer((request, response) => {
    const { searchParams } = new URL(request.url, 'http://x');
    response.setHeader('Content-Type', 'text/html');
    response.end(`<form method="post" action="${searchParams.get('to')}"><input name="name" value="Mallory">
      <input name="text" value="${searchParams.get('text')}"><button>win a prize</button></form>`);
  });
  await new Promise((resolve) => foreign.listen(0, '127.0.0.1', resolve));
}, { timeout: 60_000 });

after(async () => {
  foreign?.close();
  foreign?.closeAllConnections?.();
  await demo?.stop();
}, { timeout: 60_000 });

async function accessibilityFaults(page) {
  // Through the debugger, which no policy of the page stops.
  await page.evaluate(kAxe);
  const { violations } = await page.evaluate(() => axe.run(document));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
}

// Read in a page of its own: a browser asks for an icon beside a document that names none.
async function claimsOfJson() {
  const { context, page } = await openPage(demo.browser);
  const { claims } = await (await page.goto(`${belfry}/security.json`)).json();
  await context.close();
  return claims;
}

async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const language of ['en', 'fr']) {
  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [kPhone, kDesk]) {
      test(`security page: ${language}, ${colorScheme}, ${viewport.width} wide`, async () => {
        const { context, page, faults } = await openPage(demo.browser, { locale: language, colorScheme, viewport });
        const response = await page.goto(`${belfry}/security`);
        assert.equal(response.status(), 200);
        assert.equal(await page.getAttribute('html', 'lang'), language);
        const claims = await claimsOfJson();
        assert.equal(claims.length, 29);
        for (const { id } of claims) {
          assert.ok(await page.locator(`[id="${id}"]`).isVisible(), `${id} is shown`);
          assert.ok((await page.locator(`[id="${id}"]`).innerText()).length > 40, `${id} says something`);
        }
        // The 90 days of each, and the times behind them.
        assert.equal(await page.locator('svg.day-line').count(), 29);
        for (const details of await page.locator('details').all()) await details.locator('summary').click();
        assert.equal(await page.locator('details[open] time').first().isVisible(), true);
        assert.ok(await overflow(page) <= 0, 'it scrolls sideways');
        assert.deepEqual(await accessibilityFaults(page), []);
        assert.deepEqual(faults, []);
        await context.close();
      });
    }
  }
}

test('security page is dark where the visitor likes it dark', async () => {
  const brightness = {};
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await openPage(demo.browser, { colorScheme });
    await page.goto(`${belfry}/security`);
    const colour = await page.evaluate(() => {
      const transparent = 'rgba(0, 0, 0, 0)';
      const [body, html] = [document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor);
      return body === transparent ? html : body;
    });
    brightness[colorScheme] = colour.match(/\d+(\.\d+)?/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    await context.close();
  }
  assert.ok(brightness.dark < brightness.light, JSON.stringify(brightness));
});

test('the line of 90 days is drawn to the width of its row', async () => {
  const { context, page } = await openPage(demo.browser, { viewport: kPhone });
  await page.goto(`${belfry}/security`);
  const { line, paths } = await page.evaluate(() => {
    const drawing = document.querySelector('[id="quality.reviewed"] .day-line');
    const box = (element) => element.getBoundingClientRect();
    return { line: box(drawing).width, paths: [...drawing.children].map((path) => [box(path).left, box(path).right]) };
  });
  assert.ok(line > 300, `${line} wide`);
  const ends = paths.flat();
  assert.ok(Math.max(...ends) - Math.min(...ends) > 0.95 * line, 'from the first day to the last');
  await context.close();
});

test('the feed is where a browser looks for it', async () => {
  const { context, page } = await openPage(demo.browser, { locale: 'fr' });
  await page.goto(`${belfry}/security`);
  const href = await page.getAttribute('link[rel=alternate][type="application/atom+xml"]', 'href');
  assert.equal(await page.locator(`a[href="${href}"]`).count(), 1, 'and where a reader does');
  const text = await page.evaluate(async (url) => (await fetch(url)).text(), href).catch(() => null);
  assert.equal(text, null, 'the page itself may fetch nothing');
  const response = await page.goto(belfry + href);
  assert.equal(response.headers()['content-type'], 'application/atom+xml; charset=utf-8');
  assert.match(await response.text(), /xml:lang="fr"/);
  await context.close();
});

test('the badge is shown by a page of somebody else, and nothing else of Belfry is', async () => {
  const { context, page } = await openPage(demo.browser);
  await page.goto(`http://127.0.0.1:${foreign.address().port}/?to=x&text=x`);
  const width = (url) => page.evaluate((source) => new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth);
    image.onerror = () => resolve(0);
    image.src = source;
  }), url);
  assert.ok(await width(`${belfry}/security/badge.svg`) > 100);
  assert.equal(await width(`${belfry}/.belfry/icon.svg`), 0);
  await context.close();
});

for (const language of ['en', 'fr']) {
  test(`badge can be read by ear: ${language}`, async () => {
    const { context, page, faults } = await openPage(demo.browser, { locale: language });
    const response = await page.goto(`${belfry}/security/badge.svg?lang=${language}`);
    assert.equal(response.headers()['content-language'], language);
    const { role, title, shown, fits } = await page.evaluate(() => {
      const svg = document.documentElement;
      const text = document.querySelector('text');
      const inner = text.getBBox();
      return { role: svg.getAttribute('role'), title: document.querySelector('title').textContent,
        shown: text.textContent, fits: inner.x + inner.width <= svg.viewBox.baseVal.width - 8 };
    });
    assert.equal(role, 'img');
    assert.match(title, language === 'fr' ? /sur 29.*rompue.*inconnue/ : /of 29 hold.*broken.*unknown/);
    assert.match(shown, /^Belfry · \d+ /);
    assert.ok(fits, 'the words fit');
    assert.deepEqual(faults.filter((fault) => !fault.includes('favicon')), []);
    await context.close();
  });
}

test('security page needs no script', async () => {
  const { context, page } = await openPage(demo.browser, { javaScriptEnabled: false });
  await page.goto(`${belfry}/security`);
  assert.equal(await page.locator('script').count(), 0);
  assert.ok(await page.locator('[id="quality.reviewed"]').isVisible());
  await context.close();
});

test('language switch leads to the other language', async () => {
  const { context, page, faults } = await openPage(demo.browser, { locale: 'en' });
  await page.goto(`${belfry}/security`);
  await page.click('a[href*="lang=fr"]');
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  await page.click('a[href*="lang=en"]');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.deepEqual(faults, []);
  await context.close();
});

test('front page and refusal page are as sound as the security page', async () => {
  for (const [path, status] of [['/', 200], ['/no-such-page', 404]]) {
    for (const locale of ['en', 'fr']) {
      const { context, page, faults } = await openPage(demo.browser, { locale, viewport: kPhone });
      const response = await page.goto(belfry + path);
      assert.equal(response.status(), status);
      assert.equal(await page.getAttribute('html', 'lang'), locale);
      assert.ok(await overflow(page) <= 0, 'it scrolls sideways');
      assert.deepEqual(await accessibilityFaults(page), []);
      // The browser itself reports a status of 404 as an error.
      assert.deepEqual(faults.filter((fault) => !fault.includes('status of 404')), []);
      await context.close();
    }
  }
});

test('report on the encryption is shown, and is as sound as the security page', async () => {
  for (const [locale, colorScheme, viewport] of [['en', 'light', kDesk], ['fr', 'dark', kPhone], ['en', 'dark', kDesk],
    ['fr', 'light', kPhone]]) {
    const { context, page, faults } = await openPage(demo.browser, { locale, colorScheme, viewport });
    const deadline = Date.now() + 60_000;
    do {
      const response = await page.goto(`${belfry}/tls`);
      assert.equal(response.status(), 200);
      assert.ok(await overflow(page) <= 0, 'it scrolls sideways');
      if (await page.locator('.report').count() === 0) await page.waitForTimeout(1000);
    } while (await page.locator('.report').count() === 0 && Date.now() < deadline);
    assert.equal(await page.getAttribute('html', 'lang'), locale);
    const text = await page.innerText('main');
    for (const words of ['TLS 1.3', 'TLS_AES_128_GCM_SHA256', 'SSL 3.0', 'A+']) {
      assert.ok(text.includes(words), `it says ${words}`);
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(faults, []);
    await context.close();
  }
});

test('a script that slips into a page of Belfry does not run', async () => {
  const { context, page } = await openPage(demo.browser);
  await page.goto(`${belfry}/security`);
  const ran = await page.evaluate(async () => {
    const violated = new Promise((resolve) => addEventListener('securitypolicyviolation', () => resolve(true)));
    const script = document.createElement('script');
    try { script.textContent = 'window.slipped = true'; } catch { return false; }
    document.body.append(script);
    await Promise.race([violated, new Promise((resolve) => setTimeout(resolve, 2000))]);
    return window.slipped === true;
  });
  assert.equal(ran, false);
  await context.close();
});

test('guestbook is for those who are signed in', async () => {
  const { context, page } = await openPage(demo.browser);
  const response = await page.goto(app);
  assert.equal(new URL(page.url()).origin, belfry);
  assert.equal(response.status(), 200);
  assert.ok(await page.locator('input[name=password]').isVisible());
  await context.close();
});

test('guestbook is signed through the door', async () => {
  const { context, page, faults } = await openPage(demo.browser, signedIn);
  await page.goto(app);
  await page.fill('[name=name]', 'Ida');
  await page.fill('[name=text]', 'signed in a browser');
  await Promise.all([page.waitForNavigation(), page.click('button')]);
  assert.equal(new URL(page.url()).pathname, '/');
  assert.ok((await page.textContent('body')).includes('signed in a browser'));
  const cookie = (await context.cookies(app)).find(({ name }) => name === 'visits');
  assert.equal(cookie.secure, true);
  assert.equal(cookie.sameSite, 'Lax');
  assert.deepEqual(faults, []);
  await context.close();
});

test('guestbook holds a conversation over a WebSocket', async () => {
  const { context, page, faults } = await openPage(demo.browser, signedIn);
  await page.goto(`${app}/chat`);
  await page.locator('#state', { hasText: 'connected' }).waitFor();
  for (const words of ['hello', 'is there an echo?']) {
    await page.fill('#words', words);
    await page.click('button');
    await page.locator('#log', { hasText: words }).waitFor();
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test('guestbook ticks over server-sent events', async () => {
  const { context, page, faults } = await openPage(demo.browser, signedIn);
  await page.goto(`${app}/ticks`);
  await page.locator('#tick', { hasText: /^[2-9]/ }).waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test('guestbook takes a file', async () => {
  const { context, page, faults } = await openPage(demo.browser, signedIn);
  await page.goto(`${app}/files`);
  await page.setInputFiles('#file', { name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(300_000) });
  await page.click('button');
  await page.locator('#result', { hasText: '"bytes": 300000' }).waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

// What a foreign page answers with when its form is sent to `target`.
async function postFromElsewhere(target, text) {
  const { context, page } = await openPage(demo.browser, signedIn);
  await page.goto(app);  // the victim was there before and has a cookie
  await page.goto(`http://127.0.0.1:${foreign.address().port}/?to=${encodeURIComponent(`${target}/sign`)}&text=${text}`);
  const [response] = await Promise.all([page.waitForResponse((answer) => answer.url() === `${target}/sign`),
    page.click('button')]);
  await context.close();
  return response.status();
}

test('a form on a foreign page does not sign in the visitor’s name', async () => {
  assert.equal(await postFromElsewhere(app, 'forged-through-the-door'), 403);
  const { context, page } = await openPage(demo.browser, signedIn);
  await page.goto(app);
  assert.ok(!(await page.textContent('body')).includes('forged-through-the-door'));
  await context.close();
});

test('the same form does against the bare application', async () => {
  assert.equal(await postFromElsewhere(demo.facts.upstream.replace(/\/$/, ''), 'forged-without-a-door'), 303);
});

test('a foreign page opens no WebSocket', async () => {
  const { context, page } = await openPage(demo.browser, signedIn);
  await page.goto(`http://127.0.0.1:${foreign.address().port}/?to=x&text=x`);
  const outcome = (url) => page.evaluate((target) => new Promise((resolve) => {
    const socket = new WebSocket(target);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  }), url);
  assert.equal(await outcome(`${app.replace('https', 'wss')}/echo`), 'refused');
  assert.equal(await outcome(`${demo.facts.upstream.replace(/\/$/, '').replace('http', 'ws')}/echo`), 'open');
  await context.close();
});
