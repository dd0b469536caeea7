// Changed settings: a real server is started with others, and an operator sees what was changed and says yes or no.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { typedKey } from './devices.mjs';
import { inspect } from './look.mjs';
import { Authenticator, LOCALES, openBrowser, startReal } from './rig.mjs';

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/** Makes an operator and follows the link of the set-up. */
async function operator(house) {
  const made = JSON.parse(await house.cli('operator', 'create', '--name', 'Day Desk', '--email', 'day.desk@example.com', '--json'));
  const person = await house.person({ locale: 'en', js: true });
  await person.goto((await readFile(made.setUpFile, 'utf8')).trim());
  await person.at('operator-set-up-title');
  const app = new Authenticator(await typedKey(person));
  await person.fill('password-new', 'a lamp in each of seven windows');
  await person.fill('password-again', 'a lamp in each of seven windows');
  await person.fill('sign-in-code', app.code());
  await person.press('operator-set-up-submit');
  await person.at('operator-home');
  return person;
}

// Security rules, section 5
test('an operator sees that settings were changed, in every language, and says that they are not ours, without scripts', { timeout: 300_000 }, async () => {
  const house = await startReal(browser);
  try {
    const first = await operator(house);
    await first.follow('channel-title');
    await first.at('channel-title');
    await first.reads('channel-none');
    await house.serve("[recovery]\nsets = ['a', 'b']\n[support]\nwait_days = 3");
    for (const locale of LOCALES) {
      const person = await house.person({ locale, js: true }, first);
      await person.goto('/operator/home');
      await person.reads('channel-notice');
      await inspect(person, 'operator, settings changed, home');
      await person.follow('channel-see');
      await person.reads('channel-badge-waits');
      assert.deepEqual(await person.page.locator('#holds code').allInnerTexts(), ['recovery.sets', 'support.wait_days']);
      await inspect(person, 'operator, settings changed');
    }
    const person = await house.person({ locale: 'en', js: false }, first);
    await person.goto('/operator/channel');
    await person.press('channel-decline', { part: person.say('channel-holds') });
    await person.reads('flash-channel-declined');
    await person.reads('channel-badge-declined');
    await first.goto('/operator/channel');
    await inspect(first, 'operator, settings declined');
    await house.serve('');
    await person.goto('/operator/channel');
    await person.reads('channel-none');
    house.calm();
  } finally {
    await house.stop();
  }
});
