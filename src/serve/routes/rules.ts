import type { FastifyInstance } from 'fastify';
import { quantile } from 'simple-statistics';
import { z } from 'zod';
import type { RuleRecord } from '../../alert/index.js';
import { type Finding, formatFinding } from '../../evaluate/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { describeRoute } from '../describe.js';
import { type RuleShape, rulesShape } from '../rules/shapes.js';

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

function recordOf(record: RuleRecord | undefined): RuleShape['record'] {
  if (!record) return null;
  const { since, fired, breached, averted, passed, ended, leads } = record;
  const lead = leads.length > 0 ? quantile([...leads], 0.5) / 1000 : null;
  return { since, fired, came_true: breached, averted, false_alarms: passed, ended, lead_s: lead };
}

function texts(findings: readonly Finding[]): string[] {
  return findings.map(formatFinding);
}
