import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, SYNTAX_CODES } from '../evaluate/index.js';
import { packageRoot } from '../paths.js';
import { Problem } from '../problem.js';
import { CHECKS } from './checks/index.js';
import { MUTE_CODES } from './mutes.js';

/** Every code that a finding can have, with what it is. */
export function findingCodes(): ReadonlyMap<string, string> {
  const checks = CHECKS.map(({ code, about }) => [code, about] as const);
  return new Map([...checks, ...Object.entries(MUTE_CODES), ...Object.entries(SYNTAX_CODES)]);
}

/**
 * The page of a code, as it is in docs/checks.
 * @throws Problem bad-option for a code that is none.
 */
export function explainCode(code: string): string {
  const codes = [...findingCodes().keys()];
  if (codes.includes(code)) return readFileSync(join(packageRoot, `docs/checks/${code}.md`), 'utf8');
  const meant = nearest(code, codes) ?? codes.find((each) => each.endsWith(`/${code}`));
  throw new Problem('bad-option', `found --explain ${code}, expected the code of a finding`, {
    cure: meant ? `Did you mean ${meant}?` : `There are ${codes.join(', ')}.`,
  });
}
