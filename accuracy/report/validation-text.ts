import type { Rows } from './rows.js';
import { markdownTable, textTable } from './table.js';
import { chosenRows, foldRows, gridRows, type Validation, validatedRows } from './validation.js';

/** The section of the page. */
export function validationSection(validation: Validation): string {
  const { folds } = validation;
  return [
    `## Cross-validated

The shipped thresholds (\`probability\`, \`soon\`, \`for\`) were chosen by looking at these recordings, so their score on them is too good. Here
each scenario, and then each runtime, is left out in turn; the thresholds are chosen on all others, from the [grid](#the-grid) below, and
judged on the group that was left out. Together these judgements predict the score on recordings that nobody has looked at. The public
recordings are a group of their own, of which only false alarms count. Thresholds are chosen for the highest sum of caught (up to 0.97)
and precision (up to 0.95), then for the least time error.

It still flatters in two ways: only thresholds are chosen anew, while the models were written with all these recordings at hand; and
scenarios that are akin, such as \`response_buffer\` and its fleets, speak for each other.
`,
    markdown(validatedRows(validation)),
    `Which thresholds were chosen how often; the more alike, the less they hang on single groups.\n`,
    markdown(chosenRows(validation)),
    ...foldTables('### Without each runtime\n', 'runtime', folds.runtime, markdown),
    ...foldTables('### Without each scenario\n', 'scenario', folds.scenario, markdown),
    `### The grid

Caught / precision over all nodes above, by threshold; the shipped rules have a star. A \`soon\` as high as the probability changes nothing, so
those above it are left out.
`,
    ...gridRows(validation).flatMap((rows) => [`${rows.title}:\n`, markdown(rows)]),
  ].join('\n');
}

/** The same for the screen. */
export function validationScreen(validation: Validation): string {
  const { folds } = validation;
  return [
    '== cross-validated ==',
    text(validatedRows(validation)),
    text(chosenRows(validation)),
    ...foldTables('', 'runtime left out', folds.runtime, text),
    ...foldTables('', 'scenario left out', folds.scenario, text),
    ...gridRows(validation).flatMap((rows) => [`caught / precision, ${rows.title}`, text(rows)]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function foldTables(
  heading: string,
  title: string,
  folds: Parameters<typeof foldRows>[1],
  table: (rows: Rows) => string,
): string[] {
  return folds.length === 0 ? [] : [heading, table(foldRows(title, folds))];
}

function markdown({ header, rows }: Rows): string {
  return markdownTable(header, rows);
}

function text({ header, rows }: Rows): string {
  return textTable(header, rows);
}
