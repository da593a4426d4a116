import { describe, it } from 'node:test';
import { ODDITIES } from '../../src/trend/index.js';
import { checkSection } from './pages.js';

describe('docs/oddities.md', () => {
  it('has every code with what it means and its cure, in the order in which they are told', () => {
    const rows = Object.entries(ODDITIES).map(
      ([code, { about, cure }]) => `| \`${code}\` | ${about} | ${cure} |`,
    );
    checkSection(
      'docs/oddities.md',
      'codes',
      `| code | told when | cure |\n|---|---|---|\n${rows.join('\n')}`,
    );
  });
});
