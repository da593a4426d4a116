import type { AlertState } from '../../alert/index.js';
import { formatMatchers } from '../../dispatch/index.js';
import { html, type Markup, type Times } from '../../notify/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import type { Problem } from '../../problem.js';
import { formatCount, formatDuration, parseDuration } from '../../telemetry/index.js';
import { pageOf } from './frame.js';
import type { Offer, OfferOf } from './offer.js';

/** Alerts and nodes that a page names; the rest is counted. */
const MOST_NAMED = 20;

const ACK_TIMES = ['30m', '1h', '2h', '4h', '8h', '12h', '1d', '3d'];
const SILENCE_TIMES = ['15m', '30m', '1h', '2h', '4h', '8h', '1d', '3d', '7d'];

export interface FormFacts {
  readonly offer: Offer;
  readonly formToken: string;
  readonly now: number;
  readonly times: Times;
  readonly pipeline: Pipeline;
  /** Longest silence that is allowed, ms. */
  readonly longestSilence: number;
  /** What was wrong with the form when it was sent, and what stood in it. */
  readonly fault?: { readonly problem: Problem; readonly by: string; readonly why: string };
}

/** The page that asks before anything is changed: what it is about, who asks, why, for how long. */
export function formPage(facts: FormFacts): string {
  const { offer } = facts;
  switch (offer.action) {
    case 'acknowledge':
      return ackPage(offer, facts);
    case 'silence':
      return silencePage(offer, facts);
    case 'withdraw': {
      const title = `Give back ${formatCount(offer.alerts.length, 'alert')}`;
      const about = html`<p>${offer.origin.by} has taken ${offer.alerts.length === 1 ? 'it' : 'them'}. From then on messages are
sent as if nobody had.</p>${alertList(offer.alerts, facts)}`;
      return page(title, about, facts, { button: 'Give back' });
    }
    case 'expire': {
      const { matchers, endsAt, createdBy, comment } = offer.silence;
      const about = html`<p><code>${formatMatchers(matchers)}</code></p>
<p>${createdBy} silenced it until ${facts.times.both(endsAt, facts.now)}: ${comment}</p>
<p>Messages about these alerts are sent again from then on.</p>`;
      return page('End the silence', about, facts, { button: 'End the silence' });
    }
  }
}

function ackPage({ alerts }: OfferOf<'acknowledge'>, facts: FormFacts): string {
  const title = `Acknowledge ${formatCount(alerts.length, 'alert')}`;
  const about = html`<p>You take ${alerts.length === 1 ? 'this alert' : 'these alerts'}: others are told that you are on it, and
messages stop until the time below. You hear again when it gets much worse and when it is over; another time that it
fires is told as ever.</p>
${alertList(alerts, facts)}`;
  return page(title, about, facts, { button: 'Acknowledge', times: ACK_TIMES, usual: '8h', why: 'may' });
}

function silencePage({ matchers, preview, needsForce }: OfferOf<'silence'>, facts: FormFacts): string {
  const { alerts, nodes, channels } = preview;
  const via = channels.length === 0 ? '' : ` to ${channels.join(', ')}`;
  const about = html`<p>Messages are held back about every alert that has</p><p><code>${formatMatchers(matchers)}</code></p>
<p>also about new ones, until the time below. Alerts go on to be evaluated and are listed as silenced.</p>
<h2>What this holds back now</h2>
<p>${alerts.length === 0 ? 'No alert at the moment.' : `Messages${via} about ${formatCount(alerts.length, 'alert')}:`}</p>
${alerts.length === 0 ? undefined : alertList(alerts, facts)}
<p class="quiet">Nodes that it is about: ${nodes.length === 0 ? 'none that is known' : named(nodes)}.</p>`;
  const times = SILENCE_TIMES.filter((text) => (parseDuration(text) ?? 0) <= facts.longestSilence);
  return page('Silence alerts', about, facts, {
    button: 'Silence',
    times,
    usual: '2h',
    why: 'must',
    needsForce,
  });
}

interface Fields {
  readonly button: string;
  /** Times to choose from, and the one that is chosen. */
  readonly times?: readonly string[];
  readonly usual?: string;
  readonly why?: 'may' | 'must';
  readonly needsForce?: boolean;
}

function page(title: string, about: Markup, facts: FormFacts, fields: Fields): string {
  const { formToken, fault } = facts;
  const { button, why, needsForce } = fields;
  const complaint =
    fault && html`<p class="bad" role="alert">${fault.problem.message}. ${fault.problem.cure}</p>`;
  const reason =
    why &&
    html`<label for="why">Why${why === 'may' ? ' (may be left empty)' : ''}</label>
<input type="text" id="why" name="why" maxlength="1000" value="${fault?.why ?? ''}"${why === 'must' ? REQUIRED : ''}>`;
  const force =
    needsForce === true
      ? html`<label class="tick"><input type="checkbox" name="force" value="yes"${REQUIRED}>This takes nearly every alert. I mean it.</label>`
      : undefined;
  // Without an action the form goes to the address of the page itself, whatever stands before the service.
  return pageOf(
    title,
    html`${complaint}${about}
<form method="post">
<input type="hidden" name="form" value="${formToken}">
<label for="by">Your name</label>
<input type="text" id="by" name="by" maxlength="100" autocomplete="name" value="${fault?.by ?? ''}"${REQUIRED}>
${reason}${timeChoice(fields, facts)}${force}
<button type="submit">${button}</button>
</form>
<p class="quiet">Nothing is changed before you press the button.</p>`,
  );
}

const REQUIRED = html` required`;
const SELECTED = html` selected`;

function timeChoice({ times, usual }: Fields, { now, times: clock }: FormFacts): Markup | undefined {
  if (!times) return undefined;
  const chosen = times.includes(usual ?? '') ? usual : times.at(-1);
  const options = times.map((text) => {
    const ms = parseDuration(text) ?? 0;
    const words = `${formatDuration(ms)}, until ${clock.utc(now + ms, now)}`;
    return html`<option value="${text}"${text === chosen ? SELECTED : ''}>${words}</option>
`;
  });
  return html`<label for="for">For how long</label><select id="for" name="for">
${options}</select>`;
}

function alertList(alerts: readonly AlertState[], { now, times, pipeline }: FormFacts): Markup {
  const items = alerts.slice(0, MOST_NAMED).map((alert) => {
    const ack = pipeline.people.acks.of(alert.id, now);
    const taken =
      ack && html`<br><span class="bad">${ack.by} has taken it until ${times.both(ack.until, now)}</span>`;
    const since = alert.firedAt === null ? 'pending' : `fires since ${times.both(alert.firedAt, now)}`;
    return html`<li><strong>${alert.node}</strong> ${alert.rule} (${alert.about.severity})<br>${alert.reason}
<br><span class="quiet">${since}</span>${taken}</li>
`;
  });
  const more = alerts.length - MOST_NAMED;
  return html`<ul>
${items}${more > 0 ? html`<li>and ${more} more</li>` : ''}</ul>`;
}

function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
