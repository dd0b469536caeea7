// What is looked at on every page: the accessibility checker in light and dark, and that nothing hangs over the edge
// of a narrow screen. With a folder it takes the pictures of the gallery instead.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const THEMES = ['light', 'dark'];
export const NARROW = { width: 360, height: 740 };
export const WIDE = { width: 1280, height: 900 };

/** Runs axe on the page as it is. Put in by the debugger, so the page's content policy stays as it is. */
export async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  }));
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html} (${node.failureSummary})`));
}

/** The page as somebody without scripts sees it, in a browser that lets axe run: the same document, its own scripts
 *  kept away, what stands in `noscript` shown. */
async function withoutScripts(page) {
  const html = (await page.content()).replaceAll(/<(\/?)noscript>/g, '<$1div>').replaceAll(/<meta http-equiv="refresh"[^>]*>/g, '');
  const context = await page.context().browser().newContext({ viewport: page.viewportSize() });
  const copy = await context.newPage();
  await copy.route('**/*', (route) => {
    const kind = route.request().resourceType();
    if (kind === 'document') return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    return kind === 'script' ? route.abort() : route.continue();
  });
  await copy.goto(page.url());
  return copy;
}

/** Elements that hang over the right edge. */
export async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.trim().slice(0, 40)}`)
      .slice(0, 5);
  });
}

/** Looks at a page: nothing for axe in either theme, nothing over the edge at 360 pixels. */
export async function inspect({ page, js }, name) {
  const seen = js ? page : await withoutScripts(page);
  const size = seen.viewportSize();
  const found = [];
  for (const colorScheme of THEMES) {
    await seen.emulateMedia({ colorScheme });
    found.push(...(await axe(seen)).map((what) => `${colorScheme}: ${what}`));
  }
  await seen.setViewportSize(NARROW);
  found.push(...(await overflow(seen)).map((what) => `360 px: ${what}`));
  if (js) {
    await seen.emulateMedia({ colorScheme: 'light' });
    await seen.setViewportSize(size);
  } else {
    await seen.context().close();
  }
  assert.deepEqual(found, [], `${name} (${page.url()})`);
}

/** The gallery: every page in two themes and two widths, and a page that shows them all. */
export class Gallery {
  #folder;
  #pages = new Map();
  overflows = [];

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  async shoot(page, locale, name) {
    const size = page.viewportSize();
    for (const [width, viewport] of [['wide', WIDE], ['narrow', NARROW]]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${this.#folder}/${this.#file(name, locale, colorScheme, width)}`, fullPage: true });
      }
      if (width === 'narrow') {
        this.overflows.push(...(await overflow(page)).map((what) => `${name} ${locale}: ${what}`));
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(size ?? WIDE);
    this.#pages.set(name, (this.#pages.get(name) ?? new Set()).add(locale));
  }

  #file(name, locale, theme, width) {
    return `${name}.${locale}.${theme}.${width}.png`;
  }

  /** Writes the page that shows them all. */
  index() {
    const cells = (name, locale) => ['wide', 'narrow'].flatMap((width) => THEMES.map((theme) => {
      const file = this.#file(name, locale, theme, width);
      return `<a href="${file}"><img src="${file}" alt="${name}, ${locale}, ${theme}, ${width}" loading="lazy" class="${width}"></a>`;
    })).join('');
    const rows = [...this.#pages].map(([name, locales]) => `<section><h2 id="${name}">${name}</h2>${
      [...locales].map((locale) => `<h3>${locale}</h3><div>${cells(name, locale)}</div>`).join('')}</section>`);
    writeFileSync(`${this.#folder}/index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;background:#888;color:#000}div{display:flex;gap:1rem;align-items:flex-start;flex-wrap:wrap}
img.wide{width:30rem}img.narrow{width:12rem}</style><h1>${this.#pages.size} pages</h1>${rows.join('\n')}</html>\n`);
    return this.#pages.size;
  }
}
