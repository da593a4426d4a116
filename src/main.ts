#!/usr/bin/env node
import { Command } from 'commander';
import { productVersion } from './paths.js';
import { formatPlace, Problem } from './problem.js';

/** In the order in which help lists them. Loaded when they are asked for: the agent must stay small. */
const COMMANDS = {
  serve: async () => (await import('./cli/serve.js')).serveCommand(),
  demo: async () => (await import('./cli/demo.js')).demoCommand(),
  check: async () => (await import('./cli/check.js')).checkCommand(),
  test: async () => (await import('./cli/test.js')).testCommand(),
  schema: async () => (await import('./cli/schema.js')).schemaCommand(),
  names: async () => (await import('./cli/names.js')).namesCommand(),
  replay: async () => (await import('./cli/replay.js')).replayCommand(),
  backtest: async () => (await import('./cli/backtest.js')).backtestCommand(),
  alerts: async () => (await import('./cli/alerts.js')).alertsCommand(),
  ack: async () => (await import('./cli/ack.js')).ackCommand(),
  silence: async () => (await import('./cli/silence.js')).silenceCommand(),
  audit: async () => (await import('./cli/audit.js')).auditCommand(),
  notify: async () => (await import('./cli/notify.js')).notifyCommand(),
  store: async () => (await import('./cli/store.js')).storeCommand(),
  agent: async () => (await import('./cli/agent.js')).agentCommand(),
} as const satisfies Record<string, () => Promise<Command>>;

const program = new Command('headroom')
  .description('Tells an on-call engineer that a node will run out of memory, before it does.')
  .version(productVersion())
  // Each option belongs to the command before it, also where commands have commands of their own.
  .enablePositionalOptions()
  .showHelpAfterError('(add --help for more)');
const asked = Object.entries(COMMANDS).filter(([name]) => name === process.argv[2]);
for (const [, load] of asked.length > 0 ? asked : Object.entries(COMMANDS)) program.addCommand(await load());

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof Problem) {
    const place = formatPlace(error.place);
    process.stderr.write(`headroom: ${place === '' ? '' : `${place} `}${error.message}\n  ${error.cure}\n`);
  } else {
    const { message, code } = error as NodeJS.ErrnoException;
    const isSystem = code !== undefined;
    process.stderr.write(
      `headroom: ${isSystem ? message : `unexpected: ${(error as Error).stack ?? error}`}\n`,
    );
  }
  process.exitCode = 1;
}
