import type { AlertNews } from '../../alert/index.js';
import { formatDuration } from '../../telemetry/index.js';
import { adviceFor } from './advice.js';
import { isWebAddress, namesText, oneLine } from './phrases.js';
import { planRestarts, type RestartPlan } from './restart-plan.js';
import type { Fact } from './story.js';
import type { Times } from './times.js';
import { nameOf } from './who.js';

const STEPS_AT_MOST = 8;
const NAMES_AT_MOST = 12;

/** What to do about those that fire, the worst first; empty when none does. */
export function actionsOf(firing: readonly AlertNews[], at: number, times: Times): Fact[] {
  const worst = firing.at(0);
  if (!worst) return [];
  const plan = planRestarts(firing, at);
  return [
    { label: 'What to do', text: adviceFor(firing) },
    ...(plan ? planFacts(plan, at, times) : deadlineFacts(worst, at, times)),
    ...runbookFacts(firing),
  ];
}

/** One node: by when a restart of it must have begun, in words. */
function deadlineFacts(alert: AlertNews, at: number, times: Times): Fact[] {
  const { kind, outlook, breachedAt } = alert;
  if (kind !== 'forecast' || outlook?.breachP10 == null || breachedAt !== undefined) return [];
  const isCured = outlook.cause !== 'load' && outlook.cause !== 'gc';
  if (!isCured) return [];
  const text =
    outlook.breachP10 <= at
      ? 'Now: the early end of the range has come.'
      : `By ${times.both(outlook.breachP10, at)}; one time in ten it comes before that.`;
  return [{ label: `Restart ${nameOf(alert)}`, text }];
}

function planFacts({ atATime, restartMs, steps, late }: RestartPlan, at: number, times: Times): Fact[] {
  const pace = formatDuration(restartMs);
  const count = steps.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const [first] = steps;
  const begin = first.startBy <= at ? 'Begin now' : `Begin by ${times.both(first.startBy, at)}`;
  const batch =
    atATime === 1
      ? 'one at a time, the next when that one is ready again'
      : `${atATime} of these ${count} at a time, the next when those are ready again`;
  const shown = steps.slice(0, STEPS_AT_MOST).map(({ nodes, startBy }) => {
    const when = startBy <= at ? 'now' : `by ${times.utc(startBy, at)}`;
    return `${when}: ${namesText(nodes, NAMES_AT_MOST)}`;
  });
  const rest = steps.slice(STEPS_AT_MOST).reduce((sum, { nodes }) => sum + nodes.length, 0);
  const more = rest === 0 ? [] : [`then the other ${rest}, worst first, ${atATime} every ${pace}`];
  const tooLate =
    late.length === 0
      ? []
      : [
          {
            label: 'May be too late',
            text: `${namesText(late, NAMES_AT_MOST)}, even at this pace: take traffic off them or add nodes first.`,
          },
        ];
  return [
    {
      label: 'Restart plan',
      text: `${begin}: ${batch}. A restart is reckoned as ${pace}, and each is to be done before the early end of its range.`,
      points: [...shown, ...more],
    },
    ...tooLate,
  ];
}

/** The runbooks of those that fire, each once. */
function runbookFacts(firing: readonly AlertNews[]): Fact[] {
  const runbooks = [
    ...new Set(firing.flatMap(({ runbook }) => (runbook === undefined ? [] : [oneLine(runbook)]))),
  ];
  return runbooks.slice(0, 3).map((runbook) => ({
    label: 'Runbook',
    text: runbook,
    ...(isWebAddress(runbook) ? { url: runbook } : {}),
  }));
}
