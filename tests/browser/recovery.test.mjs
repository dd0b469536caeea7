// Somebody has lost the authenticator and gets back in: the whole walk in three languages, with scripts and without,
// and what can go another way.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { LOCALES } from './rig.mjs';
import { inspect } from './look.mjs';
import { stage } from './stage.mjs';
import { toFactor } from './steps.mjs';
import { begin, call, codeOf, digitsOn, nobodyIsIn, other, proofOf, proveMail, provePhone, sendMail, troubleshoot } from './recover.mjs';

const { test, story } = stage('lockedOutRoot');

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    describe(`${locale}, scripts ${js ? 'on' : 'off'}`, () => {
      // R-REC-01 R-REC-04 R-REC-05 R-REC-06 R-REC-09 R-REC-10 R-REC-11 R-REC-14 R-REC-15 R-REC-16 R-REC-17 R-REC-18
      // R-REC-19 R-REC-21 R-REC-22 R-REC-33 R-REC-34 R-REC-35 R-REC-36 R-REC-38 R-REC-39 R-REC-40 R-REC-41 R-REC-42
      // R-REC-43 R-REC-44 R-REC-45 R-CON-01 R-CON-16 P-01 P-08
      test('the whole way back', () => story({ locale, js }, async ({ house, root, person }) => {
        const { page } = person;
        await troubleshoot(person, root);
        for (const key of ['recovery-resync-title', 'recovery-alternative-title', 'recovery-alternative-text']) await person.reads(key);
        await inspect(person, 'troubleshoot');

        await person.follow('recovery-alternative-act');
        await person.at('recovery-begin-title');
        for (const key of ['recovery-need-phone', 'recovery-told']) await person.reads(key);
        await person.reads('recovery-need-mail', { email: root.email });
        await inspect(person, 'what happened');
        await person.choice('recovery-why-lost').check();
        await person.press('recovery-begin-act');

        await person.at('recovery-mail-title');
        await page.getByText(root.email).first().waitFor();
        assert.equal(await person.button('recovery-call-now').count(), 0);
        await inspect(person, 'e-mail');
        const mail = await sendMail(person, root);
        await page.getByText(mail.from).first().waitFor();
        await person.button('recovery-mail-resend').waitFor();
        assert.equal(mail.language, locale);
        const phrase = await page.locator('.phrase').innerText();
        assert.ok(mail.text.includes(phrase), 'the mail and the page show the same two words');
        await inspect(person, 'mail sent');
        await nobodyIsIn(person);

        await person.fill('recovery-mail-code', codeOf(mail));
        await person.press('recovery-mail-code-act');
        await person.at('recovery-phone-title');
        const shown = await page.getByRole('main').innerText();
        assert.ok(shown.includes(root.phone.slice(-4).trim()), 'the last digits are shown');
        assert.ok(!shown.replace(/\s/g, '').includes(root.phone.replace(/\D/g, '').slice(-6)), 'and no more');
        await person.reads('recovery-phone-international');
        await inspect(person, 'telephone');
        await nobodyIsIn(person);

        const { ringing, digits } = await call(person);
        assert.match(digits, /^[0-8]\d{5}$/);
        assert.equal(ringing.language, locale);
        assert.equal(ringing.to.replace(/\D/g, ''), root.phone.replace(/\D/g, ''));
        assert.ok(!ringing.prompt.replace(/\D/g, '').includes(digits), 'the voice does not tell the digits');
        await person.reads('recovery-call-subtitles');
        await inspect(person, 'call');
        await house.press(ringing, digits);

        await person.at('recovery-ready-title');
        await inspect(person, 'all proved');
        await nobodyIsIn(person);
        await person.press('recovery-enter');
        await page.waitForURL('**/console/security-credentials**');
        await inspect(person, 'security credentials after a recovery');
      }));
    });
  }
}

describe('the mail', () => {
  // R-REC-56 P-05
  test('the link proves the address from another browser, and the waiting page goes on by itself', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    const mail = await sendMail(person, root);
    const phone = await house.person({ locale: 'en', width: 390, height: 800 });
    await phone.goto(proofOf(mail));
    await phone.at('recovery-link-title');
    assert.equal(await phone.page.locator('.phrase').innerText(), await person.page.locator('.phrase').innerText());
    assert.ok(!phone.page.url().includes(new URL(proofOf(mail)).pathname.split('/').at(-1)), 'the token is not in the address');
    await inspect(phone, 'mailed link');
    // Looking is not proving: mail scanners open links.
    assert.equal(await person.heading('recovery-phone-title').count(), 0);
    await phone.press('recovery-link-act');
    await phone.at('recovery-link-done-title');
    await inspect(phone, 'address verified');
    await person.at('recovery-phone-title');
    await nobodyIsIn(phone);

    // Opened again it says that it is done already, and does nothing more.
    await phone.goto(proofOf(mail));
    await phone.at('recovery-link-done-title');
    const third = await house.person();
    await third.goto(proofOf(mail));
    await third.at('recovery-link-done-title');
    assert.equal(await third.button('recovery-link-act').count(), 0);
    await nobodyIsIn(third);
    await third.goto(`${proofOf(mail).slice(0, -4)}aaaa`);
    await third.refused('GL-LINK-001');
    await inspect(third, 'unknown link');
  }));

  // R-REC-37 P-06
  test('a wrong code is refused, a new mail is one press away, and the old code dies', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    const first = await sendMail(person, root);
    await person.fill('recovery-mail-code', other(codeOf(first)));
    await person.press('recovery-mail-code-act');
    await person.at('recovery-mail-sent-title');
    await inspect(person, 'wrong mail code');
    const own = person.page.url().replace(/\/code$/, '');
    const followed = (answer) => answer.url() === own && answer.request().method() === 'GET';
    await person.page.waitForResponse(followed);
    await person.page.waitForResponse(followed);
    assert.ok(await person.page.locator('#code[aria-invalid]').isVisible(), 'the page that follows the mail still says what was wrong');
    const since = await house.outbox(root.email);
    await person.press('recovery-mail-resend');
    const second = await house.mail(root.email, { since, where: (mail) => proofOf(mail) });
    await person.fill('recovery-mail-code', codeOf(second));
    await person.press('recovery-mail-code-act');
    await person.at('recovery-phone-title');
  }));
});

describe('the telephone', () => {
  // R-REC-46 R-REC-57 P-03 P-04
  test('wrong digits are counted and shown, and new calls have new digits', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    await proveMail(person, root);
    const { ringing, digits } = await call(person);
    await house.press(ringing, other(digits));
    await person.reads('recovery-call-wrong');
    await person.reads('recovery-call-tries', { n: 2 });
    await inspect(person, 'wrong digits');
    await house.press(ringing, other(digits));
    await person.reads('recovery-call-tries', { n: 1 });
    await house.press(ringing, other(digits));
    await person.reads('recovery-call-wrong-digits');
    await inspect(person, 'call ended by wrong digits');
    const again = await call(person, 'recovery-call-again');
    assert.notEqual(again.digits, digits);
    await house.press(again.ringing, again.digits);
    await person.at('recovery-ready-title');
  }));

  // R-REC-47 R-REC-48 P-04
  test('after three calls with wrong digits the page says until when calls must wait, and other ways stay open', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    await proveMail(person, root);
    let button = 'recovery-call-now';
    for (let calls = 0; calls < 3; calls += 1) {
      const { ringing, digits } = await call(person, button);
      for (let tries = 0; tries < 3; tries += 1) await house.press(ringing, other(digits));
      await person.reads('recovery-call-wrong-digits');
      button = 'recovery-call-again';
    }
    await person.at('recovery-phone-blocked-title');
    await person.reads('recovery-phone-blocked-wrong-digits');
    await person.reads('recovery-phone-blocked-meanwhile');
    assert.equal(await person.button('recovery-call-again').count(), 0);
    await inspect(person, 'calls must wait');
    if (root.recoveryCodes?.length > 0) await person.link('recovery-code-instead').waitFor();
  }));

  for (const [reason, line] of [['declined', 'declined'], ['busy', 'busy'], ['no-answer', 'no-answer'], ['failed', 'failed'], ['barred', 'barred']]) {
    // R-REC-20 R-REC-46 P-03 P-07
    test(`a call that is ${reason} is not counted, and calling again is one press`, () => story({}, async ({ house, root, person }) => {
      await begin(person, root);
      await proveMail(person, root);
      const { ringing } = await call(person);
      await house.fail(ringing, reason);
      await person.reads(`recovery-call-${line}`);
      await person.reads('recovery-phone-counts');
      await inspect(person, `call ${reason}`);
      await provePhone(person, 'recovery-call-again');
    }));
  }

  test('hanging up is not counted either', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    await proveMail(person, root);
    const { ringing, digits } = await call(person);
    await house.press(ringing, digits.slice(0, 2));
    await house.hangUp(ringing);
    await person.reads('recovery-call-hung-up');
    await provePhone(person, 'recovery-call-again');
  }));

  test('key 9 says that it was somebody else, and ends the attempt', () => story({}, async ({ house, root, person }) => {
    await begin(person, root);
    await proveMail(person, root);
    const { ringing } = await call(person);
    await house.press(ringing, '9');
    await person.at('recovery-over-title');
    await person.reads('recovery-over-phone');
    await inspect(person, 'ended by the person called');
  }));
});

for (const locale of LOCALES) {
  for (const js of [true, false]) {
    // P-05 P-07 R-REC-13
    test(`${locale}, scripts ${js ? 'on' : 'off'}: reload at every step, and a second tab`, () => story({ locale, js }, async ({ house, root, person }) => {
      const { page } = person;
      // Once the page is there: a reload before that would take back the press that leads to it.
      const again = async (key) => {
        await person.at(key);
        await person.page.reload();
        await person.at(key);
      };
      await toFactor(person, root);
      await again('sign-in-factor-title');
      await person.follow('sign-in-troubleshoot');
      await again('recovery-trouble-title');
      await person.follow('recovery-alternative-act');
      await again('recovery-begin-title');
      await person.choice('recovery-why-lost').check();
      await person.press('recovery-begin-act');
      await again('recovery-mail-title');
      const mail = await sendMail(person, root);
      await again('recovery-mail-sent-title');
      const tab = await person.newPage();
      await tab.goto(page.url());
      await person.at('recovery-mail-sent-title');
      if (!js) await person.follow('recovery-call-start');
      person.page = page;
      await person.fill('recovery-mail-code', codeOf(mail));
      await person.press('recovery-mail-code-act');
      await again('recovery-phone-title');
      // The other tab goes on by itself: by its script, or by the browser's own refresh.
      person.page = tab;
      await person.at('recovery-phone-title');
      const { ringing, digits } = await call(person);
      await again('recovery-call-title');
      assert.equal(await digitsOn(person), digits);
      await house.press(ringing, digits);
      await person.at('recovery-ready-title');
      await again('recovery-ready-title');
      person.page = page;
      await page.reload();
      await person.press('recovery-enter');
      await page.waitForURL('**/console/security-credentials**');
      await again('shell-nav-credentials');
      // The tab that was left behind says that it is done, and nothing is done twice.
      person.page = tab;
      await tab.reload();
      await person.at('recovery-over-title');
      await person.reads('recovery-over-completed');
      assert.equal((await house.calls()).length, 1);
    }));
  }
}
