// A forgotten password, and a new account: what happens by mail before anybody is in.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { codeOf } from './recover.mjs';
import { factor, forget, name, password, resetOf, signIn } from './steps.mjs';

const { test, story } = stage();

const NEW = 'lanterns over the quiet river bend';

for (const locale of LOCALES) {
  // R-ROOT-12 R-ROOT-13 R-ROOT-14 R-ROOT-15 R-ROOT-16 R-ROOT-17 R-ROOT-25 R-ROOT-27
  test(`${locale}: a forgotten password is replaced, and MFA stays`, () => story({ locale }, async ({ house, root, person, app }) => {
    const elsewhere = await house.person({ locale });
    await signIn(elsewhere, root, app);

    await person.goto('/signin/forgot');
    await person.link('password-cancel').waitFor();
    await inspect(person, 'forgotten password');
    const mail = await forget(person, root);
    await inspect(person, 'mail sent');
    assert.match(mail.from, /@(signin|verify\.signin)\./);

    await person.goto(resetOf(mail));
    await person.at('password-reset');
    await inspect(person, 'new password');
    await person.fill('password-new', 'password12345678');
    await person.fill('password-again', 'password12345678');
    await person.press('password-reset');
    await person.reads('password-guessable');
    await inspect(person, 'password refused');
    await person.fill('password-new', NEW);
    await person.fill('password-again', `${NEW}!`);
    await person.press('password-reset');
    await person.reads('GL-PWD-002');
    await person.fill('password-new', NEW);
    await person.fill('password-again', NEW);
    await person.press('password-reset');
    await person.at('password-reset-done');
    await inspect(person, 'password replaced');

    // Every session has ended, the link is dead, and the device is asked for as before.
    await elsewhere.goto('/console/home');
    await elsewhere.at('sign-in-title');
    await person.goto(resetOf(mail));
    await person.refused('GL-LINK-001');
    await name(person, root);
    await password(person, { password: NEW });
    await person.at('sign-in-factor-title');
    await factor(person, app.code());
    await person.at('console-home');
  }));
}

// R-ROOT-14 R-ROOT-26
test('asking for a link looks the same for an address that nobody has', () => story({}, async ({ root, person }) => {
  const seen = [];
  for (const email of [root.email, 'nobody@example.com']) {
    await person.goto('/signin/forgot');
    await person.fill('sign-in-email', email);
    await person.press('password-send');
    await person.reads('password-sent');
    seen.push((await person.page.getByRole('main').innerText()).replaceAll(email, 'ADDRESS'));
  }
  assert.equal(seen[0], seen[1]);
}));

// R-REC-10 R-ROOT-27
test('a password made by mail is no proof for a recovery, and the page shows what works', () => story({}, async ({ house, person }) => {
  const root = house.demo.identities.lockedOutRoot;
  const mail = await forget(person, root);
  await person.goto(resetOf(mail));
  await person.fill('password-new', NEW);
  await person.fill('password-again', NEW);
  await person.press('password-reset');
  await person.at('password-reset-done');
  await name(person, root);
  await password(person, { password: NEW });
  await person.at('sign-in-factor-title');
  await person.follow('sign-in-troubleshoot');
  await person.at('recovery-trouble-title');
  await person.heading('recovery-not-good-title').waitFor();
  await person.reads('recovery-not-good-code');
  assert.equal(await person.link('recovery-alternative-act').count(), 0);
  await person.refused('GL-REC-002');
  await inspect(person, 'password not good for a recovery');
}));

for (const locale of LOCALES) {
  // R-CON-01 R-CON-08 R-CON-09 R-CON-10 R-ROOT-11 R-ROOT-22
  test(`${locale}: an account is opened with a proved address`, () => story({ locale }, async ({ house, root, person }) => {
    const email = 'Mei.Lin+gate@example.com';
    await person.goto('/open');
    await person.at('sign-up-title');
    await person.reads('sign-up-email-hint');
    await inspect(person, 'new account');
    await person.fill('sign-in-email', email);
    await person.press('sign-in-next');
    await person.reads('sign-up-code-lead', { email: email.toLowerCase() });
    await inspect(person, 'code for a new account');
    const mail = await house.mail(email.toLowerCase());
    await person.fill('sign-in-mail-code', codeOf(mail));
    await person.press('sign-in-next');
    await person.at('sign-up-details');
    await inspect(person, 'details of a new account');
    await person.fill('sign-up-account-name', '花蓮測試 Works');
    await person.fill('password-new', NEW);
    await person.fill('password-again', NEW);
    await person.fill('sign-up-contact-name', 'Mei Lin');
    await person.fill('sign-up-phone', '０９１２－３４５－６７８');
    await person.press('sign-up-create');
    await person.page.waitForURL('**/console/security-credentials**');
    await person.reads('flash-account-open');
    await inspect(person, 'security credentials of a new account');
    await person.goto('/console/home');
    await person.reads('console-mfa-off');

    // An address that has an account gets the same page, and its owner a mail that says so.
    const other = await house.person({ locale });
    await other.goto('/open');
    await other.fill('sign-in-email', root.email);
    await other.press('sign-in-next');
    await other.reads('sign-up-code-lead', { email: root.email });
    await house.mail(root.email);
  }));
}
