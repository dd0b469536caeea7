// A root user signs in and out, in three languages, with scripts and without; and what does not let one in.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { codeOf } from './recover.mjs';
import { factor, name, password, signIn, signOut, toFactor } from './steps.mjs';

const { test, story } = stage();

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    describe(`${locale}, scripts ${js ? 'on' : 'off'}`, () => {
      // R-URL-01 R-URL-02 R-URL-03 R-ROOT-01 R-ROOT-07 R-ROOT-08 R-ROOT-24 R-MFA-11 R-REC-42 R-OUT-01 R-OUT-02
      test('the way in and out, page by page', () => story({ locale, js }, async ({ root, person, app }) => {
        const { page } = person;
        await person.goto('/');
        await person.at('public-title');
        await inspect(person, 'public page');
        await person.page.getByRole('main').getByRole('link', { name: person.say('shell-sign-in'), exact: true }).click();

        await person.at('sign-in-title');
        assert.equal(await page.getByRole('radio').count(), 2);
        for (const key of ['sign-in-root', 'sign-in-root-for', 'sign-in-iam', 'sign-in-iam-for', 'sign-in-mfa-ready']) await person.reads(key);
        assert.equal(await page.getByRole('link', { name: person.say('sign-in-learn-more') }).count(), 2);
        assert.equal(await person.field('sign-in-email').getAttribute('placeholder'), 'username@example.com');
        await inspect(person, 'chooser');

        await name(person, root, { from: null });
        await page.getByText(root.email).first().waitFor();
        for (const key of ['sign-in-forgot', 'sign-in-different', 'sign-in-open']) await person.link(key).waitFor();
        await person.reads('sign-in-root-sparingly');
        await inspect(person, 'password');

        await password(person, root);
        await person.at('sign-in-factor-title');
        await person.link('sign-in-troubleshoot').waitFor();
        await inspect(person, 'code');

        await factor(person, app.code());
        await person.at('console-home');
        await person.reads('console-root');
        await inspect(person, 'console home');

        await signOut(person, root);
        await inspect(person, 'public page after signing out');
      }));

      // R-OUT-08
      test('after signing out nothing private is shown', () => story({ locale, js }, async ({ root, person, app }) => {
        await signIn(person, root, app);
        const cookies = await person.context.cookies();
        await signOut(person, root);
        await person.page.goBack();
        assert.equal(await person.page.getByText(root.accountId).count(), 0);
        await person.context.addCookies(cookies);
        await person.goto('/console/home');
        await person.at('sign-in-title');
      }));
    });
  }
}

// R-URL-18
test('a link into the console leads there through sign-in', () => story({}, async ({ root, person, app }) => {
  await person.goto('/console/security-credentials');
  await person.at('sign-in-title');
  await toFactor(person, root, { from: null });
  await factor(person, app.code());
  await person.page.waitForURL('**/console/security-credentials');
}));

// R-URL-24
test('no link to sign-in leads to a foreign site', () => story({}, async ({ house, root, person, app }) => {
  await toFactor(person, root, { from: '/signin?return_to=https%3A%2F%2Fexample.com%2Fconsole' });
  await factor(person, app.code());
  await person.at('console-home');
  assert.equal(new URL(person.page.url()).origin, house.origin);
}));

test('IAM users are told that there are none yet, with a code', () => story({}, async ({ person }) => {
  await person.goto('/signin');
  await person.choice('sign-in-iam').check();
  await person.fill('sign-in-email', 'somebody@example.com');
  await person.press('sign-in-next');
  await person.refused('GL-SIGNIN-003');
  await inspect(person, 'refusal');
}));

// R-ROOT-26
test('a wrong password and an unknown address get the same words', () => story({}, async ({ root, person }) => {
  const seen = [];
  for (const email of [root.email, 'nobody@example.com']) {
    await name(person, { email });
    await password(person, { password: 'quite wrong, and long enough' });
    await person.reads('GL-SIGNIN-002');
    await inspect(person, 'wrong password');
    seen.push((await person.page.getByRole('main').innerText()).replaceAll(email, 'ADDRESS'));
  }
  assert.equal(seen[0], seen[1]);
}));

// R-MFA-15
test('a wrong code is refused, and a right one works once', () => story({}, async ({ house, root, person, app }) => {
  await toFactor(person, root);
  await factor(person, '000000');
  await person.reads('GL-MFA-001');
  await inspect(person, 'wrong code');
  const code = app.code();
  await factor(person, code);
  await person.at('console-home');

  const other = await house.person();
  await toFactor(other, root);
  await factor(other, code);
  await other.reads('GL-MFA-002');
}));

// R-ROOT-02 R-ROOT-09 R-ROOT-10 R-ROOT-11
test('without MFA an unknown browser is asked for a mailed code, a known one is not', () => story({}, async ({ house, person }) => {
  const root = await house.account({ name: 'Quiet Bay', email: 'quiet@example.com' });
  await name(person, root);
  await password(person, root);
  await person.at('sign-in-mail-title');
  await inspect(person, 'mailed code');
  const mail = await house.mail(root.email);
  assert.match(mail.from, /@(signin|verify\.signin)\./);
  const code = codeOf(mail);
  await person.fill('sign-in-mail-code', code.replace(/^..../, '$& '));
  await person.press('sign-in-submit');
  await person.at('console-home');
  await person.reads('console-mfa-off');
  await inspect(person, 'console home without MFA');
  await signOut(person, root);
  await name(person, root);
  await password(person, root);
  await person.at('console-home');
}));

// P-05
test('reload, a second tab and a late press lose nothing', () => story({}, async ({ root, person, app }) => {
  await name(person, root);
  await person.page.reload();
  await person.at('sign-in-root-title');
  const first = person.page;
  const second = await person.newPage();
  await second.goto(first.url());
  await password(person, root);
  await person.at('sign-in-factor-title');
  // The first tab still shows the password page; pressing there goes on to where the flow is.
  person.page = first;
  await password(person, root);
  await person.at('sign-in-factor-title');
  await factor(person, app.code());
  await person.at('console-home');
}));

test('the language is chosen on the page and remembered', () => story({ locale: 'en' }, async ({ person }) => {
  await person.goto('/signin');
  await person.at('sign-in-title');
  await person.page.getByRole('button', { name: '日本語' }).click();
  await person.page.locator('html[lang=ja]').waitFor();
  await person.goto('/');
  assert.equal(await person.page.locator('html').getAttribute('lang'), 'ja');
}));

test('the keyboard alone is enough', () => story({}, async ({ root, person, app }) => {
  const { page } = person;
  await person.goto('/signin');
  await person.at('sign-in-title');
  await page.keyboard.type(root.email);
  await page.keyboard.press('Enter');
  await person.at('sign-in-root-title');
  await page.keyboard.type(root.password);
  await page.keyboard.press('Enter');
  await person.at('sign-in-factor-title');
  await page.keyboard.type(app.code().replace(/(...)/, '$1 '));
  await page.keyboard.press('Enter');
  await person.at('console-home');
}));
