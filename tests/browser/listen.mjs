// Somebody who listens: hears the characters of a security check in its sound, by comparing each spoken stretch with the
// recordings. A person needs no recordings; the test has no ears.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ASSETS = fileURLToPath(new URL('../../assets/voice/', import.meta.url));
const ALPHABET = '23456789FHKMRWXY';
const PACES = [0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06];
/** Samples in 10 ms. */
const STEP = 80;
/** Frames of rest between two characters, and frames kept around one. */
const REST = 33;
const AROUND = 32;

/** The sound of a WAV file of ours: PCM of 16 bit, or the µ-law of G.711. */
function samples(file) {
  const at = file.indexOf('data');
  const sound = file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4));
  if (file.readUInt16LE(20) === 1) return Float64Array.from({ length: sound.length / 2 }, (_, n) => sound.readInt16LE(2 * n));
  return Float64Array.from(sound, (byte) => {
    const code = ~byte & 0xff;
    const size = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132;
    return code & 0x80 ? -size : size;
  });
}

const loudness = (sound) => Array.from({ length: Math.ceil(sound.length / STEP) }, (_, n) =>
  sound.subarray(n * STEP, (n + 1) * STEP).reduce((sum, sample) => sum + Math.abs(sample), 0));

/** The stretches that are spoken. */
function words(sound) {
  const frames = loudness(sound);
  const loudest = Math.max(...frames);
  const stretches = [];
  frames.forEach((frame, n) => {
    if (frame <= loudest / 3) return;
    const last = stretches.at(-1);
    if (last && n - last[1] < REST) last[1] = n;
    else stretches.push([n, n]);
  });
  return stretches.map(([from, to]) => sound.subarray(Math.max(0, from - AROUND) * STEP, (to + 1 + AROUND) * STEP));
}

/** The sum of the squares of the samples before each place. */
function energies(sound) {
  const sums = new Float64Array(sound.length + 1);
  sound.forEach((sample, n) => {
    sums[n + 1] = sums[n] + sample ** 2;
  });
  return sums;
}

/** The best correlation of `part` with any stretch of `whole` of its length. */
function alike({ sound: whole, sums }, part) {
  const own = energies(part).at(-1);
  let best = 0;
  for (let from = 0; from + part.length <= whole.length; from += 2) {
    let both = 0;
    for (let n = 0; n < part.length; n += 2) both += whole[from + n] * part[n];
    best = Math.max(best, (2 * both) / Math.sqrt(own * (sums[from + part.length] - sums[from]) || 1));
  }
  return best;
}

/** The same faster or slower. */
const paced = (sound, pace) => Float64Array.from({ length: Math.floor(sound.length / pace) }, (_, n) => {
  const place = n * pace;
  const left = Math.floor(place);
  return sound[left] + ((sound[left + 1] ?? 0) - sound[left]) * (place - left);
});

const known = new Map();

/** Each character with its recording at every pace. */
function recordings(locale) {
  if (!known.has(locale)) {
    known.set(locale, [...ALPHABET].map((character) => {
      const letters = locale === 'ja' ? 'letters/ja' : 'letters/en';
      const path = /\d/.test(character) ? `${locale}/${character}` : `${letters}/${character.toLowerCase()}`;
      const sound = samples(readFileSync(`${ASSETS}${path}.wav`));
      return { character, spoken: PACES.map((pace) => paced(sound, pace)) };
    }));
  }
  return known.get(locale);
}

/** The characters that are spoken in a WAV file, in the language of the page. */
export function heard(file, locale) {
  return words(samples(file)).map((sound) => {
    const word = { sound, sums: energies(sound) };
    const scores = recordings(locale).map(({ character, spoken }) => ({
      character,
      score: Math.max(...spoken.map((one) => alike(word, one))),
    }));
    return scores.sort((a, b) => b.score - a.score)[0].character;
  }).join('');
}
