import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import axe, { type AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page as Tab,
} from 'playwright-core';
import type { Api } from '../support/api.js';
import { type ServiceProcess, startService, type Wishes } from '../support/start-service.js';
import { until } from '../support/until.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where recorded processes are. */
export const TRACES = join(process.env.HEADROOM_TRACES ?? '../shared/traces', 'dev');

/** For `describe`: why tests of the page cannot run here, or false. */
export const skip = !existsSync(CHROMIUM)
  ? `${CHROMIUM} is not installed`
  : !existsSync(TRACES) && `no traces in ${TRACES}; set HEADROOM_TRACES`;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Rules that ship, so that what fires is what would fire. */
export const RULES = readFileSync('rules/memory.yaml', 'utf8');

/** To be closed in an `after`. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export interface OpenTab {
  readonly tab: Tab;
  /** The faults that axe finds in the page as it is now. */
  faults(): Promise<string[]>;
}

export interface TabOptions extends BrowserContextOptions {
  /** What it may say of itself, such as while the service is away. */
  readonly mayComplain?: RegExp;
}

export interface PageService {
  readonly service: ServiceProcess;
  readonly api: Api;
  /**
   * Opens an address of the service, such as `/nodes/r-1`. Errors and warnings of the console, exceptions, and requests to elsewhere
   * are faults of the test when it ends.
   */
  open(browser: Browser, path: string, options?: TabOptions): Promise<OpenTab>;
}

/** A service process of its own with the shipped rules, and tabs on it that end before it does. */
export async function startPage(t: TestContext, wishes: Partial<Wishes> = {}): Promise<PageService> {
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  let service: ServiceProcess | undefined;
  t.after(async () => {
    for (const context of contexts) await context.close();
    // Hooks after one that fails are not run.
    await service?.kill();
    assert.deepEqual(complaints, []);
  });
  service = await startService(t, { rules: RULES, ...wishes });
  const { api } = service;
  const open = async (browser: Browser, path: string, options: TabOptions = {}): Promise<OpenTab> => {
    const { mayComplain, ...own } = options;
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...own });
    contexts.push(context);
    context.setDefaultTimeout(10_000);
    const tab = await context.newPage();
    const { url } = api;
    const complain = (text: string) => {
      if (!mayComplain?.test(text)) complaints.push(text);
    };
    tab.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
    });
    tab.on('pageerror', (error) => complain(String(error)));
    tab.on('request', (request) => {
      if (!request.url().startsWith(url)) complain(`asks elsewhere: ${request.url()}`);
    });
    await tab.goto(url + path);
    return { tab, faults: () => faultsOf(tab) };
  };
  return { service, api, open };
}

async function faultsOf(tab: Tab): Promise<string[]> {
  // The policy of the page refuses scripts that are put in as elements; this one is evaluated.
  await tab.evaluate(axe.source);
  const { violations, passes } = await tab.evaluate<AxeResults>('axe.run()');
  assert.ok(passes.some(({ id }) => id === 'color-contrast'));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

/** Waits until an expression holds in the page. The policy of the page refuses playwright's own way, which is eval. */
export function untilInPage(tab: Tab, expression: string): Promise<void> {
  return until(() => tab.evaluate<boolean>(expression), expression);
}

/** How far anything stands out to the right of the window, in px, and what. */
export function overhangOf(tab: Tab): Promise<{ readonly width: number; readonly what: string }> {
  return tab.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { width: scrollWidth - clientWidth, what: [...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > clientWidth + 1)
      .map((each) => each.outerHTML.slice(0, 120)).slice(0, 3).join('; ') };
  })()`);
}

interface Sent {
  /** Name of a trace in traces/dev, such as `t004`. */
  readonly trace: string;
  /** Second of the trace that is now; all of it when left out. */
  readonly until?: number;
  /** Instead: so many seconds of it are left. */
  readonly left?: number;
  /** Instead of the names in the trace. */
  readonly node?: (name: string) => string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Sends a trace by HTTP as if it had just come to pass: what it says at `until` is now. What it returns sends what has come to
 * pass since.
 */
export async function sendTrace(
  api: Api,
  { trace, until, left = 0, node, labels }: Sent,
): Promise<() => Promise<void>> {
  const [head, ...lines] = readFileSync(join(TRACES, `${trace}.csv`), 'utf8')
    .trimEnd()
    .split('\n');
  const names = head.split(',');
  const rows = lines
    .map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])))
    // Some traces hold several nodes, one after the other.
    .sort((a, b) => Number(a.time_s) - Number(b.time_s));
  const last = Math.min(until ?? Number.POSITIVE_INFINITY, Number(rows[rows.length - 1].time_s) - left);
  const begin = Date.now() - 1000 - last * 1000;
  const samples = rows.map((row) => ({
    node: node ? node(row.node) : row.node,
    time: Math.round(begin + Number(row.time_s) * 1000),
    labels: { ...(row.version ? { version: row.version } : {}), ...labels },
    ...signalsOf(row, begin),
  }));
  let sent = 0;
  const sendDue = async () => {
    const due = samples.findIndex(({ time }) => time > Date.now());
    const end = due < 0 ? samples.length : due;
    for (let from = sent; from < end; from += 5000) {
      await api.push(samples.slice(from, Math.min(end, from + 5000)));
    }
    sent = end;
  };
  await sendDue();
  return sendDue;
}

const SIGNAL_OF: Readonly<Record<string, string>> = {
  rss_bytes: 'rss',
  heap_used_bytes: 'heap_used',
  heap_after_gc_bytes: 'heap_after_gc',
  heap_limit_bytes: 'heap_limit',
  memory_limit_bytes: 'memory_limit',
  gc_pause_seconds_total: 'gc_pause_total',
  gc_cycles_total: 'gc_count',
  ready: 'ready',
  requests_total: 'requests_total',
};

function signalsOf(row: Readonly<Record<string, string>>, begin: number): Record<string, number> {
  const signals: Record<string, number> = {};
  for (const [column, signal] of Object.entries(SIGNAL_OF)) {
    if (row[column]) signals[signal] = Number(row[column]);
  }
  if (row.start_time_s) signals.start_time = Math.round(begin / 1000 + Number(row.start_time_s));
  return signals;
}
