// What is looked at on every page: the accessibility checker in light and dark, and that nothing hangs over the edge
// of a narrow screen. With a folder in GATELODGE_GALLERY it takes pictures as well, for `just gallery`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
  const folder = process.env.GATELODGE_GALLERY;
  if (folder && js) await shoot(seen, folder, name);
  if (js) {
    await seen.emulateMedia({ colorScheme: 'light' });
    await seen.setViewportSize(size);
  } else {
    await seen.context().close();
  }
  assert.deepEqual(found, [], `${name} (${page.url()})`);
}

/** Pictures of a page in two themes and two widths, named after the page and its language. */
async function shoot(page, folder, name) {
  const size = page.viewportSize();
  const locale = await page.evaluate(() => document.documentElement.lang);
  const stem = name.replaceAll(/[^a-z0-9]+/gi, '-');
  for (const [width, viewport] of [['wide', WIDE], ['narrow', NARROW]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${stem}.${locale}.${colorScheme}.${width}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
}
