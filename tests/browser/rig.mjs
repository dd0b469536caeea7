// The rig of the browser stories: the built binary serving a demonstration of its own, Chromium, and the command line
// as an operator uses it. Nothing here waits for time to pass: every wait ends with an event or fails by its deadline.
//
// GATELODGE names another binary, CHROMIUM another browser; SLOW makes every form wait for so many milliseconds, which
// shows the stories that do not wait for what they pressed.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { LOCALES, texts } from './texts.mjs';
import { Authenticator } from './totp.mjs';

export { LOCALES, texts, Authenticator };

const root = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = `${process.env.CARGO_TARGET_DIR ?? `${root}target`}/debug`;
const BINARY = process.env.GATELODGE ?? `${BUILT}/gatelodge`;
// Chromium without its windows comes first: the same engine for half the work.
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** How long an event may take on a busy machine of two cores, in milliseconds. */
const PATIENCE = Number(process.env.PATIENCE ?? 30_000);

const SLOW = Number(process.env.SLOW ?? 0);

const run = promisify(execFile);

/** A browser, opened once for each file of stories. */
export async function openBrowser() {
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  assert.ok(executablePath, 'no Chromium: name it in CHROMIUM');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', // the tests may run as root in a container; only our own pages are opened
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

/** Starts `gatelodge demo` on a free port, with further arguments if there are; its people sit at this browser. */
export async function startDemo(browser, args = []) {
  const server = new Server(['demo', '--json', '--port', '0', ...args]);
  const demo = JSON.parse(await server.firstLine());
  return new House(browser, server, demo);
}

/** A running server. */
export class Server {
  #child;
  #said = '';
  #lines;
  #ended;

  constructor(args, options = {}) {
    this.#child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#said = (this.#said + text).slice(-20_000);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(String(error)));
      this.#child.once('exit', (code, signal) => resolve(`${code ?? signal}`));
    });
  }

  /** The next line on standard output. */
  async firstLine() {
    const end = this.#ended.then((how) => {
      throw new Error(`gatelodge ended (${how}) before it was ready:\n${this.#said}`);
    });
    const line = await within('the server to be ready', Promise.race([this.#lines.next(), end]));
    if (line.done) await end;
    // Whatever else it prints must not fill the pipe.
    this.#child.stdout.resume();
    return line.value;
  }

  /** What it said on standard error. */
  get log() {
    return this.#said;
  }

  /** Ends it: in order, or as a power cut would. */
  async stop(signal = 'SIGTERM') {
    this.#child.kill(signal);
    return within('the server to end', this.#ended);
  }
}

/** A demonstration: the server, its identities, its outbox. */
class House {
  #browser;
  #people = [];

  constructor(browser, server, demo) {
    this.#browser = browser;
    this.server = server;
    this.demo = demo;
    this.url = demo.url.replace(/\/$/, '');
  }

  get origin() {
    return new URL(this.url).origin;
  }

  /** A person at a browser of their own: language, scripts on or off, theme, width. */
  async person({ locale = 'en', js = true, theme = 'light', width = 1280, height = 900, timezone = 'Asia/Taipei', before = () => {} } = {}) {
    const context = await this.#browser.newContext({
      locale,
      colorScheme: theme,
      javaScriptEnabled: js,
      viewport: { width, height },
      timezoneId: timezone,
      reducedMotion: 'reduce',
      baseURL: this.url,
    });
    context.setDefaultTimeout(PATIENCE);
    await before(context);
    const person = new Person(this, context, locale, js);
    this.#people.push(person);
    await person.newPage();
    // What a browser asks for yields to the account's language, so a person who reads another one says so first.
    if (locale !== 'en') await person.speak(locale);
    return person;
  }

  /** Runs a command on the same data directory; gives back what it printed. */
  async cli(...args) {
    const { stdout } = await run(BINARY, [...args, '--data-dir', this.demo.dataDir], { timeout: PATIENCE });
    return stdout;
  }

  /** Second contacts are older by so many days: no story waits until they serve. */
  async age(days) {
    await run(`${BUILT}/examples/aged`, [this.demo.dataDir, `${days}`], { timeout: PATIENCE });
  }

  /** Opens an account on the command line: a root user without MFA. */
  async account({ name, email, phone, password = `${name} ${Math.random()}` }) {
    const args = ['account', 'create', '--name', name, '--email', email, '--password-stdin', '--json', '--data-dir', this.demo.dataDir];
    const command = run(BINARY, phone ? [...args, '--phone', phone] : args, { timeout: PATIENCE });
    command.child.stdin.end(`${password}\n`);
    return { ...JSON.parse((await command).stdout), password, phone };
  }

  /** What was mailed and whom we called, oldest first. */
  async outbox(to) {
    const list = JSON.parse(await this.cli('outbox', 'list', '--json', ...(to ? ['--to', to] : [])));
    return list.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** The newest mail to somebody that is as asked and was not there before. */
  async mail(to, { since = [], where = () => true } = {}) {
    const old = new Set(since.map((mail) => mail.id));
    return eventually(`a mail to ${to}`, async () => {
      const mails = (await this.outbox(to)).filter((mail) => mail.kind !== 'call' && !old.has(mail.id) && where(mail));
      return mails.at(-1);
    });
  }

  async calls() {
    return JSON.parse(await this.cli('phone', 'list', '--json'));
  }

  /** A call that is ringing. */
  async ringing() {
    return eventually('the telephone to ring', async () => (await this.calls()).find((call) => call.state === 'ringing'));
  }

  async press(call, digits) {
    return this.cli('phone', 'press', call.id ?? call, digits);
  }

  async hangUp(call) {
    return this.cli('phone', 'hang-up', call.id ?? call);
  }

  async fail(call, reason) {
    return this.cli('phone', 'fail', call.id ?? call, reason);
  }

  /** Whatever page anybody opened was in order. */
  calm() {
    for (const person of this.#people) person.calm();
  }

  /** The power goes, and comes back: the process is killed, and another one serves the same folder at the same address. */
  async powerCut() {
    await this.server.stop('SIGKILL');
    const { dataDir } = this.demo;
    this.server = new Server(['serve', '--json', '--port', new URL(this.url).port, '--data-dir', dataDir]);
    const served = JSON.parse(await this.server.firstLine());
    assert.equal(served.url, this.url);
    assert.equal(served.dataDir, dataDir);
  }

  async stop() {
    await Promise.all(this.#people.map((person) => person.context.close()));
    await this.server.stop();
    // A demonstration takes its folder with it, unless it was killed.
    await rm(this.demo.dataDir, { recursive: true, force: true });
  }
}

/** One person with one browser profile; reads and presses what is on the page. */
export class Person {
  /** What must not happen on any page: script errors, refused content, requests to other hosts. */
  problems = [];

  constructor(house, context, locale, js) {
    this.house = house;
    this.context = context;
    this.locale = locale;
    this.js = js;
    this.texts = texts(locale);
  }

  /** Another tab. */
  async newPage() {
    const page = await this.context.newPage();
    if (SLOW) await page.route('**', slowly);
    page.on('pageerror', (error) => this.problems.push(`script: ${error.message}`));
    page.on('console', (message) => {
      // A page that refuses has a status above 400, which the console reports for the page itself.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== this.house.origin) {
        this.problems.push(`request to ${url.origin}`);
      }
    });
    page.on('response', (response) => {
      if (response.status() >= 500 && response.status() !== 503) this.problems.push(`${response.status()} from ${response.url()}`);
    });
    this.page = page;
    return page;
  }

  /** Everything so far was in order. */
  calm() {
    assert.deepEqual(this.problems, [], `on ${this.page.url()}`);
  }

  say(key, values) {
    return this.texts.say(key, values);
  }

  async goto(path) {
    return this.page.goto(path);
  }

  /** Chooses the language at the foot of a page. */
  async speak(locale) {
    if (this.page.url() === 'about:blank') await this.goto('/');
    await this.page.locator(`button[lang="${locale}"]`).click();
    await this.page.locator(`html[lang="${locale}"]`).waitFor({ state: 'attached' });
  }

  /** Fills the field with this label. */
  async fill(key, value) {
    await this.field(key).fill(value);
  }

  field(key) {
    return this.page.getByLabel(this.say(key), { exact: true });
  }

  /** One of several to choose from; its name is the label and the line that explains it. */
  choice(key, values) {
    return this.page.getByRole('radio', { name: this.say(key, values) }).first();
  }

  button(key, values) {
    return this.page.getByRole('button', { name: this.say(key, values), exact: true });
  }

  link(key, values) {
    return this.page.getByRole('link', { name: this.say(key, values), exact: true });
  }

  heading(key, values) {
    return this.page.getByRole('heading', { name: this.say(key, values), exact: true });
  }

  /** Presses a button and waits for the page that follows. */
  async press(key, values) {
    await this.button(key, values).click();
  }

  async follow(key, values) {
    await this.link(key, values).click();
  }

  /** The page has this heading. */
  async at(key, values) {
    await this.#shown(this.heading(key, values), `the heading ${this.say(key, values)}`);
    this.calm();
  }

  /** The page says this somewhere. */
  async reads(key, values) {
    await this.#shown(this.page.getByText(this.say(key, values)), this.say(key, values));
  }

  /** The page refuses with this code. */
  async refused(code) {
    await this.#shown(this.page.getByText(code, { exact: true }), code);
  }

  /** Waits for something to be shown; when it is not, says what the page shows instead. */
  async #shown(locator, what) {
    try {
      await locator.first().waitFor();
    } catch (error) {
      const text = await this.page.locator('body').innerText().catch(() => '(no page)');
      throw new Error(`no ${what} at ${this.page.url()}, but:\n${text.slice(0, 2000)}`, { cause: error.message });
    }
  }
}

/** Lets a form wait before it goes out. */
async function slowly(route) {
  if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, SLOW));
  await route.continue().catch(() => {}); // a page that was left needs no answer
}

/** Fails when a promise takes longer than the patience of the tests. */
export async function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${PATIENCE} ms for ${what}`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the voice says to this account in a recovery, by language: how many samples that is and, of a recording, how alike
 *  the two are at best. */
export async function prompts(account, ...recording) {
  const { stdout } = await run(`${BUILT}/examples/heard`, [account, ...recording], { timeout: PATIENCE });
  return JSON.parse(stdout);
}

/** Asks until there is an answer. Each question takes a process, so there is no need to pause between them. */
export async function eventually(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE} ms for ${what}`);
  }
}

/** Starts a real installation behind a proxy that speaks TLS for it: the browser's requests are handed over here, since a
 *  certificate would have to be made and trusted first. Mails wait in its outbox. */
export async function startReal(browser, settings = '') {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatelodge-'));
  const house = new Real(browser, null, { url: 'https://id.example.com', dataDir });
  await house.serve(settings);
  return house;
}

class Real extends House {
  /** Starts it, or starts it again, with these settings besides. */
  async serve(settings) {
    await this.server?.stop();
    const { dataDir } = this.demo;
    await writeFile(join(dataDir, 'gatelodge.toml'), `public_url = '${this.url}'
trusted_proxies = ['127.0.0.1']
${settings}
[mail]
transport = 'smtp'
domain = 'example.com'
smtp = { host = '127.0.0.1', port = 9, tls = 'off' }
[voice]
transport = 'off'
`, { mode: 0o600 });
    this.server = new Server(['serve', '--json', '--port', '0', '--data-dir', dataDir]);
    this.#address = `http://${JSON.parse(await this.server.firstLine()).address}`;
  }

  #address;

  /** A person whose browser knows this installation, signed in as `like` is. */
  async person(options, like) {
    return super.person({ ...options, before: (context) => this.#open(context, like) });
  }

  async #open(context, like) {
    await context.route(`${this.url}/**`, async (route) => {
      const request = route.request();
      const url = new URL(request.url());
      const jar = await context.cookies(url.href);
      const answer = await fetchFrom(`${this.#address}${url.pathname}${url.search}`, {
        method: request.method(),
        headers: {
          ...request.headers(),
          host: url.host,
          cookie: jar.map(({ name, value }) => `${name}=${value}`).join('; '),
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '192.0.2.7',
        },
      }, request.postDataBuffer());
      const { location, ...headers } = answer.headers;
      // What an answered request is redirected to would go to the network: a page that leads on does not.
      const onward = location && { status: 200, headers: { ...headers, 'content-type': 'text/html' }, body: `<meta http-equiv="refresh" content="0;url=${location}">` };
      await route.fulfill(onward || answer);
    });
    if (like) await context.addCookies(await like.context.cookies());
  }
}

/** One request over plain HTTP, as a proxy makes it. */
function fetchFrom(url, options, body) {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join('\n')]));
        resolve({ status: answer.statusCode, headers, body: Buffer.concat(parts) });
      });
    });
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
}
