import { hostname } from 'node:os';
import { type Clock, systemClock } from '../../clock.js';
import { readCgroupMemory } from '../cgroup.js';
import { ofNodeJs } from '../row.js';
import { Sender } from '../sender.js';
import { readEnvironment } from '../settings.js';
import { reportTo } from './report.js';
import { Vitals } from './vitals.js';

/** The system's time with timers that do not keep a program alive. */
const backgroundClock: Clock = {
  now: () => systemClock.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Pushes this program's heap, RSS and cgroup limit to the service by itself, for programs that no agent watches.
 * Settings come from the environment (docs/agent.md).
 * @throws Problem bad-option for a setting that cannot be read
 */
export function pushToService(environment: NodeJS.ProcessEnv): void {
  const settings = readEnvironment(environment);
  const report = reportTo(process.stderr);
  const { url, token, interval, buffer: bound } = settings;
  const labels = ofNodeJs(settings.labels);
  const sender = new Sender({ url, token, bound, clock: backgroundClock, report, background: true });
  const vitals = new Vitals();
  const name = settings.node ?? hostname();
  // A forked child inherits the settings; under its parent's name the two heaps would make one nonsensical curve.
  const node = process.channel ? `${name}-${process.pid}` : name;
  const startTime = performance.timeOrigin / 1000;

  const sample = (): void => {
    const limit = settings.memoryLimit ?? readCgroupMemory(process.pid)?.limit;
    sender.push({
      node,
      time: backgroundClock.now(),
      labels,
      rss: process.memoryUsage.rss(),
      ...(limit === undefined ? {} : { memory_limit: limit }),
      ...vitals.read(),
      start_time: startTime,
    });
  };
  const timer = setInterval(() => {
    try {
      sample();
    } catch (error) {
      clearInterval(timer);
      report(`stopped reporting: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, interval);
  timer.unref();
}
