// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment stand in messages
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CHECKS, findingCodes, historyOfTraces, runChecks } from '../../src/check/index.js';
import { readConfig } from '../../src/config/index.js';
import { compileRules, type Finding, formatFinding, isError } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { checkTrace } from '../../src/replay/index.js';
import { type Block, blocksOf, checkSection, readPage } from '../docs/pages.js';
import { tempFolder } from '../support/temp-folder.js';
import { writeRecording } from './support/recording.js';

/** What is found in the wrong example of each page, as line:column, message and cure. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  'rule/never-fires': [
    '6:14 for: is not shorter than within, 10 min: the breach comes before the alert (write a shorter time, such as 25s)',
  ],
  'rule/always-fires': [
    '5:37 atLeast: is no growth at all: every node has it (write a speed that matters, such as 1% of memory_limit per hour)',
  ],
  'rule/same-alert-twice': [
    '7:16 alert: tells of the same thing as Breach at a.yaml:4, with the same severity (page) on nodes that both watch (keep one, give them nodes that differ, or another severity)',
  ],
  'rule/nodes-replace-group': [
    '7:9 nodes: replaces nodes of the group: role no longer counts (repeat role here, or put the rule into a group of its own)',
  ],
  'rule/summary-unknown-field': ['6:25 summary: {{ nod }} is not a known field (did you mean `node`?)'],
  'rule/probability-extreme': [
    '5:43 probability: a forecast is hardly ever this sure before the breach is there (write something between 20% and 95%, such as 80%)',
  ],
  'rule/window-too-short': [
    '5:72 over: in 60 s a node that grows by 1% of memory_limit per hour climbs by 0.017% of memory_limit, which cannot be told from noise (measure over at least 30m)',
  ],
  'rule/window-beyond-retention': [
    '5:71 over: needs 40 d of history, and store.retention keeps 30 d: after a restart the rule is blind (raise store.retention, or look less far)',
  ],
  'route/reaches-nobody': [
    '1:1 notify: no channel is configured: alerts show at /api/v1/alerts, and nobody is told (add a channel under notify.channels, such as email)',
  ],
  'route/matches-nothing': [
    '8:21 matchers: no alert takes this route: no rule has severity="critical" (correct the matchers (severities and names are case-sensitive), or take the route out)',
  ],
  'rule/matches-no-node': [
    '6:24 node: none of the 3 nodes of 1 trace matches `node` (known values: router-1, router-2, worker-1)',
  ],
  'rule/signal-never-sent': [
    '5:9 gc: none of the nodes that it watches (1 in 1 trace) sends gc_pause_total (have the agents send it (docs/names.md), or take the rule out)',
  ],
  'rule/limit-never-sent': [
    '5:39 reaches: none of the nodes that it watches (1 in 1 trace) sends memory_limit (have the agents send memory_limit (docs/names.md), or write a size such as 512MiB)',
  ],
  'rule/level-above-limit': [
    '5:39 reaches: is above the memory_limit of every node that it watches, at most 1 GiB: they die before (write memory_limit, or a share of it such as 90% of memory_limit)',
  ],
  'rule/window-under-interval': [
    '5:26 after: the nodes that it watches report every 30 s: in 60 s one late report looks like silence (write at least 90s)',
  ],
  'rule/window-under-gc-cadence': [
    '5:80 over: the nodes that it watches have a major collection every 10 min: 30 min holds 3 collections (measure over at least 1h)',
  ],
  'rule/probability-unsupported': [
    '5:43 probability: 1 node of 1 trace came to memory_limit, and 93% is the most that was ever said before (write at most 93%, or look further ahead)',
  ],
  'mute/no-reason': [
    '5:9 mutes nothing without a reason (say why: # headroom: ignore rule/probability-extreme REASON)',
  ],
  'mute/unknown-code': [
    '5:9 mutes nothing: no check has the code rule/probability-extrem (write # headroom: ignore CODE REASON, with the code that the finding shows)',
  ],
  'mute/unused': ['5:9 there is no rule/probability-extreme on line 6 to mute (take the comment away)'],
  'syntax/yaml': [
    '6:24 no anchor &edge stands before this alias (put the value in quotes if it is meant as text: "*edge")',
  ],
  'syntax/unknown-key': ['6:9 severty: is not a known key (did you mean `severity`?)'],
  'syntax/missing-key': [
    '5:17 atLeast: is missing, must be a rate such as 20MiB per hour or 1% of heap_limit per hour (write 20MiB per hour)',
  ],
  'syntax/wrong-type': ['6:25 tier: must be text, found 1 (put it in quotes: "1")'],
  'syntax/bad-unit': [
    '6:14 for: must be a duration such as 5m, found "5 minutes" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'syntax/bad-value': [
    '5:25 of: must be one of rss, heap, heap_used, heap_after_gc, found "rsss" (did you mean `rss`?)',
  ],
  'syntax/contradiction': ['5:39 reaches: must be a level of rss, found "heap_limit" (write memory_limit)'],
  'syntax/duplicate-name': [
    '6:16 alert: "Breach" is the name of another rule already, at a.yaml:4 (give each rule a name of its own)',
  ],
  'syntax/no-rule': ['1:1 there is no rule in the whole set (write at least one)'],
  'syntax/severity-slip': ['6:19 severity: "pgae" is allowed, but looks like a slip (did you mean `page`?)'],
  'syntax/variable': [
    '1:18 folder: takes the variable HEADROOM_UNSET of the environment, which is not set (set HEADROOM_UNSET, or write ${HEADROOM_UNSET:-default})',
  ],
  'trace/bad-row': [
    '2:7 rss_bytes is "812 MB"; expected a number or nothing (Write 812000000: sizes are bytes, without a unit.)',
  ],
};

/** Pages of what no short text can show. */
const WITHOUT_EXAMPLE = ['syntax/unreadable', 'trace/bad-label', 'trace/odd'];

/** What is told of right examples that are too short to please every check. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'trace/bad-row': ['trace/odd'],
};

const SHIPPED = { file: 'memory.yaml', text: readPage('rules/memory.yaml') };

const codes = findingCodes();
const pageOf = (code: string) => `docs/checks/${code}.md`;

/** All that `headroom check` would find in an example: of its syntax and, where that is right, of its sense. */
async function check(block: Block, folder: string, isHistoryNeeded: boolean): Promise<readonly Finding[]> {
  const { language, text } = block;
  if (language === 'csv') {
    const file = join(folder, 'trace.csv');
    writeFileSync(file, text);
    return (await checkTrace(file)).findings;
  }
  const isConfig = !text.startsWith('groups:');
  const config = readConfig(
    'config.yaml',
    isConfig ? text : 'notify: { channels: { a: { type: console } } }',
    {},
  );
  // A configuration stands beside the rules that ship.
  const texts = [isConfig ? SHIPPED : { file: 'a.yaml', text }];
  const { rules, findings } = compileRules(texts);
  const syntax = isConfig ? config.findings : findings;
  if (syntax.some(isError)) return syntax;
  const history = isHistoryNeeded
    ? await historyOfTraces([writeRecording(folder)], rules, () => undefined)
    : undefined;
  return [...syntax, ...runChecks([{ rules, texts, config }], history).findings];
}

function textOf(finding: Finding): string {
  const text = formatFinding(finding).slice(finding.file.length + 1);
  return finding.cure === '' ? text : `${text} (${finding.cure})`;
}

describe('the pages of codes', () => {
  it('are there for every code and for no other', () => {
    const files = readdirSync(join(packageRoot, 'docs/checks'), { recursive: true, encoding: 'utf8' });
    const pages = files.filter((file) => file.endsWith('.md')).map((file) => file.slice(0, -3));
    assert.deepEqual(pages.sort(), [...codes.keys()].sort());
  });

  it('are listed in docs/check.md (UPDATE_DOCS=1 writes it)', () => {
    const checks = new Map(CHECKS.map((each) => [each.code, each]));
    const rows = [...codes].map(([code, about]) => {
      const needs = checks.get(code)?.needs ?? [];
      return `| [\`${code}\`](checks/${code}.md) | ${about}${needs.length > 0 ? ` (needs ${needs.join(', ')})` : ''} |`;
    });
    checkSection('docs/check.md', 'codes', `| code | what |\n|---|---|\n${rows.join('\n')}`);
  });

  for (const check of CHECKS) {
    it(`of ${check.code} names its severity, says why, and how to mute it`, () => {
      const page = readPage(pageOf(check.code));
      assert.match(page, new RegExp(`^# ${check.code}\n\n${check.severity}\\. `, 'i'));
      for (const heading of ['Why', 'Wrong', 'Right', 'Mute'])
        assert.match(page, new RegExp(`^## ${heading}$`, 'm'));
      assert.ok(page.includes(`# headroom: ignore ${check.code} REASON`));
      assert.equal(page.includes('Needs history'), check.needs.includes('history'));
      assert.equal(page.includes('Needs the configuration'), check.needs.includes('config'));
    });
  }

  it('have an example where one can be given', () => {
    const bare = [...codes.keys()].filter(
      (code) => !blocksOf(pageOf(code)).some(({ marks }) => marks.includes('wrong')),
    );
    assert.deepEqual(bare.sort(), WITHOUT_EXAMPLE);
    assert.deepEqual(
      Object.keys(FOUND).sort(),
      [...codes.keys()].filter((code) => !bare.includes(code)).sort(),
    );
  });

  for (const code of codes.keys()) {
    const [wrong] = blocksOf(pageOf(code)).filter(({ marks }) => marks.includes('wrong'));
    const [right] = blocksOf(pageOf(code)).filter(({ marks }) => marks.includes('right'));
    if (!wrong) continue;
    it(`have a wrong example of ${code}, and a right one without a finding`, async (t) => {
      const folder = tempFolder(t);
      const isHistoryNeeded = CHECKS.some((each) => each.code === code && each.needs.includes('history'));
      const found = (await check(wrong, folder, isHistoryNeeded)).filter((finding) => finding.code === code);
      assert.deepEqual(found.map(textOf), FOUND[code] ?? []);
      const expected = CHECKS.find((each) => each.code === code)?.severity;
      if (expected) assert.deepEqual(new Set(found.map(({ severity }) => severity)), new Set([expected]));
      const rest = (await check(right, folder, isHistoryNeeded)).filter(
        (finding) => !BESIDE[code]?.includes(finding.code),
      );
      assert.deepEqual(rest.map(textOf), []);
    });
  }
});
