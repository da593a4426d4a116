import type { ChannelContext, Fact, Message, Story } from '../../contract.js';
import { chartAddress, cut } from '../../http/index.js';

export interface TriggerOptions {
  readonly severities: Readonly<Record<string, Severity>>;
  readonly chartUrl?: string | undefined;
}
type Severity = 'critical' | 'error' | 'warning' | 'info';

const OWN_SEVERITIES: readonly string[] = ['critical', 'error', 'warning', 'info'];
const SUMMARY_LENGTH = 1024;
/** Of the fields that the reference gives no limit for. */
const TEXT_LENGTH = 1000;
const HREF_LENGTH = 2000;
const NODES_LISTED = 20;
/** The limit is 512 KB; Alertmanager leaves the details out above it, and so do we. */
const MOST_BYTES = 512_000;

/** Whether a message says that everything that fires is in somebody's hands. */
export function acknowledges({ occasion, alerts }: Message): boolean {
  return (
    occasion === 'acknowledged' && alerts.every(({ state, ack }) => state === 'resolved' || ack !== undefined)
  );
}

/** The event that opens an incident, or adds to it. */
export function triggerOf(message: Message, options: TriggerOptions, context: ChannelContext) {
  const at = context.clock.now();
  const story = context.story(message, at);
  const [worst] = message.alerts;
  const chart = chartAddress(options.chartUrl, message);
  const links = linksOf(story);
  const event = {
    event_action: 'trigger',
    payload: {
      summary: cut(story.subject, SUMMARY_LENGTH),
      source: cut(worst.node || worst.labels.pool || 'fleet', TEXT_LENGTH),
      severity: message.occasion === 'test' ? 'info' : severityOf(message.severity, options.severities),
      timestamp: new Date(worst.firedAt).toISOString(),
      ...(worst.labels.pool ? { group: cut(worst.labels.pool, TEXT_LENGTH) } : {}),
      component: 'memory',
      class: cut(worst.rule, TEXT_LENGTH),
      custom_details: detailsOf(story, message),
    },
    ...(chart === undefined
      ? {}
      : { images: [{ src: chart, alt: cut(`Memory of ${worst.node}`, TEXT_LENGTH) }] }),
    ...(links.length === 0 ? {} : { links }),
    client: 'Headroom',
    ...(context.externalUrl === undefined ? {} : { client_url: context.externalUrl }),
  };
  if (Buffer.byteLength(JSON.stringify(event)) <= MOST_BYTES) return event;
  const note = { error: 'The details are left out: they are larger than PagerDuty takes.' };
  return { ...event, payload: { ...event.payload, custom_details: note } };
}

function severityOf(severity: string, severities: TriggerOptions['severities']): Severity {
  if (Object.hasOwn(severities, severity)) return severities[severity];
  return OWN_SEVERITIES.includes(severity) ? (severity as Severity) : 'error';
}

/** What a person reads in the incident, in the order of the message; PagerDuty shows keys as they are. */
function detailsOf(story: Story, message: Message): Record<string, unknown> {
  const facts = [...story.what, ...story.why, ...story.actions, ...(story.past ? [story.past] : [])];
  const details: Record<string, unknown> = { occasion: message.occasion };
  if (story.notices.length > 0) details.Note = cut(story.notices.join(' '), TEXT_LENGTH);
  if (story.summary !== undefined) details.Summary = cut(story.summary, TEXT_LENGTH);
  if (story.about !== undefined) details['The worst'] = cut(story.about, TEXT_LENGTH);
  for (const fact of facts) details[cut(fact.label, 100)] = factText(fact);
  if (story.table) {
    details.Nodes = story.table.rows
      .slice(0, NODES_LISTED)
      .map(({ node, when, sure, use }) => cut(`${node}: ${when}, ${sure}, ${use}`, TEXT_LENGTH));
    if (story.table.more.length > 0) details.More = cut(story.table.more.join(' '), TEXT_LENGTH);
  }
  return details;
}

function factText({ text, points = [] }: Fact): string | string[] {
  const lines = [text, ...points].map((line) => cut(line, TEXT_LENGTH));
  return lines.length === 1 ? lines[0] : lines;
}

function linksOf(story: Story): { href: string; text: string }[] {
  const runbooks = story.actions.flatMap(({ label, url }) =>
    url === undefined ? [] : [{ href: url, text: label }],
  );
  const own = story.links.map(({ text, url }) => ({ href: url, text }));
  return [...runbooks, ...own].filter(({ href }) => href.length <= HREF_LENGTH);
}
