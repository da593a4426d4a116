import { useMemo } from 'preact/hooks';
import type { ComparisonShape, PastAlertShape } from '../../../serve/rules/shapes.js';
import { serviceNow } from '../../kit/live.js';
import { formatDuration, formatExactly, formatTime } from '../../kit/words.js';
import { NodeLink } from '../../parts/name.js';
import { Scroll } from '../../parts/scroll.js';
import { alertsByNode, type Changes, changesOf } from './by-node.js';

const MOST_ROWS = 200;

/** The same as the timeline in numbers: each node's alerts by both sets, and what became of them. */
export function NodeTable({ result }: { readonly result: ComparisonShape }) {
  const rows = useMemo(() => alertsByNode(result), [result]);
  if (rows.length === 0) return <p>Neither the edited nor the armed rules would have fired.</p>;
  const left = rows.length - MOST_ROWS;
  return (
    <>
      <h3>By node</h3>
      <Scroll class="scroll-x" label="Alerts by node">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Armed</th>
              <th scope="col">Edited</th>
              <th scope="col">What changes</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map(({ node, armed, edited }) => (
              <tr key={node}>
                <th scope="row">
                  <NodeLink node={node} />
                </th>
                <td>
                  <Alerts alerts={armed} />
                </td>
                <td>
                  <Alerts alerts={edited} />
                </td>
                <td>{wordsOf(changesOf(armed, edited))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {left > 0 && <p class="quiet">And {left} more nodes.</p>}
      {result.left_out > 0 && (
        <p class="quiet">{result.left_out} more alerts are counted below and not listed here.</p>
      )}
    </>
  );
}

const MOST_LISTED = 5;

function Alerts({ alerts }: { readonly alerts: readonly PastAlertShape[] }) {
  if (alerts.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="plain-list">
      {alerts.slice(0, MOST_LISTED).map(({ rule, fired_at, verdict, lead_s, reason }) => (
        <li key={`${rule} ${fired_at}`} title={`${rule}, ${formatExactly(fired_at)}: ${reason}`}>
          {formatTime(fired_at, serviceNow())} {verdict}
          {lead_s !== null && lead_s > 0 ? `, ${formatDuration(lead_s * 1000)} ahead` : ''}
        </li>
      ))}
      {alerts.length > MOST_LISTED && <li class="quiet">and {alerts.length - MOST_LISTED} more</li>}
    </ul>
  );
}

function wordsOf({ gone, added, same, earlier, later }: Changes): string {
  const most = (shifts: readonly number[]) => formatDuration(Math.max(...shifts));
  const words = [
    gone > 0 && `${gone} gone`,
    added > 0 && `${added} new`,
    earlier.length > 0 && `${earlier.length} earlier by up to ${most(earlier)}`,
    later.length > 0 && `${later.length} later by up to ${most(later)}`,
    same > 0 && `${same} as before`,
  ];
  return words.filter(Boolean).join(', ');
}
