// The account page: a new number however it is written, proved by a call; a new address, proved by its code; and both
// taken back by whoever had the contact before.

import assert from 'node:assert/strict';
import { after, before, test as define } from 'node:test';
import { Authenticator, LOCALES, openBrowser, startDemo } from './rig.mjs';
import { inspect } from './look.mjs';
import { codeOf } from './recover.mjs';
import { signIn } from './steps.mjs';

const test = (title, tell) => define(title, { timeout: 180_000 }, tell);
const undoOf = (mail) => mail.links.find((link) => link.includes('/contact/undo/'));

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
});

async function story(options, tell) {
  const house = await startDemo();
  try {
    const { root } = house.demo.identities;
    const person = await house.person(browser, options);
    await signIn(person, root, new Authenticator(root.totpSecret));
    await tell({ house, root, person });
    person.calm();
  } finally {
    await house.stop();
  }
}

/** By the menu at the top right (R-CON-02). */
async function toAccount(person, root) {
  await person.page.locator('summary', { hasText: root.accountName }).click();
  await person.page.locator('.menu-box').getByRole('link', { name: person.say('shell-nav-account'), exact: true }).click();
  await person.at('account-title');
}

const edit = (person, what) => person.page.locator(`main a[href="/console/account/${what}"]`).click();

/** The six digits of the page. */
async function digits(person) {
  const text = await person.page.locator('.digits [aria-hidden]').allInnerTexts();
  return text.join('');
}

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
      await house.press(call, await digits(person));
      await person.at('phone-proof-done-title');
      await inspect(person, 'number proved');
      await person.follow('phone-proof-to-account');
      await person.at('account-pending-phone-title');
      await person.page.getByText('+886 987 654 321').first().waitFor();
      await inspect(person, 'account with a change');

      const mail = await house.mail(root.email, { since, where: undoOf });
      const other = await house.person(browser, { locale, js });
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
