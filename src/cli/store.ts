import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { loadConfig } from '../config/index.js';
import { type Check, diagnoseStore } from '../store/index.js';
import { printJson } from './service-answers.js';
import { formatOption } from './service-client.js';

interface Given {
  readonly config?: string;
  readonly format: 'table' | 'json';
}

const HELP = `
Looks at the data folder and, where a database holds history, at the database: name, connection, TLS, version, clock,
token, organisation, bucket, rights and retention. Nothing is written; a service may run meanwhile. docs/storage.md has more.

Exit code 1 when a check fails; warnings are told, and exit with 0.

Examples:
  headroom store check                          the store of ./headroom.yaml
  headroom store check --config other.yaml      of another configuration
  headroom store check --format json            for scripts`;

/** `headroom store`: whether history can be kept where the configuration says. */
export function storeCommand(): Command {
  const check = new Command('check')
    .description('Say what is wrong with the place where history is kept; exit with 1 when something is')
    .option(
      '--config <file>',
      'configuration (default: HEADROOM_CONFIG, else ./headroom.yaml, else all defaults)',
    )
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(async ({ config, format }: Given) => {
      const { store } = loadConfig(config);
      const checks = await diagnoseStore(store, systemClock);
      if (format === 'json') printJson({ kind: store.kind, checks });
      else process.stdout.write(checks.map(line).join(''));
      if (checks.some(({ result }) => result === 'failed')) process.exitCode = 1;
    });
  return new Command('store')
    .description('Look at the place where history is kept')
    .addHelpText('after', '\nExamples:\n  headroom store check    whether history can be kept there')
    .addCommand(check);
}

function line({ about, result, message, cure }: Check): string {
  const first = `${result.padEnd(8)}${about.padEnd(11)}${message}\n`;
  return cure === undefined ? first : `${first}${' '.repeat(19)}${cure}\n`;
}
