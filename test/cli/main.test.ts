import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

const COMMANDS = ['serve', 'demo', 'check', 'test', 'schema', 'replay', 'agent'];

describe('headroom', () => {
  it('lists its commands with --help', async () => {
    const { code, out, err } = await runHeadroom(packageRoot, '--help');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^Usage: headroom /);
    for (const command of COMMANDS) assert.match(out, new RegExp(`^ {2}${command} `, 'm'));
  });

  for (const command of COMMANDS) {
    it(`explains ${command} with --help`, async () => {
      const { code, out, err } = await runHeadroom(packageRoot, command, '--help');
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, new RegExp(`^Usage: headroom ${command}`));
    });
  }

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    assert.deepEqual(await runHeadroom(packageRoot, '--version'), { code: 0, out: `${version}\n`, err: '' });
  });

  it('names a command that it does not know, and where help is', async () => {
    const { code, out, err } = await runHeadroom(packageRoot, 'serv');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /unknown command 'serv'/);
    assert.match(err, /--help/);
  });

  it('names an option that it does not know', async () => {
    const { code, out, err } = await runHeadroom(packageRoot, 'serve', '--prot', '1');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /unknown option '--prot'/);
  });

  it('without a command shows the help and fails', async () => {
    const { code, out, err } = await runHeadroom(packageRoot);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^Usage: headroom /);
  });

  it('finds no fault in the rules that ship', async (t) => {
    const { code, out, err } = await runHeadroom(tempFolder(t), 'check', join(packageRoot, 'rules'));
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /no faults found/);
  });

  it('serve names a configuration that is not there', async (t) => {
    const { code, out, err } = await runHeadroom(tempFolder(t), 'serve', '--config', 'none.yaml');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /none\.yaml:1:1 cannot be read/);
    assert.doesNotMatch(err, /\n {4}at /);
  });
});
