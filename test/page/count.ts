import type { Locator } from 'playwright-core';
import { until } from '../support/until.js';

/** Waits until so many are there. */
export function waitForCount(locator: Locator, count: number): Promise<void> {
  return until(async () => (await locator.count()) === count, `${count} of ${locator}`, 20_000);
}
