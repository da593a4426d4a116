import type { AlertShape } from '../../serve/shapes.js';
import { hrefOf } from '../kit/router.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { formatBytes, formatExactly, formatFromNow, formatPace, formatShare } from '../kit/words.js';
import { NodeLink } from '../parts/name.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import type { ViewProps } from '../views.js';
import { Actions } from './actions.js';
import { fateSentence } from './words.js';
import './alerts.css';

/** One alert in full: what was said, on what grounds, what people did, what became of it. */
export function AlertPage({ params }: ViewProps) {
  const { answer, fault, at, reload } = useAnswer<{ alerts: readonly AlertShape[] }>('alerts', ['alerts']);
  const now = useNow(5000);
  if (!answer) return fault ? <ErrorNote fault={fault} /> : null;
  const alert = answer.alerts.find(({ id }) => id === params.id);
  if (!alert) {
    return (
      <Empty title="There is no such alert">
        <p>It never was, or it is over for so long that it is forgotten.</p>
        <p>
          <a href={hrefOf('alerts')}>To the alerts</a>
        </p>
      </Empty>
    );
  }
  const { rule, node, state, severity, labels, reason, forecast, ack } = alert;
  return (
    <article class="alert">
      {fault && <ErrorNote fault={fault} shownOf={at} />}
      <div class="alerts-head">
        <h1>
          <bdi>{rule}</bdi>
        </h1>
        <span class={`state state-${state}`}>{state}</span>
        <Actions alert={alert} onChange={reload} />
      </div>
      <section class="card">
        <dl class="facts">
          {node !== '' && <Fact name="Node" value={<NodeLink node={node} />} />}
          <Fact name="Severity" value={<bdi>{severity}</bdi>} />
          <Fact name="Active since" value={<Time at={alert.active_since} now={now} />} />
          <Fact
            name="Fired"
            value={alert.fired_at === null ? 'not yet' : <Time at={alert.fired_at} now={now} />}
          />
          {alert.resolved_at !== null && (
            <Fact name="Over" value={<Time at={alert.resolved_at} now={now} />} />
          )}
          {ack && (
            <Fact
              name="Taken by"
              value={
                <>
                  <bdi>{ack.by}</bdi>, until {formatExactly(ack.until)}
                  {ack.why && (
                    <>
                      : <bdi>{ack.why}</bdi>
                    </>
                  )}
                </>
              }
            />
          )}
          {Object.entries(labels).map(([name, value]) => (
            <Fact key={name} name={name} value={<bdi>{value}</bdi>} />
          ))}
        </dl>
        <p>
          <bdi>{reason}</bdi>
        </p>
        {state === 'resolved' && (
          <p>
            <strong>{fateSentence(alert)}</strong>
          </p>
        )}
      </section>
      {forecast && (
        <section class="card" aria-labelledby="said-title">
          <h2 id="said-title">What it said when it fired</h2>
          <dl class="facts">
            <Fact
              name="Limit"
              value={`${formatBytes(forecast.now)} of ${formatBytes(forecast.limit)} (${forecast.signal})`}
            />
            <Fact name="Probability" value={formatShare(forecast.probability)} />
            {forecast.breach_p50 !== null && (
              <Fact name="Breach, median" value={<Time at={forecast.breach_p50} now={now} />} />
            )}
            {forecast.breach_p10 !== null && forecast.breach_p90 !== null && (
              <Fact
                name="p10 to p90"
                value={`${formatExactly(forecast.breach_p10)} to ${formatExactly(forecast.breach_p90)}`}
              />
            )}
            {forecast.cause && <Fact name="Cause" value={forecast.cause} />}
            <Fact name="Growth" value={formatPace(forecast.per_hour)} />
            {forecast.record && (
              <Fact
                name="Record"
                value={`of ${forecast.record.due} forecasts like this that fell due, ${forecast.record.came} came true`}
              />
            )}
          </dl>
          <ul>
            {forecast.evidence.map((line) => (
              <li key={line}>
                <bdi>{line}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

function Time({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <>
      {formatExactly(at)} <span class="quiet">({formatFromNow(at, now)})</span>
    </>
  );
}
