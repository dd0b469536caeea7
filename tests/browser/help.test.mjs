// Help: every topic, the meaning of a code, which kind of user somebody is, what must get through, and the mail that
// tells where an address signs in; read signed out.

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

    const links = await person.page.locator('main h2 a').evaluateAll((all) => all.map((link) => link.pathname));
    const topics = links.filter((path) => path.startsWith('/help/') && path !== '/help/reach');
    assert.ok(topics.length > 10, `${topics.length} topics`);
    for (const topic of topics) {
      await person.goto(topic);
      await person.reads('help-still');
      await inspect(person, `help, ${topic.split('/').at(-1)}`);
    }

    await person.goto('/help');
    await person.fill('help-code', 'gl-mfa-009');
    await person.press('help-code-act');
    await person.refused('GL-MFA-009');
    assert.equal(new URL(person.page.url()).pathname, '/help/GL-MFA-009');
    await inspect(person, 'help with a code');
    await person.follow('help-mfa-clock');
    assert.equal(new URL(person.page.url()).hash, '#clock');

    await person.goto('/help');
    await person.fill('help-code', 'GL-ABC-999');
    await person.press('help-code-act');
    await person.reads('help-code-unknown');
    await inspect(person, 'help without such a code');
  }));

  // P-22 R-VOC-19
  test(`${locale}: which kind of user am I`, () => story({ locale, js: locale !== 'zh-TW' }, async ({ person, root }) => {
    await person.goto('/signin');
    await person.follow('help-user-types');
    await person.at('help-user-types');
    for (const [given, what] of [['111122223333', 'account'], ['acme', 'name'], ['d-9067f2e3a1', 'portal'], ['???', 'unclear']]) {
      await person.fill('given-field', given);
      await person.press('given-act');
      await person.at(`given-${what}-title`);
    }
    await person.fill('given-field', root.email);
    await person.press('given-act');
    await person.at('given-email-title');
    await inspect(person, 'help, kind of user');
    await person.press('given-go');
    await person.at('sign-in-root-title');
    await person.field('sign-in-password').waitFor();
  }));

  // R-TS-06 R-AVL-05
  test(`${locale}: what must get through`, () => story({ locale, js: locale !== 'en' }, async ({ person, house }) => {
    await person.goto('/help/reach');
    await person.at('reach-title');
    const shown = await person.page.locator('img').evaluate((image) => image.complete && image.naturalWidth > 0).catch(() => true);
    assert.ok(shown, 'the picture arrives');
    assert.equal(await person.page.locator('#host').innerText(), house.origin);
    await person.follow('reach-again');
    await person.reads('reach-cookie-kept');
    await inspect(person, 'help, reach');
  }));

  // P-23 R-TS-03 R-TS-07 R-URL-12
  test(`${locale}: where an address signs in goes to its mailbox alone`, () => story({ locale, js: locale !== 'ja' }, async ({ person, house, root }) => {
    const since = await house.outbox(root.email);
    await person.goto('/signin');
    await person.follow('addresses-title');
    await person.at('addresses-title');
    await inspect(person, 'addresses');
    for (const email of ['nobody@example.com', root.email]) {
      await person.goto('/signin/addresses');
      await person.fill('sign-in-email', email);
      await person.press('password-send');
      await person.reads('addresses-sent');
    }
    await inspect(person, 'addresses sent');
    const mail = await house.mail(root.email, { since, where: (one) => one.kind === 'sign-in-addresses' });
    assert.match(mail.text, new RegExp(root.accountId.replace(/^(....)(....)/, '$1-$2-')));
    assert.equal((await house.outbox('nobody@example.com')).length, 0);
    await person.goto(mail.links[0]);
    await person.at('sign-in-title');
    assert.match(person.page.url(), /return_to=%2Fconsole%2Fhome$/);
  }));
}
