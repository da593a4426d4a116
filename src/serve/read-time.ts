import { Problem } from '../problem.js';

/** A time in a query: Unix ms as digits, else RFC 3339. @throws Problem bad-request */
export function readTime(text: string, path: string): number {
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new Problem('bad-request', `found ${path} "${text}", expected unix ms or RFC 3339`, {
    place: { path },
  });
}
