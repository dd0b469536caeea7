// The security check: hardly anybody sees it; where guessing raised the risk, a script does some work, or six characters
// are seen or heard, and typed.

import assert from 'node:assert/strict';
import { setDefaultResultOrder } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { heard } from './listen.mjs';
import { inspect } from './look.mjs';
import { LOCALES, eventually } from './rig.mjs';
import { stage } from './stage.mjs';
import { password } from './steps.mjs';

const { test, story } = stage();

// Node 18 asks one address of a name only, and the server listens at the other.
setDefaultResultOrder('ipv4first');

// Not by its path: Node 18 takes a script outside of a package for CommonJS.
const work = await readFile(new URL('../../crates/web/static/work.js', import.meta.url));
const { solve } = await import(`data:text/javascript;base64,${work.toString('base64')}`);

/** Somebody who guesses at this many names, four times each, and does the work that is asked for. */
async function guess(house, names) {
  for (let n = 0; n < names; n++) {
    const jar = new Map();
    let csrf = '';
    const ask = async (path, fields) => {
      const headers = { cookie: [...jar].map((pair) => pair.join('=')).join('; '), origin: house.origin };
      const body = fields && new URLSearchParams({ csrf, ...fields });
      const answer = await fetch(house.origin + path, { method: fields ? 'POST' : 'GET', headers, body, redirect: 'manual' });
      // Not by getSetCookie, which not every Node 18 has; no cookie of ours holds a comma.
      for (const line of answer.headers.get('set-cookie')?.split(/,\s*/) ?? []) {
        const [name, ...value] = line.split(';')[0].split('=');
        jar.set(name, value.join('='));
      }
      const html = await answer.text();
      csrf = html.match(/name="csrf" value="([^"]+)"/)?.[1] ?? csrf;
      return { html, location: answer.headers.get('location') };
    };
    await ask('/signin');
    const { location: flow } = await ask('/signin', { user: 'root', email: `guessed${n}-${names}@example.com` });
    const { html } = await ask(flow);
    const [, salt, bits] = html.match(/data-work="(\w+)" data-bits="(\d+)"/) ?? [];
    if (salt) await ask(`${flow}/check`, { work: await solve(salt, Number(bits)) });
    for (let tries = 0; tries < 4; tries++) await ask(`${flow}/password`, { password: 'not the password at all' });
  }
}

/** Names the root user, and waits for the page of the check or what comes after it. */
async function begin(person, root, then = 'check-title') {
  await person.goto('/signin');
  await person.choice('sign-in-root').check();
  await person.fill('sign-in-email', root.email);
  await person.press('sign-in-next');
  await person.at(then);
}

/** What somebody hears who follows the loudspeaker. */
async function listen(person) {
  const address = await person.page.locator('[data-play]').getAttribute('href');
  const answer = await person.context.request.get(new URL(address, person.house.origin).href);
  assert.equal(answer.headers()['content-type'], 'audio/wav');
  const characters = heard(await answer.body(), person.locale);
  assert.match(characters, /^[0-9A-Z]{6}$/);
  return characters;
}

/** Listens and types until it was heard rightly, as people do: each wrong answer brings new characters. */
async function hearAndType(person, type, then) {
  for (let tries = 0; tries < 5; tries++) {
    await type(await listen(person));
    const heading = person.heading(then);
    await heading.or(person.page.getByText('GL-SIGNIN-013').first()).or(person.page.locator('noscript .field-error')).first().waitFor({ state: 'attached' });
    if (await heading.count()) return;
  }
  assert.fail('never heard rightly');
}

for (const locale of LOCALES) {
  // R-ROOT-02 P-26
  test(`${locale}: with scripts the work is done unseen`, () => story({ locale }, async ({ house, root, person }) => {
    await begin(person, root, 'sign-in-root-title');
    await guess(house, 5);
    await person.page.route('**/work.js', (route) => route.abort());
    await begin(person, root);
    await person.button('check-type-instead').waitFor();
    await inspect(person, 'security check, by work');
    await person.page.unroute('**/work.js');
    await begin(person, root, 'sign-in-root-title');
    await password(person, root);
    await person.at('sign-in-factor-title');
  }));

  // R-ROOT-03 R-ROOT-04 R-ROOT-05 R-ROOT-06 P-26
  test(`${locale}: characters are seen or heard, and new ones make the old void`, () => story({ locale }, async ({ house, root, person }) => {
    const { page } = person;
    await guess(house, 10);
    await begin(person, root);
    const picture = person.page.getByRole('img', { name: person.say('check-picture') });
    await eventually('the picture', () => picture.evaluate((image) => image.complete && image.naturalWidth));
    await inspect(person, 'security check, by characters');

    const old = await listen(person);
    await person.press('check-again');
    await person.reads('flash-check-new-set');
    await person.fill('check-answer', old);
    await person.press('check-submit');
    await person.refused('GL-SIGNIN-013');
    await inspect(person, 'security check, wrong characters');

    // By the keyboard alone: the loudspeaker plays, the characters are typed, Enter sends them.
    await person.link('check-listen').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('audio').currentTime > 0.2);
    await hearAndType(person, async (characters) => {
      await person.field('check-answer').focus();
      await page.keyboard.type(characters.toLowerCase());
      await page.keyboard.press('Enter');
    }, 'sign-in-root-title');
    await person.at('sign-in-root-title');
    await password(person, root);
    await person.at('sign-in-factor-title');
  }));

  // R-ROOT-05 P-26
  test(`${locale}: without scripts the characters are there at once`, () => story({ locale, js: false }, async ({ house, root, person }) => {
    await guess(house, 5);
    await begin(person, root);
    await inspect(person, 'security check without scripts');
    // Labels within `noscript` are text to the driver, and fields to the person; after a wrong answer there is only the one.
    const typed = async (characters) => {
      await person.page.locator('#code').fill(characters);
      await person.page.locator('.button-primary').click();
    };
    await hearAndType(person, typed, 'sign-in-root-title');
    await person.at('sign-in-root-title');

    // R-ROOT-06: the page of the forgotten password has it too.
    await person.goto('/signin/forgot');
    await person.fill('sign-in-email', root.email);
    await person.press('password-send');
    await person.at('check-title');
    await hearAndType(person, typed, 'sign-in-mail-title');
    await person.at('sign-in-mail-title');
  }));
}
