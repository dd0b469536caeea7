// "This was not me": a link in every notice, a page, a button; before a recovery is complete and after it.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { rowOf, toCredentials } from './devices.mjs';
import { backIn, begin, isKind, nobodyIsIn, objectionOf, proveMail, troubleshoot } from './recover.mjs';
import { factor, signIn, signOut, toFactor } from './steps.mjs';

const { test, story } = stage('lockedOutRoot');
const NEW = 'lanterns over the quiet river bend';

/** The owner opens the link of a notice, on another machine, and presses. */
async function object(owner, link, name, saying) {
  await owner.goto(link);
  await owner.at('recovery-objection-title');
  assert.equal(new URL(owner.page.url()).pathname, '/signin/objection', 'the token is not in the address');
  await owner.page.reload();
  await owner.at('recovery-objection-title');
  await inspect(owner, name);
  await owner.press('recovery-objection-act');
  await owner.at('recovery-objected-title');
  await owner.reads(saying);
  await inspect(owner, `${name}, done`);
}

/** The owner signs in with the device that was said to be lost, and must choose a new password. */
async function renew(owner, root, app) {
  await toFactor(owner, root);
  await factor(owner, app.code());
  await owner.at('password-change');
  await owner.reads('password-required');
  await owner.fill('password-new', NEW);
  await owner.fill('password-again', NEW);
  await owner.press('password-change');
  await owner.reads('flash-password-changed');
}

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    const how = `${locale}, scripts ${js ? 'on' : 'off'}`;

    // R-REC-59 P-38
    test(`${how}: before completion it ends the attempt, and shuts nobody out for good`, () => story({ locale, js }, async ({ house, root, person, app }) => {
      await begin(person, root);
      const notice = await house.mail(root.email, { where: objectionOf });
      await proveMail(person, root);
      const owner = await house.person({ locale, js });
      await owner.goto(objectionOf(notice));
      await owner.at('recovery-objection-title');
      await person.page.reload();
      await person.at('recovery-phone-title');

      await object(owner, objectionOf(notice), 'objection', 'recovery-objected-closed');
      await person.page.reload();
      await person.at('recovery-over-title');
      await person.reads('recovery-over-objection');
      await inspect(person, 'ended by an objection');
      await nobodyIsIn(person);
      await owner.goto(objectionOf(notice));
      await owner.refused('GL-LINK-001');

      // E-mail and phone are closed for a day; a saved code and the device are not.
      await troubleshoot(person, root);
      await person.refused('GL-REC-008');
      await person.reads('refusal-until');
      assert.equal(await person.link('recovery-alternative-act').count(), 0);
      await person.link('recovery-saved-act').waitFor();
      await person.link('recovery-people-act').waitFor();
      await inspect(person, 'recovery paused by an objection');
      await renew(owner, root, app);
      // The new password proves a recovery once it was used together with the device.
      await signOut(owner, root);
      await signIn(owner, { ...root, password: NEW }, app);
      await troubleshoot(person, { ...root, password: NEW });
      await person.link('recovery-alternative-act').waitFor();
    }));

    // R-REC-59 P-38 P-14
    test(`${how}: after completion it ends the session, and the device undoes the rest`, () => story({ locale, js }, async ({ house, root, person, app }) => {
      const since = await house.outbox(root.email);
      await backIn(person, root);
      const notice = await house.mail(root.email, { since, where: isKind('recovery-done') });
      const owner = await house.person({ locale, js });
      await object(owner, objectionOf(notice), 'objection after completion', 'recovery-objected-undone');
      await nobodyIsIn(person);
      await person.goto('/console/home');
      await person.at('sign-in-title');

      await renew(owner, root, app);
      await toCredentials(owner);
      await rowOf(owner, 'Phone').getByText(owner.say('device-in-use'), { exact: true }).waitFor();
    }));
  }
}
