// Comes in: a set of rules, its configuration, what was recorded. Goes out: what is legal and unwise. One file a check.
import type { Check } from '../check.js';
import { alwaysFires } from './always-fires.js';
import { levelAboveLimit } from './level-above-limit.js';
import { limitNeverSent } from './limit-never-sent.js';
import { matchesNoNode } from './matches-no-node.js';
import { neverFires } from './never-fires.js';
import { nodesReplaceGroup } from './nodes-replace-group.js';
import { probabilityExtreme } from './probability-extreme.js';
import { probabilityUnsupported } from './probability-unsupported.js';
import { reachesNobody } from './reaches-nobody.js';
import { routeMatchesNothing } from './route-matches-nothing.js';
import { sameAlertTwice } from './same-alert-twice.js';
import { signalNeverSent } from './signal-never-sent.js';
import { summaryUnknownField } from './summary-unknown-field.js';
import { windowBeyondRetention } from './window-beyond-retention.js';
import { windowTooShort } from './window-too-short.js';
import { windowUnderGcCadence } from './window-under-gc-cadence.js';
import { windowUnderInterval } from './window-under-interval.js';

/** The one list of checks. */
export const CHECKS: readonly Check[] = [
  neverFires,
  alwaysFires,
  sameAlertTwice,
  nodesReplaceGroup,
  summaryUnknownField,
  probabilityExtreme,
  windowTooShort,
  windowBeyondRetention,
  reachesNobody,
  routeMatchesNothing,
  matchesNoNode,
  signalNeverSent,
  limitNeverSent,
  levelAboveLimit,
  windowUnderInterval,
  windowUnderGcCadence,
  probabilityUnsupported,
];
