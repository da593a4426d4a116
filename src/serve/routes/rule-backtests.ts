import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findingsProblem, type Rule } from '../../evaluate/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { describeRoute } from '../describe.js';
import { readBody } from '../read.js';
import { Backtests } from '../rules/backtests.js';
import { changedRules, checkTexts, textsWith } from '../rules/draft.js';
import { sourceOfPipeline } from '../rules/live-history.js';
import { type BacktestShape, backtestShape } from '../rules/shapes.js';
import { draftGiven, MOST_TEXT_BYTES } from './rule-files.js';

const DAY_MS = 24 * 3_600_000;
const SPANS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

const given = draftGiven.extend({
  range: z
    .enum(Object.keys(SPANS) as (keyof typeof SPANS)[], { error: 'day, week or month' })
    .describe('How far back from the newest sample'),
});
const params = z.object({ id: z.string() });

/** Edited rules against the armed ones, over the stored history; nothing is written. */
export function ruleBacktestRoutes(app: FastifyInstance, pipeline: Pipeline): void {
  const tag = 'rules';
  const { clock, log } = pipeline.options;
  const backtests = new Backtests({ source: () => sourceOfPipeline(pipeline), clock, log });
  const config = { changesNothing: true };
  app.addHook('preClose', () => backtests.close());
  app.post(
    '/rules/backtests',
    {
      ...describeRoute({
        tag,
        summary: 'Begin a backtest of an edited file against the armed rules, one at a time',
        answer: backtestShape,
        body: given,
      }),
      config,
      bodyLimit: MOST_TEXT_BYTES,
    },
    (request): BacktestShape => {
      const { range, ...draft } = readBody(given, request.body);
      const { armed } = pipeline.rules;
      const { rules, isUsable, findings } = checkTexts(pipeline, textsWith(armed.texts, draft));
      if (!isUsable) throw findingsProblem('bad-rules', findings);
      const names = new Set(changedRules(armed.rules, rules));
      // Nothing differs: what the file's rules would have done is worth knowing all the same.
      const isMeant = ({ id, file }: Rule) => (names.size > 0 ? names.has(id) : file === draft.file);
      return backtests.start({
        edited: rules.filter(isMeant),
        armed: armed.rules.filter(isMeant),
        spanMs: SPANS[range],
        holder: request.holder,
      });
    },
  );
  app.get<{ Params: z.infer<typeof params> }>(
    '/rules/backtests/:id',
    describeRoute({
      tag,
      summary: 'How far a backtest is, and what it found',
      answer: backtestShape,
      params,
    }),
    ({ params: { id } }): BacktestShape => backtests.find(id),
  );
  app.delete<{ Params: z.infer<typeof params> }>(
    '/rules/backtests/:id',
    {
      ...describeRoute({ tag, summary: 'End a backtest', answer: backtestShape, params }),
      config,
    },
    (request): Promise<BacktestShape> => {
      const { holder } = request as FastifyRequest;
      return backtests.cancel(request.params.id, { holder, isAdmin: request.role === 'admin' });
    },
  );
}
