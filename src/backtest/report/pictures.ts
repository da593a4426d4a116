import { drawPast, drawTimeline, type Past, peakOf, type TimelineRow } from '../../notify/index.js';
import { formatDuration } from '../../telemetry/index.js';
import type { BacktestResult } from '../backtest.js';
import type { Breach, Curve } from '../contract.js';
import { type JudgedEpisode, processKey, type Verdict } from '../judge.js';
import type { Words } from './words.js';

/** Of each kind of case so many are drawn. */
export const MOST_PICTURES = 12;

const SIZE = { width: 640, height: 330, theme: 'page' } as const;

const COLOURS: Readonly<Record<Verdict, TimelineRow['events'][number]['colour']>> = {
  caught: 'live',
  early: 'live',
  late: 'fit',
  false: 'danger',
  undecided: 'quiet',
  followed: 'live',
  'not followed': 'quiet',
};

/** When each rule's alerts fired, and under which breaches. SVG. */
export function timelineOf({ outcome, breaches, from, to, source }: BacktestResult, words: Words): string {
  const rows: TimelineRow[] = [
    {
      name: 'breaches',
      events: breaches.map((breach) => ({
        at: breach.at,
        until: breach.at,
        colour: 'danger' as const,
        title: `${words.node(breach)} ${words.time(breach.at)}`,
      })),
    },
    ...outcome.rules.map(({ rule }) => ({
      name: rule,
      events: outcome.alerts
        .filter((alert) => alert.rule === rule)
        .map((alert) => ({
          at: alert.firedAt,
          until: alert.resolvedAt,
          colour: COLOURS[alert.verdict],
          title: `${words.node(alert)} ${words.time(alert.firedAt)}, ${alert.verdict}`,
        })),
    })),
  ];
  return drawTimeline(rows, from, to, source.kind === 'traces');
}

export interface Gallery {
  readonly title: string;
  /** How many cases there are; `pictures` may be fewer. */
  readonly count: number;
  readonly pictures: readonly string[];
}

/** A picture of each case, the worst kinds first. SVG. */
export function galleriesOf(result: BacktestResult, words: Words): Gallery[] {
  const { outcome, breaches } = result;
  const alertsOf = new Map<string, JudgedEpisode[]>();
  for (const alert of outcome.alerts) {
    // Of growth rules pictures say nothing: those fire for days.
    if (alert.verdict === 'followed' || alert.verdict === 'not followed') continue;
    const key = processKey(alert);
    alertsOf.set(key, [...(alertsOf.get(key) ?? []), alert]);
  }
  let count = 0;
  const draw = (
    curve: Curve,
    what: Pick<JudgedEpisode, 'world' | 'node' | 'since'>,
    breach: Breach | null,
    told: string,
  ): string => {
    const alerts = (alertsOf.get(processKey(what)) ?? [])
      .filter(({ signal }) => signal === curve.signal)
      .map(({ firedAt, resolvedAt, rule }) => ({ at: firedAt, until: resolvedAt, what: rule }));
    const past: Past = { ...curve, alerts, breach: breach?.at ?? null };
    const kind = curve.signal === 'rss' ? 'Resident memory' : 'Managed heap';
    return drawPast(past, {
      ...SIZE,
      id: `plot-${++count}`,
      title: words.node(what),
      subtitle: `${told}. ${kind}, ${peakOf(past)}`,
      isElapsed: words.isElapsed,
    });
  };
  const ofBreaches = (title: string, verdict: string): Gallery => {
    const seen = outcome.breaches.filter((each) => each.verdict === verdict);
    const drawable = seen.flatMap(({ breach: index, leadMs }) => {
      const breach = breaches[index];
      const told = leadMs === null ? 'Missed' : `Announced ${formatDuration(leadMs)} ahead`;
      return breach.curve ? [() => draw(breach.curve as Curve, breach, breach, told)] : [];
    });
    return gallery(title, seen.length, drawable);
  };
  const falseAlarms = outcome.alerts.filter(({ verdict }) => verdict === 'false');
  return [
    ofBreaches('Missed breaches', 'missed'),
    gallery(
      'False alarms',
      falseAlarms.length,
      falseAlarms.flatMap((alert) =>
        alert.curve
          ? [() => draw(alert.curve as Curve, alert, null, `${alert.rule} fired, no breach came`)]
          : [],
      ),
    ),
    ofBreaches('Announced late', 'late'),
    ofBreaches('Caught', 'caught'),
  ].filter(({ pictures }) => pictures.length > 0);
}

function gallery(title: string, count: number, drawable: readonly (() => string)[]): Gallery {
  return { title, count, pictures: drawable.slice(0, MOST_PICTURES).map((drawOne) => drawOne()) };
}
