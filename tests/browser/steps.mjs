// Steps that many stories share, as a person takes them: read the label, fill the field, press the button.

import assert from 'node:assert/strict';
import { Authenticator } from './rig.mjs';

/** From the chooser to the password page. */
export async function name(person, root, { from = '/signin' } = {}) {
  if (from) await person.goto(from);
  await person.at('sign-in-title');
  await person.choice('sign-in-root').check();
  await person.fill('sign-in-email', root.email);
  await person.press('sign-in-next');
  await person.at('sign-in-root-title');
}

/** Types the password. */
export async function password(person, root) {
  await person.fill('sign-in-password', root.password);
  await person.press('sign-in-submit');
}

/** Address and password; ends at the page that asks for the device. */
export async function toFactor(person, root, options) {
  await name(person, root, options);
  await password(person, root);
  await person.at('sign-in-factor-title');
}

/** Of several devices, the one that is at hand. */
export async function pick(person, device) {
  await person.page.getByRole('radio', { name: device, exact: true }).check();
  await person.press('sign-in-next');
  await person.reads('sign-in-factor-lead', { device });
}

/** Types a code of the authenticator. */
export async function factor(person, code) {
  await person.fill('sign-in-code', code);
  await person.press('sign-in-submit');
}

/** All of it: ends on the console. */
export async function signIn(person, root, app, { device, ...options } = {}) {
  await toFactor(person, root, options);
  if (device) await pick(person, device);
  await factor(person, app.code());
  await person.at('console-home');
}

/** By the menu at the top right. */
export async function signOut(person, root) {
  await person.page.locator('summary', { hasText: root.accountName }).click();
  await person.press('shell-sign-out');
  await person.at('public-title');
}

/** The link to a new password in a mail. */
export const resetOf = (mail) => mail.links.find((link) => /\/reset\/(?!not-me)/.test(link));

/** Asks for a link to a new password; gives back the mail. */
export async function forget(person, root) {
  const since = await person.house.outbox(root.email);
  await name(person, root);
  await person.follow('sign-in-forgot');
  await person.at('password-forgot');
  assert.equal(await person.field('sign-in-email').inputValue(), root.email);
  await person.press('password-send');
  await person.reads('password-sent');
  return person.house.mail(root.email, { since, where: resetOf });
}

/** Sets a new password behind a mailed link. */
export async function renew(person, mail, chosen) {
  await person.goto(resetOf(mail));
  await person.fill('password-new', chosen);
  await person.fill('password-again', chosen);
  await person.press('password-reset');
  await person.at('password-reset-done');
}

/** An operator signs in and comes to the queue of support cases. */
export async function desk(person, { email, password, totpSecret }) {
  await person.goto('/operator');
  await person.fill('console-email', email);
  await person.fill('sign-in-password', password);
  await person.fill('sign-in-code', new Authenticator(totpSecret).code());
  await person.press('shell-sign-in');
  await person.at('operator-home');
  await person.follow('support-queue-title');
  await person.at('support-queue-title');
}
