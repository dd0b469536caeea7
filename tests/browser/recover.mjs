// The steps of getting back in, as a person takes them, for every story that needs them.

import assert from 'node:assert/strict';
import { toFactor } from './steps.mjs';
import { texts } from './texts.mjs';

/** From the page for the code to the help with the device. */
export async function troubleshoot(person, root) {
  await toFactor(person, root);
  await person.follow('sign-in-troubleshoot');
  await person.at('recovery-trouble-title');
}

/** Says what happened and begins; ends at the e-mail. `gone` names the devices that are away: all, if not said. */
export async function begin(person, root, { why = 'recovery-why-lost', gone } = {}) {
  await troubleshoot(person, root);
  await person.follow('recovery-alternative-act');
  await person.at('recovery-begin-title');
  await person.choice(why).check();
  for (const label of await person.page.locator('label.tick').all()) {
    await label.getByRole('checkbox').setChecked(!gone || gone.includes((await label.innerText()).trim()));
  }
  await person.press('recovery-begin-act');
  await person.at('recovery-mail-title');
}

/** Has the mail sent; gives back the mail. */
export async function sendMail(person, root) {
  const since = await person.house.outbox(root.email);
  await person.press('recovery-mail-send');
  await person.at('recovery-mail-sent-title');
  return person.house.mail(root.email, { since, where: (mail) => mail.links.some(isProof) });
}

const isProof = (link) => link.includes('/signin/verify/');

/** The code that stands in a mail beside its link, on a line of its own. */
export function codeOf(mail) {
  return /^\s*(\d{8})\s*$/m.exec(mail.text)[1];
}

/** Whether a mail is of this kind, in whatever language the account is written to. */
export const isKind = (kind) => (mail) => mail.subject === texts(mail.language).say(`mail-${kind}-subject`);

/** The link that proves the address, and the one that objects. */
export const proofOf = (mail) => mail.links.find(isProof);
export const objectionOf = (mail) => mail.links.find((link) => link.includes('/signin/objection/'));

/** Proves the address by the code; ends at the telephone. */
export async function proveMail(person, root) {
  const mail = await sendMail(person, root);
  await person.fill('recovery-mail-code', codeOf(mail));
  await person.press('recovery-mail-code-act');
  await person.at('recovery-phone-title');
  return mail;
}

/** Has the telephone called; gives back the call and the digits on the page. */
export async function call(person, button = 'recovery-call-now') {
  await person.press(button);
  await person.at('recovery-call-title');
  const ringing = await person.house.ringing();
  return { ringing, digits: await digitsOn(person) };
}

/** The digits that the page shows. */
export async function digitsOn(person) {
  const parts = await person.page.locator('.digits [aria-hidden]').allInnerTexts();
  return parts.join('').replace(/\s/g, '');
}

/** Digits that are not those on the page, and do not begin with the 9 that objects. */
export function other(digits) {
  return digits.replace(/^./, (first) => (first === '1' ? '2' : '1'));
}

/** Proves the telephone; ends where everything is proved. */
export async function provePhone(person, button) {
  const { ringing, digits } = await call(person, button);
  await person.house.press(ringing, digits);
  await person.at('recovery-ready-title');
}

/** All of it, up to the button that lets one in. */
export async function prove(person, root, options) {
  await begin(person, root, options);
  const mail = await proveMail(person, root);
  await provePhone(person);
  return mail;
}

/** Back in by e-mail and phone: a held session, at the device that was lost. */
export async function backIn(person, root, options) {
  const mail = await prove(person, root, options);
  await person.press('recovery-enter');
  await person.at('shell-nav-credentials');
  return mail;
}

/** No session exists yet, whatever was proved. */
export async function nobodyIsIn(person) {
  const response = await person.context.request.get('/console/home', { maxRedirects: 0 });
  assert.equal(response.status(), 303, 'the console sends to sign-in');
  assert.match(response.headers().location, /^\/signin/);
}
