// The script of the pages, part by part, under the strictest content policy: what it adds, and that it gives way.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser } from './rig.mjs';

const script = readFileSync(new URL('../../crates/web/static/app.js', import.meta.url));
const POLICY = "default-src 'self'; img-src data:; require-trusted-types-for 'script'";

/** A server of pages: what it is given decides what it answers. */
class Pages {
  posts = [];
  asked = 0;
  state = 'ringing';

  async start() {
    this.server = createServer((request, response) => this.answer(request, response));
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.address = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  answer(request, response) {
    const html = (body, headers = {}) => response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, ...headers })
      .end(`<!doctype html><html lang="en"><title>page</title><link rel="icon" href="data:,"><script type="module" src="/app.js"></script><main>${body}</main>`);
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part) => { body += part; });
      request.on('end', () => {
        this.posts.push(`${request.url} ${body}`);
        if (request.url === '/preview') response.end(`read as ${new URLSearchParams(body).get('phone')}`);
        else response.writeHead(303, { location: request.url }).end();
      });
      return;
    }
    switch (request.url) {
      case '/app.js': response.writeHead(200, { 'content-type': 'text/javascript' }).end(script); break;
      case '/parts': html(PARTS); break;
      case '/call':
        this.asked += 1;
        if (this.state === 'done') response.writeHead(303, { location: '/next' }).end();
        else html(call(this.state), { refresh: '1' });
        break;
      case '/next': html('the next page'); break;
      default: response.writeHead(404).end();
    }
  }
}

const PARTS = `
<form method="post" action="/send"><input type="hidden" name="csrf" value="token">
<input id="phone" name="phone" data-preview="/preview"><output id="phone-preview"></output>
<input id="password" type="password"><button type="button" data-reveal="password" data-hide="Hide" aria-pressed="false" hidden>Show</button>
<input type="checkbox" id="kept" required><button id="go" data-needs="kept">Go</button></form>
<ol id="codes"><li><span>AAAA-BBBB</span></li><li><span>CCCC-DDDD</span></li></ol>
<button type="button" data-copy="codes" data-done="Copied" hidden><span role="status">Copy</span></button>
<button type="button" data-download="codes" data-file="codes.txt" hidden>Download</button>
<button type="button" data-print hidden>Print</button>
<details data-menu><summary>Menu</summary>inside</details>
<p><span data-countdown="3725">an hour</span></p>`;

const call = (state) => `<div data-live data-every="0.2"><p role="status" class="live live-${state}" data-part="line">${state}</p>
<form data-quiet method="post" action="/call"><input type="hidden" name="csrf" value="token">
<div data-part="keys"><button name="key" value="5" data-key="5">${state} 5</button></div></form></div>`;

let browser;
let pages;
before(async () => { [browser, pages] = await Promise.all([openBrowser(), new Pages().start()]); });
after(async () => { await browser?.close(); pages?.server.close(); });

async function open(path, options = {}) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  await page.goto(pages.address + path);
  return { page, complaints };
}

test('buttons that need the script show themselves and work', async () => {
  const { page, complaints } = await open('/parts');
  await page.click('[data-copy]');
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'AAAA-BBBB\nCCCC-DDDD\n');

  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-download]')]);
  assert.equal(download.suggestedFilename(), 'codes.txt');
  assert.equal(readFileSync(await download.path(), 'utf8'), 'AAAA-BBBB\nCCCC-DDDD\n');

  await page.evaluate(() => { window.print = () => { document.title = 'printed'; }; });
  await page.click('[data-print]');
  assert.equal(await page.title(), 'printed');

  await page.click('[data-reveal]');
  assert.equal(await page.getAttribute('#password', 'type'), 'text');
  assert.equal(await page.getAttribute('[data-reveal]', 'aria-pressed'), 'true');
  await page.click('[data-reveal]');
  assert.equal(await page.getAttribute('#password', 'type'), 'password');
  assert.equal(await page.textContent('[data-reveal]'), 'Show');
  assert.deepEqual(complaints, []);
});

test('a number is read while it is typed, by POST, so that it lands in no log of addresses', async () => {
  const { page, complaints } = await open('/parts');
  await page.fill('#phone', '0912 345 678');
  await page.getByText('read as 0912 345 678').waitFor();
  assert.equal(pages.posts.at(-1), '/preview csrf=token&phone=0912+345+678');
  assert.deepEqual(complaints, []);
});

test('a button waits for its tick, a menu closes by Escape and elsewhere, time runs down', async () => {
  const { page, complaints } = await open('/parts');
  assert.equal(await page.getAttribute('#go', 'aria-disabled'), 'true');
  await page.check('#kept');
  assert.equal(await page.getAttribute('#go', 'aria-disabled'), 'false');
  await page.click('summary');
  await page.keyboard.press('Escape');
  await page.locator('details:not([open])').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
  await page.click('summary');
  await page.click('#codes');
  await page.locator('details:not([open])').waitFor();
  await page.getByText(/^1:0[12]:\d\d$/).waitFor();
  assert.deepEqual(complaints, []);
});

test('a live page follows the server in place, keeps the focus, and holds off its own refresh', async () => {
  pages.state = 'ringing';
  const { page, complaints } = await open('/call');
  let loads = 0;
  page.on('load', () => { loads += 1; });
  const line = await page.$('[data-part=line]');
  await page.focus('button');
  pages.state = 'ok';
  await page.getByText('ok', { exact: true }).waitFor();
  assert.ok(await line.evaluate((element) => element.isConnected && element.className === 'live live-ok'), 'the same element speaks');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), '5');

  await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), page.click('button')]);
  assert.equal(pages.posts.at(-1), '/call csrf=token&key=5');

  // Ten rounds last longer than the second after which a browser without the script would load the page anew.
  const enough = pages.asked + 10;
  while (pages.asked < enough) await page.waitForResponse((answer) => answer.url().endsWith('/call'));
  assert.equal(loads, 0);

  pages.state = 'done';
  await page.waitForURL('**/next');
  assert.deepEqual(complaints, []);
});

test('without scripts nothing shows that would not work', async () => {
  const { page } = await open('/parts', { javaScriptEnabled: false });
  assert.equal(await page.locator('[data-copy]:visible, [data-print]:visible, [data-download]:visible, [data-reveal]:visible').count(), 0);
  assert.equal(await page.textContent('[data-countdown]'), 'an hour');
});
