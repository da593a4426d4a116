import type { DuckDBConnection } from '@duckdb/node-api';
import type { RawForecast } from '../protocol.js';
import { inTransaction, queryObjects } from './sql.js';

/** A table a day: what is older than the retention is dropped whole, so that its blocks are used again. */
const DAY_MS = 86_400_000;
const PREFIX = 'forecasts_';

/** Forecasts as they were said, by node and time. */
export class ForecastTables {
  /** Starts of the days that have a table. */
  readonly #days = new Set<number>();

  async open(connection: DuckDBConnection): Promise<void> {
    this.#days.clear();
    const tables = await queryObjects<{ name: string }>(
      connection,
      `SELECT table_name AS name FROM duckdb_tables() WHERE starts_with(table_name, '${PREFIX}')`,
    );
    for (const { name } of tables) this.#days.add(Number(name.slice(PREFIX.length)));
  }

  /** In a transaction of its own. */
  async append(connection: DuckDBConnection, forecasts: readonly RawForecast[]): Promise<void> {
    const byDay = new Map<number, RawForecast[]>();
    for (const forecast of forecasts) {
      const day = Math.floor(forecast[0] / DAY_MS) * DAY_MS;
      const some = byDay.get(day);
      if (some) some.push(forecast);
      else byDay.set(day, [forecast]);
    }
    await inTransaction(connection, async () => {
      for (const [day, some] of byDay) {
        await connection.run(
          `CREATE TABLE IF NOT EXISTS ${PREFIX}${day} (time BIGINT, node VARCHAR, said VARCHAR)`,
        );
        const appender = await connection.createAppender(`${PREFIX}${day}`);
        for (const [time, node, json] of some) {
          appender.appendBigInt(BigInt(Math.floor(time)));
          appender.appendVarchar(node);
          appender.appendVarchar(json);
          appender.endRow();
        }
        appender.closeSync();
      }
    });
    for (const day of byDay.keys()) this.#days.add(day);
  }

  async read(connection: DuckDBConnection, node: string, from: number, to: number): Promise<string[]> {
    const days = [...this.#days].filter((day) => day + DAY_MS > from && day < to).sort((a, b) => a - b);
    const found: string[] = [];
    for (const day of days) {
      const rows = await queryObjects<{ said: string }>(
        connection,
        `SELECT said FROM ${PREFIX}${day} WHERE node = $1 AND time >= $2 AND time < $3 ORDER BY time, rowid`,
        [node, Math.ceil(from), Math.ceil(to)],
      );
      for (const { said } of rows) found.push(said);
    }
    return found;
  }

  /** Drops the days that end by `before`, unix ms. */
  async dropBefore(connection: DuckDBConnection, before: number): Promise<void> {
    for (const day of this.#days) {
      if (day + DAY_MS > before) continue;
      await connection.run(`DROP TABLE IF EXISTS ${PREFIX}${day}`);
      this.#days.delete(day);
    }
  }
}
