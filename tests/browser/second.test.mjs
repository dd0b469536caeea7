// A second address and a second number: entered on the account page, proved like the first, and chosen in a recovery by
// somebody who has neither the usual mailbox nor the usual telephone at hand.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { begin, codeOf, digitsOn, proofOf } from './recover.mjs';
import { signIn } from './steps.mjs';

const SECOND = 'second@example.org';

const { test, story } = stage();

async function addEmail({ house, person }) {
  await person.page.locator('main a[href="/console/account/second-email"]').click();
  await person.at('second-email-title');
  await inspect(person, 'second address');
  await person.fill('second-email-new', SECOND);
  await person.press('email-change-send');
  await person.at('email-code-title');
  await inspect(person, 'code of the second address');
  await person.fill('sign-in-mail-code', codeOf(await house.mail(SECOND, { where: codeOf })));
  await person.press('sign-in-next');
  await person.reads('flash-second-added');
}

async function addPhone({ house, person }) {
  await person.page.locator('main a[href="/console/account/second-phone"]').click();
  await person.at('second-phone-title');
  await inspect(person, 'second number');
  await person.fill('contact-phone', '0987 654 321');
  await person.press('contact-next');
  await person.at('contact-confirm-title');
  await person.press('contact-confirm-save');
  await person.at('phone-proof-title');
  await person.press('recovery-call-now');
  await person.at('recovery-call-title');
  await house.press(await house.ringing(), await digitsOn(person));
  await person.at('phone-proof-done-title');
  await person.follow('phone-proof-to-account');
  await person.at('account-title');
}

for (const [locale, js] of [...LOCALES.map((locale) => [locale, true]), ['en', false]]) {
  // R-CON-18 R-REC-38 R-REC-58
  test(`${locale}${js ? '' : ', scripts off'}: back in by the second address and the second number`, () => story({ locale, js }, async (told) => {
    const { house, root, person, app } = told;
    await signIn(person, root, app);
    await person.goto('/console/account');
    await addEmail(told);
    await addPhone(told);
    await inspect(person, 'account with second contacts');
    const shown = JSON.parse(await house.cli('account', 'show', root.accountId, '--json'));
    assert.deepEqual([shown.secondEmail, shown.secondPhone], [SECOND, '+886987654321']);
    assert.ok(shown.secondEmailProvedAt && shown.holds.some((hold) => hold.what === 'second-phone'), 'the operator sees from when they serve');

    const early = await house.person({ locale, js });
    await begin(early, root);
    assert.equal(await early.page.getByRole('radio').count(), 0, 'what is fresh is no choice');
    await early.press('recovery-give-up');
    await early.at('recovery-over-title');

    await house.age(31);
    const lost = await house.person({ locale, js });
    await begin(lost, root);
    const main = () => lost.page.getByRole('main').innerText();
    assert.ok(!(await main()).includes(SECOND), 'the second address is masked');
    await inspect(lost, 'which address');
    await lost.page.getByRole('radio', { name: 's•••@e•••' }).check();
    await lost.press('recovery-mail-send');
    await lost.at('recovery-mail-sent-title');
    await inspect(lost, 'mail to the second address');
    const mail = await house.mail(SECOND, { where: proofOf });
    await lost.fill('recovery-mail-code', codeOf(mail));
    await lost.press('recovery-mail-code-act');
    await lost.at('recovery-phone-title');
    await inspect(lost, 'which number');
    await lost.page.getByRole('radio', { name: lost.say('recovery-which-ends', { digits: '4321' }) }).check();
    await lost.press('recovery-call-now');
    await lost.at('recovery-call-title');
    const call = await house.ringing();
    assert.equal(call.to.replace(/\D/g, ''), '886987654321');
    await house.press(call, await digitsOn(lost));
    await lost.at('recovery-ready-title');
    await lost.press('recovery-enter');
    await lost.at('shell-nav-credentials');
    lost.calm();

    // Within the session that is open elsewhere, the number is removed: it serves for a while, and that can be taken back.
    await person.goto('/console/account');
    await person.page.locator('main a[href="/console/account/second-phone/remove"]').click();
    await person.at('second-remove-title-phone');
    await inspect(person, 'remove the second number');
    await person.press('second-remove-act');
    await person.reads('flash-second-removed');
    await person.at('account-change-second-phone-removed');
    await inspect(person, 'account with a second number removed');
    await person.link('account-pending-undo').last().click();
    await person.at('contact-back-title');
    await inspect(person, 'put the second number back');
    await person.press('contact-back-button');
    await person.reads('flash-contact-restored');
  }));
}
