// Console home tells what to do for the safety of the account: it leads to doing it, can be told to wait, and is quiet
// about what is done.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { signIn } from './steps.mjs';

const { test, story } = stage();

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // R-SEC-01 R-SEC-06 R-SEC-07 R-SEC-10 R-SEC-15
    test(`${locale}, scripts ${js ? 'on' : 'off'}: what to do, and what can wait`, () => story({ locale, js }, async ({ person, root, app }) => {
      await signIn(person, root, app);
      await person.at('console-home');
      await person.reads('nudge-second');
      await person.reads('console-root');
      await person.reads('console-root-often', { n: 1 });
      await inspect(person, 'console home, to do');

      const task = person.page.locator('.tasks li', { hasText: person.say('nudge-second') });
      await task.getByRole('button').click();
      await person.reads('flash-nudge-later');
      assert.equal(await task.count(), 0, 'it left the list');
      await person.page.locator('summary', { hasText: person.say('nudge-put-off', { n: 1 }) }).click();
      await inspect(person, 'console home, put off');
      await person.follow('nudge-second');
      await person.at('device-new-title');
    }));
  }
}
