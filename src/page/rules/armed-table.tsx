import type { ComponentChildren } from 'preact';
import type { RuleFilesShape, RuleShape } from '../../serve/rules/shapes.js';
import { hrefOf } from '../kit/router.js';
import { formatDuration, formatExactly, formatFromNow } from '../kit/words.js';

interface ArmedTableProps {
  readonly rules: readonly RuleShape[];
  /** Undefined before they are known: then the file's whole path stands there. */
  readonly files: RuleFilesShape['files'] | undefined;
  readonly now: number;
}

const COLUMNS = [
  ['Rule', 'Opens the rule in the editor'],
  ['Severity', 'Where its messages go'],
  ['For', 'How long its condition must hold'],
  ['Place', 'File and line'],
  ['Fired', 'How often it has fired'],
  ['Came true', 'The limit was reached while it fired'],
  ['Averted', 'The process was replaced, or the growth ended, before the predicted time'],
  ['False', 'The predicted range went by without a breach'],
  ['Lead', 'Median time from firing to breach'],
] as const;

/** Each armed rule with what became of its alerts. */
export function ArmedTable({ rules, files, now }: ArmedTableProps) {
  return (
    <table class="armed">
      <caption class="armed-caption">Armed rules</caption>
      <thead>
        <tr>
          {COLUMNS.map(([name, title]) => (
            <th key={name} scope="col" title={title}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.alert}>
            <th scope="row">
              <a class="name" href={hrefOf('rules', rule.alert)} title={rule.alert}>
                <bdi>{rule.alert}</bdi>
              </a>
              <span class="quiet">{rule.kind}</span>
            </th>
            <Cell name="Severity">{rule.severity}</Cell>
            <Cell name="For">{rule.for_s === 0 ? 'at once' : formatDuration(rule.for_s * 1000)}</Cell>
            <Cell name="Place" title={`${rule.file}:${rule.line}`}>
              <bdi class="place">
                {files?.find(({ file }) => file === rule.file)?.name ?? rule.file}:{rule.line}
              </bdi>
            </Cell>
            <RecordCells record={rule.record} now={now} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RecordCells({ record, now }: { readonly record: RuleShape['record']; readonly now: number }) {
  if (!record) {
    return (
      <td class="no-record quiet" colSpan={5}>
        has not fired yet
      </td>
    );
  }
  const { since, fired, came_true, averted, false_alarms, lead_s } = record;
  const title = `Counted since ${formatExactly(since)}, ${formatFromNow(since, now)}`;
  return (
    <>
      <Cell name="Fired" title={title}>
        {fired}
      </Cell>
      <Cell name="Came true">{came_true}</Cell>
      <Cell name="Averted">{averted}</Cell>
      <Cell name="False">{false_alarms}</Cell>
      <Cell name="Lead">{lead_s === null ? '–' : formatDuration(lead_s * 1000)}</Cell>
    </>
  );
}

/** A cell that says its column where columns have no heads. */
function Cell(props: {
  readonly name: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <td title={props.title}>
      <span class="cell-name">{props.name}</span>
      {props.children}
    </td>
  );
}
