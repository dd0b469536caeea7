// The rig itself: codes against the vectors of RFC 6238, texts against what Fluent means.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authenticator, base32, totp } from './totp.mjs';
import { LOCALES, parse, texts } from './texts.mjs';

test('one-time codes are those of RFC 6238, appendix B', () => {
  const secret = Buffer.from('12345678901234567890');
  for (const [second, code] of [[59, '287082'], [1111111109, '081804'], [1234567890, '005924'], [20000000000, '353130']]) {
    assert.equal(totp(secret, { at: second * 1000 }), code);
  }
  assert.deepEqual(base32('gezd gnbv GY3TQOJQ gezdgnbvgy3tqojq'), secret);
  assert.equal(totp(secret, { at: 0, skew: 59 }), '287082');
});

test('an authenticator never repeats a code', () => {
  const app = new Authenticator('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  assert.equal(new Set([app.code(), app.code(), app.code()]).size, 3);
  assert.throws(() => app.code());
  const [first, second] = app.codes(2, { skew: 600 });
  assert.notEqual(first, second);
  assert.notEqual(app.code({ skew: 600 }), first);
});

test('messages are read with attributes, lines and comments', () => {
  const messages = parse('# Note\na = One\n    two\n    .b = { $x } three\n\nc = { $n ->\n    [one] 1\n   *[other] { $n }\n }\n');
  assert.deepEqual([...messages.keys()], ['a', 'a.b', 'c']);
  assert.equal(messages.get('a'), 'One\ntwo');
  assert.match(messages.get('c'), /^\{ \$n ->[\s\S]*\}$/);
});

test('every text of every language can be read', () => {
  for (const locale of LOCALES) {
    const own = texts(locale);
    for (const key of own.keys()) assert.ok(own.say(key), key);
    assert.equal(typeof own.say('shell-skip'), 'string');
    assert.throws(() => own.say('no-such-text'));
  }
});
