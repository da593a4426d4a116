import { cpus, totalmem } from 'node:os';
import { Command, Option } from 'commander';
import { STORE_KINDS } from '../src/store/options.js';
import { benchBacktest } from './backtest.js';
import { benchFleet } from './fleet.js';
import { benchLatency } from './latency.js';
import { benchOutlook } from './outlook.js';
import { benchPage } from './page.js';
import { benchReceive } from './receive.js';
import { benchScrape } from './scrape.js';
import { benchStoreRemote } from './store-remote.js';
import { benchStorm } from './storm.js';

/** `npm run bench -- NAME`: measures the service as its users would, in processes of its own. Nothing is asserted. */
const program = new Command('bench')
  .description('Benchmarks; figures are only as quiet as the machine')
  .hook('preAction', () => {
    const [cpu] = cpus();
    const memory = Math.round(totalmem() / 2 ** 30);
    process.stdout.write(`${cpus().length} x ${cpu.model}, ${memory} GiB, Node ${process.version}\n\n`);
  });
program
  .command('receive')
  .description(
    'line protocol (1,000 lines x 8 fields a body), OTLP and remote write, durable; beside prometheus and victoria-metrics where installed',
  )
  .option('--seconds <n>', 'length of each run', Number, 10)
  .option(
    '--connections <n>',
    'connections of line protocol; as many samples under way for the others',
    Number,
    4,
  )
  .option('--only <name>', 'line-protocol, otlp or remote-write, and nobody beside')
  .option(
    '--profile <folder>',
    'where to write a CPU profile of the service, for the developer tools of a browser',
  )
  .action(benchReceive);
program
  .command('fleet')
  .description('many nodes at 15 s: memory, CPU of an evaluation, time to be ready again after a restart')
  .option('--nodes <n>', 'nodes', Number, 10_000)
  .option('--hours <n>', 'hours of history', Number, 6)
  .action(benchFleet);
program
  .command('store-remote')
  .description('a store in a database that runs: durable intake, time until it has all, warm start')
  .addOption(
    new Option('--kind <kind>', 'kind of store; influx takes INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET')
      .choices(STORE_KINDS)
      .default('victoriametrics'),
  )
  .option('--url <url>', 'address of the database', 'http://127.0.0.1:8428')
  .option('--nodes <n>', 'nodes', Number, 1000)
  .option('--hours <n>', 'hours of history', Number, 6)
  .action(benchStoreRemote);
program
  .command('latency')
  .description('from the sample that makes a rule true to the mail accepted by the SMTP server')
  .option('--runs <n>', 'alerts', Number, 20)
  .action(benchLatency);
program
  .command('outlook')
  .description('CPU of a forecast, per node and limit, asked for with every sample')
  .option('--nodes <n>', 'nodes', Number, 1000)
  .option('--leaking <n>', 'of a hundred nodes, how many leak', Number, 2)
  .action(benchOutlook);
program
  .command('scrape')
  .description('/metrics with forecasts of many nodes: CPU, size, how long others wait')
  .option('--nodes <n>', 'nodes', Number, 10_000)
  .option('--leaking <n>', 'of a hundred nodes, how many leak', Number, 2)
  .action(benchScrape);
program
  .command('storm')
  .description('all nodes of a fleet fire at once: time until every one is told, messages, memory')
  .option('--nodes <n>', 'nodes', Number, 10_000)
  .option('--pools <n>', 'pools', Number, 20)
  .action(benchStorm);
program
  .command('page')
  .description(
    'the web page in Chromium, with many nodes: first paint, filter, a month of one node, bytes; what it costs',
  )
  .option('--nodes <n>', 'nodes', Number, 10_000)
  .option('--hours <n>', 'hours of history', Number, 1)
  .option('--runs <n>', 'times the page is opened', Number, 5)
  .action(benchPage);
program
  .command('backtest')
  .description('the shipped rules over a month of history of many nodes at 15 s, out of a data folder')
  .option('--nodes <n>', 'nodes', Number, 1000)
  .option('--days <n>', 'days of history', Number, 30)
  .option('--leaking <n>', 'of a hundred nodes, how many leak', Number, 2)
  .option('--jobs <n>', 'threads (default: as many as cores)', Number)
  .option('--data <folder>', 'a data folder that is there already, instead of a new one')
  .action(benchBacktest);
await program.parseAsync();
