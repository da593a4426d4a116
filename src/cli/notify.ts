import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { formatDuration } from '../telemetry/index.js';
import { durationArgument } from './arguments.js';
import { ago, printJson } from './service-answers.js';
import { type Connection, formatOption, ServiceClient, withConnection } from './service-client.js';
import { formatTable, screenWidth } from './table.js';

interface Output extends Connection {
  readonly format: 'table' | 'json';
}

interface ChannelAnswer {
  readonly channel: string;
  readonly type: string;
  readonly state: string;
  readonly at: number | null;
  readonly problem: { readonly message: string; readonly cure: string } | null;
  readonly waiting: number;
  readonly dead: number;
}

interface TestAnswer {
  readonly message_id: string;
  readonly letters: readonly { readonly id: string; readonly target: string }[];
}

interface LetterAnswer {
  readonly id: string;
  readonly status: string;
  readonly last_failure: { readonly message: string } | null;
}

/** What became of one letter of a test. */
interface Fate {
  readonly target: string;
  readonly state: 'delivered' | 'refused' | 'not yet';
  readonly problem: string | null;
}

const ASK_AGAIN_MS = 250;

const HELP = `
Examples:
  headroom notify channels              which channels there are, and whether they work
  headroom notify test oncall-mail      send a marked example on the way of every message
  headroom notify test pager --wait 5m  be patient with a slow receiver`;

/** `headroom notify`: the ways out of a running service, tried before it matters. */
export function notifyCommand(): Command {
  return new Command('notify')
    .description('Try the channels of a running service')
    .addHelpText('after', HELP)
    .addCommand(channelsCommand())
    .addCommand(testCommand());
}

function channelsCommand(): Command {
  return withConnection(new Command('channels'))
    .description('List the channels, and whether they work; exit with 1 when one fails')
    .addOption(formatOption())
    .action(async (given: Output) => {
      const { channels } = await new ServiceClient(given).get<{ channels: ChannelAnswer[] }>('/channels');
      if (given.format === 'json') printJson(channels);
      else if (channels.length === 0) process.stderr.write('no channels: nobody is told of alerts\n');
      else process.stdout.write(channelTable(channels, systemClock.now()));
      if (channels.some(({ state }) => state === 'failing')) process.exitCode = 1;
    });
}

function testCommand(): Command {
  return withConnection(new Command('test'))
    .description('Send a marked example through a channel, and say what became of it')
    .argument('<channel>', 'its name in the configuration')
    .option('--wait <time>', 'how long to wait until it is delivered', durationArgument('30s', 0), 60_000)
    .addOption(formatOption())
    .action(async (channel: string, given: Output & { readonly wait: number }) => {
      const client = new ServiceClient(given);
      const path = `/channels/${encodeURIComponent(channel)}/test`;
      const { letters } = await client.post<TestAnswer>(path, {});
      const fates = await fatesOf(client, letters, given.wait);
      if (given.format === 'json') printJson(fates);
      else for (const fate of fates) process.stdout.write(`${sentenceOf(channel, fate, given.wait)}\n`);
      if (fates.some(({ state }) => state !== 'delivered')) process.exitCode = 1;
    });
}

/** Asks the outbox until every letter is delivered or given up, or the time is over. */
async function fatesOf(
  client: ServiceClient,
  letters: TestAnswer['letters'],
  waitMs: number,
): Promise<readonly Fate[]> {
  const until = performance.now() + waitMs;
  for (;;) {
    const { letters: left } = await client.get<{ letters: LetterAnswer[] }>('/outbox');
    const fates = letters.map(({ id, target }): Fate => {
      const letter = left.find((each) => each.id === id);
      const problem = letter?.last_failure?.message ?? null;
      if (!letter) return { target, state: 'delivered', problem: null };
      return { target, state: letter.status === 'dead' ? 'refused' : 'not yet', problem };
    });
    if (fates.every(({ state }) => state !== 'not yet') || performance.now() >= until) return fates;
    await wait(ASK_AGAIN_MS);
  }
}

function sentenceOf(channel: string, { target, state, problem }: Fate, waitMs: number): string {
  const whom = target === channel ? channel : `${target} of ${channel}`;
  if (state === 'delivered') return `delivered to ${whom}`;
  const why = problem === null ? '' : `: ${problem}`;
  if (state === 'refused') return `refused by ${whom}${why}`;
  return `not delivered to ${whom} within ${formatDuration(waitMs)}${why}; it will be tried again`;
}

function channelTable(channels: readonly ChannelAnswer[], now: number): string {
  const rows = channels.map(({ channel, type, state, at, waiting, dead, problem }) => ({
    cells: [channel, type, state, at === null ? '-' : ago(at, now), String(waiting), String(dead)],
    below: problem ? [problem.message, problem.cure] : [],
  }));
  return formatTable(['CHANNEL', 'TYPE', 'STATE', 'ASKED', 'WAITING', 'DEAD'], rows, screenWidth());
}
