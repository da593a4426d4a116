import type { RestartPlanShape, SeriesMark } from '../../serve/node-shapes.js';
import type { AlertShape, NodeDetailShape, SignalSourceShape } from '../../serve/shapes.js';
import { hrefOf } from '../kit/router.js';
import { formatBytes, formatCount, formatDuration, formatExactly, formatTime } from '../kit/words.js';
import { Name, NodeLink } from '../parts/name.js';
import { wordOf } from './draw-events.js';

/** Signals whose values are bytes, for people. */
const SIZES = new Set(['rss', 'memory_limit', 'heap_used', 'heap_after_gc', 'heap_limit']);
const LIST_AT_MOST = 12;

/** Each signal with its newest value and where it comes from, and what is missing. */
export function Signals({ detail, now }: { readonly detail: NodeDetailShape; readonly now: number }) {
  const { sources } = detail;
  return (
    <section class="card" aria-labelledby="signals-title">
      <h2 id="signals-title">Signals</h2>
      <dl class="facts">
        {Object.entries(detail.latest).map(([signal, value]) => (
          <div key={signal}>
            <dt>
              <code>{signal}</code>
            </dt>
            <dd>
              {valueText(signal, value, now)} <From source={sources[signal]} />
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        {detail.interval_ms === null ? '' : `A sample every ${formatDuration(detail.interval_ms)}.`}
      </p>
      {detail.missing.length > 0 && (
        <>
          <h3>What is missing</h3>
          <ul class="missing">
            {detail.missing.map(({ signal, message }) => (
              <li key={signal}>
                <code>{signal}</code>: {message}.
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function From({ source }: { readonly source: SignalSourceShape | undefined }) {
  if (!source) return null;
  const { metric, protocol, kind, others } = source;
  const unused = others.map((other) => other.metric).join(', ');
  return (
    <span class="quiet" title={unused === '' ? kind : `${kind}; seen too, and not used: ${unused}`}>
      from <Name text={metric} /> by {protocol}
      {others.length > 0 && `, not ${formatCount(others.length, 'other')}`}
    </span>
  );
}

function valueText(signal: string, value: number, now: number): string {
  if (SIZES.has(signal)) return value >= 1 && value < 2 ** 62 ? formatBytes(value) : 'none';
  if (signal === 'start_time') return `${formatTime(value * 1000, now)}`;
  if (signal === 'ready') return value > 0 ? 'yes' : 'no';
  return signal === 'gc_pause_total' ? `${value.toLocaleString()} s` : value.toLocaleString();
}

/** What is odd about its telemetry. */
export function Oddities({ odd }: Pick<NodeDetailShape, 'odd'>) {
  if (odd.length === 0) return null;
  return (
    <section class="card odd" aria-labelledby="odd-title">
      <h2 id="odd-title">Odd about its telemetry</h2>
      <ul>
        {odd.map(({ code, message, cure }) => (
          <li key={code}>
            <bdi>{message}</bdi>. <span class="quiet">{cure}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Its alerts, as ways to their views. */
export function Alerts({ alerts, now }: { readonly alerts: readonly AlertShape[]; readonly now: number }) {
  return (
    <section class="card" aria-labelledby="alerts-title">
      <h2 id="alerts-title">Alerts</h2>
      {alerts.length === 0 ? (
        <p class="quiet">None, now or in what is kept.</p>
      ) : (
        <ul class="list">
          {alerts.slice(0, LIST_AT_MOST).map(({ id, rule, state, active_since, fired_at, resolved_at }) => (
            <li key={id}>
              <a href={hrefOf('alerts', id)}>
                <bdi>{rule}</bdi>
              </a>{' '}
              <span class={`state state-${state === 'resolved' ? 'well' : state}`}>{state}</span>{' '}
              <span class="quiet">
                {formatTime(fired_at ?? active_since, now)}
                {resolved_at === null ? '' : ` to ${formatTime(resolved_at, now)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the chart marks, in words. */
export function Events({ marks, now }: { readonly marks: readonly SeriesMark[]; readonly now: number }) {
  return (
    <section class="card" aria-labelledby="events-title">
      <h2 id="events-title">What happened in this range</h2>
      {marks.length === 0 ? (
        <p class="quiet">No restart, no other version, no gap.</p>
      ) : (
        <ul class="list">
          {marks
            .slice(-LIST_AT_MOST)
            .reverse()
            .map((mark) => (
              <li key={`${mark.at} ${mark.what}`}>
                <span class="quiet" title={formatExactly(mark.at)}>
                  {formatTime(mark.at, now)}
                </span>{' '}
                {mark.what === 'version' && 'version '}
                <bdi>{wordOf(mark)}</bdi>
                {mark.until !== null && ` for ${formatDuration(mark.until - mark.at)}`}
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

/** Which nodes of its pool to restart first. */
export function RestartPlan({ answer, now }: { readonly answer: RestartPlanShape; readonly now: number }) {
  const { plan, pool, node } = answer;
  if (!plan) return null;
  const { at_a_time, restart_ms, steps, late } = plan;
  return (
    <section class="card" aria-labelledby="plan-title">
      <h2 id="plan-title">
        Restart plan of <bdi>{pool}</bdi>
      </h2>
      <p>
        {at_a_time === 1 ? 'One at a time' : `${at_a_time} at a time`}, the next when those are ready again;
        one restart is reckoned to take {formatDuration(restart_ms)}.
      </p>
      <ol class="list">
        {steps.slice(0, LIST_AT_MOST).map(({ nodes, start_by }) => (
          <li key={nodes[0]} class={nodes.includes(node) ? 'own' : undefined}>
            {start_by <= now ? <strong>now</strong> : `by ${formatTime(start_by, now)}`}:{' '}
            {nodes.map((name) => (
              <NodeLink key={name} node={name} />
            ))}
          </li>
        ))}
      </ol>
      {late.length > 0 && (
        <p>
          {late.length === 1 ? 'One may' : `${late.length} may`} be too late even so; take traffic off first:{' '}
          {late.slice(0, LIST_AT_MOST).map((name) => (
            <NodeLink key={name} node={name} />
          ))}
        </p>
      )}
    </section>
  );
}
