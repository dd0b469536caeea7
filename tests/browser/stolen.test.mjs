// What became of the device decides what follows: only *stolen* blocks it for good, ends what is open elsewhere and asks
// for a new password, and only once everything is proved.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { register, rowOf, timeOf, toCredentials } from './devices.mjs';
import { begin, isKind, objectionOf, prove, proveMail, provePhone } from './recover.mjs';
import { desk, factor, name, password, pick, signIn, toFactor } from './steps.mjs';

const { test, story } = stage('lockedOutRoot');
const NEW = 'lanterns over the quiet river bend';

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // R-REC-01 R-REC-30 R-REC-32 R-SEC-12 P-38
    test(`${locale}, scripts ${js ? 'on' : 'off'}: a stolen device`, () => story({ locale, js }, async ({ house, root, person, app }) => {
      const { page } = person;
      // The thief is in already, with the device and a password read over somebody's shoulder.
      const thief = await house.person({ locale, js });
      await signIn(thief, root, app);

      const since = await house.outbox(root.email);
      await begin(person, root, { why: 'recovery-why-stolen' });
      const warned = await house.mail(root.email, { since, where: isKind('recovery-stolen') });
      assert.ok(objectionOf(warned), 'and how to object');
      await proveMail(person, root);
      await provePhone(person);
      await person.reads('recovery-ready-stolen');
      await inspect(person, 'all proved, device stolen');
      await thief.goto('/console/home');
      await thief.at('console-home');

      await person.press('recovery-enter');
      await person.at('password-change');
      await person.reads('password-required');
      await inspect(person, 'new password required');
      await thief.goto('/console/home');
      await thief.at('sign-in-title');
      await person.goto('/console/home');
      await person.at('password-change');
      await person.fill('password-new', NEW);
      await person.fill('password-again', NEW);
      await person.press('password-change');
      await person.reads('flash-password-changed');

      await toCredentials(person);
      await rowOf(person, 'Phone').getByText(person.say('device-stolen'), { exact: true }).waitFor();
      await inspect(person, 'security credentials, device stolen');
      await person.follow('device-lost-act');
      await person.reads('device-stolen-how');
      const own = await register(person, 'new phone');
      await person.reads('flash-device-registered');
      assert.equal(await person.heading('device-password-advised').count(), 0, 'it was changed already');

      const held = await timeOf(person, 'device-held');

      // The stolen device opens nothing, not even with the new password; the new one does.
      const changed = { ...root, password: NEW };
      await name(thief, root);
      await password(thief, root);
      await thief.reads('GL-SIGNIN-002');
      const later = await house.person({ locale, js });
      await toFactor(later, changed);
      await later.reads('sign-in-device-stolen');
      assert.ok(await later.page.getByRole('radio', { name: 'new phone' }).isChecked(), 'what works stands first');
      await inspect(later, 'choice beside a stolen device');
      await pick(later, 'Phone');
      await factor(later, app.code());
      await later.reads('GL-MFA-008');
      await toCredentials(person);
      assert.notEqual(await timeOf(person, 'device-held'), held, 'two who contradict each other: the wait is longer');
      await later.press('sign-in-other-device');
      await pick(later, 'new phone');
      await factor(later, own.code());
      await later.at('console-home');

      // Operators see that two people claim the account; a note and its end is all that can come of it.
      if (locale === 'ja' && js || locale === 'en' && !js) {
        const mina = await house.person({ locale, js });
        await desk(mina, house.demo.operators[0]);
        await mina.page.locator('tbody a').first().click();
        await mina.at('support-office-title');
        await mina.reads('support-office-dispute');
        await inspect(mina, 'operator, a case about a stolen device');
        await mina.fill('support-note-label', 'Spoke with both of them.');
        await mina.press('support-note-save');
        await mina.reads('flash-support-noted');
        await mina.press('support-close');
        await mina.reads('flash-support-ended');
      }
    }));
  }
}

// R-REC-01 R-REC-05 R-REC-30 R-REC-31
for (const [why, advised] of [['lost', true], ['broken', false], ['deleted-in-app', false], ['out-of-step', false]]) {
  test(`a device that is ${why} is suspended only, and a new password is ${advised ? '' : 'not '}advised`, () => story({}, async ({ root, person }) => {
    await prove(person, root, { why: `recovery-why-${why}` });
    await person.reads('recovery-ready-lost', { devices: 'Phone' });
    await person.press('recovery-enter');
    await person.at('shell-nav-credentials');
    await person.reads('flash-recovery-in');
    await rowOf(person, 'Phone').getByText(person.say('device-suspended'), { exact: true }).waitFor();
    assert.equal(await person.heading('device-password-advised').count(), 0, 'the device comes first');
    await person.follow('device-lost-act');
    await person.reads('device-lost-how');
    await register(person, 'new phone');
    await person.reads('flash-device-registered');
    assert.equal(await person.heading('device-password-advised').count(), advised ? 1 : 0);
    if (advised) {
      await inspect(person, 'security credentials, password advised');
      await person.follow('password-change');
      await person.fill('password-new', NEW);
      await person.fill('password-again', NEW);
      await person.press('password-change');
      await person.reads('flash-password-changed');
      assert.equal(await person.heading('device-password-advised').count(), 0);
    }
  }));
}
