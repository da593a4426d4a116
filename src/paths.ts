import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, wherever the compiled code lies below it. */
export const packageRoot: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** The rules that are meant when none are named: ./rules if there is one, else those that ship. */
export function defaultRulesFolder(): string {
  return existsSync('rules') ? 'rules' : join(packageRoot, 'rules');
}

/** The version of the product, as package.json has it. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return String(version);
}
