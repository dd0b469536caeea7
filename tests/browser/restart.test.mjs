// The power goes while somebody gets back in, again and again, with the page open: nothing that was done is lost, and
// the next press on the very page that was open goes on.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { begin, call, codeOf, digitsOn, proofOf, sendMail } from './recover.mjs';
import { register, rowOf } from './devices.mjs';

const { test, story } = stage('lockedOutRoot');

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // P-05 P-07 R-REC-13 R-REC-46 R-MFA-16
    test(`${locale}, scripts ${js ? 'on' : 'off'}: killed and started again at every step`, () => story({ locale, js }, async ({ house, root, person }) => {
      const { page } = person;
      await begin(person, root);
      await house.powerCut();
      const mail = await sendMail(person, root);
      const phrase = await page.locator('.phrase').innerText();

      await house.powerCut();
      await page.reload();
      assert.equal(await page.locator('.phrase').innerText(), phrase);
      await person.fill('recovery-mail-code', codeOf(mail));
      await person.press('recovery-mail-code-act');
      await person.at('recovery-phone-title');

      // A call that was under way is neither placed again nor counted; the page says so, by itself where scripts run.
      const lost = await call(person);
      const where = page.url();
      await house.powerCut();
      if (!js) await page.goto(where);
      await person.reads('recovery-call-lost');
      await inspect(person, 'call lost by a restart');
      assert.deepEqual((await house.calls()).map((known) => known.id), [lost.ringing.id], 'no second call');
      await house.powerCut();
      const again = await call(person, 'recovery-call-again');
      assert.notEqual(again.digits, lost.digits);
      await page.reload();
      assert.equal(await digitsOn(person), again.digits);
      await house.press(again.ringing, again.digits);
      await person.at('recovery-ready-title');

      await house.powerCut();
      await person.press('recovery-enter');
      await person.at('device-lost-title');

      // And on to the new device: the seed that was shown is still the one that counts.
      await house.powerCut();
      await person.follow('device-lost-act');
      await register(person, 'new phone', { before: () => house.powerCut() });
      await person.reads('flash-device-registered');
      assert.equal(await rowOf(person, 'new phone').count(), 1);
      const sent = await house.outbox(root.email);
      assert.equal(sent.filter((known) => proofOf(known)).length, 1, 'no mail went out twice');
      const log = JSON.parse(await house.cli('audit', 'verify', '--json'));
      assert.equal(log.sound, true);
    }));
  }
}
