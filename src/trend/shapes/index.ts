import { accelerating, acceleratingOfLate } from './accelerating.js';
import { linearBesideTraffic } from './beside-traffic.js';
import { flat } from './flat.js';
import { linear, linearClimb, linearOfLate } from './linear.js';
import { loadDriven, loadDrivenOfLate } from './load-driven.js';
import { linearPerRequest } from './per-request.js';
import { periodic } from './periodic.js';
import { saturating } from './saturating.js';
import type { ShapeModel } from './shape.js';
import { stepwise } from './stepwise.js';

export type { Fit, Points, ShapeModel } from './shape.js';

/** Every shape that competes for a forecast. Adding one is its file and a line here. */
export const SHAPES = [
  flat,
  linear,
  linearClimb,
  linearOfLate,
  linearPerRequest,
  linearBesideTraffic,
  saturating,
  stepwise,
  periodic,
  loadDriven,
  loadDrivenOfLate,
  accelerating,
  acceleratingOfLate,
] as const satisfies readonly ShapeModel[];
