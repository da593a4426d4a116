import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { OCCASIONS, type Occasion } from '../../src/dispatch/index.js';
import { PageWriter } from '../../src/notify/index.js';
import { packageRoot } from '../../src/paths.js';
import { messageWith, NOW } from '../notify/support/news.js';
import { BY_OCCASION, fortyNodes, HISTORY, LINKS } from '../notify/support/occasions.js';
import { checkSection, readPage } from './pages.js';

const WHEN: Readonly<Record<Occasion, string>> = {
  new: 'Alerts fire that nobody was told of.',
  worse: 'A forecast came much nearer, or got much surer, than was said.',
  better: 'A forecast went much further away than was said.',
  breached: 'What was predicted has come.',
  acknowledged: 'Somebody has taken it.',
  changed: 'Some have ended, others go on.',
  over: 'All have ended.',
  repeat: 'Nothing changed for `repeat_interval`.',
  test: 'A channel is tried; the same content, marked as an example.',
};

const MOST_BYTES = 150_000;

const writer = new PageWriter({
  timeZone: 'Europe/Berlin',
  externalUrl: undefined,
  renderPng: async () => Buffer.from(''),
  log: pino({ level: 'silent' }),
});

describe('docs/messages.md', () => {
  it('has each occasion with its subject and headline as they are', () => {
    const parts = OCCASIONS.map((occasion) => {
      const { threadSubject, headline } = writer.story(BY_OCCASION[occasion], NOW);
      return `**${occasion}**: ${WHEN[occasion]}\n\n\`\`\`text\n${threadSubject}\n${headline}\n\`\`\``;
    });
    checkSection('docs/messages.md', 'occasions', parts.join('\n\n'));
  });

  it('has the text of one node, and the table of many', () => {
    const one = writer.words(BY_OCCASION.new, NOW).text;
    checkSection('docs/messages.md', 'text', `\`\`\`text\n${one.trimEnd()}\n\`\`\``);
    const many = writer.words(messageWith(fortyNodes(), { links: LINKS, history: HISTORY }), NOW).text;
    const [, , table] = /^([\s\S]*?)\n\n(node [\s\S]*?)\n\nThe worst/.exec(many) ?? [];
    const plan = /\nRestart plan: [\s\S]*?(?=\nRunbook)/.exec(many)?.[0].trim();
    checkSection('docs/messages.md', 'table', `\`\`\`text\n${table}\n\n${plan}\n\`\`\``);
  });

  it('shows every picture that there is, each small', () => {
    const folder = join(packageRoot, 'docs/images/mail');
    const pictures = readdirSync(folder);
    assert.ok(pictures.length >= 10);
    for (const picture of pictures) {
      assert.ok(readPage('docs/messages.md').includes(`images/mail/${picture}`), `${picture} is not shown`);
      assert.ok(statSync(join(folder, picture)).size < MOST_BYTES, `${picture} is too large`);
    }
  });
});
