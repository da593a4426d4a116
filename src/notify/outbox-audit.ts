import type { AuditEvent } from '../audit/index.js';
import type { Letter } from './letter.js';

export type AuditedLetter = 'message.delivered' | 'message.dead' | 'message.resent' | 'message.discarded';

/** Nodes that a record names; a message may tell of thousands. */
const NODES_NAMED = 5;

/** What became of a letter, for the audit log. Its first alert stands for all of them. */
export function letterEvent(letter: Letter, what: AuditedLetter, at: number, who: string): AuditEvent {
  const { id, channel, target, attempts, message, lastFailure } = letter;
  const nodes = message.alerts.map(({ node }) => node);
  const more = nodes.length > NODES_NAMED ? ` and ${nodes.length - NODES_NAMED} more` : '';
  return {
    at,
    who,
    what,
    subject: id,
    why: what === 'message.dead' && lastFailure ? lastFailure.message : '',
    details: {
      channel,
      target,
      attempts,
      occasion: message.occasion,
      state: message.state,
      rule: message.rule,
      alert: message.alerts[0].id,
      node: nodes[0],
      nodes: nodes.slice(0, NODES_NAMED).join(', ') + more,
    },
  };
}
