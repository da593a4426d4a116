import { z } from 'zod';
import { type ArmableKind, KINDS } from '../kinds/index.js';
import { CONTRADICTION, withCure } from '../source/index.js';
import { matcher } from './matcher.js';
import { duration } from './units.js';

const KIND_NAMES = Object.keys(KINDS) as ArmableKind[];

type ConditionFields = { [K in ArmableKind]: z.ZodOptional<(typeof KINDS)[K]['schema']> };

const conditionFields = Object.fromEntries(
  KIND_NAMES.map((kind) => [kind, KINDS[kind].schema.optional()]),
) as unknown as ConditionFields;

/** Severities that the shipped rules use; others are allowed, and near misses of these are warned of. */
export const SEVERITIES = ['page', 'ticket', 'info'] as const;

const word = (message: string, pattern: RegExp) =>
  z.string({ error: message }).regex(pattern, { error: message });

const ruleSchema = z
  .strictObject({
    alert: word(
      'must be a name of letters, digits, - and _, such as MemoryBreachPredicted',
      /^[A-Za-z][\w-]{0,99}$/,
    )
      .describe('The name of the alert, unique among all rule files.')
      .meta({ examples: ['MemoryBreachPredicted'] }),
    ...conditionFields,
    fleet: z
      .never({ error: withCure('fleet rules are not available in this version', 'take this rule out') })
      .optional()
      .describe('Reserved: not available in this version.'),
    for: duration('5m', { zero: true })
      .optional()
      .describe('How long the condition must hold before the alert fires.')
      .meta({ whenAbsent: 'by kind' }),
    keepFiring: duration('10m', { zero: true })
      .optional()
      .describe('How long the alert goes on firing after the condition was last true.')
      .meta({ whenAbsent: 'by kind' }),
    severity: word('must be a lower-case word such as page, ticket or info', /^[a-z][a-z0-9_-]{0,39}$/)
      .default('ticket')
      .describe('How urgent it is: `page`, `ticket`, `info`, or a word of your own.')
      .meta({ examples: [...SEVERITIES] }),
    runbook: word(
      'must be an address such as https://runbooks.example/memory, or a path such as docs/runbooks/memory.md',
      /^(https?:\/\/\S+|[\w./-]+\.(md|html)(#\S*)?)$/,
    )
      .optional()
      .describe(
        'Where the instructions for on-call are: an address, or a path in your repository. Messages name it.',
      )
      .meta({ examples: ['https://runbooks.example/memory', 'docs/runbooks/memory.md'] }),
    summary: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe(
        'A sentence of your own for the top of the message. Fields in it are filled in: `{{ node }}`, `{{ pool }}`, `{{ labels.team }}`.',
      )
      .meta({ examples: ['Drain {{ node }} of {{ pool }} before it falls.'] }),
    nodes: matcher.optional().meta({
      whenAbsent: 'those of the group',
      description: 'Which nodes this rule watches, written as for a group; replaces those of the group.',
    }),
    labels: z
      .record(
        z.string(),
        z.string({
          error: ({ input }) =>
            typeof input === 'number' || typeof input === 'boolean'
              ? withCure('must be text', `put it in quotes: "${input}"`)
              : 'must be text',
        }),
        { error: 'must be a map of labels, such as { team: edge }' },
      )
      .optional()
      .describe('Labels to add to those of the node in alerts and messages.')
      .meta({ examples: [{ team: 'edge' }] }),
  })
  .refine((rule) => KIND_NAMES.concat('fleet' as never).filter((kind) => kind in rule).length === 1, {
    params: CONTRADICTION,
    // Also when other fields are at fault, so that all errors are told at once.
    when: ({ value }) => typeof value === 'object' && value !== null,
    error: ({ input }) => {
      const found = [...KIND_NAMES, 'fleet'].filter((kind) => kind in (input as object));
      const message = `must have exactly one of ${KIND_NAMES.join(', ')}`;
      return `${message}, found ${found.length === 0 ? 'none' : found.join(' and ')}`;
    },
  })
  .describe('One alert: what it watches for, and how it speaks.')
  .meta({ oneOf: KIND_NAMES.map((kind) => ({ required: [kind] })) });

const groupSchema = z
  .strictObject({
    name: word('must be a name of letters, digits, spaces, - and _', /^\w[\w .-]{0,99}$/)
      .describe('The name of the group.')
      .meta({ examples: ['routing-memory'] }),
    nodes: matcher.optional().meta({ whenAbsent: 'all nodes' }),
    rules: z.array(ruleSchema, { error: 'must be a list of rules' }).describe('The rules of this group.'),
  })
  .describe('A group of rules that watch the same nodes.');

/** What one rule file holds; src/editor makes its JSON Schema. */
export const ruleFileSchema = z
  .strictObject(
    {
      groups: z
        .array(groupSchema, { error: 'must be a list of groups' })
        .describe('Groups of rules that watch the same nodes.'),
    },
    { error: withCure('must be a map with the key groups', 'begin with `groups:`') },
  )
  .describe('Headroom rules.');

export type RuleFile = z.output<typeof ruleFileSchema>;
export type WrittenRule = z.output<typeof ruleSchema>;
