import type { Picture } from './picture.js';
import type { Fact, Story } from './story.js';
import type { Row, Table } from './table.js';
import { LINE_WIDTH, pad, stringWidth, wrap } from './wrap.js';

/** A story as plain text: all that the page says, in the same order, in lines of 78 columns. */
export function writeText(story: Story): string {
  const { headline, notices, summary, table, about, past, footer } = story;
  const blocks = [
    notices.flatMap((notice) => wrap(notice)),
    [...wrap(`${headline}.`), ...(summary === undefined ? [] : wrap(summary))],
    table ? tableLines(table) : [],
    [...(about === undefined ? [] : [`The worst, ${about}:`, '']), ...story.what.flatMap(factLines)],
    story.why.flatMap(factLines),
    story.pictures.flatMap(pictureLines),
    story.actions.flatMap(factLines),
    past ? factLines(past) : [],
    story.links.map(({ text, url }) => `${text}: ${url}`),
    ['-- ', ...wrap(footer)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function factLines({ label, text, points = [] }: Fact): string[] {
  return [...wrap(`${label}: ${text}`, '  '), ...points.flatMap((point) => wrap(point, '    ', '  - '))];
}

function pictureLines({ about, spark }: Picture): string[] {
  return [...wrap(about, '  '), `  ${spark}`];
}

/** Columns where they fit into a line; else the node on one line and the rest below it. */
function tableLines({ rows, more }: Table): string[] {
  const head: Row = {
    node: 'node',
    state: 'firing',
    when: 'expected',
    range: 'range (UTC)',
    sure: 'sure',
    use: 'in use',
    why: 'why',
  };
  const hasRules = rows.some(({ rule }) => rule !== undefined);
  const columns = [head, ...rows].map(({ node, when, range, sure, use, why }) => [
    node,
    when,
    range,
    sure,
    use,
    why,
  ]);
  const widths = columns[0].map((_, i) => Math.max(...columns.map((row) => stringWidth(row[i]))));
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  const lines =
    total <= LINE_WIDTH && !hasRules
      ? columns.map((row) =>
          row
            .map((cell, i) => pad(cell, widths[i]))
            .join('  ')
            .trimEnd(),
        )
      : rows.flatMap(rowLines);
  return [...lines, ...more.flatMap((text) => wrap(text, '  '))];
}

function rowLines({ node, rule, when, range, sure, use, why }: Row): string[] {
  const parts = [
    range === '-' ? when : `${when} (${range})`,
    ...(sure === '-' ? [] : [`${sure} sure`]),
    ...(use === '-' ? [] : [use]),
    why,
    ...(rule === undefined ? [] : [rule]),
  ];
  return [node, ...wrap(parts.filter((part) => part !== '-').join(', '), '    ', '  ')];
}
