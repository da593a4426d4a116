import type { Clock } from '../clock.js';
import { asProblem, Problem } from '../problem.js';
import { startChild, withInside } from './child.js';
import { Link } from './link.js';
import { Observer, type RssScope, untilGone } from './observer.js';
import { pace } from './pace.js';
import { probeReadiness } from './readiness.js';
import { ofNodeJs, type Values } from './row.js';
import { Sender } from './sender.js';
import type { Settings } from './settings.js';

export interface AgentOptions extends Settings {
  readonly node: string;
  /** A process that runs already, or a program to start. */
  readonly target: { readonly pid: number } | { readonly command: readonly string[] };
  readonly scope: RssScope;
  readonly readyUrl: URL | undefined;
  /** At most the interval, so that samples stay in step. */
  readonly readyTimeout: number;
  /** Load the module inside into Node programs that the command starts. */
  readonly inside: boolean;
}

export interface AgentContext {
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  readonly report: (sentence: string) => void;
  /** Ends the watch of a process that the agent did not start. */
  readonly stop: AbortSignal;
}

/** Time for the last deliveries when the process has ended. */
const LINGER_MS = 5_000;
/** How soon the end of a process that is not our child is noticed. */
const LOOK_MS = 1_000;
/** What a program holds while it is still being loaded says nothing of it. */
const SETTLE_MS = 1_000;
/** A program that takes longer to answer is busy; its answer is sent when it comes. */
const PATIENCE_MS = 1_000;

/**
 * Reports one process until it ends. Resolves with the exit code that the agent should take over: the child's, or 0.
 * @throws Problem bad-option when there is no such process or program
 */
export async function runAgent(options: AgentOptions, context: AgentContext): Promise<number> {
  const { clock, report } = context;
  const sender = new Sender({ ...options, bound: options.buffer, clock, report });
  let { labels } = options;
  const push = (time: number, values: Values): void => {
    // Only the module inside a Node program knows of a heap.
    if (values.heap_used !== undefined) labels = ofNodeJs(labels);
    if (Object.keys(values).length > 0) sender.push({ node: options.node, time, labels, ...values });
  };
  const link =
    'command' in options.target && options.inside
      ? await Link.open({ clock, report, onLate: ({ time, values }) => push(time, values) })
      : undefined;
  try {
    const target = await findTarget(options, context, link);
    const { observer } = target;
    const sample = async (): Promise<void> => {
      const time = clock.now();
      const system = observer.read();
      const [reading, ready] = await Promise.all([
        link?.ask(Math.min(PATIENCE_MS, options.interval / 2)),
        options.readyUrl && probeReadiness(options.readyUrl, options.readyTimeout),
      ]);
      push(time, { ...reading?.values, ...system, ...(ready === undefined ? {} : { ready }) });
    };
    // A sample that cannot be taken must not end the agent: the program's signals go through it.
    const stop = pace(options.interval, target.delay, clock, sample, (error) =>
      report(`cannot take a sample: ${asProblem(error).message}`),
    );
    const exitCode = await target.ended;
    await stop();
    // What is gone is not ready; without a readiness URL nothing was ever said of that.
    if (!observer.isAlive() && options.readyUrl) push(clock.now(), { ready: 0 });
    return exitCode;
  } finally {
    await Promise.all([link?.close(), sender.close(LINGER_MS)]);
  }
}

async function findTarget(options: AgentOptions, context: AgentContext, link: Link | undefined) {
  const { clock, environment, report } = context;
  const { target, scope, memoryLimit, node } = options;
  const observe = (pid: number) => new Observer({ pid, scope, memoryLimit, report });
  if ('pid' in target) {
    const observer = observe(target.pid);
    if (!observer.isAlive()) throw new Problem('bad-option', `--pid: there is no process ${target.pid}`);
    const ended = untilGone(observer, LOOK_MS, clock, context.stop).then(() => {
      if (!context.stop.aborted) report(`process ${target.pid} (${node}) has ended`);
      return 0;
    });
    return { observer, ended, delay: 0 };
  }
  const child = await startChild(target.command, link ? withInside(environment, link.path) : environment);
  link?.watch(child.pid);
  const ended = child.ended.then(({ exitCode, how }) => {
    if (exitCode !== 0) report(`process ${child.pid} (${node}) ended: ${how}`);
    return exitCode;
  });
  return { observer: observe(child.pid), ended, delay: Math.min(options.interval, SETTLE_MS) };
}
