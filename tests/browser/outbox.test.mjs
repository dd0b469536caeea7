// The outbox of a trial server in a real browser: mails are read, a telephone rings, speaks and is pressed, in three
// languages, with scripts and without.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { LOCALES, eventually } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { begin, digitsOn, other, proofOf, proveMail, sendMail } from './recover.mjs';

const { test, story: begun } = stage('lockedOutRoot');

/** The person who is locked out, and somebody at the outbox. */
const story = (options, tell) => begun(options, async (told) => tell({ ...told, clerk: await told.house.person(options) }));

/** The button of a key. */
const key = (clerk, name) => clerk.page.locator('.keypad').getByRole('button', { name, exact: true });

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    describe(`${locale}, scripts ${js ? 'on' : 'off'}`, () => {
      // R-REC-16 R-REC-19 R-REC-39 R-REC-40 R-CON-14 P-01 P-03
      test('a mail is read and a call is taken in the page', () => story({ locale, js }, async ({ house, root, person, clerk }) => {
        await clerk.goto('/outbox');
        await clerk.refused('GL-OUTBOX-001');
        await inspect(clerk, 'outbox without its key');
        await clerk.goto(house.demo.outboxUrl);
        await clerk.at('outbox-title');
        assert.equal(new URL(clerk.page.url()).search, '', 'the key does not stay in the address');
        for (const text of ['outbox-no-mail', 'outbox-no-call']) await clerk.reads(text);
        await inspect(clerk, 'empty outbox');

        await begin(person, root);
        const mail = await sendMail(person, root);
        // The list is open all the while and shows it by itself.
        await clerk.page.getByRole('link', { name: mail.subject }).first().click();
        await clerk.page.getByRole('heading', { name: mail.subject, exact: true }).waitFor();
        await clerk.page.getByText(mail.from).first().waitFor();
        const text = await clerk.page.locator('.mail-text').innerText();
        assert.equal(text.trim().replace(/\s+/g, ' '), mail.text.trim().replace(/\s+/g, ' '));
        await inspect(clerk, 'mail');
        // Followed in another browser than the one that waits, as a mail on a phone is.
        await clerk.page.getByRole('link', { name: proofOf(mail), exact: true }).click();
        await clerk.press('recovery-link-act');
        await clerk.at('recovery-link-done-title');
        if (!js) await person.page.reload();
        await person.at('recovery-phone-title');

        await person.press('recovery-call-now');
        await person.at('recovery-call-title');
        const digits = await digitsOn(person);
        await clerk.goto('/outbox');
        await clerk.page.getByRole('link', { name: root.phone }).click();
        await clerk.at('outbox-phone-title', { number: root.phone });
        await clerk.reads('outbox-phone-ringing');
        await inspect(clerk, 'telephone that rings');
        await clerk.press('outbox-phone-answer');
        await clerk.reads('outbox-phone-answered');
        const subtitles = clerk.page.locator('.subtitles');
        assert.equal(await subtitles.getAttribute('lang'), locale);
        const [call] = await house.calls();
        assert.equal(await subtitles.innerText(), call.prompt);
        if (js) await speaks(clerk);
        await inspect(clerk, 'telephone that was answered');

        // Key by key, wrongly; then all at once, rightly.
        for (const digit of other(digits)) {
          await key(clerk, digit).click();
          if (!js) await clerk.page.waitForLoadState();
        }
        await clerk.page.getByText(await again(house, call.prompt)).waitFor();
        await clerk.fill('outbox-phone-several', digits);
        await clerk.press('outbox-phone-press');
        await clerk.reads('outbox-phone-proved');
        await inspect(clerk, 'telephone after the call');
        await person.at('recovery-ready-title');
      }));
    });
  }
}

/** The voice is heard: the recording loads and time goes by in it. */
async function speaks(clerk) {
  await clerk.page.waitForFunction(() => {
    const audio = document.querySelector('audio');
    return audio && audio.currentTime > 0.2 && audio.duration > 5;
  });
}

/** What the voice says after wrong digits, as the command line has it once the last key has arrived. */
async function again(house, before) {
  return eventually('the voice to ask again', async () => {
    const [{ prompt }] = await house.calls();
    return prompt === before ? undefined : prompt;
  });
}

// P-03 P-07
test('the telephone lies open, rings by itself, and a call fails as a carrier reports it', () => story({ locale: 'en' }, async ({ house, root, person, clerk }) => {
  await begin(person, root);
  await proveMail(person, root);
  await clerk.goto(house.demo.outboxUrl);
  let button = 'recovery-call-now';
  for (const [act, said] of [
    ['outbox-phone-decline', 'recovery-call-declined'],
    ['outbox-phone-fail-busy', 'recovery-call-busy'],
    ['outbox-phone-fail-barred', 'recovery-call-barred'],
  ]) {
    await person.press(button);
    await person.at('recovery-call-title');
    if (button === 'recovery-call-now') await clerk.page.getByRole('link', { name: root.phone }).click();
    await clerk.reads('outbox-phone-ringing');
    await clerk.press(act);
    await person.reads(said);
    button = 'recovery-call-again';
  }
}));

test('only whoever has the key presses keys', () => story({ locale: 'en' }, async ({ house, root, person, clerk }) => {
  await begin(person, root);
  await proveMail(person, root);
  await person.press('recovery-call-now');
  const call = await house.ringing();
  const form = { call: call.id, keys: '9' };
  const answer = await clerk.page.request.post(`/outbox/phone/${root.phone.slice(1)}/press`, { form, headers: { origin: house.origin } });
  assert.equal(answer.status(), 403);
  assert.equal((await house.calls())[0].state, 'ringing');
}));
