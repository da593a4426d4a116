import type { Page as Tab } from 'playwright-core';
import { untilInPage } from './support.js';

/** Names of the nodes in the table, from top to bottom. */
export function nodesOf(tab: Tab): Promise<string[]> {
  return tab.locator('.fleet .rows .node').allInnerTexts();
}

/** Waits until so many nodes are in the table. */
export async function waitForRows(tab: Tab, count: number): Promise<void> {
  await untilInPage(tab, `document.querySelectorAll('.fleet .rows .node').length === ${count}`);
}
