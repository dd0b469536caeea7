// Operators: the sign-in, a set-up behind the link of the command line, home, and fresh proof.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { typedKey } from './devices.mjs';
import { inspect } from './look.mjs';
import { Authenticator, LOCALES } from './rig.mjs';
import { stage } from './stage.mjs';

const { test, story } = stage();

async function offer(person, { email, password }, code) {
  await person.fill('console-email', email);
  await person.fill('sign-in-password', password);
  await person.fill('sign-in-code', code);
  await person.press('shell-sign-in');
}

for (const { locale, js } of [...LOCALES.map((locale) => ({ locale, js: true })), { locale: 'en', js: false }]) {
  // G-02 G-03
  test(`${locale}, scripts ${js ? 'on' : 'off'}: an operator is set up, signs in, and proves it afresh`, () => story({ locale, js }, async ({ house, person }) => {
    const [day] = house.demo.operators;
    const app = new Authenticator(day.totpSecret);
    await person.goto('/operator');
    await person.at('operator-sign-in-title');
    await offer(person, day, '000000');
    await person.refused('GL-OPER-002');
    await inspect(person, 'operator, sign-in refused');
    await offer(person, day, app.code());
    await person.at('operator-home');
    await inspect(person, 'operator, home');

    if (js) {
      await person.page.evaluate(() => {
        const form = document.querySelector('form[action="/operator/sign-out"]').cloneNode(true);
        form.action = '/operator/proof';
        for (const name of ['password', 'code']) form.append(Object.assign(document.createElement('input'), { name, value: 'wrong' }));
        document.body.append(form);
        form.submit();
      });
      await person.at('step-up-title');
      await inspect(person, 'operator, fresh proof');
      await person.page.getByLabel(person.say('step-up-password', { email: day.email }), { exact: true }).fill(day.password);
      await person.fill('sign-in-code', app.code());
      await person.press('step-up-submit');
      await person.at('operator-home');
    }
    await person.page.locator('summary', { hasText: day.name }).click();
    await person.press('shell-sign-out');
    await person.at('operator-sign-in-title');

    const made = JSON.parse(await house.cli('operator', 'create', '--name', 'Evening Desk', '--email', 'evening.desk@example.com', '--json'));
    await person.goto((await readFile(made.setUpFile, 'utf8')).trim());
    await person.at('operator-set-up-title');
    await inspect(person, 'operator, set-up');
    const key = await typedKey(person);
    const password = 'a lamp in each of seven windows';
    await person.fill('password-new', password);
    await person.fill('password-again', password);
    await person.fill('sign-in-code', new Authenticator(key).code());
    await person.press('operator-set-up-submit');
    await person.at('operator-home');
    await person.reads('flash-operator-set-up');
    assert.ok(await person.page.locator('#operators').getByText('Evening Desk').count());
  }));
}
