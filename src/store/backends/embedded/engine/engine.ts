import type { DuckDBConnection } from '@duckdb/node-api';
import type { HistoryStats } from '../../../contract.js';
import { databaseBytes } from '../database-files.js';
import type { CommitBody, Maintained, Opened, RawRows, WorkerInput } from '../protocol.js';
import { Committer } from './committer.js';
import { Database } from './database.js';
import { ForecastTables } from './forecast-tables.js';
import { Gate } from './gate.js';
import { LedgerTable } from './ledger-table.js';
import { dropBefore, isDue, sealSegments, sortPartition } from './maintenance.js';
import { Partitions, rowsOf } from './partitions.js';
import { RegistryTables } from './registry-tables.js';
import { readRows } from './row-reader.js';
import { inTimeOrder, mergedRows, queryObjects } from './sql.js';

/** One node's history of a month at 15 s is less. */
const READ_PIECE = 1 << 18;

/** Everything that the worker knows: the database and the maps of what is in it. */
export class Engine {
  readonly database: Database;
  readonly gate = new Gate();
  readonly registry = new RegistryTables();
  readonly ledger = new LedgerTable();
  readonly forecasts = new ForecastTables();
  partitions: Partitions;
  readonly #committer: Committer;
  readonly #input: WorkerInput;
  /** Jobs on the writer's connection run one after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  #sorting: Promise<void> = Promise.resolve();
  #isClosing = false;
  readonly #onRepair: (repairs: readonly string[]) => void;

  /** `onRepair` hears of what was mended when the database had to be opened again. */
  constructor(input: WorkerInput, onRepair: (repairs: readonly string[]) => void) {
    this.#input = input;
    this.#onRepair = onRepair;
    this.database = new Database(input);
    this.partitions = new Partitions(input.partition);
    this.#committer = new Committer(this);
  }

  /** @throws Problem store-locked, store-failed */
  async open(now = this.#input.now): Promise<Opened> {
    const repairs = await this.database.open();
    const { writer } = this.database;
    await this.registry.open(writer);
    await this.ledger.open(writer);
    await this.forecasts.open(writer);
    const length = await keptPartitionLength(writer, this.#input.partition);
    if (length !== this.#input.partition) {
      repairs.push(
        `this folder was made with partitions of ${length} ms; that stays in force instead of the configured ` +
          `${this.#input.partition} ms`,
      );
    }
    this.partitions = new Partitions(length);
    await this.partitions.load(writer, now);
    return { repairs, nodes: this.registry.nodes, labelSets: this.registry.labelSets };
  }

  /**
   * Commits a batch. After a failure nothing of it is kept; the database is opened again if it must be.
   */
  commit(body: CommitBody): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.#committer.commit(body);
      } catch (error) {
        await this.#revive(body.now);
        throw error;
      }
    });
  }

  async read(node: number, from: number, to: number, columns: readonly number[]): Promise<RawRows[]> {
    const pieces: RawRows[] = [];
    const where = `node = ${Math.trunc(node)} AND time >= ${whole(from)} AND time < ${whole(to)}`;
    for (const { start } of this.partitions.within(from, to)) {
      const found = await this.reading(async (connection) => {
        const { segments } = this.partitions.at(start);
        if (segments.length === 0) return [];
        // One node's rows are few: merging them costs less than finding out whether there is anything to merge.
        const tables = segments.map(({ table, isSorted }) => ({ table, isUnique: isSorted }));
        const sql = inTimeOrder(mergedRows(tables, where), 'time', columns);
        return readRows(connection, sql, READ_PIECE, columns);
      });
      pieces.push(...found);
    }
    return pieces;
  }

  /** Runs `task` on a connection of its own while no partition can be swapped or dropped. */
  reading<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.gate.read(async () => {
      const connection = await this.database.connect();
      try {
        return await task(connection);
      } finally {
        connection.disconnectSync();
      }
    });
  }

  async stats(): Promise<HistoryStats> {
    return {
      rows: this.partitions.all().reduce((sum, partition) => sum + rowsOf(partition), 0),
      bytes: databaseBytes(this.#input.folder),
      oldest: await this.#edge('min'),
      newest: await this.#edge('max'),
    };
  }

  #edge(pick: 'min' | 'max'): Promise<number | undefined> {
    return this.reading(async (connection) => {
      const partition = this.partitions.all().at(pick === 'min' ? 0 : -1);
      if (!partition) return undefined;
      const tables = partition.segments.map(({ table }) => `SELECT ${pick}(time) AS t FROM ${table}`);
      const sql = `SELECT ${pick}(t)::DOUBLE AS t FROM (${tables.join(' UNION ALL ')})`;
      return (await queryObjects<{ t: number | null }>(connection, sql))[0]?.t ?? undefined;
    });
  }

  retain(before: number): Promise<number> {
    return this.inTurn(() => dropBefore(this, before));
  }

  /**
   * Drops what is older than `before`, compacts the ledger if it has grown, and re-sorts the partitions that have
   * settled, one after the other.
   */
  async maintain(now: number, before: number): Promise<Maintained> {
    const dropped = await this.retain(before);
    await this.inTurn(async () => {
      await this.gate.change(() => this.forecasts.dropBefore(this.database.writer, before));
      if (this.ledger.isOvergrown) await this.ledger.compact(this.database.writer);
    });
    let sorted = 0;
    for (const partition of this.partitions.all()) {
      if (this.#isClosing || !isDue(partition, now)) continue;
      // In turn with the commits: none may be under way to a segment that is read from here on.
      const segments = await this.inTurn(async () => sealSegments(partition));
      const sorting = sortPartition(this, partition, segments);
      this.#sorting = sorting.catch(() => undefined);
      await sorting;
      sorted++;
    }
    return { sorted, dropped };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    try {
      await this.#sorting;
      await this.inTurn(() => this.database.writer.run('CHECKPOINT'));
    } finally {
      this.database.release();
    }
  }

  /** Runs a job of the writer's connection after those that came before it. */
  inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(job, job);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  /** A fatal error, such as a full disk in the middle of a commit, ends a database inside DuckDB for good. */
  async #revive(now: number): Promise<void> {
    if (await this.#isAlive()) return;
    await this.#sorting;
    await this.gate.change(async () => {
      this.database.shut();
      this.#onRepair((await this.open(now)).repairs);
    });
  }

  async #isAlive(): Promise<boolean> {
    try {
      await this.database.writer.run('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

async function keptPartitionLength(writer: Database['writer'], wanted: number): Promise<number> {
  await writer.run('CREATE TABLE IF NOT EXISTS settings (name VARCHAR, value DOUBLE)');
  const sql = "SELECT value FROM settings WHERE name = 'partition'";
  const [kept] = await queryObjects<{ value: number }>(writer, sql);
  if (kept) return kept.value;
  await writer.run("INSERT INTO settings VALUES ('partition', $1)", [wanted]);
  return wanted;
}

/** A bound as SQL takes it: times are whole, so the half-open range keeps its meaning when bounds are rounded up. */
export function whole(bound: number): string {
  const limit = 2 ** 62;
  return BigInt(Math.ceil(Math.max(-limit, Math.min(limit, bound)))).toString();
}
