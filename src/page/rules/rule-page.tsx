import { useState } from 'preact/hooks';
import type { RuleFilesShape, RulesShape } from '../../serve/rules/shapes.js';
import { hrefOf } from '../kit/router.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { formatExactly, formatFromNow } from '../kit/words.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import type { ViewProps } from '../views.js';
import { ArmedTable } from './armed-table.js';
import { Workbench } from './workbench.js';
import './rules.css';

/** One rule, its record, and its file to be edited for a commit elsewhere. */
export function RulePage({ params: { rule } }: ViewProps) {
  const rules = useAnswer<RulesShape>('rules', ['rules', 'alerts']);
  const files = useAnswer<RuleFilesShape>('rules/files', ['rules']);
  const now = useNow(10_000);
  const found = rules.answer?.armed.rules.find(({ alert }) => alert === rule);
  // A file that is edited here stays, also when the rule is armed no more.
  const [at, setAt] = useState<{ readonly file: string; readonly line: number }>();
  if (found && !at) setAt({ file: found.file, line: found.line });
  const file = files.answer?.files.find((each) => each.file === (found?.file ?? at?.file));
  const fault = rules.fault ?? files.fault;
  return (
    <div class="rules-page">
      <div>
        <p>
          <a href={hrefOf('rules')}>All rules</a>
        </p>
        <h1>
          <bdi>{rule}</bdi>
        </h1>
        {rules.answer && found && file && (
          <p class="quiet">
            Armed{' '}
            <time title={formatExactly(rules.answer.armed.since)}>
              {formatFromNow(rules.answer.armed.since, now)}
            </time>{' '}
            from <bdi title={file.file}>{file.name}</bdi>, line {found.line}; the file has the hash{' '}
            <code>{file.hash}</code>
          </p>
        )}
      </div>
      {fault && <ErrorNote fault={fault} {...(files.answer ? { shownOf: files.at } : {})} />}
      {rules.answer && !found && (
        <Empty title="No rule of this name is armed">
          <p>
            It may have been renamed or removed. <a href={hrefOf('rules')}>All rules</a>
          </p>
        </Empty>
      )}
      {found && <ArmedTable rules={[found]} files={files.answer?.files} now={now} />}
      {file && <Workbench key={file.file} file={file} line={found?.line ?? at?.line ?? 1} />}
    </div>
  );
}
