// One-time codes of RFC 6238 (SHA-1, six digits, steps of 30 s), written here a second time so that the tests do not
// take the product's word for them.

import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of a base32 secret (RFC 4648); blanks and small letters as people type them. */
export function base32(text) {
  let bits = 0n;
  let length = 0;
  for (const letter of text.toUpperCase().replace(/[\s=-]/g, '')) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new Error(`not base32: ${letter}`);
    bits = (bits << 5n) | BigInt(value);
    length += 5;
  }
  const bytes = Buffer.alloc(length >> 3);
  bits >>= BigInt(length & 7);
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    bytes[at] = Number(bits & 255n);
    bits >>= 8n;
  }
  return bytes;
}

/** The code of a secret; `skew` in seconds makes an authenticator whose clock is wrong. */
export function totp(secret, { skew = 0, at = Date.now() } = {}) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((at / 1000 + skew) / 30)));
  const mac = createHmac('sha1', typeof secret === 'string' ? base32(secret) : secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** An authenticator app: never gives the code of one step twice, as a person would wait for the next one.
 *  The server takes one step to either side, so three codes are at hand at any moment. */
export class Authenticator {
  #secret;
  #used = new Set();

  constructor(secret) {
    this.#secret = secret;
  }

  code({ skew = 0 } = {}) {
    const now = Date.now();
    for (const ahead of [0, 30, -30]) {
      const step = Math.floor((now / 1000 + skew + ahead) / 30);
      if (!this.#used.has(step)) {
        this.#used.add(step);
        return totp(this.#secret, { skew: skew + ahead, at: now });
      }
    }
    throw new Error('three codes used within half a minute: give the story another identity');
  }
  /** Codes one directly after the other, as somebody reads them who waits in between. */
  codes(count, { skew = 0 } = {}) {
    const now = Date.now();
    return Array.from({ length: count }, (_, later) => {
      this.#used.add(Math.floor((now / 1000 + skew) / 30) + later);
      return totp(this.#secret, { skew: skew + 30 * later, at: now });
    });
  }
}
