import { z } from 'zod';
import { duration, withCure } from '../../evaluate/index.js';
import { choiceError } from './choice.js';
import { expectation } from './expectation.js';
import { nodeInput } from './node-input.js';

const path = z
  .string({ error: 'must be the name of a rule file, such as memory.yaml' })
  .min(1, { error: 'must be the name of a rule file, such as memory.yaml' });

/** One case: what nodes send, and what the rules are to say of it. */
export const testCase = z.strictObject({
  name: z
    .string({ error: 'must be the name of the test, in words' })
    .min(1, { error: 'must be the name of the test, in words' })
    .max(200)
    .describe('What is to be, in words: "a warm-up that saturates is no leak". Unique in the file.'),
  interval: duration('15s')
    .optional()
    .describe('The time between two samples, where a series gives none. Default: that of the file.'),
  seed: z
    .int({ error: 'must be a whole number' })
    .optional()
    .describe('Of the noise: another one makes other noise. Default: 1.'),
  input: z
    .record(z.string().min(1), nodeInput, {
      error: 'must be a map of nodes, such as { r-1: { rss: 400MiB x 240 } }',
    })
    .refine((nodes) => Object.keys(nodes).length > 0, { error: 'must have at least one node' })
    .describe('What each node sends, by the name of the node.'),
  expect: z
    .array(expectation, { error: 'must be a list of expectations' })
    .min(1, {
      error: withCure(
        'must have at least one expectation',
        'write - never: "*", or - { at: 45m, alert: RssGrowing }',
      ),
    })
    .describe('What is expected, each entry for itself.'),
});

/** What one file of rule tests holds. */
export const testFileSchema = z
  .strictObject(
    {
      rules: z
        .union([path.transform((one) => [one]), z.array(path).min(1)], {
          error: choiceError('must be the name of a rule file, or a list of them', ['text', 'list']),
        })
        .optional()
        .describe('Rule files or folders, relative to this file. Default: x.yaml for x.test.yaml.'),
      interval: duration('15s')
        .optional()
        .describe('The time between two samples in all tests of the file. Default: 15s.'),
      tests: z
        .array(testCase, { error: 'must be a list of tests' })
        .min(1, { error: 'must have at least one test' })
        .describe('The tests.'),
    },
    { error: withCure('must be a map with the key tests', 'begin with `tests:`') },
  )
  .describe('Tests of Headroom rules.');

export type WrittenCase = z.output<typeof testCase>;
