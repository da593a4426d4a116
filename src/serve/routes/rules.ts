import type { FastifyInstance } from 'fastify';
import { quantile } from 'simple-statistics';
import { z } from 'zod';
import type { RuleRecord } from '../../alert/index.js';
import { type Finding, formatFinding } from '../../evaluate/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { describeRoute } from '../describe.js';

const ruleShape = z.object({
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

const rulesShape = z.object({
  armed: z.object({ hash: z.string(), since: z.number(), rules: z.array(ruleShape) }),
  refused: z
    .object({ hash: z.string(), at: z.number(), findings: z.array(z.string()) })
    .nullable()
    .describe('The set on disk, when it has errors and the armed one is older'),
  warnings: z.array(z.string()),
});

const reloadShape = z.object({
  outcome: z.enum(['armed', 'unchanged', 'refused']),
  hash: z.string().describe('Of the set that is armed now'),
  findings: z.array(z.string()),
});

/** Which rules are armed, since when, and what is wrong with those on disk. */
export function ruleRoutes(app: FastifyInstance, pipeline: Pipeline): void {
  app.get('/rules', describeRoute({ tag: 'rules', summary: 'Rules in force', answer: rulesShape }), () => {
    const { armed, refused, warnings } = pipeline.rules.status();
    const rules = armed.rules.map(({ id, kind, group, severity, forMs, file, line }) => ({
      alert: id,
      kind,
      group,
      severity,
      for_s: forMs / 1000,
      file,
      line,
      record: recordOf(pipeline.records.of(id)),
    }));
    return {
      armed: { hash: armed.hash, since: armed.since, rules },
      refused: refused ? { hash: refused.hash, at: refused.at, findings: texts(refused.findings) } : null,
      warnings: texts(warnings),
    };
  });
  app.post(
    '/rules/reload',
    describeRoute({ tag: 'rules', summary: 'Read the rule files again', answer: reloadShape }),
    () => {
      const outcome = pipeline.rules.reload();
      const { armed, refused, warnings } = pipeline.rules.status();
      return { outcome, hash: armed.hash, findings: texts(refused?.findings ?? warnings) };
    },
  );
}

function recordOf(record: RuleRecord | undefined): z.infer<typeof ruleShape>['record'] {
  if (!record) return null;
  const { since, fired, breached, averted, passed, ended, leads } = record;
  const lead = leads.length > 0 ? quantile([...leads], 0.5) / 1000 : null;
  return { since, fired, came_true: breached, averted, false_alarms: passed, ended, lead_s: lead };
}

function texts(findings: readonly Finding[]): string[] {
  return findings.map(formatFinding);
}
