import type { ComparisonShape, TallyShape } from '../../../serve/rules/shapes.js';
import { formatDuration } from '../../kit/words.js';
import { Scroll } from '../../parts/scroll.js';

type Row = readonly [name: string, count: (tally: TallyShape) => number | string, means: string];
type RuleComparison = ComparisonShape['rules'][number];

/** As docs/backtest.md defines them. */
function rowsOf(isJudged: boolean, lead: string): readonly Row[] {
  const alerts: readonly Row[] = [
    ['alerts', (tally) => tally.alerts, 'times that it would have fired'],
    ['a week', (tally) => tally.per_week.toFixed(1), 'the same for an average week'],
    ['nodes', (tally) => tally.nodes, 'with at least one alert'],
  ];
  const became = (name: string, means: string): Row => [name, (tally) => tally.verdicts[name] ?? 0, means];
  if (!isJudged) {
    return [
      ...alerts,
      became('followed', 'alerts after which the same process reached a limit'),
      became('not followed', 'alerts after which it did not'),
    ];
  }
  const breach = (name: string, means: string): Row => [name, (tally) => tally.breaches?.[name] ?? 0, means];
  return [
    ...alerts,
    breach('caught', `breaches with an alert at least ${lead} before`),
    breach('late', `breaches with an alert less than ${lead} before`),
    breach('missed', 'breaches without an alert before'),
    breach('out of reach', `breaches of processes that were younger than ${lead}`),
    became('false', 'alerts without a breach within the time of the forecast, and nothing that came between'),
    became('early', 'alerts whose breach came later than they had said'),
    became('undecided', 'alerts of processes that ended or came near the limit first'),
    [
      'median lead',
      ({ lead_median_s }) => (lead_median_s === null ? '–' : formatDuration(lead_median_s * 1000)),
      'from the alert to the breach, of those caught',
    ],
  ];
}

/** Figures of each rule under both sets, with what each figure means. */
export function Counts({ result }: { readonly result: ComparisonShape }) {
  return (
    <>
      {result.rules.map((each) => (
        <RuleCounts key={each.rule} comparison={each} lead={formatDuration(result.lead_ms)} />
      ))}
    </>
  );
}

function RuleCounts({ comparison, lead }: { readonly comparison: RuleComparison; readonly lead: string }) {
  const { rule, change, fields, armed, edited } = comparison;
  const isJudged = (edited ?? armed)?.is_judged ?? false;
  return (
    <>
      <h3>
        <bdi>{rule}</bdi>{' '}
        <span class="quiet">
          {change === 'changed' ? (
            <bdi>changes {fields.join(', ')}</bdi>
          ) : change === 'same' ? (
            'is the same'
          ) : (
            change
          )}
        </span>
      </h3>
      <Scroll class="scroll-x" label={`Figures of ${rule}`}>
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">Armed</th>
              <th scope="col">Edited</th>
              <th scope="col">Means</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(isJudged, lead).map(([name, count, means]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-of="armed ">{armed ? count(armed) : '–'}</td>
                <td data-of="edited ">{edited ? count(edited) : '–'}</td>
                <td class="quiet">{means}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
