import type { Words } from './evidence.js';
import type { Levels } from './levels.js';
import type { Outlook } from './outlook.js';
import type { Share } from './pools.js';
import type { Candidate } from './weigh.js';

/** What was computed on the way to an outlook and is needed to draw it. */
export interface Workings {
  readonly outlook: Outlook;
  readonly candidates: readonly Candidate[];
  readonly levels: Levels;
  /** x = (time - from) / span. */
  readonly from: number;
  readonly span: number;
  /** The level that must be reached, bytes. */
  readonly goal: number;
  /** What is in use at a level: with the garbage and the spikes that ride on it. */
  readonly toUse: (level: number) => number;
  /** What the node has to say in its pool; null where there is none. */
  readonly said: Share | null;
  /** The sentences of the outlook, while nobody has read them; null where there is but one. */
  readonly words: Words | null;
}
