// The steps around MFA devices and saved codes in the console, as a person takes them.

import assert from 'node:assert/strict';
import { Authenticator } from './rig.mjs';

const CREDENTIALS = '/console/security-credentials';

/** Security credentials. */
export async function toCredentials(person) {
  await person.goto(CREDENTIALS);
  await person.at('shell-nav-credentials');
}

/** The row of a device. */
export function rowOf(person, device) {
  return person.page.locator('#devices tbody tr', { has: person.page.getByRole('rowheader', { name: device, exact: true }) });
}

/** Opens the menu of a device and follows what it offers. */
export async function actOn(person, device, key) {
  const row = rowOf(person, device);
  await row.locator('summary').click();
  await row.getByRole('link', { name: person.say(key), exact: true }).click();
}

/** Names a device that is to be registered; ends at its seed. */
export async function nameDevice(person, device) {
  await person.fill('device-name-question', device);
  await person.press('sign-in-next');
  await person.at('device-set-up-title');
}

/** The key to type, for whom the picture is of no use. */
export async function typedKey(person) {
  await person.page.locator('summary', { hasText: person.say('device-no-camera') }).click();
  return person.page.locator('#key').innerText();
}

/** From the name to the code that fits; gives back the authenticator. */
export async function register(person, device, { before } = {}) {
  await nameDevice(person, device);
  const app = new Authenticator(await typedKey(person));
  await before?.();
  await person.fill('sign-in-code', app.code());
  await person.press('device-assign');
  return app;
}

/** The time that this sentence names on the page. */
export async function timeOf(person, key) {
  const [before, after] = person.say(key, { time: '\n' }).split('\n').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const text = await person.page.getByRole('main').innerText();
  const found = new RegExp(`${before}(.+?)${after}`).exec(text);
  assert.ok(found, `no ${key} in: ${text}`);
  return found[1];
}

/** The saved codes on the page. */
export async function savedCodes(person) {
  return person.page.locator('#codes li').allInnerTexts();
}

/** Says that the codes are kept. */
export async function kept(person) {
  await person.page.getByRole('checkbox').check();
  await person.press('saved-done');
  await person.reads('flash-saved-kept');
}
