import type { RuleFindingsShape } from '../../serve/rules/shapes.js';
import { useAnswer } from '../kit/use-answer.js';
import { formatExactly, formatFromNow } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import { Findings } from './findings.js';

interface RefusalsProps {
  readonly refused: RuleFindingsShape['refused'];
  readonly armedSince: number;
  readonly now: number;
}

interface Refusal {
  readonly at: number;
  readonly why: string;
}

/** The set on disk that was refused, if it is; else the last that was. */
export function Refusals({ refused, armedSince, now }: RefusalsProps) {
  const { answer, fault, reload } = useAnswer<{ readonly events: readonly Refusal[] }>(
    'audit?what=rules.refused&limit=1',
    ['rules'],
  );
  if (refused) {
    return (
      <section class="refused" aria-labelledby="refused-title">
        <h2 id="refused-title">The files on disk are refused</h2>
        <p>
          Read <time title={formatExactly(refused.at)}>{formatFromNow(refused.at, now)}</time> with the hash{' '}
          <code>{refused.hash}</code>. The rules armed {formatFromNow(armedSince, now)} stay in force until
          the files are in order.
        </p>
        <Findings findings={refused.findings} nothing="" />
      </section>
    );
  }
  if (fault) return <ErrorNote fault={fault} onRetry={reload} />;
  const [last] = answer?.events ?? [];
  if (!last) return null;
  return (
    <details class="card">
      <summary>
        Last refused edit <time title={formatExactly(last.at)}>{formatFromNow(last.at, now)}</time>; the files
        are in order since
      </summary>
      <p>
        <bdi>{last.why}</bdi>
      </p>
    </details>
  );
}
