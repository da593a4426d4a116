import type { LinkFacts, UsedLink } from '../../dispatch/index.js';
import { html, type Times } from '../../notify/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import type { PROBLEMS, Problem } from '../../problem.js';
import { formatCount } from '../../telemetry/index.js';
import { pageOf } from './frame.js';
import type { Performed } from './perform.js';

export interface DoneFacts {
  readonly link: LinkFacts;
  readonly performed: Performed;
  readonly now: number;
  readonly times: Times;
  readonly pipeline: Pipeline;
}

/** The page after the deed, and of a link that was used before: what was done, by whom, and how to undo it. */
export function donePage({ link, performed: { done, isReplay }, now, times, pipeline }: DoneFacts): string {
  const when = times.both(done.at, now);
  const lasts = times.both(done.lasts, now);
  const { links } = pipeline.people;
  const again = { subject: done.subject, issuedAt: done.issuedAt, until: done.until };
  // What was undone can be done again with the link that did it, if that is still known.
  const origin = links.used(done.subject.replace(/^link:/, ''));
  const redo = origin && { subject: origin.subject, issuedAt: origin.issuedAt, until: origin.until };
  const undo = { subject: `link:${link.id}`, until: Math.min(done.lasts, done.until) };
  const alerts = formatCount(done.alerts.length, 'alert');
  const texts = {
    acknowledge: {
      title: 'Acknowledged',
      what: `${done.by} has taken ${alerts} at ${when}, until ${lasts}.`,
      next: { text: 'Give back', path: links.sign({ action: 'withdraw', ...undo }, now) },
      isInForce: isAckInForce(pipeline, done, now),
    },
    silence: {
      title: 'Silenced',
      what: `${done.by} has silenced this at ${when}, until ${lasts}.`,
      next: { text: 'End the silence', path: links.sign({ action: 'expire', ...undo }, now) },
      isInForce: isSilenceInForce(pipeline, done, now),
    },
    withdraw: {
      title: 'Given back',
      what: `${done.by} has given back ${alerts} at ${when}. Messages are sent again.`,
      next: { text: 'Acknowledge again', path: redo && links.sign({ action: 'acknowledge', ...redo }, now) },
      isInForce: true,
    },
    expire: {
      title: 'Silence ended',
      what: `${done.by} has ended the silence at ${when}. Messages are sent again.`,
      next: { text: 'Silence again', path: redo && links.sign({ action: 'silence', ...redo }, now) },
      isInForce: true,
    },
  } as const;
  const { title, what, next, isInForce } = texts[done.action];
  const replay = html`<p>This was done before; nothing was changed now.</p>`;
  const over = html`<p>It is over already.</p>`;
  const repeat =
    !isInForce &&
    (done.action === 'silence' || (done.action === 'acknowledge' && isStillThere(pipeline, done)))
      ? {
          text: `${done.action === 'silence' ? 'Silence' : 'Acknowledge'} again`,
          path: links.sign({ action: done.action, ...again }, now),
        }
      : undefined;
  const offered = isInForce ? next : repeat;
  return pageOf(
    isReplay ? `${title} already` : title,
    html`<p>${what}</p>
${isReplay ? replay : ''}${isInForce ? '' : over}${
  // Beside the address of this page, whatever stands before the service.
  offered?.path
    ? html`<p><a class="button second" href="${offered.path.replace('/act/', './')}">${offered.text}</a></p>`
    : ''
}
<p class="quiet">The audit log has it under "link (${done.by})". The command line does the same: headroom ack, headroom silence.</p>`,
  );
}

function isAckInForce({ people }: Pipeline, { alerts, by, at }: UsedLink, now: number): boolean {
  return alerts.some((id) => {
    const ack = people.acks.of(id, now);
    return ack?.at === at && ack.by === by;
  });
}

/** Whether an alert of it goes on, so that it could be taken again. */
function isStillThere({ alerts }: Pipeline, done: UsedLink): boolean {
  return alerts.all().some(({ id }) => done.alerts.includes(id));
}

function isSilenceInForce({ people }: Pipeline, { silence }: UsedLink, now: number): boolean {
  return people.silences.list(now).some(({ id, state }) => id === silence && state !== 'expired');
}

/** The page of what cannot be done: what is wrong and what to do. */
export function faultPage(problem: Problem): string {
  const titles: Partial<Record<keyof typeof PROBLEMS, string>> = {
    'bad-link': 'This link cannot be used',
    'link-expired': 'This is over',
    'not-found': 'Not known any more',
    'not-allowed': 'Not from this page',
    'bad-request': 'This cannot be done',
  };
  const isOurs = problem.status === 500;
  const message = isOurs ? 'something went wrong inside' : problem.message;
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return pageOf(
    titles[problem.code] ?? 'This cannot be done now',
    html`<p>${sentence}</p>
<p>${problem.cure}</p>
<p class="quiet">Nothing was changed.</p>`,
  );
}
