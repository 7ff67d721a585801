// A demo of Belfry and a chromium that trusts its CA, for the tests of one file; both end with it. And the demo's first
// administrator, who comes in by the link that it prints.

import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

export const kFlags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-proxy-server',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// { facts, browser, folder, stop }: `facts` is the line that the demo prints, `folder` where it keeps its data and log.
export async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-browser-'));
  const binary = process.env.BELFRY_BINARY ?? '../../build/release/belfry';
  const demo = spawn(binary, ['demo', '--port', String(await freePort()), '--data', join(folder, 'data'), '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => demo.on('exit', resolve));
  try {
    const line = await Promise.race([
      new Promise((resolve) => createInterface(demo.stdout).once('line', resolve)),
      ended.then((code) => { throw new Error(`belfry demo ended with ${code}`); }),
    ]);
    const facts = JSON.parse(line);

    // Chromium reads its user's certificate database, so the CA is trusted for real: no error is ignored.
    const database = join(folder, '.pki', 'nssdb');
    mkdirSync(database, { recursive: true });
    execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
    execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-n', 'belfry', '-t', 'C,,', '-i', facts.ca]);
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: kFlags,
      env: { ...process.env, HOME: folder },
    });
    const stop = async () => {
      await browser.close();
      demo.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    return { facts, browser, folder, stop };
  } catch (error) {
    demo.kill('SIGKILL');
    throw error;
  }
}

// A page whose errors are kept: exceptions, console errors, violations of a policy, failed requests.
export async function openPage(browser, options = {}) {
  const context = await browser.newContext(options);
  const faults = [];
  await context.addInitScript(() => addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    console.error(`violation: ${violatedDirective} ${blockedURI}`);
  }));
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) {
      faults.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Whoever goes on to the next page before its icon has come does without it.
    if (why === 'net::ERR_ABORTED' && request.url().endsWith('/.belfry/icon.svg')) return;
    faults.push(`failed: ${request.url()} ${why}`);
  });
  return { context, page, faults };
}

const kStep = 30;

// Codes of a second factor as somebody's app shows them; they come from Debian's oathtool and not from Belfry.
export class Authenticator {
  constructor(secret) {
    this.secret = secret;
    this.used = 0;  // the newest step
  }

  codeOf(step) {
    return execFileSync('oathtool', ['--totp', '-b', '--now', `@${step * kStep}`, this.secret], { encoding: 'utf8' }).trim();
  }

  // One that was not given before: a code is good once. That of the next step counts already, for clocks differ; the one
  // after it has to be waited for.
  async freshCode() {
    const now = () => Math.floor(Date.now() / 1000 / kStep);
    const step = Math.max(this.used + 1, now());
    while (step > now() + 1) await sleep(200);
    this.used = step;
    return this.codeOf(step);
  }
}

// Chooses a name and a password behind the link of an invitation, and for the first administrator an address.
export async function fillWelcome(page, { email, name, password }) {
  if (await page.isEditable('#email')) await page.fill('#email', email);
  await page.fill('#name', name);
  await page.fill('#new_password', password);
  await page.click('form:has(input[name=intent][value=welcome]) .button');
}

// Sets up the second factor whose secret the page shows, and reads the recovery codes: { authenticator, recoveryCodes }.
export async function enrol(page) {
  const secret = (await page.innerText('#secret')).replace(/\s/g, '');
  const authenticator = new Authenticator(secret);
  await page.fill('#code', await authenticator.freshCode());
  await page.click('form:has(input[name=intent][value=enrol]) .button');
  const recoveryCodes = await page.locator('.codes code').allInnerTexts();
  return { authenticator, recoveryCodes };
}

export const kAdministrator = { name: 'Ann Example', email: 'ann@example.com', password: 'Correct-horse-7-battery' };

// Comes in by the demo's link in a browser of its own and goes on to the guestbook: what the administrator has, and a
// `state` for contexts in which she is signed in on both hosts.
export async function enterAsAdministrator(demo) {
  const { context, page } = await openPage(demo.browser);
  await page.goto(demo.facts.admin_link);
  await fillWelcome(page, kAdministrator);
  const enrolled = await enrol(page);
  await page.goto(demo.facts.app_url);
  const state = await context.storageState();
  await context.close();
  return { ...kAdministrator, ...enrolled, state };
}
