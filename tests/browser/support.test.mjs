// A support case: opened without signing in, looked at by one operator, approved by another, and stopped by the owner with
// the link of a notice, for a lost mailbox and where nothing is left at all. Of a lost telephone: the mailbox proved by a code, the new number by a call.

import assert from 'node:assert/strict';
import { inspect } from './look.mjs';
import { codeOf, digitsOn } from './recover.mjs';
import { desk } from './steps.mjs';
import { stage } from './stage.mjs';

const { test, story } = stage();

const NEW = 'new.mailbox@example.net';

/** Two operators look at the newest case and agree. */
async function agree(house, { locale, js }) {
  const [first, second] = house.demo.operators;
  const mina = await house.person({ locale, js });
  await desk(mina, first);
  await inspect(mina, 'operator, support cases');
  await mina.page.locator('tbody a').first().click();
  await mina.at('support-office-title');
  await mina.fill('support-note-label', 'Saw the passport at the branch office.');
  await mina.press('support-note-save');
  await mina.reads('flash-support-noted');
  await inspect(mina, 'operator, a case with its note');

  const noor = await house.person({ locale, js });
  await desk(noor, second);
  await noor.page.locator('tbody a').first().click();
  await noor.at('support-office-title');
  await noor.press('support-approve');
  await noor.reads('flash-support-approved');
  await inspect(noor, 'operator, an approved case');
}

for (const { locale, js, lost } of [
  { locale: 'zh-TW', js: true, lost: 'email' }, { locale: 'ja', js: true, lost: 'all' },
  { locale: 'en', js: true, lost: 'all' }, { locale: 'en', js: false, lost: 'email' },
]) {
  // R-TS-14 R-TS-36 G-23
  test(`${locale}, scripts ${js ? 'on' : 'off'}, ${lost}: a case is opened, approved by two, and stopped by the owner`, () => story({ locale, js }, async ({ house, root, person }) => {
    await person.goto('/help/support');
    await person.link('support-title').first().click();
    await person.at('support-title');
    await inspect(person, 'support, form');
    await person.page.locator(`#why-${lost}`).check();
    await person.fill('support-email', root.email);
    await person.fill('support-value', 'nowhere');
    await person.fill('support-text', 'The company that ran the mailbox is gone.');
    await person.press('support-send');
    await person.refused('GL-SIGNIN-006');
    await inspect(person, 'support, form refused');
    await person.fill('support-value', NEW);
    await person.press('support-send');
    await person.at('sign-in-mail-title');
    const mail = await house.mail(NEW);
    await person.fill('sign-in-mail-code', codeOf(mail));
    await person.press('sign-in-next');
    await person.at('support-case-title');
    await person.reads('support-stage-open');
    await inspect(person, 'support, case');

    await agree(house, { locale, js });

    const stops = (mail) => mail.links.find((link) => link.includes('/support/not-me/'));
    const stop = stops(await house.mail(root.email, { where: stops }));
    const owner = await house.person({ locale, js });
    await owner.goto(stop);
    await owner.at('support-stop-title');
    await owner.reads(`support-stop-${lost}`, { account: root.accountId.replace(/(....)(?!$)/g, '$1-') });
    await inspect(owner, `support, was this you, ${lost}`);
    await owner.press('support-stop-button');
    await owner.at('support-stopped-title');
    await inspect(owner, 'support, stopped');

    await person.goto('/support/case');
    await person.reads('support-stage-over');
    assert.equal(await person.page.locator('form[action="/support/case/end"]').count(), 0, 'nothing to take back');
  }));
}

for (const { locale, js } of [{ locale: 'zh-TW', js: true }, { locale: 'en', js: false }]) {
  // R-TS-14 R-TS-36 R-CON-04 R-CON-18
  test(`${locale}, scripts ${js ? 'on' : 'off'}: a lost phone, the mailbox proved by a code and the new number by a call`, () => story({ locale, js }, async ({ house, root, person }) => {
    await person.goto('/support');
    await person.at('support-title');
    await person.page.locator('#why-phone').check();
    await person.fill('support-email', root.email);
    await person.fill('support-value', '+1 900 555 0199');
    await person.fill('support-text', 'The phone fell into the sea.');
    await person.press('support-send');
    await person.refused('GL-REC-006');
    await person.fill('support-value', '０９８７－６５４－３２１');
    await person.press('support-send');
    await person.at('support-case-title');
    await person.page.getByText('+886 987 654 321').waitFor();
    await agree(house, { locale, js });

    await person.goto('/support/case');
    await person.reads('support-wants-mailbox');
    await inspect(person, 'support, case that asks for the mailbox');
    const since = await house.outbox(root.email);
    await person.press('support-wants-mail');
    await person.at('sign-in-mail-title');
    await inspect(person, 'support, code of the mailbox');
    await person.fill('sign-in-mail-code', codeOf(await house.mail(root.email, { since, where: codeOf })));
    await person.press('sign-in-next');
    await person.at('support-case-title');
    await person.reads('support-wants-call');
    await inspect(person, 'support, case that asks for the call');
    await person.press('recovery-call-now');
    await person.at('recovery-call-title');
    await inspect(person, 'support, call');
    await house.press(await house.ringing(), await digitsOn(person));
    await person.at('support-case-title');
    await person.reads('support-office-proved');
    await inspect(person, 'support, case with a proved number');
  }));
}
