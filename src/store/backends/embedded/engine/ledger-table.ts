import type { DuckDBConnection } from '@duckdb/node-api';
import type { RawEntry } from '../protocol.js';
import { inTransaction, queryObjects } from './sql.js';

/** Compacting a short ledger is not worth its commit. */
const COMPACT_ABOVE = 10_000;
const COMPACT_AT_RATIO = 4;

/** Facts in the order in which they were written; `seq` orders them, a NULL value removes a key. */
export class LedgerTable {
  #nextSeq = 1;
  #entries = 0;
  #liveWhenCompacted = 0;

  async open(connection: DuckDBConnection): Promise<void> {
    await connection.run(
      'CREATE TABLE IF NOT EXISTS ledger (seq BIGINT, collection VARCHAR, key VARCHAR, value VARCHAR)',
    );
    const [kept] = await queryObjects<{ entries: number; last: number; live: number }>(
      connection,
      `SELECT count(*)::DOUBLE AS entries, coalesce(max(seq), 0)::DOUBLE AS last,
        (SELECT count(*)::DOUBLE FROM (${latestFacts('true')})) AS live FROM ledger`,
    );
    this.#nextSeq = (kept?.last ?? 0) + 1;
    this.#entries = kept?.entries ?? 0;
    this.#liveWhenCompacted = kept?.live ?? 0;
    if (this.isOvergrown) await this.compact(connection);
  }

  get isOvergrown(): boolean {
    return (
      this.#entries > COMPACT_ABOVE && this.#entries > COMPACT_AT_RATIO * Math.max(1, this.#liveWhenCompacted)
    );
  }

  /** Within the caller's transaction; call `committed` once it is. */
  async append(connection: DuckDBConnection, entries: readonly RawEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const appender = await connection.createAppender('ledger');
    let seq = this.#nextSeq;
    for (const [collection, key, json] of entries) {
      appender.appendBigInt(BigInt(seq++));
      appender.appendVarchar(collection);
      appender.appendVarchar(key);
      if (json === null) appender.appendNull();
      else appender.appendVarchar(json);
      appender.endRow();
    }
    appender.closeSync();
  }

  committed(count: number): void {
    this.#nextSeq += count;
    this.#entries += count;
  }

  async load(connection: DuckDBConnection, collection: string): Promise<(readonly [string, string])[]> {
    const facts = await queryObjects<{ key: string; value: string }>(
      connection,
      `${latestFacts('collection = $1')} ORDER BY 1`,
      [collection],
    );
    return facts.map(({ key, value }) => [key, value] as const);
  }

  /** Leaves the latest value of each key, in its place. In one transaction: a crash leaves the ledger as it was. */
  async compact(connection: DuckDBConnection): Promise<void> {
    await inTransaction(connection, async () => {
      await connection.run(`CREATE TABLE ledger_compacted AS ${latestFacts('true')}`);
      await connection.run('DROP TABLE ledger');
      await connection.run('ALTER TABLE ledger_compacted RENAME TO ledger');
    });
    const [kept] = await queryObjects<{ live: number }>(
      connection,
      'SELECT count(*)::DOUBLE AS live FROM ledger',
    );
    this.#entries = kept?.live ?? 0;
    this.#liveWhenCompacted = this.#entries;
  }
}

/**
 * The latest value of each key. A key keeps the place of its first write, unless it was removed since: then it is a new one. Which
 * rows those are is found without their values, which may be far larger than what memory is there.
 */
function latestFacts(where: string): string {
  return (
    `WITH chosen AS (SELECT seq, collection, key, value IS NULL AS is_removal FROM ledger WHERE ${where}), removed AS ` +
    '(SELECT collection, key, max(seq) AS at FROM chosen WHERE is_removal GROUP BY ALL), kept AS ' +
    '(SELECT min(chosen.seq) AS place, max(chosen.seq) AS last ' +
    'FROM chosen LEFT JOIN removed ON chosen.collection = removed.collection AND chosen.key = removed.key ' +
    'WHERE removed.at IS NULL OR chosen.seq > removed.at GROUP BY chosen.collection, chosen.key) ' +
    'SELECT kept.place AS seq, ledger.collection, ledger.key, ledger.value FROM ledger JOIN kept ON ledger.seq = kept.last'
  );
}
