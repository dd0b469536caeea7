// The account page: a new number however it is written, proved by a call; a new address, proved by its code; both taken
// back by whoever had the contact before, who goes on serving a recovery for 72 hours.

import assert from 'node:assert/strict';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { begin, call, codeOf, digitsOn, proofOf, proveMail, sendMail } from './recover.mjs';
import { signIn } from './steps.mjs';

const undoOf = (mail) => mail.links.find((link) => link.includes('/contact/undo/'));

const { test, story: begun } = stage();

/** Somebody who is signed in. */
const story = (options, tell) => begun(options, async (told) => {
  await signIn(told.person, told.root, told.app);
  await tell(told);
});

/** By the menu at the top right (R-CON-02). */
async function toAccount(person, root) {
  await person.page.locator('summary', { hasText: root.accountName }).click();
  await person.page.locator('.menu-box').getByRole('link', { name: person.say('shell-nav-account'), exact: true }).click();
  await person.at('account-title');
}

const edit = (person, what) => person.page.locator(`main a[href="/console/account/${what}"]`).click();

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    const how = js ? '' : ', scripts off';
    // R-CON-02 R-CON-04 R-CON-06 R-CON-07 R-CON-17 R-CON-18 P-01 P-09 P-10
    test(`${locale}${how}: a number is typed as people write it, proved by a call, and taken back`, () => story({ locale, js }, async ({ house, root, person }) => {
      await toAccount(person, root);
      await inspect(person, 'account');
      await edit(person, 'contact');
      await person.at('contact-title');
      await person.fill('contact-phone', '+1 900 555 0199');
      await person.press('contact-next');
      await person.page.locator('#phone[aria-invalid]').waitFor();
      await inspect(person, 'contact refused');
      await person.fill('contact-person', '林怡君');
      await person.fill('contact-phone', '０９８７－６５４－３２１');
      if (js) await person.page.locator('#phone-preview', { hasText: '+886 987 654 321' }).waitFor();
      await inspect(person, 'contact information');
      await person.press('contact-next');
      await person.at('contact-confirm-title');
      await person.page.getByText('0987 654 321').waitFor();
      await inspect(person, 'contact confirmed');
      const since = await house.outbox(root.email);
      await person.press('contact-confirm-save');
      await person.at('phone-proof-title');
      await inspect(person, 'before the call');
      await person.press('recovery-call-now');
      await person.at('recovery-call-title');
      await inspect(person, 'call');
      const call = await house.ringing();
      assert.equal(call.language, locale);
      await house.press(call, await digitsOn(person));
      await person.at('phone-proof-done-title');
      await inspect(person, 'number proved');
      await person.follow('phone-proof-to-account');
      await person.at('account-pending-phone-title');
      await person.page.getByText('+886 987 654 321').first().waitFor();
      await inspect(person, 'account with a change');

      const mail = await house.mail(root.email, { since, where: undoOf });
      const other = await house.person({ locale, js });
      await other.goto(undoOf(mail));
      await other.at('contact-undo-title');
      assert.equal(new URL(other.page.url()).pathname, '/contact/undo');
      await inspect(other, 'undo');
      await other.press('contact-undo-button');
      await other.at('contact-undone-title');
      await inspect(other, 'undone');
      other.calm();
      await person.goto('/console/account');
      await person.at('sign-in-title');
    }));
  }

  // R-CON-08 R-CON-19 R-ROOT-21
  test(`${locale}: a new address counts once its code was entered, and the old one is told`, () => story({ locale }, async ({ house, root, person }) => {
    await toAccount(person, root);
    await edit(person, 'email');
    await person.at('email-change-title');
    await inspect(person, 'new address');
    await person.fill('email-change-new', 'not an address');
    await person.press('email-change-send');
    await person.page.locator('#email[aria-invalid]').waitFor();
    await person.fill('email-change-new', 'lin+gate@example.org');
    await person.press('email-change-send');
    await person.at('email-code-title');
    await inspect(person, 'code of the new address');
    await person.fill('sign-in-mail-code', '00000000');
    await person.press('sign-in-next');
    await person.page.locator('#code[aria-invalid]').waitFor();
    const since = await house.outbox(root.email);
    const mail = await house.mail('lin+gate@example.org', { where: codeOf });
    await person.fill('sign-in-mail-code', codeOf(mail));
    await person.press('sign-in-next');
    await person.at('account-title');
    await person.reads('flash-email-changed');
    await inspect(person, 'account with a new address');
    const told = await house.mail(root.email, { since, where: undoOf });
    assert.ok(told.text.includes(undoOf(told)));

    // The other way to take it back: root, within the session.
    await person.follow('account-pending-undo');
    await person.at('contact-back-title');
    await inspect(person, 'take back');
    await person.press('contact-back-button');
    await person.reads('flash-contact-restored');
    await person.page.locator('dd', { hasText: root.email }).first().waitFor();
    for (const page of ['name', 'language']) {
      await person.goto(`/console/account/${page}`);
      await inspect(person, page);
    }
  }));
}

/** Another number, proved by a call. */
async function changePhone({ house, person }) {
  await person.goto('/console/account/contact');
  await person.fill('contact-phone', '0987 654 321');
  await person.press('contact-next');
  await person.press('contact-confirm-save');
  await person.press('recovery-call-now');
  await person.at('recovery-call-title');
  await house.press(await house.ringing(), await digitsOn(person));
  await person.at('phone-proof-done-title');
}

/** Another address, proved by its code. */
async function changeEmail({ house, person }, email) {
  await person.goto('/console/account/email');
  await person.fill('email-change-new', email);
  await person.press('email-change-send');
  await person.fill('sign-in-mail-code', codeOf(await house.mail(email, { where: codeOf })));
  await person.press('sign-in-next');
  await person.reads('flash-email-changed');
}

const NEW_EMAIL = 'lin+gate@example.org';

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // R-CON-19 R-REC-08 R-REC-38 R-REC-58
    test(`${locale}, scripts ${js ? 'on' : 'off'}: for 72 hours the number before serves a recovery, and the page says so`, () => story({ locale, js }, async (told) => {
      const { house, root } = told;
      await changePhone(told);
      const lost = await house.person({ locale, js });
      await begin(lost, root);
      await proveMail(lost, root);
      await lost.reads('recovery-phone-former');
      const shown = await lost.page.getByRole('main').innerText();
      assert.ok(shown.includes(root.phone.slice(-4)) && !shown.includes('4321'), shown);
      await inspect(lost, 'telephone changed a short time ago');
      const { ringing, digits } = await call(lost);
      assert.equal(ringing.to.replace(/\D/g, ''), root.phone.replace(/\D/g, ''));
      await house.press(ringing, digits);
      await lost.at('recovery-ready-title');
    }));
  }

  // R-CON-19 R-REC-35 R-REC-58
  test(`${locale}: for 72 hours the address before serves a recovery, and the page says so`, () => story({ locale }, async (told) => {
    const { house, root } = told;
    await changeEmail(told, NEW_EMAIL);
    const lost = await house.person({ locale });
    const since = await house.outbox(NEW_EMAIL);
    await begin(lost, { ...root, email: NEW_EMAIL });
    await lost.reads('recovery-mail-masked');
    const main = lost.page.getByRole('main');
    assert.ok(!(await main.innerText()).includes(root.email), 'the address before is not told to whoever has the password');
    await inspect(lost, 'e-mail changed a short time ago');
    const mail = await sendMail(lost, root);
    assert.deepEqual((await house.outbox(NEW_EMAIL)).slice(since.length).filter((sent) => proofOf(sent)), [], 'the new one gets no code');
    await lost.fill('recovery-mail-code', codeOf(mail));
    await lost.press('recovery-mail-code-act');
    await lost.at('recovery-phone-title');
  }));
}

// R-CON-19
test('one change at a time: the next waits until this one is over', () => story({}, async (told) => {
  const { person } = told;
  await changePhone(told);
  await person.goto('/console/account/email');
  await person.fill('email-change-new', NEW_EMAIL);
  await person.press('email-change-send');
  await person.refused('GL-ACC-003');
  await inspect(person, 'another change is not over');
}));
