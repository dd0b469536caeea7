// The owner rehearses a recovery: reads the mail, takes the call, tries a saved code that is none, and reads the report.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { codeOf, digitsOn } from './recover.mjs';
import { signIn } from './steps.mjs';

const { test, story } = stage();

for (const locale of LOCALES) {
  for (const js of locale === 'en' ? [true, false] : [true]) {
    // R-SEC-09
    test(`${locale}, scripts ${js ? 'on' : 'off'}: a rehearsal, and the report`, () => story({ locale, js }, async ({ house, person, root, app }) => {
      await signIn(person, root, app);
      await person.goto('/console/security-credentials');
      await person.follow('drill-start-title');
      await person.at('ready-title');
      await person.reads('ready-never');
      await inspect(person, 'report');
      const since = await house.outbox(root.email);
      await person.press('drill-start');
      await person.at('drill-title');
      await inspect(person, 'rehearsal');
      const mail = await house.mail(root.email, { since, where: codeOf });
      assert.equal(mail.links.length, 0, 'nothing to press');
      await person.fill('sign-in-mail-code', codeOf(mail));
      await person.press('recovery-mail-code-act');
      await person.page.locator('.notice-ok').waitFor();
      await person.press('recovery-call-now');
      await person.at('recovery-call-title');
      await inspect(person, 'call of a rehearsal');
      const call = await house.ringing();
      assert.equal(call.language, locale);
      await house.press(call, await digitsOn(person));
      await person.at('drill-title');
      await person.reads('recovery-call-proved');
      await person.fill('recovery-code-field', 'AAAA-AAAA-AAAA-AAAA');
      await person.press('nudge-try');
      await person.page.locator('#saved[aria-invalid]').waitFor();
      await inspect(person, 'rehearsal, wrong code');
      await person.press('drill-end');
      await person.at('ready-title');
      await person.reads('flash-drill-done');
      await person.reads('ready-last-code-no');
      await inspect(person, 'report after a rehearsal');
    }));
  }
}
