import type { AlertNews, AlertState } from '../../alert/index.js';
import {
  formatMatchers,
  isEverything,
  type LabelMatcher,
  type LinkAction,
  type LinkFacts,
  labelsOf,
  matchesAll,
  parseMatchers,
  type SilencePreview,
  type SilenceView,
  type UsedLink,
} from '../../dispatch/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';

/** What a link can do at the moment, resolved to the things it is about. */
export type Offer =
  | { readonly action: 'acknowledge'; readonly alerts: readonly AlertState[] }
  | {
      readonly action: 'silence';
      readonly matchers: readonly LabelMatcher[];
      readonly preview: SilencePreview;
      readonly needsForce: boolean;
    }
  | { readonly action: 'withdraw'; readonly alerts: readonly AlertState[]; readonly origin: UsedLink }
  | { readonly action: 'expire'; readonly silence: SilenceView; readonly origin: UsedLink };

export type OfferOf<Action extends LinkAction> = Extract<Offer, { action: Action }>;

/**
 * What a link offers now.
 * @throws Problem not-found for what was never there or is long forgotten; link-expired for what is over
 */
export function offerOf(pipeline: Pipeline, link: LinkFacts, now: number): Offer {
  switch (link.action) {
    case 'acknowledge':
      return { action: 'acknowledge', alerts: alertsOf(pipeline, link) };
    case 'silence': {
      const matchers = parseMatchers(link.subject);
      const preview = pipeline.people.silences.preview(matchers);
      return { action: 'silence', matchers, preview, needsForce: isEverything(matchers) };
    }
    case 'withdraw': {
      const origin = originOf(pipeline, link);
      const alerts = pipeline.alerts.all().filter(({ id }) => {
        const ack = pipeline.people.acks.of(id, now);
        // Whoever has taken it since has nothing to do with this link.
        return origin.alerts.includes(id) && ack?.at === origin.at && ack.by === origin.by;
      });
      if (alerts.length > 0) return { action: 'withdraw', alerts, origin };
      throw new Problem('link-expired', 'this acknowledgement is over already', {
        cure: 'Nothing needs to be done.',
      });
    }
    case 'expire': {
      const origin = originOf(pipeline, link);
      const silence = pipeline.people.silences.get(origin.silence, now);
      if (silence.state !== 'expired') return { action: 'expire', silence, origin };
      throw new Problem(
        'link-expired',
        `the silence of ${formatMatchers(silence.matchers)} is over already`,
        {
          cure: 'Nothing needs to be done.',
        },
      );
    }
  }
}

function originOf(pipeline: Pipeline, { subject }: LinkFacts): UsedLink {
  const origin = pipeline.people.links.used(subject.replace(/^link:/, ''));
  if (origin) return origin;
  throw new Problem('not-found', 'what this link would undo is not known any more', {
    cure: 'See what is in force with `headroom alerts` and `headroom silence list`.',
  });
}

function alertsOf(pipeline: Pipeline, link: LinkFacts): AlertState[] {
  const active = pipeline.alerts.all();
  const alerts = active.filter(isMeant(link));
  if (alerts.length > 0) return alerts;
  const past = pipeline.alerts.past().filter(isMeant(link)).at(-1);
  if (past) throw overProblem(past);
  throw new Problem('not-found', 'the alert of this link is not known any more', {
    cure: 'See what fires now with `headroom alerts`; alerts that are long over are forgotten.',
  });
}

/** Whether a link speaks of an alert: by its id, or by matchers if it fired before the link was signed. */
function isMeant({ subject, issuedAt }: LinkFacts): (alert: AlertState | AlertNews) => boolean {
  if (!subject.startsWith('{')) {
    const ids = subject.split(',');
    return ({ id }) => ids.includes(id);
  }
  const matchers = parseMatchers(subject);
  return (alert) => {
    const { firedAt } = alert;
    const facts = 'about' in alert ? { ...alert, ...alert.about } : alert;
    return firedAt !== null && firedAt <= issuedAt && matchesAll(matchers, labelsOf(facts));
  };
}

function overProblem({ rule, node, at, reason }: AlertNews): Problem {
  const when = new Date(at).toISOString();
  return new Problem('link-expired', `${rule} on ${node} is over since ${when}: ${reason}`, {
    cure: 'Nothing needs to be done.',
  });
}
