// MFA devices in the console and at sign-in: registered with their saved codes, replaced, renamed, removed, chosen,
// and brought back into step.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Authenticator, LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { actOn, kept, nameDevice, register, rowOf, savedCodes, toCredentials, typedKey } from './devices.mjs';
import { codeOf, troubleshoot } from './recover.mjs';
import { factor, name, password, pick, signIn, signOut, toFactor } from './steps.mjs';
import { totp } from './totp.mjs';

const { test, story } = stage();

/** Somebody with an account and no device yet, signed in. */
async function newcomer(house, options) {
  const root = await house.account({ name: 'Quiet Bay', email: 'quiet@example.com' });
  const person = await house.person(options);
  await name(person, root);
  await password(person, root);
  await person.at('sign-in-mail-title');
  await person.fill('sign-in-mail-code', codeOf(await house.mail(root.email)));
  await person.press('sign-in-submit');
  await person.at('console-home');
  return { root, person };
}

/** Copies, saves and prints the codes, as far as scripts do it. */
async function keep(person, codes) {
  const { page } = person;
  const [download] = await Promise.all([page.waitForEvent('download'), person.press('shell-download')]);
  assert.match(download.suggestedFilename(), /\.txt$/);
  assert.deepEqual((await readFile(await download.path(), 'utf8')).trim().split('\n'), codes);
  await page.evaluate(() => { window.print = () => { document.documentElement.dataset.printed = 'yes'; }; });
  await person.press('shell-print');
  await page.locator('html[data-printed]').waitFor({ state: 'attached' });
}

/** What lies on the paper: the codes and whose they are, and nothing to press. */
async function onPaper(person, codes) {
  await person.page.emulateMedia({ media: 'print' });
  const text = await person.page.locator('body').innerText();
  for (const code of codes) assert.ok(text.includes(code), code);
  await person.reads('saved-print');
  for (const press of ['saved-done', 'shell-download', 'shell-print']) assert.equal(await person.button(press).isVisible(), false, press);
  await person.page.emulateMedia({ media: null });
}

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    const how = `${locale}, scripts ${js ? 'on' : 'off'}`;

    // R-MFA-01 R-MFA-08 P-16 P-20
    test(`${how}: the first device, and the codes to keep`, () => story({ locale, js }, async ({ house }) => {
      const { root, person } = await newcomer(house, { locale, js });
      const { page } = person;
      await toCredentials(person);
      await person.reads('device-none-why');
      await inspect(person, 'security credentials without a device');
      await person.follow('device-register');
      await person.at('device-new-title');
      assert.equal(await person.field('device-name-question').inputValue(), person.say('device-first-name'));
      await inspect(person, 'name of a device');
      await nameDevice(person, 'phone 電話');
      await page.getByRole('img', { name: person.say('device-qr'), exact: true }).waitFor();
      const key = await typedKey(person);
      const uri = new URL(await person.link('device-open-app').getAttribute('href'));
      assert.equal(uri.protocol, 'otpauth:');
      assert.equal(uri.searchParams.get('secret'), key.replace(/\s/g, ''));
      await inspect(person, 'set up of a device');
      // A code that does not fit registers nothing, and the same seed is still there after a reload.
      const app = new Authenticator(key);
      await person.fill('sign-in-code', totp(key, { skew: 86_400 }));
      await person.press('device-assign');
      await person.reads('GL-MFA-001');
      await inspect(person, 'code of a new device refused');
      await page.reload();
      await person.at('device-set-up-title');
      assert.equal(await typedKey(person), key);
      await person.fill('sign-in-code', app.code().replace(/(...)/, '$1 '));
      await person.press('device-assign');

      await person.at('saved-new-title');
      const codes = await savedCodes(person);
      assert.equal(new Set(codes).size, 10);
      await inspect(person, 'saved codes');
      if (js) await keep(person, codes);
      await onPaper(person, codes);
      await page.reload();
      assert.deepEqual(await savedCodes(person), codes, 'shown until they are kept');
      await kept(person);
      await person.reads('saved-left', { n: 10 });
      await rowOf(person, 'phone 電話').getByText(person.say('device-in-use'), { exact: true }).waitFor();
      await inspect(person, 'security credentials');
      await page.goBack();
      assert.equal(await page.getByText(codes[0]).count(), 0, 'and never again');

      await toCredentials(person);
      await signOut(person, root);
      await signIn(person, root, app);
    }));

    // R-REC-25 R-REC-26 R-MFA-03 R-MFA-16 R-MFA-17 P-13 P-14
    test(`${how}: another device, renamed, replaced in one act, removed`, () => story({ locale, js }, async ({ house, root, person, app }) => {
      await signIn(person, root, app);
      await toCredentials(person);
      await person.follow('device-register');
      const tablet = await register(person, 'tablet');
      await person.reads('flash-device-registered');

      // Stopping halfway leaves nothing behind, not even the name.
      await person.follow('device-register');
      await nameDevice(person, 'watch');
      await person.follow('device-cancel');
      assert.equal(await rowOf(person, 'watch').count(), 0);

      await actOn(person, 'tablet', 'device-rename');
      await person.at('device-rename-title');
      await person.fill('device-name', 'PHONE');
      await person.press('device-rename');
      await person.reads('GL-MFA-006');
      await inspect(person, 'name of a device taken');
      await person.fill('device-name', '平板');
      await person.press('device-rename');
      await person.reads('flash-device-renamed');
      await inspect(person, 'security credentials with two devices');

      await actOn(person, 'Phone', 'device-replace');
      await person.at('device-replace-title');
      await person.reads('device-replace-lead', { device: 'Phone' });
      assert.equal(await person.field('device-name-question').inputValue(), 'Phone');
      await inspect(person, 'replace a device');
      const renewed = await register(person, 'Phone', { before: async () => {
        await person.reads('device-replace-then', { device: 'Phone' });
        await inspect(person, 'set up of a device that replaces one');
      } });
      await person.reads('flash-device-registered');
      assert.equal(await rowOf(person, 'Phone').count(), 1);

      // Chosen at sign-in; the one that was replaced opens nothing any more.
      await signOut(person, root);
      await toFactor(person, root);
      await inspect(person, 'choice of device');
      await pick(person, 'Phone');
      await factor(person, app.code());
      await person.reads('GL-MFA-001');
      await person.press('sign-in-other-device');
      await pick(person, '平板');
      await factor(person, tablet.code());
      await person.at('console-home');

      await toCredentials(person);
      await actOn(person, 'Phone', 'device-remove');
      await person.at('device-remove-question', { device: 'Phone' });
      await inspect(person, 'remove a device');
      await person.press('device-remove-act');
      await person.reads('flash-device-removed');
      await actOn(person, '平板', 'device-remove');
      await person.reads('device-remove-last');
      await inspect(person, 'remove the last device');
      await person.follow('device-keep');
      assert.equal(await rowOf(person, '平板').count(), 1);
      const elsewhere = await house.person({ locale, js });
      await toFactor(elsewhere, root);
      await factor(elsewhere, renewed.code());
      await elsewhere.reads('GL-MFA-001');
    }));

    // R-MFA-05 R-MFA-14 P-19
    test(`${how}: a clock that runs wrong is told at sign-in, and the next code corrects it`, () => story({ locale, js }, async ({ house, root, person, app }) => {
      // The phone's clock is four minutes slow; codes are typed one after the other, as it shows them.
      const [one, two] = app.codes(2, { skew: -270 });
      await toFactor(person, root);
      await factor(person, one);
      await person.reads('GL-MFA-001');
      await factor(person, two);
      await person.at('sign-in-factor-title');
      await person.reads('sign-in-clock-next');
      await person.reads('refusal-drift-slow');
      await inspect(person, 'clock of a device wrong');
      await person.page.reload();
      await person.reads('sign-in-clock-next');
      await person.fill('sign-in-clock-code', app.code({ skew: -240 }));
      await person.press('sign-in-clock-submit');
      await person.at('console-home');

      // The same from Troubleshoot MFA, with both codes at once.
      const other = await house.person({ locale, js });
      await troubleshoot(other, root);
      await other.follow('recovery-resync-act');
      await other.at('recovery-resync-page');
      await inspect(other, 're-sync at sign-in');
      // Far from the codes that follow: a code that was seen is used up, whenever it was shown.
      const [early, , late] = app.codes(3, { skew: 360 });
      await other.fill('device-first-code', early);
      await other.fill('device-second-code', late);
      await other.press('recovery-resync-act');
      await other.reads('GL-MFA-007');
      await inspect(other, 're-sync refused');
      const [first, second] = app.codes(2, { skew: 90 });
      await other.fill('device-first-code', first);
      await other.fill('device-second-code', second);
      await other.press('recovery-resync-act');
      await other.reads('refusal-drift-fast');
      await inspect(other, 're-sync found');
      await other.follow('recovery-resync-on');
      await other.fill('sign-in-clock-code', app.code({ skew: 120 }));
      await other.press('sign-in-clock-submit');
      await other.at('console-home');
    }));
  }

  // R-MFA-05 R-MFA-14
  test(`${locale}: a device hours out of step is resynchronized in the console`, () => story({ locale }, async ({ root, person, app }) => {
    await signIn(person, root, app);
    await toCredentials(person);
    await person.follow('device-register');
    const token = await register(person, 'token');
    await person.reads('flash-device-registered');
    await actOn(person, 'token', 'device-resync');
    await person.at('device-resync-title');
    await inspect(person, 'resynchronize a device');
    const [first, second] = token.codes(2, { skew: 21_000 });
    await person.fill('device-first-code', second);
    await person.fill('device-second-code', first);
    await person.press('device-resync');
    await person.reads('GL-MFA-007');
    await inspect(person, 'resynchronizing refused');
    await person.fill('device-first-code', first);
    await person.fill('device-second-code', second);
    await person.press('device-resync');
    await person.reads('flash-device-resynced');
    await signOut(person, root);
    await toFactor(person, root);
    await pick(person, 'token');
    await factor(person, second);
    await person.reads('GL-MFA-002');
    await factor(person, token.code({ skew: 21_030 }));
    await person.at('console-home');
  }));

  // P-16
  test(`${locale}: saved codes are renewed as a whole`, () => story({ locale }, async ({ root, person, app }) => {
    await signIn(person, root, app);
    await toCredentials(person);
    await person.follow('saved-renew');
    await person.at('saved-renew-title');
    await inspect(person, 'renew saved codes');
    await person.press('saved-renew-act');
    await person.at('saved-new-title');
    const codes = await savedCodes(person);
    assert.ok(codes.every((code) => !root.recoveryCodes.includes(code)));
    await keep(person, codes);
    await kept(person);
    await person.reads('saved-left', { n: 10 });
  }));
}

// R-MFA-01
test('eight devices are the most, and the page says what to do', () => story({}, async ({ root, person, app }) => {
  await signIn(person, root, app);
  await toCredentials(person);
  for (let n = 2; n <= 8; n += 1) {
    await person.follow('device-register');
    await register(person, `device ${n}`);
    await person.reads('flash-device-registered');
  }
  await person.reads('device-full');
  assert.equal(await person.link('device-register').count(), 0);
  await inspect(person, 'eight devices');
  await person.goto('/console/security-credentials/devices/new');
  await person.refused('GL-MFA-004');
}));
