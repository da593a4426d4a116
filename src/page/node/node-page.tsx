import { useCallback, useEffect } from 'preact/hooks';
import type { PictureShape, RestartPlanShape, SeriesShape } from '../../serve/node-shapes.js';
import type { AlertShape, ForecastShape, NodeDetailShape } from '../../serve/shapes.js';
import { useCell } from '../kit/cell.js';
import { hrefOf, place } from '../kit/router.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { formatDuration, formatTime } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import type { ViewProps } from '../views.js';
import { Charts } from './charts.js';
import { Alerts, Events, Oddities, RestartPlan, Signals } from './facts.js';
import { Forecasts } from './forecasts.js';
import { readRange, spanOf } from './range.js';
import { Said, useSaid } from './said.js';
import type { Level } from './series.js';
import { Toolbar } from './toolbar.js';
import './node.css';

/** What is live is asked for again so often at least. */
const FRESH_MS = 10_000;
const MOST_POINTS = 1200;
const LEAST_POINTS = 300;

/** One node: what is expected of it and why, its history with what was said of it, and what it sends. */
export function NodePage({ params: { node } }: ViewProps) {
  const { query } = useCell(place);
  const now = useNow(5000);
  const range = readRange(query, now);
  const points = Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.round(innerWidth)));
  const base = `nodes/${encodeURIComponent(node)}`;
  const live = { scope: node, everyMs: FRESH_MS };
  const detail = useAnswer<NodeDetailShape>(base, ['alerts'], live);
  // Without the node there is nothing to ask for.
  const below = (path: string) => (detail.answer ? path : null);
  const series = useAnswer<SeriesShape>(
    `${base}/series?from=${range.from}&to=${range.to}&points=${points}`,
    [],
    { scope: node },
  );
  const forecast = useAnswer<{ limits: ForecastShape[] }>(below(`${base}/forecast`), ['rules'], live);
  const picture = useAnswer<PictureShape>(below(`${base}/picture`), ['rules'], live);
  const alerts = useAnswer<{ alerts: AlertShape[] }>(below(`alerts?node=${encodeURIComponent(node)}`), [
    'alerts',
  ]);
  const plan = useAnswer<RestartPlanShape>(below(`${base}/restart-plan`), ['alerts']);
  const moment = momentOf(query);
  const said = useSaid(node, moment);
  useEffect(() => {
    document.title = `${node} - Headroom`;
  }, [node]);
  const asOf = useCallback((at: number) => formatTime(at, Date.now()), []);
  if (!detail.answer) {
    return (
      <>
        <NodeHead node={node} detail={undefined} now={now} />
        {detail.fault && <ErrorNote fault={detail.fault} onRetry={detail.reload} />}
      </>
    );
  }
  const levels = levelsOf(detail.answer);
  const level =
    levels.find((each) => each === query.get('limit')) ?? nearest(forecast.answer?.limits) ?? levels[0];
  const fault = detail.fault ?? forecast.fault ?? picture.fault ?? alerts.fault;
  return (
    <>
      <NodeHead node={node} detail={detail.answer} now={now} />
      {fault && <ErrorNote fault={fault} shownOf={detail.at} />}
      <Oddities odd={detail.answer.odd} />
      {levels.length === 0 ? (
        <p class="card">
          It has sent neither memory nor heap, so there is nothing to draw; see what is missing.
        </p>
      ) : (
        <Forecasts
          detail={detail.answer}
          limits={forecast.answer?.limits}
          levels={levels}
          level={level}
          now={now}
        />
      )}
      <section class="card history" aria-label="History">
        <Toolbar node={node} range={range} points={points} now={now} span={query.get('span')} />
        {series.fault && (
          <ErrorNote fault={series.fault} {...(series.answer ? { shownOf: series.at } : {})} />
        )}
        {series.answer && (
          <Charts
            level={level ?? 'rss'}
            series={series.answer}
            isAsked={series.of?.includes(`from=${range.from}&to=${range.to}&`) ?? false}
            range={range}
            picture={picture.answer?.limits.find(({ signal }) => signal === level)}
            said={moment === null ? undefined : said.answer?.limits.find(({ signal }) => signal === level)}
            alerts={alerts.answer?.alerts ?? []}
            lastSeen={detail.answer.last_seen}
            now={now}
            moment={moment}
          />
        )}
      </section>
      <Said
        level={level ?? 'rss'}
        moment={moment}
        range={range}
        now={now}
        series={series.answer}
        answered={said}
      />
      <div class="below">
        {plan.answer && <RestartPlan answer={plan.answer} now={now} />}
        <Alerts alerts={alerts.answer?.alerts ?? []} now={now} />
        <Events marks={series.answer?.marks ?? []} now={now} />
        <Signals detail={detail.answer} now={now} />
      </div>
      <p class="quiet">
        Forecast as of {forecast.at ? asOf(forecast.at) : '…'}; the chart spans{' '}
        {formatDuration(spanOf(range))}.
      </p>
    </>
  );
}

interface NodeHeadProps {
  readonly node: string;
  readonly detail: NodeDetailShape | undefined;
  readonly now: number;
}

function NodeHead({ node, detail, now }: NodeHeadProps) {
  return (
    <header class="node-head">
      <p>
        <a href={hrefOf()}>Fleet</a>
      </p>
      <h1>
        <bdi>{node}</bdi>
      </h1>
      {detail && (
        <>
          <p class="quiet">
            {detail.last_seen === null
              ? 'Not heard of since the service started'
              : `Heard of ${formatDuration(Math.max(0, now - detail.last_seen))} ago`}
            {detail.process_since === null
              ? ''
              : `, running for ${formatDuration(Math.max(0, now - detail.process_since))}`}
          </p>
          <ul class="labels" aria-label="Labels">
            {Object.entries(detail.labels).map(([name, value]) => (
              <li key={name} title={`${name}=${value}`}>
                <bdi>{name}</bdi>=<bdi>{value}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </header>
  );
}

function levelsOf({ latest }: NodeDetailShape): Level[] {
  return (['rss', 'heap'] as const).filter(
    (level) => latest[level === 'rss' ? 'rss' : 'heap_used'] !== undefined,
  );
}

/** The limit that is likeliest to be reached. */
function nearest(limits: readonly ForecastShape[] | undefined): Level | undefined {
  const ordered = [...(limits ?? [])].sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
  return ordered[0]?.signal;
}

function momentOf(query: URLSearchParams): number | null {
  const at = Number(query.get('at'));
  return at > 0 ? at : null;
}
