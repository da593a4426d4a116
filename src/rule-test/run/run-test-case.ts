import type { Expectation } from '../expectations.js';
import type { TestCase } from '../load-test-file.js';
import { type Failure, judge } from './judge.js';
import { LiveRooms } from './live-rooms.js';
import type { Observed, Probe } from './observed.js';

/** How one case went. */
export interface CaseResult {
  readonly case: TestCase;
  /** What did not hold; empty when it passed. */
  readonly failures: readonly Failure[];
  readonly observed: Observed;
  /** How long it took, in real ms. */
  readonly ms: number;
}

export interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

/** Between two samples the rounds go on at least this often, as the service's do, so that a `for` can end there. */
const ROUND_MS = 5000;

/** So often, spread over the case, every rule is asked whether it has anything to say. */
const LOOKS = 24;

/** Runs one case on its own time. @param stopwatch real time in ms */
export async function runTestCase(testCase: TestCase, stopwatch: () => number): Promise<CaseResult> {
  const began = stopwatch();
  const observed = await run(testCase);
  const failures = testCase.expectations.flatMap((expectation) => judge(expectation, observed, testCase.end));
  return { case: testCase, failures, observed, ms: stopwatch() - began };
}

async function run({ rules, samples, expectations, nodes, end }: TestCase): Promise<Observed> {
  const rooms = new LiveRooms(rules);
  const probes = expectations.flatMap((each) => probesOf(each, end)).sort((a, b) => a.at - b.at);
  let probed = 0;
  let looked = 0;
  /** Answers what is asked of the time before a round. */
  const probeBefore = (time: number) => {
    for (; probed < probes.length && probes[probed].at < time; probed++) {
      const probe = probes[probed];
      const said = rooms.ask(probe.rule, probe.node, probe.at);
      if (said) rooms.observed.noteSaid(probe, said);
    }
  };
  const look = (at: number) => {
    if (at < (looked * end) / LOOKS) return;
    looked++;
    for (const rule of rules)
      for (const node of nodes)
        if (rooms.ask(rule, node, at)?.truth === 'false') rooms.observed.content.add(rule.id);
  };
  const round = async (at: number) => {
    probeBefore(at);
    await rooms.round(at);
    look(at);
  };
  let next = 0;
  let roundedAt = Number.NaN;
  while (next < samples.length) {
    const { at } = samples[next];
    for (let idle = roundedAt + ROUND_MS; idle < at; idle += ROUND_MS) await round(idle);
    probeBefore(at);
    for (; next < samples.length && samples[next].at === at; next++) rooms.take(samples[next]);
    await round(at);
    roundedAt = at;
  }
  for (let idle = roundedAt + ROUND_MS; idle <= end; idle += ROUND_MS) await round(idle);
  probeBefore(Number.POSITIVE_INFINITY);
  return rooms.observed;
}

/** What must be asked while the case runs, to say whether an expectation holds, and why not. */
function probesOf(expectation: Expectation, end: number): Probe[] {
  switch (expectation.kind) {
    case 'state':
      return [expectation];
    case 'begins':
      return [{ ...expectation, at: expectation.to }];
    case 'exactly':
      return expectation.alerts.map(({ rule, node }) => ({ rule, node, at: expectation.at }));
    case 'never':
      return expectation.nodes.flatMap((node) => expectation.rules.map((rule) => ({ rule, node, at: end })));
  }
}
