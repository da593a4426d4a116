import { html, type Markup } from '../../notify/index.js';
import type { CaseResult, FileResult } from '../run/run-test-case.js';
import { plainFailure } from './plain.js';

/** The results as JUnit XML, which most CI services read: a suite a file, a case a test. */
export function toJunit(files: readonly FileResult[], ms: number): string {
  const suites = files.map(
    ({ file, cases }) => html`  <testsuite name="${file}" ${counts(cases, total(cases))}>
${cases.map((result) => caseOf(file, result))}  </testsuite>
`,
  );
  const all = files.flatMap(({ cases }) => cases);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="headroom test" ${counts(all, ms)}>
${suites}</testsuites>
`.text;
}

function caseOf(file: string, result: CaseResult): Markup {
  const { name, line } = result.case;
  const head = html`    <testcase name="${clean(name)}" classname="${file}" file="${file}" line="${line}" time="${seconds(result.ms)}"`;
  if (result.failures.length === 0)
    return html`${head}/>
`;
  const failures = result.failures.map((failure) => {
    const { place, expected, found } = failure;
    const text = `${place.file}:${place.line}:${place.column}\n${plainFailure(failure, result)}`;
    return html`      <failure type="expectation" message="${clean(`expected: ${expected}; found: ${firstLine(found)}`)}">${clean(text)}</failure>
`;
  });
  return html`${head}>
${failures}    </testcase>
`;
}

function counts(cases: readonly CaseResult[], ms: number): Markup {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  return html`tests="${cases.length}" failures="${failed}" errors="0" time="${seconds(ms)}"`;
}

function total(cases: readonly CaseResult[]): number {
  return cases.reduce((sum, { ms }) => sum + ms, 0);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}

/** Without the control characters that XML has no way to write. */
function clean(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, ' ');
}
