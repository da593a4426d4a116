import { viaLink } from '../../audit/index.js';
import type { LinkFacts, RecordUse, UsedLink } from '../../dispatch/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { parseDuration } from '../../telemetry/index.js';
import { type Offer, offerOf } from './offer.js';

/** What a person wrote into the form. */
export interface Filled {
  readonly by: string;
  readonly why: string;
  /** A duration such as `2h`; empty for the usual one. */
  readonly lasts: string;
  /** Whether it was ticked that everything is meant. */
  readonly force: boolean;
}

/** What was done, and whether that was before. */
export interface Performed {
  readonly done: UsedLink;
  readonly isReplay: boolean;
}

/**
 * Does what the link offers, once, and records it under the given name: durable when it resolves.
 * @throws Problem bad-request (a name or reason is missing, a time is too long), not-found, link-expired, store-failed;
 *   the link is unused then
 */
export function perform(
  pipeline: Pipeline,
  link: LinkFacts,
  filled: Filled,
  now: number,
): Promise<Performed> {
  const { links } = pipeline.people;
  return links.use(link, async (record) => {
    const offer = offerOf(pipeline, link, now);
    const note = (facts: Pick<UsedLink, 'lasts' | 'alerts' | 'silence'>) =>
      record({ ...facts, by: filled.by.trim(), at: now });
    await act(pipeline, offer, filled, now, note);
  });
}

type Note = (facts: Pick<UsedLink, 'lasts' | 'alerts' | 'silence'>) => ReturnType<RecordUse>;

async function act(
  { people: { acks, silences } }: Pipeline,
  offer: Offer,
  { by, why, lasts, force }: Filled,
  now: number,
  note: Note,
): Promise<void> {
  if (by.trim() === '') refuse('by', 'found no name, expected yours');
  const who = viaLink(by.trim());
  switch (offer.action) {
    case 'acknowledge': {
      const alerts = offer.alerts.map(({ id }) => id);
      const until = now + durationOf(lasts, '8h');
      const along = [note({ lasts: until, alerts, silence: '' })];
      await acks.acknowledge(alerts, { by, why, until }, now, who, along);
      return;
    }
    case 'silence': {
      const { matchers } = offer;
      const endsAt = now + durationOf(lasts, '2h');
      const draft = { matchers, endsAt, createdBy: by, comment: why, force };
      await silences.create(draft, now, who, ({ id }) => [note({ lasts: endsAt, alerts: [], silence: id })]);
      return;
    }
    case 'withdraw': {
      const alerts = offer.alerts.map(({ id }) => id);
      await acks.withdraw(alerts, by, now, who, [note({ lasts: now, alerts, silence: '' })]);
      return;
    }
    case 'expire': {
      const { id } = offer.silence;
      await silences.expire(id, by.trim(), now, who, [note({ lasts: now, alerts: [], silence: id })]);
    }
  }
}

function durationOf(text: string, usual: string): number {
  const ms = parseDuration(text === '' ? usual : text);
  if (ms !== undefined && ms > 0) return ms;
  return refuse('for', `found "${text}", expected a duration such as 2h`);
}

function refuse(path: string, message: string): never {
  throw new Problem('bad-request', message, { place: { path }, cure: 'Correct it and send the form again.' });
}
