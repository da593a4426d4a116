import { type AlertNews, serviceNews } from '../alert/index.js';
import type { AuditEvent } from '../audit/index.js';
import { type ArmedRules, type Finding, formatFinding, isError, type RuleText } from '../evaluate/index.js';
import type { Ledger, LedgerEntry } from '../store/index.js';

const COLLECTION = 'armed-rules';
const KEY = 'texts';

/** Findings told in a message; the rest is counted. */
const MOST_TOLD = 5;

/** Keeps the armed rule files, so that a start with broken ones goes on with what was armed; `along` goes into the same append. */
export async function keepArmed(
  ledger: Ledger,
  texts: readonly RuleText[],
  along: readonly LedgerEntry[] = [],
): Promise<void> {
  await ledger.append([{ collection: COLLECTION, key: KEY, value: texts }, ...along]);
}

/** Which rules are in force from now on, for the audit log. */
export function armedEvent(
  { hash, rules }: Pick<ArmedRules, 'hash' | 'rules'>,
  what: 'service.started' | 'rules.armed',
  at: number,
): AuditEvent {
  const why = `${rules.length} rules are armed: ${rules.map(({ id }) => id).join(', ')}`;
  return { at, who: 'service', what, subject: hash, why, details: { rules: rules.length } };
}

/** The rule files that were armed when the service last ran; empty when there were none. */
export async function lastArmed(ledger: Ledger): Promise<readonly RuleText[]> {
  const texts = (await ledger.load(COLLECTION)).get(KEY);
  return Array.isArray(texts) ? (texts as RuleText[]) : [];
}

/** What the operators are told of a refused set of rules, as an alert of the service itself. */
export function refusalNews(findings: readonly Finding[], at: number): AlertNews {
  const faults = findings.filter(isError).map(formatFinding);
  const told = faults.slice(0, MOST_TOLD).join('; ');
  const more = faults.length > MOST_TOLD ? ` and ${faults.length - MOST_TOLD} more` : '';
  const reason = `rule files have errors, the rules armed before stay in force: ${told}${more}`;
  return serviceNews({ rule: 'RulesRefused', severity: 'ticket', labels: {}, reason, at }, [
    'rules',
    at,
    faults,
  ]);
}

/** The same for the audit log. */
export function refusedEvent({ id, at, reason }: AlertNews): AuditEvent {
  return { at, who: 'service', what: 'rules.refused', subject: id, why: reason, details: {} };
}

export function mendedNews(refused: AlertNews, at: number): AlertNews {
  return { ...refused, state: 'resolved', at, reason: 'the rule files are in order again' };
}
