// After a recovery the session is held: what it may not do yet, and who ends the wait or undoes the recovery.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { actOn, register, rowOf, timeOf, toCredentials } from './devices.mjs';
import { backIn, begin, proveMail, provePhone } from './recover.mjs';
import { factor, name, password, pick, signIn, signOut } from './steps.mjs';

const { test, story } = stage('lockedOutRoot');

/** Back in, with a new device. */
async function backInWith(person, root, device) {
  await backIn(person, root);
  await person.follow('device-lost-act');
  const app = await register(person, device);
  await person.reads('flash-device-registered');
  return app;
}

/** Refused because of the hold, with the time that the session shows. */
async function refusedUntil(person, until) {
  await person.refused('GL-SESSION-003');
  const text = await person.page.getByRole('main').innerText();
  assert.ok(text.includes(until), `${until} in: ${text}`);
}

/** What is written on the account page, and how: the address of each form, what it asks for, its button. */
const WRITES = [
  ['name', (person) => person.fill('account-name', 'Other Works'), 'account-save'],
  ['language', () => {}, 'account-save'],
  ['contact', (person) => person.fill('contact-phone', '+886 912 345 678'), 'contact-next'],
  ['phone/proof', () => {}, 'recovery-call-now'],
  ['email', (person) => person.fill('email-change-new', 'other@example.net'), 'email-change-send'],
];

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    const how = `${locale}, scripts ${js ? 'on' : 'off'}`;

    // R-REC-31 P-14
    test(`${how}: what a held session may not do yet, each with the time`, () => story({ locale, js }, async ({ house, root, person }) => {
      await backInWith(person, root, 'new phone');
      const until = await timeOf(person, 'device-held');
      await rowOf(person, 'new phone').getByText(person.say('device-state-held'), { exact: true }).waitFor();
      await inspect(person, 'security credentials while held');

      for (const [device, act] of [['new phone', 'replace'], ['new phone', 'rename'], ['new phone', 'resync'], ['new phone', 'remove'], ['Phone', 'remove']]) {
        await toCredentials(person);
        await actOn(person, device, `device-${act}`);
        await refusedUntil(person, until);
      }
      await inspect(person, 'refused while held');
      await toCredentials(person);
      await person.follow('device-register');
      await refusedUntil(person, until);
      await toCredentials(person);
      assert.equal(await person.link('saved-renew').count(), 0, 'not offered');
      await person.goto('/console/security-credentials/saved-codes/renew');
      await refusedUntil(person, until);

      const mails = (await house.outbox(root.email)).length;
      for (const [form, fill, button] of WRITES) {
        await person.goto(`/console/account/${form}`);
        if (await person.button(button).count() > 0) {
          await fill(person);
          await person.press(button);
        }
        await refusedUntil(person, until);
      }
      await person.goto('/console/account');
      await person.at('account-title');
      await person.page.getByText(root.accountName).first().waitFor();
      assert.equal((await house.outbox(root.email)).length, mails, 'nothing was changed or sent');

      await person.goto('/console/home');
      assert.equal(await timeOf(person, 'console-held'), until);
      await inspect(person, 'console home while held');
    }));

    // R-REC-31 P-13 P-14
    test(`${how}: whoever holds the old device takes the account back`, () => story({ locale, js }, async ({ house, root, person: thief, app }) => {
      await backInWith(thief, root, 'another phone');
      const owner = await house.person({ locale, js });
      await name(owner, root);
      await password(owner, root);
      await owner.at('sign-in-factor-title');
      await owner.reads('sign-in-device-suspended');
      await inspect(owner, 'choice of a suspended device');
      await pick(owner, 'Phone');
      await factor(owner, app.code());
      await owner.at('console-home');

      await toCredentials(owner);
      await rowOf(owner, 'Phone').getByText(owner.say('device-in-use'), { exact: true }).waitFor();
      assert.equal(await rowOf(owner, 'another phone').count(), 0, 'what was made in the recovery is gone');
      await inspect(owner, 'security credentials taken back');
      await thief.goto('/console/home');
      await thief.at('sign-in-title');
    }));
  }

  // R-REC-03 R-MFA-03 P-14
  test(`${locale}: a device older than the recovery says whether it was the owner`, () => story({ locale }, async ({ house, root, person, app }) => {
    // A second device, registered while all is well.
    await signIn(person, root, app);
    await toCredentials(person);
    await person.follow('device-register');
    const tablet = await register(person, 'tablet at home');
    await person.reads('flash-device-registered');
    await signOut(person, root);

    for (const [act, flash] of [['recovery-hold-me', 'flash-recovery-lifted'], ['recovery-hold-not-me', 'flash-recovery-undone']]) {
      const lost = await house.person({ locale });
      await begin(lost, root, { gone: ['Phone'] });
      await proveMail(lost, root);
      await provePhone(lost);
      await lost.press('recovery-enter');
      await lost.at('shell-nav-credentials');
      await timeOf(lost, 'device-held');

      const home = await house.person({ locale });
      await signIn(home, root, tablet, { device: 'tablet at home' });
      await home.reads('recovery-hold-lately');
      await inspect(home, 'console home after a recovery');
      await home.page.locator('a[href="/console/recovery"]').click();
      await home.at('recovery-hold-title');
      await inspect(home, 'recovery seen from the console');
      await home.button(act).first().click();
      await home.reads(flash);
      await inspect(home, act);
      await lost.goto('/console/security-credentials');
      if (act === 'recovery-hold-me') {
        // The wait is over: the owner is in, and does all that an owner does.
        await actOn(lost, 'tablet at home', 'device-rename');
        await lost.at('device-rename-title');
      } else {
        await lost.at('sign-in-title');
        await home.goto('/console/home');
        await home.at('password-change');
        await home.reads('password-required');
      }
    }
  }));

  // P-16
  test(`${locale}: a saved code older than the recovery ends the wait`, () => story({ locale }, async ({ root, person }) => {
    await backIn(person, root);
    await person.goto('/console/recovery');
    await person.at('recovery-hold-code-title');
    await timeOf(person, 'recovery-hold-this');
    await inspect(person, 'held session at its recovery');
    const [code, other] = root.recoveryCodes;
    await person.fill('recovery-code-field', other.replace(/^..../, 'AAAA'));
    await person.press('recovery-hold-code-act');
    await person.reads('GL-MFA-010');
    await inspect(person, 'wrong saved code in a held session');
    await person.fill('recovery-code-field', code.toLowerCase());
    await person.press('recovery-hold-code-act');
    await person.reads('flash-recovery-lifted');
    await person.reads('recovery-hold-device-needed');

    // Only the device is still to come; with it everything is as in any session.
    await toCredentials(person);
    await person.follow('device-lost-act');
    await register(person, 'new phone');
    await person.reads('flash-device-registered');
    await rowOf(person, 'new phone').getByText(person.say('device-in-use'), { exact: true }).waitFor();
    await actOn(person, 'new phone', 'device-rename');
    await person.at('device-rename-title');
  }));
}
