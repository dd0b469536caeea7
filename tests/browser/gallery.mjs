// The gallery: lets the stories run once, takes a picture of every page they look at (three languages, two themes, two
// widths), and writes a page that shows them all: target/gallery/index.html.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = fileURLToPath(new URL('../../target/gallery/', import.meta.url));
const pictures = () => readdirSync(folder).filter((file) => file.endsWith('.png')).sort();

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const stories = process.argv.slice(2);
const files = stories.length > 0 ? stories : readdirSync(here).filter((file) => file.endsWith('.test.mjs'));
const run = spawnSync('node', ['--test', '--test-reporter=dot', ...files], {
  cwd: here,
  env: { ...process.env, GATELODGE_GALLERY: folder },
  stdio: 'inherit',
});

const rows = new Map();
for (const file of pictures()) {
  const name = file.split('.').slice(0, 2).join(' · ');
  rows.set(name, [...(rows.get(name) ?? []), file]);
}
const sections = [...rows].map(([name, shots]) => `<section><h2>${name}</h2><div>${
  shots.map((file) => `<a href="${file}"><img src="${file}" alt="${file}" loading="lazy"></a>`).join('')}</div></section>`);
writeFileSync(`${folder}index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;background:#888;color:#000}div{display:flex;gap:1rem;align-items:flex-start;flex-wrap:wrap}
img{height:30rem;width:auto}</style><h1>${rows.size} pages</h1>${sections.join('\n')}</html>\n`);
console.log(`\n${rows.size} pages, ${pictures().length} pictures: ${folder}index.html`);
process.exit(run.status ?? 1);
