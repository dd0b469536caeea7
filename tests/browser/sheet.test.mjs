// The style sheet as numbers: its size, the contrast of its colours by day and by night, and that templates use only
// classes it knows.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const web = new URL('../../crates/web/', import.meta.url);
const bytes = readFileSync(new URL('static/gatelodge.css', web));
const sheet = bytes.toString();

/** The colours by day and by night: `light-dark(day, night)`, or one for both. */
const named = [...sheet.matchAll(/--([\w-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));/g)];
const palette = (at) => Object.fromEntries(named.map((found) => [found[1], found[at] ?? found[4]]));
const palettes = { day: palette(2), night: palette(3) };

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test('the sheet stays under 25 000 bytes', () => {
  assert.ok(bytes.length < 25_000, `${bytes.length} bytes`);
});

test('each colour is named by day and by night, and only once', () => {
  assert.ok(named.length >= 15, `${named.length} colours`);
  assert.equal(new Set(named.map(([, name]) => name)).size, named.length);
});

test('text is at least 7:1 and controls are at least 3:1, by day and by night', () => {
  for (const [name, colours] of Object.entries(palettes)) {
    const share = Number(/--ok-wash: color-mix\(in srgb, var\(--ok\) (\d+)%/.exec(sheet)[1]) / 100;
    const mixed = channels(colours.ok).map((value, at) => Math.round(value * share + channels(colours.card)[at] * (1 - share)));
    const grounds = { ...colours, 'ok-wash': `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}` };
    const washes = ['paper', 'card', 'sunk', 'lamp-wash', 'ok-wash', 'danger-wash'];
    const text = [
      ...['ink', 'muted', 'link'].flatMap((ink) => washes.map((ground) => [ink, ground])),
      ['warn', 'lamp-wash'], ['warn', 'card'], ['ok', 'ok-wash'], ['ok', 'card'], ['danger', 'danger-wash'], ['danger', 'card'],
      ['danger', 'lamp-wash'], ['lamp-ink', 'lamp'], ['card', 'ok'], ['bar-ink', 'bar'],
    ];
    const controls = [...['edge', 'focus'].flatMap((line) => washes.map((ground) => [line, ground])), ['lamp-edge', 'card'], ['lamp-edge', 'paper']];
    for (const [pairs, least] of [[text, 7], [controls, 3]]) {
      for (const [ink, ground] of pairs) {
        const ratio = contrast(grounds[ink], grounds[ground]);
        assert.ok(ratio >= least, `${name}: ${ink} on ${ground} is ${ratio.toFixed(2)}`);
      }
    }
  }
});

test('templates use only classes that the sheet knows', () => {
  const known = new Set([...sheet.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name));
  const hooks = new Set(['page-plain', 'flash', 'next', 'error-list', 'side-list']);
  const unknown = [];
  for (const file of readdirSync(new URL('templates/', web), { recursive: true })) {
    const path = String(file).replaceAll('\\', '/');
    if (!path.endsWith('.html') || path.startsWith('mail/')) continue;
    const source = readFileSync(new URL(`templates/${path}`, web), 'utf8').replace(/\{#[\s\S]*?#\}/g, '');
    const lists = [...source.matchAll(/\bclass="([^"]*(?:\{%[^%]*%\}[^"]*)*)"/g)].map(([, list]) => list);
    for (const [, list] of source.matchAll(/\{% block (?:card_class|body_class) %\}([^{]*)\{%/g)) lists.push(list);
    for (const list of lists) {
      const plain = list.replace(/\{%.*?%\}/g, ' ').replace(/\S*\{\{.*?\}\}\S*/g, ' ');
      for (const name of plain.split(/\s+/)) if (name && !known.has(name) && !hooks.has(name)) unknown.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(unknown, []);
});
