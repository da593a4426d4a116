import type { ForecastShape, NodeDetailShape } from '../../serve/shapes.js';
import { setQuery } from '../kit/router.js';
import {
  formatDuration,
  formatExactly,
  formatFromNow,
  formatPace,
  formatShare,
  formatTime,
} from '../kit/words.js';
import { Bar } from '../parts/bar.js';
import { Flash } from '../parts/flash.js';
import { type Level, SIGNALS_OF } from './series.js';

interface ForecastsProps {
  readonly detail: NodeDetailShape;
  /** Undefined before the first answer. */
  readonly limits: readonly ForecastShape[] | undefined;
  readonly levels: readonly Level[];
  readonly level: Level;
  readonly now: number;
}

/** What is expected of each limit, and why, in words; one of them is what the chart shows. */
export function Forecasts({ detail, limits, levels, level, now }: ForecastsProps) {
  return (
    <div class="forecasts">
      {levels.map((each) => (
        <section key={each} class="card forecast" aria-labelledby={`forecast-${each}`}>
          <header>
            <h2 id={`forecast-${each}`}>{each === 'rss' ? 'Memory' : 'Heap'}</h2>
            {levels.length > 1 && (
              <button
                type="button"
                class="plain"
                aria-pressed={each === level}
                aria-describedby={`forecast-${each}`}
                onClick={() => setQuery({ limit: each })}
              >
                {each === level ? 'in the chart' : 'show in chart'}
              </button>
            )}
          </header>
          <Bar use={detail.latest[SIGNALS_OF[each].use] ?? null} limit={limitOf(detail, each)} />
          {limits && (
            <Expected
              forecast={limits.find(({ signal }) => signal === each)}
              level={each}
              detail={detail}
              now={now}
            />
          )}
        </section>
      ))}
    </div>
  );
}

/** Null where the node says that there is none, too. */
function limitOf({ latest }: NodeDetailShape, level: Level): number | null {
  const limit = latest[SIGNALS_OF[level].limit];
  return limit !== undefined && limit >= 1 && limit < 2 ** 62 ? limit : null;
}

interface ExpectedProps {
  readonly forecast: ForecastShape | undefined;
  readonly level: Level;
  readonly detail: NodeDetailShape;
  readonly now: number;
}

function Expected({ forecast, level, detail, now }: ExpectedProps) {
  if (!forecast) return <p>{whyNone(detail, level, now)}</p>;
  const { probability, horizon_s, breach_p10, breach_p50, breach_p90, cause, per_hour, record } = forecast;
  return (
    <>
      <p class="expected">
        {probability === null ? (
          'It is too early to say.'
        ) : (
          <>
            <strong>
              <Flash text={formatShare(probability)} />
            </strong>{' '}
            to reach the limit within {formatDuration(horizon_s * 1000)}.
          </>
        )}{' '}
        {breach_p50 !== null && (
          <>
            Breach <strong title={formatExactly(breach_p50)}>{formatFromNow(breach_p50, now)}</strong>, from{' '}
            {formatTime(breach_p10 ?? breach_p50, now)} to{' '}
            {breach_p90 === null ? 'later' : formatTime(breach_p90, now)} in eight of ten cases.
          </>
        )}
      </p>
      <p class="quiet">
        {[
          cause ? `Cause: ${cause}.` : '',
          per_hour === null ? '' : `Grows by ${formatPace(per_hour)}.`,
          record ? `Of ${record.due} forecasts like this that fell due, ${record.came} came true.` : '',
        ]
          .filter((text) => text !== '')
          .join(' ')}
      </p>
      <ul class="evidence">
        {forecast.evidence.map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

function whyNone(detail: NodeDetailShape, level: Level, now: number): string {
  if (limitOf(detail, level) === null) {
    return `No limit of the ${SIGNALS_OF[level].name} is known, so there is nothing to forecast; see what is missing below.`;
  }
  const { last_seen } = detail;
  if (last_seen === null) return 'Nothing was heard of it since the service started.';
  if (now - last_seen > 8 * (detail.interval_ms ?? 60_000)) {
    return `It has been silent for ${formatDuration(now - last_seen)}: its trend says nothing about now.`;
  }
  return 'There is no forecast yet; it takes some dozens of samples.';
}
