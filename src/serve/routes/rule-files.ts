import { relative } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { explainCode, findingCodes } from '../../check/index.js';
import { editorSchemaText } from '../../editor/index.js';
import type { Finding } from '../../evaluate/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { describeRoute } from '../describe.js';
import { readBody } from '../read.js';
import { changedRules, checkTexts, textHash, textsWith } from '../rules/draft.js';
import { Pace } from '../rules/pace.js';
import {
  type DraftCheckShape,
  draftCheckShape,
  type ExplainShape,
  explainShape,
  type FindingShape,
  type RuleFilesShape,
  type RuleFindingsShape,
  ruleFilesShape,
  ruleFindingsShape,
} from '../rules/shapes.js';

/** Rule files are small; a larger text is none. */
export const MOST_TEXT_BYTES = 256 * 1024;
/** A check a half second is more than anybody types. */
const MOST_CHECKS = 120;

const explainQuery = z.object({ code: z.string().describe('Such as rule/never-fires') });

export const draftGiven = z.strictObject({
  file: z.string({ error: 'one of the files of /rules/files' }),
  text: z.string({ error: 'the text of the file' }),
});

/** The armed files, what is to be said of them, and the same of a text that somebody edits; nothing is written. */
export function ruleFileRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const tag = 'rules';
  const pace = new Pace(MOST_CHECKS);
  app.get(
    '/rules/files',
    describeRoute({ tag, summary: 'The rule files as they were armed', answer: ruleFilesShape }),
    (): RuleFilesShape => {
      const { armed, paths } = pipeline.rules.status();
      return {
        hash: armed.hash,
        since: armed.since,
        files: armed.texts.map(({ file, text }) => ({
          file,
          name: nameOf(file, paths),
          hash: textHash(text),
          text,
          rules: armed.rules.filter((rule) => rule.file === file).map(({ id }) => id),
        })),
      };
    },
  );
  app.get(
    '/rules/findings',
    describeRoute({ tag, summary: 'What `check` says of the armed rules', answer: ruleFindingsShape }),
    (): RuleFindingsShape => {
      const { armed, refused } = pipeline.rules.status();
      const { findings, skipped } = checkTexts(pipeline, armed.texts);
      return {
        armed: findings.map(findingOf),
        refused: refused
          ? { hash: refused.hash, at: refused.at, findings: refused.findings.map(findingOf) }
          : null,
        skipped: [...skipped],
      };
    },
  );
  app.get(
    '/rules/schema',
    describeRoute({
      tag,
      summary: 'JSON Schema (draft 7) of a rule file, for editors',
      answer: z.record(z.string(), z.unknown()),
    }),
    (_request, reply) => reply.type('application/schema+json').send(editorSchemaText('rules')),
  );
  app.get<{ Querystring: z.infer<typeof explainQuery> }>(
    '/rules/explain',
    describeRoute({ tag, summary: 'The page of a finding', answer: explainShape, query: explainQuery }),
    ({ query: { code } }): ExplainShape => {
      if (findingCodes().has(code)) return { code, text: explainCode(code) };
      throw new Problem('not-found', `found code "${code}", expected the code of a finding`, {
        cure: `There are ${[...findingCodes().keys()].join(', ')}.`,
      });
    },
  );
  app.post(
    '/rules/check',
    {
      ...describeRoute({
        tag,
        summary: 'What `check` says of an edited file among the armed ones; nothing is written',
        answer: draftCheckShape,
        body: draftGiven,
      }),
      config: { changesNothing: true },
      bodyLimit: MOST_TEXT_BYTES,
    },
    (request): DraftCheckShape => {
      pace.take(request.holder ?? request.ip, now());
      const draft = readBody(draftGiven, request.body);
      const { armed } = pipeline.rules;
      const { rules, hash, isUsable, findings } = checkTexts(pipeline, textsWith(armed.texts, draft));
      return {
        usable: isUsable,
        hash,
        rules: rules.map(({ id }) => id),
        changed: isUsable ? changedRules(armed.rules, rules) : [],
        findings: findings.map(findingOf),
      };
    },
  );
}

function findingOf(finding: Finding): FindingShape {
  const { code, severity, file, line, column, length, path, message, cure, excerpt } = finding;
  return { code, severity, file, line, column, length, path, message, cure, excerpt };
}

/** As people know it in their repository: below the folder that the configuration names. */
function nameOf(file: string, paths: readonly string[]): string {
  const names = paths
    .map((path) => relative(path, file))
    .filter((name) => name !== '' && !name.startsWith('..'));
  return names[0] ?? file.split('/').at(-1) ?? file;
}
