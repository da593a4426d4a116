import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LinkFacts, Links, type LinkWish, LONGEST_LINK_MS } from '../../src/dispatch/index.js';
import { Problem } from '../../src/problem.js';
import { type Ledger, openMemoryStore } from '../../src/store/index.js';
import { keptLog } from '../support/kept-log.js';
import { HOUR, NOW } from './support/people.js';

const DAY = 24 * HOUR;
const WISH: LinkWish = { action: 'acknowledge', subject: 'a1', until: NOW + DAY };
const DONE = { by: 'anna', at: NOW, lasts: NOW + HOUR, alerts: ['a1'], silence: '' };

async function openLinks(ledger: Ledger = openMemoryStore().ledger, secret?: string, now = NOW) {
  const links = new Links({ ledger, log: keptLog().log, ...(secret === undefined ? {} : { secret }) });
  await links.load(now);
  return { links, ledger };
}

function tokenOf(links: Links, wish: LinkWish = WISH, now = NOW): string {
  const path = links.sign(wish, now);
  if (!path?.startsWith('/act/')) throw new Error(`found ${path}`);
  return path.slice('/act/'.length);
}

function refusalOf(links: Links, token: string, now = NOW): string {
  try {
    links.verify(token, now);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.code;
  }
}

describe('a signed link', () => {
  it('says what it was made for', async () => {
    const { links } = await openLinks();
    const subject = '{pool="edge 🙂",a=~"b|c"}';
    const { id, ...facts } = links.verify(tokenOf(links, { ...WISH, action: 'silence', subject }), NOW);
    assert.deepEqual(facts, { action: 'silence', subject, until: NOW + DAY, issuedAt: NOW });
    assert.match(id, /^[\w-]{12}$/);
    assert.match(tokenOf(links), /^[\w-]+\.[\w-]{43}$/, 'nothing in it needs escaping in a URL');
    assert.notEqual(tokenOf(links), tokenOf(links));
  });

  it('is refused when any character of it is another, missing or added', async () => {
    const { links } = await openLinks();
    const token = tokenOf(links);
    assert.equal(refusalOf(links, token), 'none');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < token.length; at++) {
      // The last character of a base64 text has spare bits: each of the others must be refused, too.
      const others =
        at === token.length - 1 || token[at] === '.' ? [...alphabet] : ['A', 'B', '.', '%', '🙂'];
      for (const other of others.filter((character) => character !== token[at])) {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        assert.equal(refusalOf(links, changed), 'bad-link', `${at} ${other}`);
      }
      assert.equal(refusalOf(links, token.slice(0, at) + token.slice(at + 1)), 'bad-link', `without ${at}`);
    }
    for (const added of ['A', '=', '.', '.A', ' ']) {
      assert.equal(refusalOf(links, token + added), 'bad-link', `with ${added}`);
      assert.equal(refusalOf(links, added + token), 'bad-link', `after ${added}`);
    }
    for (const odd of ['', '.', '..', 'null.x', 'x', `W10.${'A'.repeat(43)}`]) {
      assert.equal(refusalOf(links, odd), 'bad-link', odd);
    }
  });

  it('is refused when its parts come from two links', async () => {
    const { links } = await openLinks();
    const [[text], [, mac]] = [tokenOf(links), tokenOf(links)].map((token) => token.split('.'));
    assert.equal(refusalOf(links, `${text}.${mac}`), 'bad-link');
  });

  it('is refused by another service', async () => {
    const { links } = await openLinks();
    assert.equal(refusalOf((await openLinks()).links, tokenOf(links)), 'bad-link');
  });

  it('is good until its end, at most 30 days', async () => {
    const { links } = await openLinks();
    const token = tokenOf(links);
    assert.equal(refusalOf(links, token, NOW + DAY - 1), 'none');
    assert.equal(refusalOf(links, token, NOW + DAY), 'link-expired');
    const long = tokenOf(links, { ...WISH, until: NOW + 365 * DAY });
    assert.equal(links.verify(long, NOW).until, NOW + LONGEST_LINK_MS);
  });

  it('is not made when it would be too long', async () => {
    const { links } = await openLinks();
    assert.equal(links.sign({ ...WISH, subject: 'x'.repeat(2000) }, NOW), undefined);
  });

  it('is good after a restart, and after its key was replaced', async () => {
    const { links, ledger } = await openLinks();
    const old = tokenOf(links, { ...WISH, until: NOW + 60 * DAY }, NOW + 29 * DAY);
    await links.tick(NOW + 29 * DAY);
    assert.equal((await ledger.load('link-keys')).size, 1);
    await links.tick(NOW + 31 * DAY);
    assert.equal((await ledger.load('link-keys')).size, 2);
    const again = (await openLinks(ledger, undefined, NOW + 32 * DAY)).links;
    assert.equal(refusalOf(again, old, NOW + 32 * DAY), 'none');
    const fresh = tokenOf(again, { ...WISH, until: NOW + 40 * DAY }, NOW + 32 * DAY);
    assert.equal(refusalOf(again, fresh, NOW + 33 * DAY), 'none');
    await again.tick(NOW + 60 * DAY);
    await again.tick(NOW + 62 * DAY);
    assert.equal(
      refusalOf(again, old, NOW + 58 * DAY),
      'bad-link',
      'its key is forgotten when no link of it can be good',
    );
    assert.equal((await ledger.load('link-keys')).size, 2);
  });

  it('is signed with the key of the configuration, if there is one, and the one before is still good', async () => {
    const { links, ledger } = await openLinks();
    const before = tokenOf(links);
    const secret = 'a secret of thirty-two characters';
    const configured = (await openLinks(ledger, secret)).links;
    const token = tokenOf(configured);
    assert.equal(refusalOf(configured, before), 'none');
    assert.equal(refusalOf((await openLinks(undefined, secret)).links, token), 'none', 'in every replica');
    assert.equal(refusalOf((await openLinks(ledger, `${secret}!`)).links, token), 'bad-link');
    assert.equal(refusalOf(links, token), 'bad-link');
    assert.doesNotMatch(Buffer.from(token, 'base64url').toString('latin1'), /thirty/);
    await configured.tick(NOW + 100 * DAY);
    assert.equal((await ledger.load('link-keys')).size, 0);
  });

  it('has a form that fits it alone', async () => {
    const { links } = await openLinks();
    const [one, other] = [tokenOf(links), tokenOf(links)];
    const form = links.formToken(one);
    assert.equal(links.isFormToken(one, form), true);
    for (const [token, text] of [
      [other, form],
      [one, ''],
      [one, `${form}A`],
      [one, one.split('.')[1]],
    ]) {
      assert.equal(links.isFormToken(token, text), false);
    }
  });
});

describe('the use of a link', () => {
  const use = (links: Links, link: LinkFacts, by = 'anna', ledger?: Ledger) =>
    links.use(link, async (record) => {
      const entries = [record({ ...DONE, by })];
      await ledger?.append(entries);
    });

  it('is once, however many ask at a time; the others hear who it was', async () => {
    const { links } = await openLinks();
    const link = links.verify(tokenOf(links), NOW);
    const uses = await Promise.all(['anna', 'bert', 'cleo'].map((by) => use(links, link, by)));
    assert.deepEqual(
      uses.map(({ done, isReplay }) => [done.by, isReplay]),
      [
        ['anna', false],
        ['anna', true],
        ['anna', true],
      ],
    );
    assert.equal(links.used(link.id)?.by, 'anna');
  });

  it('is remembered after a restart, until the link has expired', async () => {
    const { links, ledger } = await openLinks();
    const link = links.verify(tokenOf(links), NOW);
    await use(links, link, 'anna', ledger);
    const again = (await openLinks(ledger)).links;
    assert.deepEqual(again.used(link.id), links.used(link.id));
    assert.equal((await use(again, link, 'bert')).isReplay, true);
    await again.tick(NOW + DAY - 1);
    assert.equal((await ledger.load('used-links')).size, 1);
    await again.tick(NOW + DAY);
    assert.equal((await ledger.load('used-links')).size, 0);
    assert.equal(again.used(link.id), undefined);
  });

  it('is none when what it offers could not be done', async () => {
    const { links } = await openLinks();
    const link = links.verify(tokenOf(links), NOW);
    const failing = links.use(link, async (record) => {
      record(DONE);
      throw new Problem('store-failed', 'the disk is full');
    });
    await assert.rejects(failing, { code: 'store-failed' });
    assert.equal(links.used(link.id), undefined);
    assert.equal((await use(links, link)).isReplay, false);
  });
});
