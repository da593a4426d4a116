import type { Fact, Story } from '../../contract.js';
import { cut } from '../../http/index.js';
import { escaped, escapedCode, escapedWithin } from './mrkdwn.js';

/** Block Kit: https://docs.slack.dev/reference/block-kit/blocks. Only what is used here. */
export type Block =
  | { readonly type: 'header'; readonly text: Plain }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'section'; readonly fields: readonly Mrkdwn[] }
  | { readonly type: 'image'; readonly image_url: string; readonly alt_text: string }
  | { readonly type: 'actions'; readonly elements: readonly Button[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] };

interface Plain {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** Verbatim: Slack makes no links and mentions of what looks like one. */
interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: Plain;
  readonly url: string;
  readonly style?: 'primary';
}

/** Documented limits, in characters where nothing else is said. */
const HEADER_LENGTH = 150;
const FIELDS_AT_MOST = 10;
const FIELD_LENGTH = 2000;
const SECTION_LENGTH = 3000;
const BUTTON_URL_LENGTH = 3000;
const ALT_LENGTH = 2000;
/** Not documented: all texts of a message together, seen near 13,000 (slackapi/bolt-js issue 2509). */
const ALL_LENGTH = 12_000;
/** Of a text in each part, tried in turn until all of it fits. */
const TEXT_LENGTHS = [2800, 1400, 700, 350];

/** A message in blocks, in the order of the story. `chart` is an address of a picture that Slack can fetch. */
export function blocksOf(story: Story, chart: string | undefined): Block[] {
  const tried = TEXT_LENGTHS.map((length) => build(story, chart, length));
  return tried.find((blocks) => JSON.stringify(blocks).length <= ALL_LENGTH) ?? tried[tried.length - 1];
}

function build(story: Story, chart: string | undefined, length: number): Block[] {
  const { headline, notices, summary, about, what, why, actions, past } = story;
  const lead = [...notices, summary ?? ''].filter((text) => text !== '');
  return [
    { type: 'header', text: plain(headline, HEADER_LENGTH) },
    // A header is cut hard; what did not fit stands below.
    ...(headline.length > HEADER_LENGTH ? [section(escapedWithin(headline, length))] : []),
    ...(lead.length === 0 ? [] : [section(escapedWithin(lead.join('\n'), length))]),
    ...tableBlocks(story, length),
    ...(about === undefined ? [] : [section(`*The worst*: ${escapedWithin(about, 300)}`)]),
    ...(what.length === 0
      ? []
      : [
          {
            type: 'section' as const,
            fields: what.slice(0, FIELDS_AT_MOST).map((fact) => field(fact, length)),
          },
        ]),
    ...factBlocks(why, length),
    ...(chart === undefined
      ? []
      : [{ type: 'image' as const, image_url: chart, alt_text: cut(`Memory: ${headline}`, ALT_LENGTH) }]),
    ...factBlocks(actions, length),
    ...(past ? factBlocks([past], length) : []),
    ...buttonBlocks(story),
    { type: 'context', elements: [mrkdwn(escapedWithin(story.footer, Math.min(length, FIELD_LENGTH)))] },
  ];
}

function field({ label, text }: Fact, length: number): Mrkdwn {
  return mrkdwn(
    `*${escapedWithin(label, 100)}*\n${escapedWithin(text, Math.min(length, FIELD_LENGTH - 250))}`,
  );
}

/** Facts one below the other in one section, as many as fit. */
function factBlocks(facts: readonly Fact[], length: number): Block[] {
  const lines = facts.flatMap(({ label, text, points = [], url }) => [
    `*${escapedWithin(label, 100)}*: ${url === undefined ? escapedWithin(text, length / 2) : linkOf(url, text)}`,
    ...points.map((point) => `• ${escapedWithin(point, 400)}`),
  ]);
  const shown = linesWithin(lines, length);
  return shown.length === 0 ? [] : [section(shown.join('\n'))];
}

/** Slack takes an address in angle brackets; what would end it is encoded. */
function linkOf(url: string, text: string): string {
  const address = new URL(url).href.replace(/[<>|]/g, encodeURIComponent).replaceAll('&', '&amp;');
  return address.length > 1000 ? escapedWithin(text, 300) : `<${address}|${escapedWithin(text, 300)}>`;
}

/** Many nodes as a table in fixed width, which every client shows; rows that do not fit are counted. */
function tableBlocks({ table }: Story, length: number): Block[] {
  if (!table) return [];
  const keys = ['node', 'when', 'range', 'sure', 'use'] as const;
  const head = { node: 'node', when: 'expected', range: 'range (UTC)', sure: 'sure', use: 'in use' };
  const all = [head, ...table.rows].map((row) => keys.map((key) => cut(row[key], key === 'node' ? 48 : 40)));
  const widths = keys.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const lines = all.map((row) =>
    escapedCode(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    ),
  );
  const shown = linesWithin(lines, length - 10);
  const left = table.rows.length - (shown.length - 1);
  const more = [...(left > 0 ? [`and ${left} more rows`] : []), ...table.more].join('; ');
  return [
    section(`\`\`\`\n${shown.join('\n')}\n\`\`\``),
    ...(more === '' ? [] : [section(escapedWithin(more, length))]),
  ];
}

function linesWithin(lines: readonly string[], length: number): string[] {
  let left = length;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? [...lines] : lines.slice(0, end);
}

function buttonBlocks({ links }: Story): Block[] {
  const elements = links
    .filter(({ url }) => url.length <= BUTTON_URL_LENGTH)
    .map(({ kind, text, url }) => ({
      type: 'button' as const,
      action_id: `headroom-${kind}`,
      text: plain(text, 75),
      url,
      ...(kind === 'acknowledge' ? { style: 'primary' as const } : {}),
    }));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text.slice(0, SECTION_LENGTH)) };
}

function plain(text: string, length: number): Plain {
  return { type: 'plain_text', text: cut(text, length), emoji: false };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** The text for notifications, screen readers and where blocks are not shown; never empty. */
export function fallbackOf(story: Story): string {
  return escaped(cut(story.subject, 1000));
}

/** All of it without blocks, for the case that Slack refuses them. */
export function plainTextOf(words: string): string {
  return escapedWithin(words, 20_000);
}
