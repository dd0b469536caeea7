// A saved code and the password get somebody back in without mailbox and phone; the code is used up and replaced.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { kept, savedCodes, toCredentials } from './devices.mjs';
import { call, codeOf, isKind, nobodyIsIn, objectionOf, other, proofOf, proveMail, sendMail, troubleshoot } from './recover.mjs';
import { forget, renew } from './steps.mjs';

const { test, story } = stage('lockedOutRoot');

/** From the code page of a sign-in to the one for a saved code. */
async function toSavedCode(person, root, left = 10) {
  await troubleshoot(person, root);
  await person.reads('recovery-saved-text', { n: left });
  await person.follow('recovery-saved-act');
  await person.at('recovery-begin-title');
  await person.reads('recovery-need-code');
  await person.choice('recovery-why-lost').check();
  await inspect(person, 'what happened, with a saved code');
  await person.press('recovery-begin-act');
  await person.at('recovery-code-title');
}

/** Types a saved code. */
async function type(person, code) {
  await person.fill('recovery-code-field', code);
  await person.press('recovery-code-act');
}

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // R-REC-09 R-REC-13 P-16
    test(`${locale}, scripts ${js ? 'on' : 'off'}: back in by a saved code`, () => story({ locale, js }, async ({ house, root, person }) => {
      const { page } = person;
      const [code, second] = root.recoveryCodes;
      await toSavedCode(person, root);
      await page.reload();
      await person.at('recovery-code-title');
      await inspect(person, 'saved code');
      await type(person, second.replace(/....$/, 'ZZZZ'));
      await person.reads('GL-MFA-010');
      await person.reads('refusal-left', { n: 4 });
      await inspect(person, 'saved code refused');
      await type(person, code.toLowerCase().replaceAll('-', ' '));
      await person.at('recovery-ready-title');
      await page.reload();
      await person.at('recovery-ready-title');
      await inspect(person, 'all proved by a saved code');
      await nobodyIsIn(person);
      await person.press('recovery-enter');
      await person.at('shell-nav-credentials');
      assert.equal((await house.calls()).length, 0, 'no call');
      assert.equal((await house.outbox(root.email)).filter((mail) => proofOf(mail)).length, 0, 'no mail to prove');
      await house.mail(root.email, { where: isKind('saved-code-used') });

      // A new one in its place, which proves nothing before the hold ends.
      await person.reads('saved-used', { n: 1 });
      await inspect(person, 'security credentials after a saved code');
      await person.press('saved-replace');
      await person.at('saved-new-title');
      const fresh = await savedCodes(person);
      assert.equal(fresh.length, 1);
      await kept(person);
      await person.reads('saved-held');
      await inspect(person, 'saved codes held');

      const again = await house.person({ locale, js });
      await toSavedCode(again, root, 9);
      for (const useless of [code, fresh[0]]) {
        await type(again, useless);
        await again.reads('GL-MFA-010');
      }
      await type(again, second);
      await again.at('recovery-ready-title');
    }));
  }
}

// R-REC-47 P-03 P-16
test('somebody whom calls no longer reach goes on with a saved code in the same recovery', () => story({}, async ({ house, root, person }) => {
  await toSavedCode(person, root);
  await person.follow('recovery-mail-instead');
  await person.at('recovery-mail-title');
  await proveMail(person, root);
  const { ringing, digits } = await call(person);
  for (let tries = 0; tries < 3; tries += 1) await house.press(ringing, other(digits));
  await person.reads('recovery-call-wrong-digits');
  await person.follow('recovery-code-instead');
  await person.at('recovery-code-title');
  await type(person, root.recoveryCodes[0]);
  await person.at('recovery-ready-title');
  await person.press('recovery-enter');
  await toCredentials(person);
}));

for (const locale of LOCALES) {
  const js = locale !== 'ja';
  test(`${locale}, scripts ${js ? 'on' : 'off'}: password and device lost, a saved code and the mail begin a day of waiting`, () => story({ locale, js }, async ({ house, root, person }) => {
    const owner = { ...root, password: 'lanterns over the quiet river bend' };
    await renew(person, await forget(person, root), owner.password);
    await troubleshoot(person, owner);
    await person.reads('recovery-not-good-code');
    await inspect(person, 'troubleshooting with a password made by mail');
    await person.follow('recovery-saved-act');
    await person.at('recovery-begin-title');
    await person.reads('recovery-need-wait');
    await inspect(person, 'what happened, with a saved code and a wait');
    await person.press('recovery-begin-act');
    await person.at('recovery-code-title');
    await person.reads('recovery-code-then');
    await inspect(person, 'saved code before the mail');
    await type(person, owner.recoveryCodes[0]);
    await person.at('recovery-mail-title');
    await inspect(person, 'mail after a saved code');
    const mail = await sendMail(person, owner);
    await person.fill('recovery-mail-code', codeOf(mail));
    await person.press('recovery-mail-code-act');
    await person.at('recovery-waits-title');
    await person.page.reload();
    await person.at('recovery-waits-title');
    await inspect(person, 'a day of waiting');
    await nobodyIsIn(person);
    const notice = await house.mail(owner.email, { where: isKind('recovery-waits') });
    await (await house.person({ locale })).goto(objectionOf(notice));
  }));
}
