import type { AlertNews } from '../../alert/index.js';
import type { Occasion } from '../contract.js';
import { goalOf, percent } from './phrases.js';
import type { Times } from './times.js';
import { nameOf } from './who.js';

/** How much sooner a breach is expected than people were told, ms; negative when later, infinite when a time came or went. */
function shiftOf({ before, outlook }: AlertNews): number {
  const told = before?.breachP50 ?? Number.POSITIVE_INFINITY;
  const now = outlook?.breachP50 ?? Number.POSITIVE_INFINITY;
  return told === now ? 0 : told - now;
}

/** The alert whose forecast moved most in the sense of the occasion, of those of which people were told before. */
export function movedMost(alerts: readonly AlertNews[], occasion: Occasion): AlertNews | undefined {
  const sign = occasion === 'better' ? -1 : 1;
  const told = alerts.filter(({ before, outlook }) => before !== undefined && outlook !== undefined);
  return [...told].sort((a, b) => {
    const [shiftA, shiftB] = [shiftOf(a) * sign, shiftOf(b) * sign];
    return shiftA === shiftB ? 0 : shiftB - shiftA;
  })[0];
}

/** `r-1 reaches its memory limit sooner: now 13:40 UTC, was 14:20 UTC; 97 % sure, was 80 %`. */
export function movedText(alert: AlertNews, occasion: Occasion, at: number, times: Times): string {
  const { before, outlook } = alert;
  const [now, told] = [outlook?.breachP50 ?? null, before?.breachP50 ?? null].map((ms) =>
    ms === null ? null : times.utc(ms, at),
  );
  const sure = surenessMoved(alert);
  const who = `${nameOf(alert)}`;
  const goal = goalOf(alert);
  if (now === null)
    return `${who} may not reach ${goal} after all: no time can be given now, ${told ?? 'none'} was said${sure}`;
  if (told === null) return `${who} reaches ${goal}: now ${now}, no time could be given before${sure}`;
  if (now === told) {
    return `${who} is ${occasion === 'better' ? 'less' : 'more'} likely to reach ${goal}, as before at ${now}${sure}`;
  }
  const direction = shiftOf(alert) > 0 ? 'sooner' : 'later';
  return `${who} reaches ${goal} ${direction}: now ${now}, was ${told}${sure}`;
}

function surenessMoved({ before, outlook }: AlertNews): string {
  const [now, told] = [outlook?.probability ?? null, before?.probability ?? null];
  if (now === null) return '';
  const text = percent(now);
  if (told === null) return `; ${text} sure`;
  return text === percent(told) ? `; ${text} sure as before` : `; ${text} sure, was ${percent(told)}`;
}
