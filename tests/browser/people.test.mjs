// Recovery contacts: two people who were named long ago let somebody back in who cannot take the call; and how somebody
// is named, invited and removed.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { toCredentials } from './devices.mjs';
import { begin, isKind, nobodyIsIn, objectionOf, proveMail } from './recover.mjs';
import { signIn } from './steps.mjs';

const { test, story } = stage('lockedOutRoot');

const PEOPLE = ['mei-ling@example.net', 'kenji@example.net'];

/** The link of the newest question or invitation to somebody. */
const linkOf = (mail) => mail.links[0];

/** The two words that a page shows. */
const wordsOn = (person) => person.page.locator('.phrase').innerText();

for (const [locale, js] of [...LOCALES.map((l) => [l, true]), ['ja', false]]) {
  // P-03 P-16 R-REC-22
  test(`${locale}, scripts ${js ? 'on' : 'off'}: two recovery contacts confirm, and the day's wait begins`, () => story({ locale, js }, async ({ house, root, person }) => {
    await begin(person, root);
    await proveMail(person, root);
    await person.follow('recovery-people-instead');
    await person.at('recovery-people-title');
    await inspect(person, 'before the recovery contacts are asked');
    await person.press('recovery-people-act');
    await person.at('recovery-people-asked-title');
    await inspect(person, 'recovery contacts asked');
    const words = await wordsOn(person);
    for (const [number, email] of PEOPLE.entries()) {
      const mail = await house.mail(email, { where: isKind('recovery-contact-asked') });
      const theirs = await house.person({ locale, js });
      await theirs.goto(linkOf(mail));
      await theirs.at('recovery-question-none-title');
      assert.equal(await wordsOn(theirs), words, 'the same two words');
      await theirs.page.getByText(root.accountName).waitFor();
      if (number === 0) await inspect(theirs, 'the question to a recovery contact');
      await theirs.press('recovery-question-yes');
      await theirs.at('recovery-question-confirmed-title');
      if (number === 0) await inspect(theirs, 'a recovery contact confirmed');
    }
    if (!js) await person.page.reload();
    await person.at('recovery-waits-title');
    await person.reads('recovery-waits-why-contacts');
    await inspect(person, 'a day of waiting for recovery contacts');
    await nobodyIsIn(person);
    const notice = await house.mail(root.email, { where: isKind('recovery-waits') });
    await (await house.person({ locale })).goto(objectionOf(notice));
  }));
}

test('a recovery contact who does not know of it is taken at their word', () => story({}, async ({ house, root, person }) => {
  await begin(person, root);
  await proveMail(person, root);
  await person.follow('recovery-people-instead');
  await person.press('recovery-people-act');
  await person.at('recovery-people-asked-title');
  const mail = await house.mail(PEOPLE[0], { where: isKind('recovery-contact-asked') });
  const theirs = await house.person({});
  await theirs.goto(linkOf(mail));
  await theirs.press('recovery-question-no');
  await theirs.at('recovery-question-unknown-title');
  await inspect(theirs, 'a recovery contact does not know of it');
  await person.reads('recovery-people-unknown');
  await house.mail(root.email, { where: isKind('recovery-contact-denied') });
}));

for (const [locale, js] of [...LOCALES.map((l) => [l, true]), ['en', false]]) {
  test(`${locale}, scripts ${js ? 'on' : 'off'}: somebody is named, accepts, and is removed`, () => story({ locale, js }, async ({ house, root, person, app }) => {
    await signIn(person, root, app);
    await toCredentials(person);
    await person.follow('recovery-contact-manage');
    await person.at('recovery-contact-title');
    await inspect(person, 'recovery contacts');
    await person.follow('recovery-contact-new');
    await person.at('recovery-contact-new-title');
    await inspect(person, 'naming a recovery contact');
    await person.fill('recovery-contact-name', 'Olga');
    await person.fill('recovery-contact-email', 'olga@example.net');
    await person.press('recovery-contact-new-act');
    await person.reads('recovery-contact-invited');
    await inspect(person, 'a recovery contact invited');
    await person.page.getByRole('row', { name: /Olga/ }).getByRole('button').click();
    await person.reads('flash-recovery-contact-again');

    const mail = await house.mail('olga@example.net');
    const theirs = await house.person({ locale, js });
    await theirs.goto(linkOf(mail));
    await theirs.at('recovery-contact-invited-title');
    await inspect(theirs, 'an invitation to be a recovery contact');
    await theirs.press('recovery-contact-accept');
    await theirs.at('recovery-contact-accepted-title');
    await inspect(theirs, 'a recovery contact accepted');

    await person.page.getByRole('row', { name: /Olga/ }).getByRole('link').click();
    await person.at('recovery-contact-remove-title', { name: 'Olga' });
    await inspect(person, 'removing a recovery contact');
    await person.press('recovery-contact-remove-act');
    await person.reads('flash-recovery-contact-removed');
    await theirs.page.reload();
    await theirs.reads('GL-LINK-001');
  }));
}
