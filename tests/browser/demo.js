// A demo of Belfry and a chromium that trusts its CA, for the tests of one file; both end with it.

import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

// { facts, browser, stop }: `facts` is the line that the demo prints.
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
    return { facts, browser, stop };
  } catch (error) {
    demo.kill('SIGKILL');
    throw error;
  }
}

// A page whose errors are kept: exceptions, console errors, violations of a policy, failed requests.
export async function openPage(browser, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) {
      faults.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  return { context, page, faults };
}
