// What every file of stories begins with: one browser, and for each story a demonstration of its own, since codes are
// used once and counters are nobody else's.

import { after, before, test as define } from 'node:test';
import { Authenticator, openBrowser, startDemo } from './rig.mjs';

/** `test` and `story` for a file whose stories are about this identity of the demonstration. */
export function stage(who = 'root') {
  let browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
  });

  /** Tells of the person at a browser as `options` say (and of a demonstration with `options.args`); afterwards nothing that any page did may be amiss. */
  async function story(options, tell) {
    const house = await startDemo(browser, options.args);
    try {
      const root = house.demo.identities[who];
      const person = await house.person(options);
      await tell({ house, root, person, app: new Authenticator(root.totpSecret) });
      house.calm();
    } finally {
      await house.stop();
    }
  }

  return { story, test: (title, tell) => define(title, { timeout: 300_000 }, tell) };
}
