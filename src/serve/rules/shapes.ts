import { z } from 'zod';
import { time } from '../shapes.js';

/** What the API answers about rule files, their checks and backtests of edits. */

export const ruleShape = z.object({
  alert: z.string(),
  kind: z.string(),
  group: z.string(),
  severity: z.string(),
  for_s: z.number(),
  file: z.string(),
  line: z.number(),
  record: z
    .object({
      since: z.number().describe('Unix ms of the first firing that is counted'),
      fired: z.number(),
      came_true: z.number().describe('The limit was reached while it fired'),
      averted: z
        .number()
        .describe('The process was replaced, or the growth ended, before the predicted time'),
      false_alarms: z.number().describe('The predicted range went by without a breach'),
      ended: z.number().describe('It predicted no time'),
      lead_s: z.number().nullable().describe('Median time from firing to breach, in seconds'),
    })
    .nullable()
    .describe('What became of its alerts so far; null before the first'),
});

export type RuleShape = z.infer<typeof ruleShape>;

export const rulesShape = z.object({
  armed: z.object({ hash: z.string(), since: z.number(), rules: z.array(ruleShape) }),
  refused: z
    .object({ hash: z.string(), at: z.number(), findings: z.array(z.string()) })
    .nullable()
    .describe('The set on disk, when it has errors and the armed one is older'),
  warnings: z.array(z.string()),
});
export type RulesShape = z.infer<typeof rulesShape>;

export const findingShape = z.object({
  code: z.string().describe('`/rules/explain` has its page'),
  severity: z.enum(['error', 'warning']).describe('Only an error keeps a set from being armed'),
  file: z.string(),
  line: z.number().describe('From 1'),
  column: z.number().describe('From 1'),
  length: z.number().describe('Characters of the line that are at fault'),
  path: z.string().describe('Where in the document, such as groups[0].rules[1].for'),
  message: z.string(),
  cure: z.string(),
  excerpt: z.string().describe('The line'),
});
export type FindingShape = z.infer<typeof findingShape>;

export const ruleFilesShape = z.object({
  hash: z.string().describe('Of the whole set'),
  since: time,
  files: z.array(
    z.object({
      file: z.string(),
      name: z.string().describe('Below the folder of rules'),
      hash: z.string().describe('SHA-256 of the text, its first 16 digits'),
      text: z.string().describe('As it was armed'),
      rules: z.array(z.string()),
    }),
  ),
});
export type RuleFilesShape = z.infer<typeof ruleFilesShape>;

export const ruleFindingsShape = z.object({
  armed: z.array(findingShape).describe('What is legal and unwise in the armed set'),
  refused: z
    .object({ hash: z.string(), at: time, findings: z.array(findingShape) })
    .nullable()
    .describe('The set on disk, when it has errors and the armed one is older'),
  skipped: z.array(z.string()).describe('Checks that need the configuration: `headroom check` runs them'),
});
export type RuleFindingsShape = z.infer<typeof ruleFindingsShape>;

export const draftCheckShape = z.object({
  usable: z.boolean().describe('Whether the set would be armed'),
  hash: z.string().describe('The set would have'),
  rules: z.array(z.string()).describe('Names, in the order of the set; empty when it is not usable'),
  changed: z.array(z.string()).describe('Rules that differ from the armed ones, the removed ones included'),
  findings: z.array(findingShape),
});
export type DraftCheckShape = z.infer<typeof draftCheckShape>;

export const explainShape = z.object({ code: z.string(), text: z.string().describe('Markdown') });
export type ExplainShape = z.infer<typeof explainShape>;

const verdicts = z.record(z.string(), z.number());

export const tallyShape = z.object({
  severity: z.string(),
  is_judged: z.boolean().describe('Whether its alerts are forecasts of a limit, which come true or not'),
  alerts: z.number(),
  nodes: z.number().describe('With an alert'),
  per_week: z.number(),
  verdicts: verdicts.describe('Alerts by what became of them'),
  breaches: verdicts.nullable().describe('Breaches by what the alerts made of them; null: not judged'),
  lead_median_s: z.number().nullable(),
});
export type TallyShape = z.infer<typeof tallyShape>;

const pastAlertShape = z.object({
  rule: z.string(),
  node: z.string(),
  fired_at: time,
  resolved_at: time.nullable().describe('Null: it fires at the end of the history'),
  verdict: z.string(),
  lead_s: z.number().nullable().describe('From the alert to the breach'),
  reason: z.string(),
});
export type PastAlertShape = z.infer<typeof pastAlertShape>;

export const comparisonShape = z.object({
  from: time,
  to: time,
  step_ms: z.number().describe('One sample a node in this time was used'),
  nodes: z.number(),
  rows: z.number().describe('Samples that were read'),
  lead_ms: z.number().describe('An alert is in time that comes so long before the breach'),
  notes: z.array(z.string()),
  rules: z.array(
    z.object({
      rule: z.string(),
      change: z.enum(['added', 'removed', 'changed', 'same']),
      fields: z.array(z.string()).describe('Those that differ'),
      armed: tallyShape.nullable(),
      edited: tallyShape.nullable(),
    }),
  ),
  armed: z.array(pastAlertShape).describe('When the armed rules would have fired'),
  edited: z.array(pastAlertShape).describe('When the edited rules would have fired'),
  left_out: z.number().describe('Alerts that are counted and not listed'),
  breaches: z.array(z.object({ node: z.string(), at: time, signal: z.enum(['rss', 'heap']) })),
});
export type ComparisonShape = z.infer<typeof comparisonShape>;

export const backtestShape = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  started_at: time,
  done: z.number().describe('0 to 1'),
  fault: z.object({ code: z.string(), message: z.string(), cure: z.string() }).nullable(),
  result: comparisonShape.nullable().describe('Once it is done'),
});
export type BacktestShape = z.infer<typeof backtestShape>;
