// People at the door, in a real browser: the first administrator, members by invitation, signing in and out, the lock,
// a new password with and without the script, and hostile text in every field that a page shows again.
//
// One demo for all, and its people: Ann administers and has a second factor, whose codes are oathtool's; the others come
// by her invitations, without one.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { enrol, fillWelcome, kAdministrator, openPage, startDemo } from './demo.js';

const kPayloads = JSON.parse(readFileSync(fileURLToPath(new URL('payloads.json', import.meta.url)), 'utf8'));
const kPassword = 'Quiet-lantern-9-harbour';
// Of what a payload has, what a person's name must not.
const kSteering = /[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

let demo;
let app;
let belfry;
let ann;

before(async () => {
  demo = await startDemo();
  app = demo.facts.app_url.replace(/\/$/, '');
  belfry = demo.facts.belfry_url.replace(/\/$/, '');
  // What every test needs; the first of them judges how it went.
  ann = await comeFirst();
}, { timeout: 120_000 });

after(async () => {
  await demo?.stop();
}, { timeout: 60_000 });

// A status of 400 and above is in the console as an error, and is what these tests ask for.
const unexpected = (faults) => faults.filter((fault) => !fault.includes('the server responded with a status of'));

async function comeFirst() {
  const { context, page, faults } = await openPage(demo.browser, { locale: 'en' });
  await page.goto(demo.facts.admin_link);
  const heading = await page.innerText('h1');
  await fillWelcome(page, kAdministrator);
  const { authenticator, recoveryCodes } = await enrol(page);
  await page.click('.panel a.button');
  const arrived = new URL(page.url()).pathname;
  await page.goto(app);
  const guestbook = page.url();
  const again = (await page.goto(demo.facts.admin_link)).status();
  const state = await context.storageState();
  await context.close();
  return { ...kAdministrator, authenticator, recoveryCodes, state, walk: { heading, arrived, guestbook, again, faults } };
}

// The link of an invitation that Ann makes. It is in her language; who gets it may choose another.
async function invite(email, language = 'en') {
  const { context, page } = await openPage(demo.browser, { storageState: ann.state });
  await page.goto(`${belfry}/admin/people`);
  await page.fill('#email', email);
  await page.selectOption('#role', 'member');
  await page.click('form:has(input[value=invite]) .button');
  const link = await page.innerText('code.link');
  await context.close();
  const url = new URL(link.trim());
  url.searchParams.set('lang', language);
  return url.href;
}

// Comes by an invitation and is in the application: a context of the member's own.
async function comeByInvitation(email, options = {}) {
  const link = await invite(email);
  const member = { name: 'Bo Member', email, password: kPassword };
  const opened = await openPage(demo.browser, options);
  await opened.page.goto(link);
  await fillWelcome(opened.page, member);
  await opened.page.click('form:has(input[value=skip]) button');
  assert.equal(new URL(opened.page.url()).origin, app);
  return { ...member, ...opened };
}

async function givePassword(page, { email, password }) {
  await page.fill('#email', email);
  await page.fill('#password', password);
  await page.click('form:has(input[value=sign_in]) .button');
}

async function giveCode(page, code) {
  await page.fill('#code', code);
  await page.click('form:has(input[value=code]) .button');
}

async function giveRecoveryCode(page, code) {
  const folded = page.locator('details:has(#recovery-code)');
  if (await folded.getAttribute('open') === null) await folded.locator('summary').click();
  await page.fill('#recovery-code', code);
  await page.click('form:has(input[value=recovery]) .button');
}

async function signOut(page) {
  await page.goto(`${belfry}/account`);
  await page.click('form[action^="/sign-out"] button');
}

test('the first administrator comes in by the link, once', () => {
  const { heading, arrived, guestbook, again, faults } = ann.walk;
  assert.equal(heading, 'The first administrator');
  assert.equal(ann.recoveryCodes.length, 10);
  assert.equal(arrived, '/admin/people');
  assert.equal(guestbook, `${app}/`);
  assert.equal(again, 410);
  assert.deepEqual(unexpected(faults), []);
});

test('signing in leads back to the page that was asked for, and a code is good once', async () => {
  const first = await openPage(demo.browser);
  await first.page.goto(`${app}/files?kept=1`);
  assert.equal(new URL(first.page.url()).pathname, '/sign-in');
  await givePassword(first.page, ann);
  const code = await ann.authenticator.freshCode();
  await giveCode(first.page, code);
  assert.equal(first.page.url(), `${app}/files?kept=1`);

  const second = await openPage(demo.browser);
  await second.page.goto(`${app}/files`);
  await givePassword(second.page, ann);
  await giveCode(second.page, code);
  assert.match(await second.page.innerText('#code-problem'), /it was used before/);
  const [recovery] = ann.recoveryCodes;
  await giveRecoveryCode(second.page, recovery);
  assert.equal(second.page.url(), `${app}/files`);

  const third = await openPage(demo.browser);
  await third.page.goto(`${belfry}/sign-in`);
  await givePassword(third.page, ann);
  await giveRecoveryCode(third.page, recovery);
  assert.match(await third.page.innerText('#recovery-code-problem'), /it was used before/);
  for (const { context, faults } of [first, second, third]) {
    assert.deepEqual(unexpected(faults), []);
    await context.close();
  }
});

for (const [locale, words] of [['en', /the address or the password is wrong/], ['fr', /l’adresse ou le mot de passe est faux/]]) {
  test(`a wrong password is told in words that fit an unknown address too: ${locale}`, async () => {
    const { context, page, faults } = await openPage(demo.browser, { locale });
    const told = [];
    for (const email of [ann.email, 'nobody@example.com']) {
      await page.goto(`${belfry}/sign-in`);
      assert.equal(await page.getAttribute('html', 'lang'), locale);
      await givePassword(page, { email, password: 'Not-the-right-1' });
      told.push(await page.innerText('#alert'));
      assert.equal(await page.inputValue('#email'), email);
      assert.equal(await page.inputValue('#password'), '');
    }
    assert.match(told[0], words);
    assert.equal(told[0], told[1]);
    assert.deepEqual(unexpected(faults), []);
    await context.close();
  });
}

test('a stranger locks an account for strangers, and the device that it knows still gets in', async () => {
  const bob = await comeByInvitation('bob@example.com');
  await signOut(bob.page);
  const stranger = await openPage(demo.browser);
  for (let tries = 0; tries < 5; tries += 1) {
    await stranger.page.goto(`${belfry}/sign-in`);
    await givePassword(stranger.page, { ...bob, password: 'Not-the-right-1' });
    assert.match(await stranger.page.innerText('#alert'), /locked for a while/);
  }
  await givePassword(stranger.page, bob);
  assert.match(await stranger.page.innerText('#alert'), /locked for a while/, 'the right password is no use to them');
  await bob.page.goto(`${app}/`);
  await givePassword(bob.page, bob);
  assert.equal(bob.page.url(), `${app}/`);
  for (const { context, faults } of [bob, stranger]) {
    assert.deepEqual(unexpected(faults), []);
    await context.close();
  }
});

test('two tabs that stand at the form both get in', async () => {
  const cat = await comeByInvitation('cat@example.com');
  await signOut(cat.page);
  const other = await cat.context.newPage();
  await cat.page.goto(`${app}/files`);
  await other.goto(`${app}/chat`);
  await givePassword(cat.page, cat);
  assert.equal(cat.page.url(), `${app}/files`);
  // Its form was made before somebody was signed in.
  await givePassword(other, cat);
  assert.equal(other.url(), `${app}/chat`);
  assert.deepEqual(unexpected(cat.faults), []);
  await cat.context.close();
});

test('signing out everywhere ends the other sessions on both hosts, and not this one', async () => {
  const here = await comeByInvitation('dan@example.com');
  const there = await openPage(demo.browser);
  await there.page.goto(`${app}/files`);
  await givePassword(there.page, here);
  assert.equal(there.page.url(), `${app}/files`);

  await here.page.goto(`${belfry}/account/security`);
  await here.page.click('form:has(input[value=end_others]) button');
  assert.equal(await here.page.locator('.notice[role=status]').count(), 1);
  for (const url of [`${app}/files`, `${belfry}/account`]) {
    await there.page.goto(url);
    assert.equal(new URL(there.page.url()).pathname, '/sign-in', url);
  }
  await here.page.goto(`${belfry}/account`);
  assert.equal(new URL(here.page.url()).pathname, '/account');
  for (const { context, faults } of [here, there]) {
    assert.deepEqual(unexpected(faults), []);
    await context.close();
  }
});

test('everything goes without a script, in French', async () => {
  const link = await invite('eve@example.com', 'fr');
  const { context, page } = await openPage(demo.browser, { javaScriptEnabled: false, locale: 'fr' });
  await page.goto(link);
  assert.equal(await page.innerText('h1'), 'Bienvenue');
  assert.equal(await page.locator('#new_password-strength').isVisible(), false);
  await page.fill('#name', 'Ève');
  await page.click('button[value=characters]');
  assert.match(await page.innerText('#new_password-suggested'), /^(?:[A-Za-z2-9]{6}-){3}[A-Za-z2-9]{6}$/);
  await page.click('button[value=words]');
  const password = await page.innerText('#new_password-suggested');
  assert.match(password, /^(?:[a-z]+-){7}[0-9]$/);
  assert.equal(await page.inputValue('#name'), 'Ève', 'what was written stays');
  assert.equal(await page.locator('.problem').count(), 0, 'nothing was judged yet');
  await page.fill('#new_password', password);
  // The first button of a form is what the key presses.
  await page.press('#new_password', 'Enter');
  await page.click('form:has(input[value=skip]) button');
  assert.equal(page.url(), `${app}/`);
  await signOut(page);
  assert.match(await page.innerText('.notice'), /Votre session est close/);
  await page.goto(`${app}/files`);
  await givePassword(page, { email: 'eve@example.com', password });
  assert.equal(page.url(), `${app}/files`);

  await page.goto(`${belfry}/account/security`);
  await page.click('button[value=words]');
  assert.match(await page.innerText('#new_password-suggested'), /^(?:[a-z]+-){7}[0-9]$/);
  await context.close();
});

for (const [locale, weak, strong] of [['en', /too short/, /^(Very strong|Strong)\.$/], ['fr', /trop court/, /^(Très solide|Solide)\.$/]]) {
  test(`a new password is measured and suggested without leaving the page: ${locale}`, async () => {
    const email = `fay-${locale}@example.com`;
    const link = await invite(email, locale);
    const { context, page, faults } = await openPage(demo.browser, { locale });
    const asked = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url().split('?')[0]}`));
    await page.goto(link);
    const said = page.locator('#new_password-said');
    const level = () => page.getAttribute('#new_password-meter', 'aria-valuenow');
    assert.equal(await said.getAttribute('aria-live'), 'polite');

    await page.fill('#name', 'Fay');
    await page.locator('#new_password').pressSequentially('Zq7!');
    await said.filter({ hasText: weak }).waitFor();
    assert.ok(Number(await level()) <= 1);
    await page.fill('#new_password', 'Orbit-cedar 42 Violin/meadow');
    await said.filter({ hasText: strong }).waitFor();
    assert.ok(Number(await level()) >= 3);
    assert.match(await page.getAttribute('#new_password-meter', 'aria-valuetext'), strong);

    for (const [kind, shape] of [['words', /^(?:[a-z]+-){7}[0-9]$/], ['characters', /^(?:[A-Za-z2-9]{6}-){3}[A-Za-z2-9]{6}$/]]) {
      await page.focus(`button[value=${kind}]`);
      await page.keyboard.press('Enter');
      await page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector('#new_password').value), shape.source);
      assert.match(await page.innerText('#new_password-suggested'), shape);
      assert.equal(await page.inputValue('#new_password'), await page.innerText('#new_password-suggested'));
    }
    assert.equal(page.url(), link);
    await said.filter({ hasText: strong }).waitFor();
    await page.locator('#new_password').press('End');
    await page.keyboard.type('x');
    assert.equal(await page.locator('#new_password-suggestion').isVisible(), false, 'it is another password by now');

    await page.press('#name', 'Enter');
    await page.click('form:has(input[value=skip]) button');
    assert.equal(page.url(), `${app}/`);
    assert.ok(asked.includes(`POST ${belfry}/password/strength`));
    assert.ok(asked.includes(`POST ${belfry}/password/suggestion`));
    for (const request of asked) assert.ok([app, belfry].some((origin) => request.split(' ')[1].startsWith(origin)), request);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test('the script is the only one that runs on its page, and other pages let none in', async () => {
  const { context, page, faults } = await openPage(demo.browser, { storageState: ann.state });
  const policyOf = async (path) => (await page.goto(belfry + path)).headers()['content-security-policy'];
  const nonce = "'nonce-[A-Za-z0-9+/=]+'";
  const policy = await policyOf('/account/security');
  assert.match(policy, new RegExp(`; script-src ${nonce}; connect-src 'self'; `));
  assert.match(policy, /^default-src 'none'; .*require-trusted-types-for 'script'; trusted-types 'none'$/);
  assert.ok(await page.locator('#new_password-strength').isVisible(), 'it ran');
  assert.deepEqual(faults, []);
  const refused = await page.evaluate(async () => {
    const outcomes = {};
    try { document.body.innerHTML = '<p>x'; outcomes.markup = 'taken'; } catch (error) { outcomes.markup = error.name; }
    // As if a parser had found it in the page; neither way has a nonce.
    const script = document.createElement('script');
    try { script.textContent = 'window.ran = true'; document.body.append(script); } catch { /* Trusted Types */ }
    outcomes.elsewhere = await fetch('https://app.localhost/').then(() => 'taken', (error) => error.name);
    outcomes.ran = window.ran === true;
    return outcomes;
  });
  assert.deepEqual(refused, { markup: 'TypeError', elsewhere: 'TypeError', ran: false });
  for (const path of ['/account', '/admin/people', '/security', '/no-such-page']) {
    assert.doesNotMatch(await policyOf(path), /script-src|connect-src/, path);
  }
  await context.close();
});

test('the script’s questions need the token of a page', async () => {
  const { context, page } = await openPage(demo.browser, { storageState: ann.state });
  await page.goto(`${belfry}/account/security`);
  const outcomes = await page.evaluate(async () => {
    const post = async (path, fields) => {
      const response = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
      return response.status;
    };
    const { token } = document.querySelector('#new_password-tools').dataset;
    const other = document.querySelector('form[action^="/sign-out"] input[name=csrf_token]').value;
    const intent = 'password_tools';
    return {
      right: await post('/password/strength', { csrf_token: token, intent, new_password: 'x' }),
      none: await post('/password/strength', { intent, new_password: 'x' }),
      another: await post('/password/strength', { csrf_token: other, intent, new_password: 'x' }),
      suggestion: await post('/password/suggestion', { intent, kind: 'words' }),
      kind: await post('/password/suggestion', { csrf_token: token, intent, kind: 'rhymes' }),
      read: (await fetch('/password/strength')).status,
    };
  });
  assert.deepEqual(outcomes, { right: 200, none: 403, another: 403, suggestion: 403, kind: 400, read: 404 });
  await context.close();
});

test('hostile text in every field stays text', async () => {
  assert.ok(kPayloads.length >= 40);
  const { context, page, faults } = await openPage(demo.browser, { storageState: ann.state, locale: 'en' });
  page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const stranger = await context.browser().newContext();
  const outside = await stranger.newPage();
  outside.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const elements = (of) => of.evaluate(() => document.querySelectorAll('*').length);
  // Around the browser's own checks of a field.
  const send = async (of, intent, fields) => {
    await of.evaluate(([wanted, values]) => {
      const form = document.querySelector(`form:has(input[name=intent][value=${wanted}])`);
      form.noValidate = true;
      for (const [name, value] of Object.entries(values)) {
        form.elements.namedItem(name).removeAttribute('maxlength');
        form.elements.namedItem(name).value = value;
      }
    }, [intent, fields]);
    await Promise.all([of.waitForNavigation(), of.click(`form:has(input[name=intent][value=${intent}]) .button`)]);
  };
  const counts = new Map();
  const sameElements = async (of, where) => {
    const count = await elements(of);
    if (!counts.has(where)) counts.set(where, count);
    assert.equal(count, counts.get(where), where);
    assert.equal(await of.evaluate(() => window.ran), undefined, where);
  };
  for (const payload of ['plain', ...kPayloads]) {
    await page.goto(`${belfry}/account`);
    await send(page, 'name', { name: payload });
    assert.equal(await page.inputValue('#name'), payload);
    // Names with what steers a display are not taken, and shown again all the same.
    const isTaken = !kSteering.test(payload);
    await sameElements(page, isTaken ? 'account' : 'account, refused');

    await page.goto(`${belfry}/admin/people`);
    await send(page, 'invite', { email: payload });
    // A field of an address is shown without what no address holds.
    assert.equal(await page.getAttribute('#email', 'value'), payload);
    const names = await page.locator('.people b').evaluateAll((shown) => shown.map((name) => name.textContent));
    assert.equal(names.includes(payload), isTaken, payload);
    await sameElements(page, 'people');

    await outside.goto(`${belfry}/sign-in?return_to=${encodeURIComponent(payload)}&notice=${encodeURIComponent(payload)}`);
    assert.equal(await outside.inputValue('input[name=return_to]'), payload);
    await sameElements(outside, 'sign-in');
  }
  await page.goto(`${belfry}/account`);
  await send(page, 'name', { name: ann.name });
  assert.deepEqual(unexpected(faults), []);
  await stranger.close();
  await context.close();
});

test('no password and no suggestion stands in what the door keeps', () => {
  const kept = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (statSync(path).isFile()) kept.push(path);
    }
  };
  walk(join(demo.folder, 'data'));
  assert.ok(kept.some((path) => path.endsWith('.log') || path.includes('request')), kept.join(' '));
  for (const path of kept) {
    const bytes = readFileSync(path);
    for (const secret of [kAdministrator.password, kPassword, 'Orbit-cedar 42 Violin/meadow', 'Orbit-cedar+42']) {
      assert.equal(bytes.includes(secret), false, `${path} holds ${secret}`);
    }
  }
});
