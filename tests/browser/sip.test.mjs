// Somebody has lost the authenticator and gets back in over a trunk: the demonstration calls by SIP, a telephone of
// other people's making rings, is answered, hears the voice and presses what the page shows; once in each language.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCALES, prompts } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { begin, digitsOn, nobodyIsIn, proveMail } from './recover.mjs';
import { Telephone } from './baresip.mjs';

const { test, story } = stage('lockedOutRoot');

/** The number of the one who is locked out, in every demonstration. */
const NUMBER = '+886987654321';

/** A configuration whose only trunk is this telephone; gives back its file. */
async function trunkTo(phone) {
  const file = join(phone.folder, 'gatelodge.toml');
  await writeFile(file, [
    '[voice]',
    "transport = 'sip'",
    `trunk_networks = ['${phone.address}']`,
    '[voice.sip]',
    'port = 0',
    `local_address = '${phone.address}'`,
    '[[voice.sip.trunk]]',
    "name = 'carrier'",
    `host = '${phone.address}'`,
    `port = ${phone.port}`,
    "caller_id = '+886225550100'",
    '',
  ].join('\n'), { mode: 0o600 });
  return file;
}

// At the same time, because most of a call is listening.
describe('the way back over a real telephone', { concurrency: true }, () => LOCALES.forEach((locale) => {
  // R-REC-18 R-REC-19 R-REC-34 R-REC-40 R-REC-44 R-REC-45
  test(locale, async () => {
    const phone = await Telephone.start(NUMBER);
    try {
      const args = ['--config', await trunkTo(phone)];
      await story({ locale, args }, async ({ root, person }) => {
        assert.equal(root.phone, NUMBER);
        await begin(person, root);
        await proveMail(person, root);
        await person.press('recovery-call-now');
        await person.at('recovery-call-title');
        await phone.rings();
        await person.reads('recovery-call-ringing', { digits: NUMBER.slice(-4) });
        await inspect(person, 'call over a trunk');
        await phone.answer();
        await person.reads('recovery-call-answered');

        // All of the prompt is heard before the first key, and a second more.
        const spoken = await prompts(root.accountId);
        await phone.hears(spoken[locale].samples + 8_000);
        await nobodyIsIn(person);
        phone.press(await digitsOn(person));
        await person.at('recovery-ready-title');
        await nobodyIsIn(person);
        await person.press('recovery-enter');
        await person.page.waitForURL('**/console/security-credentials**');

        await phone.over();
        const heard = await prompts(root.accountId, await phone.recording());
        for (const [language, { alike }] of Object.entries(heard)) {
          const fits = language === locale ? alike >= 0.9 : alike < 0.5;
          assert.ok(fits, `${language} in a call in ${locale}: ${alike}`);
        }
      });
    } finally {
      await phone.stop();
    }
  });
}));
