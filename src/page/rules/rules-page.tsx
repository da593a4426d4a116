import type { RuleFilesShape, RuleFindingsShape, RulesShape } from '../../serve/rules/shapes.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { formatCount, formatExactly, formatFromNow } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import { ArmedTable } from './armed-table.js';
import { Findings } from './findings.js';
import { Refusals } from './refusals.js';
import './rules.css';

/** What is armed, since when and from where; what `check` says of it; what was refused. */
export function RulesPage() {
  const rules = useAnswer<RulesShape>('rules', ['rules', 'alerts']);
  const files = useAnswer<RuleFilesShape>('rules/files', ['rules']);
  const findings = useAnswer<RuleFindingsShape>('rules/findings', ['rules', 'nodes']);
  const now = useNow(10_000);
  const { answer } = rules;
  if (!answer) return rules.fault ? <ErrorNote fault={rules.fault} onRetry={rules.reload} /> : null;
  const { armed } = answer;
  return (
    <div class="rules-page">
      <div>
        <h1>Rules</h1>
        <p class="quiet">
          {formatCount(armed.rules.length, 'rule')}, armed{' '}
          <time title={formatExactly(armed.since)}>{formatFromNow(armed.since, now)}</time>; the set has the
          hash <code>{armed.hash}</code>
        </p>
      </div>
      {rules.fault && <ErrorNote fault={rules.fault} shownOf={rules.at} />}
      {findings.answer && <Refusals refused={findings.answer.refused} armedSince={armed.since} now={now} />}
      <ArmedTable rules={armed.rules} files={files.answer?.files} now={now} />
      {files.fault && <ErrorNote fault={files.fault} onRetry={files.reload} />}
      {files.answer && (
        <section class="card" aria-labelledby="files-title">
          <h2 id="files-title">Files</h2>
          <ul class="plain-list">
            {files.answer.files.map(({ file, name, hash, rules: names }) => (
              <li key={file}>
                <bdi title={file}>{name}</bdi>{' '}
                <span class="quiet">with {formatCount(names.length, 'rule')}, hash</span> <code>{hash}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-labelledby="findings-title">
        <h2 id="findings-title">What the checks say</h2>
        {findings.fault && <ErrorNote fault={findings.fault} onRetry={findings.reload} />}
        {findings.answer && (
          <>
            <Findings
              findings={findings.answer.armed}
              nothing="No check has anything to say about the armed rules."
            />
            {findings.answer.skipped.length > 0 && (
              <p class="quiet">
                Not run here, since they need the configuration: {findings.answer.skipped.join(', ')}.{' '}
                <code>headroom check</code> runs them.
              </p>
            )}
          </>
        )}
      </section>
    </div>
  );
}
