import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { Portrait } from '../../trend/index.js';
import { LabelSpace } from './labels.js';
import { PAGE_THEME } from './page-theme.js';
import { THEMES, type Theme, type ThemeName } from './theme.js';

export interface ChartOptions {
  /** Size in px. From 480 x 280 on everything has its place. */
  readonly width: number;
  readonly height: number;
  /** `page` takes the colours of the page around it, see `pageColours`. */
  readonly theme: ThemeName | 'page';
  /** Whose memory it is: a node's name. */
  readonly title: string;
  /** What is said of it after its name, such as `has reached its memory limit`; what is expected when left out. */
  readonly says?: string;
  /** What `limit` is, when it is not the limit itself: `90% of memory_limit`. */
  readonly goal?: string;
  /** Times count from the beginning of a recording: there is no day to be named. */
  readonly isElapsed?: boolean;
}

/** Where things are: the edges of the plot, the scales, and which labels stand already. */
export interface Frame {
  readonly portrait: Portrait;
  readonly theme: Theme;
  readonly options: ChartOptions;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Unix ms to px. */
  readonly x: ScaleLinear<number, number>;
  /** Bytes to px. */
  readonly y: ScaleLinear<number, number>;
  /** Whether the limit is so far above that drawing it would flatten the curve. */
  readonly isLimitOutside: boolean;
  readonly labels: LabelSpace;
}

/** `memory limit`, `heap limit`, or the level that the picture is about. */
export function limitNameOf({ portrait, options }: Pick<Frame, 'portrait' | 'options'>): string {
  return options.goal ?? (portrait.signal === 'rss' ? 'memory limit' : 'heap limit');
}

export function frameOf(portrait: Portrait, options: ChartOptions): Frame {
  const left = 74;
  const right = options.width - 16;
  const top = 84;
  const bottom = options.height - 66;
  const { low, high, isLimitOutside } = byteDomain(portrait);
  const to = Math.max(portrait.to, portrait.from + 1);
  return {
    portrait,
    theme: options.theme === 'page' ? PAGE_THEME : THEMES[options.theme],
    options,
    left,
    right,
    top,
    bottom,
    x: scaleLinear([portrait.from, to], [left, right]),
    y: scaleLinear([low, high], [bottom, top]),
    isLimitOutside,
    labels: new LabelSpace(left, right),
  };
}

/**
 * From zero, unless all that matters lies in the upper part; up to a little above the limit, unless that is more than
 * three times what is in use and no breach is in the picture.
 */
function byteDomain(portrait: Portrait): { low: number; high: number; isLimitOutside: boolean } {
  const { used, live, limit, effectiveLimit, breachP10, to, fit, cone } = portrait;
  const levels = [...used, ...live].map(([, bytes]) => bytes);
  const ceiling = limit * 1.08;
  const ahead = [...fit.map(([, bytes]) => bytes), ...cone.map(([, , high]) => high)];
  const highest = Math.max(1, ...levels, ...ahead.map((bytes) => Math.min(bytes, ceiling)));
  const isBreachInPicture = breachP10 !== null && breachP10 <= to;
  const isLimitOutside = !isBreachInPicture && Math.min(limit, effectiveLimit) > highest * 3;
  const high = isLimitOutside ? highest * 1.25 : Math.max(highest * 1.06, ceiling);
  const lines = isLimitOutside ? [] : [limit, effectiveLimit];
  const lowest = Math.min(...levels, ...lines, high);
  const span = high - lowest;
  const low = isLimitOutside || lowest < high * 0.55 ? 0 : lowest - span * 0.3;
  return { low, high, isLimitOutside };
}
