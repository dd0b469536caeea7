// A code that comes as a text, in a real browser: read on the telephone of a trial, in three languages; and mailed
// instead, without scripts.

import assert from 'node:assert/strict';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { LOCALES, eventually } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { actOn, toCredentials } from './devices.mjs';
import { codeOf } from './recover.mjs';
import { name, password, signIn } from './steps.mjs';

const { test, story: begun } = stage();

/** A demonstration whose codes go by text. */
async function story(options, tell) {
  const folder = await mkdtemp(join(tmpdir(), 'gatelodge-sms-'));
  try {
    const config = join(folder, 'gatelodge.toml');
    await writeFile(config, "[sms]\ntransport = 'trial'\n[sign_in]\ncode_channel = 'sms'\n", { mode: 0o600 });
    await begun({ ...options, args: ['--config', config] }, tell);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The newest text on the telephone that this clerk holds. */
const newest = (clerk) => clerk.page.locator('.mail-text').first();

/** Without a device: the next new browser is sent a code. */
async function withoutDevice(person, root, app) {
  await signIn(person, root, app);
  await toCredentials(person);
  await actOn(person, 'Phone', 'device-remove');
  await person.press('device-remove-act');
  await person.reads('flash-device-removed');
}

for (const [locale, js] of [...LOCALES.map((locale) => [locale, true]), ['ja', false]]) {
  describe(`${locale}, scripts ${js ? 'on' : 'off'}`, () => {
    // R-VOC-18
    test('a code comes as a text', () => story({ locale, js }, async ({ house, root, person, app }) => {
      await withoutDevice(person, root, app);
      const clerk = await house.person({ locale, js });
      await clerk.goto(house.demo.outboxUrl);
      await clerk.reads('outbox-phone-text');
      await inspect(clerk, 'outbox with a text');
      await clerk.page.getByRole('link', { name: root.phone }).click();
      await clerk.reads('outbox-phone-texts');
      // The notice of the removal came there as well: no link in it.
      assert.match(await newest(clerk).innerText(), new RegExp(root.accountId.slice(-4)));
      assert.equal(await newest(clerk).getByRole('link').count(), 0);

      const other = await house.person({ locale, js });
      await name(other, root);
      await password(other, root);
      await other.at('sign-in-text-title');
      await other.reads('sign-in-text-lead', { number: root.phone.slice(-4) });
      await inspect(other, 'code by text');
      const code = await eventually('the code on the telephone', async () => {
        await clerk.page.reload();
        return /^(\d{8}) /.exec(await newest(clerk).innerText())?.[1];
      });
      assert.match(await newest(clerk).innerText(), new RegExp(`@\\S+ #${code}$`));
      await inspect(clerk, 'telephone with texts');
      if (js) {
        await other.fill('sign-in-mail-code', code);
      } else {
        await other.press('sign-in-text-mail');
        await other.at('sign-in-mail-title');
        await other.reads('flash-mail-sent');
        const mail = await house.mail(root.email, { where: (mail) => mail.kind === 'sign-in-code' });
        await other.fill('sign-in-mail-code', codeOf(mail));
      }
      await other.press('sign-in-submit');
      await other.at('console-home');
    }));
  });
}
