// Help: every topic, the meaning of a code, and what is said of a code that nobody knows; read signed out.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';

const { test, story } = stage();

for (const locale of LOCALES) {
  test(`${locale}: every topic of help, and what a code means`, () => story({ locale, js: locale !== 'ja' }, async ({ person }) => {
    await person.goto('/signin');
    await person.follow('shell-help');
    await person.at('help-title');
    await inspect(person, 'help');

    const topics = await person.page.locator('main h2 a').evaluateAll((links) => links.map((link) => link.pathname));
    assert.ok(topics.length > 5, `${topics.length} topics`);
    for (const topic of topics) {
      await person.goto(topic);
      await person.reads('help-still');
      await inspect(person, `help, ${topic.split('/').at(-1)}`);
    }

    await person.goto('/help');
    await person.fill('help-code', 'gl-mfa-001');
    await person.press('help-code-act');
    await person.refused('GL-MFA-001');
    assert.equal(new URL(person.page.url()).pathname, '/help/GL-MFA-001');
    await inspect(person, 'help with a code');

    await person.follow('help-back');
    await person.fill('help-code', 'GL-ABC-999');
    await person.press('help-code-act');
    await person.reads('help-code-unknown');
    await inspect(person, 'help without such a code');
  }));
}
