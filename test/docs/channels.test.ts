import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { readConfig } from '../../src/config/index.js';
import { formatFinding } from '../../src/evaluate/index.js';
import { bodySchema } from '../../src/notify/channels/webhook/body-schema.js';
import { CHANNEL_TYPES } from '../../src/notify/index.js';
import { packageRoot } from '../../src/paths.js';
import { OCCASION_MESSAGES } from '../notify/channels/messages.js';
import { openSubject, sendAll } from '../notify/channels/subject.js';
import { openMailbox } from '../support/mailbox.js';
import { openReceiver } from '../support/receiver.js';
import { optionTable } from './option-tables.js';
import { blocksOf, checkSection, isUpdate, readPage } from './pages.js';

type Type = keyof typeof CHANNEL_TYPES;
const TYPES = Object.keys(CHANNEL_TYPES) as Type[];
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** What the examples of the pages take from the environment. */
const VARIABLES = {
  WEBHOOK_SECRET: SECRET,
  SLACK_BOT_TOKEN: 'xoxb-1234567890-abcdefghijkl',
  SLACK_WEBHOOK: 'https://hooks.slack.com/services/T000/B000/XXXX',
  PAGERDUTY_KEY: 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY12',
  ALERTMANAGER_PASSWORD: 'password',
  ONCALL_TOKEN: 'token-of-oncall',
  SMTP_PASSWORD: 'password',
};

/** Options with which a channel over HTTP talks to the receiver at `url`, and what that answers. */
const HTTP: Partial<Record<Type, { options(url: string): object; answer: string }>> = {
  webhook: { options: (url) => ({ url: `${url}/headroom`, secret: SECRET }), answer: '' },
  slack: { options: (url) => ({ url: `${url}/services/T000/B000/XXXX` }), answer: 'ok' },
  pagerduty: {
    options: (url) => ({ url, routingKey: VARIABLES.PAGERDUTY_KEY }),
    answer: '{"status":"success"}',
  },
  alertmanager: { options: (url) => ({ urls: [url] }), answer: '' },
  'alertmanager-webhook': { options: (url) => ({ url: `${url}/alerts` }), answer: '' },
};

/** A message as it is really sent through a channel, for its page. */
async function exampleOf(t: TestContext, type: Type): Promise<string> {
  const http = HTTP[type];
  if (!http) return textOf(t, type);
  const receiver = await openReceiver((response) => response.end(http.answer));
  t.after(() => receiver.close());
  const channel = await openSubject(t, { type, ...http.options(receiver.url) });
  await sendAll(channel, OCCASION_MESSAGES.new);
  const [{ body }] = receiver.requests;
  return `\`\`\`json\n${JSON.stringify(JSON.parse(body), null, 2)}\n\`\`\``;
}

async function textOf(t: TestContext, type: Type): Promise<string> {
  if (type === 'email') {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const where = { host: '127.0.0.1', port: mailbox.port, startTls: 'never' };
    const who = { from: 'headroom@example.org', to: ['oncall@example.org'] };
    await sendAll(await openSubject(t, { type, ...where, ...who }), OCCASION_MESSAGES.new);
    const [{ mail }] = mailbox.mails;
    return `\`\`\`text\nSubject: ${mail.subject}\n\n${mail.text?.trimEnd()}\n\`\`\``;
  }
  const write = process.stderr.write.bind(process.stderr);
  let printed = '';
  // Looks on while the real stream gets what it is given.
  process.stderr.write = ((...given: Parameters<typeof write>) => {
    printed += String(given[0]);
    return write(...given);
  }) as typeof write;
  try {
    await sendAll(await openSubject(t, { type, stream: 'stderr' }), OCCASION_MESSAGES.new);
  } finally {
    process.stderr.write = write;
  }
  return `\`\`\`text\n${printed.trimEnd()}\n\`\`\``;
}

describe('the pages of channels', () => {
  it('are one for each type, and all in their index', () => {
    const pages = readdirSync(join(packageRoot, 'docs/channels')).filter((file) => file.endsWith('.md'));
    assert.deepEqual(pages.sort(), ['README.md', ...TYPES.map((type) => `${type}.md`)].sort());
    for (const type of TYPES) assert.ok(readPage('docs/channels/README.md').includes(`(${type}.md)`), type);
  });

  for (const type of TYPES) {
    const page = `docs/channels/${type}.md`;

    it(`${page} has an example that loads`, () => {
      const examples = blocksOf(page).filter(({ marks }) => marks.includes('channel'));
      assert.ok(examples.length > 0);
      for (const { line, text } of examples) {
        const { findings } = readConfig(`${page}:${line}`, text, VARIABLES);
        assert.deepEqual(findings.map(formatFinding), []);
        assert.match(text, new RegExp(`type: ${type}\\b`));
      }
    });

    it(`${page} has every option (UPDATE_DOCS=1 writes them)`, () => {
      checkSection(page, 'options', optionTable(CHANNEL_TYPES[type].options));
    });

    it(`${page} shows a message as it is sent (UPDATE_DOCS=1 writes it)`, async (t) => {
      checkSection(page, 'example', await exampleOf(t, type));
    });

    it(`${page} says what it is, what limits it keeps and how to test it`, () => {
      for (const heading of ['Options', 'What is sent', 'Limits', 'Test it']) {
        assert.match(readPage(page), new RegExp(`^## ${heading}$`, 'm'));
      }
    });
  }

  it('come with the JSON Schema of a webhook', () => {
    const file = join(packageRoot, 'docs/channels/webhook.schema.json');
    const schema = `${JSON.stringify(z.toJSONSchema(bodySchema), null, 2)}\n`;
    if (isUpdate) writeFileSync(file, schema);
    else assert.equal(readFileSync(file, 'utf8'), schema);
  });
});
