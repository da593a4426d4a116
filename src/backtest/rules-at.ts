import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  compileRules,
  findingsProblem,
  isError,
  isRuleFile,
  type LoadedRules,
  loadRules,
  type RuleText,
} from '../evaluate/index.js';
import { Problem } from '../problem.js';

const MOST_BYTES = 2 ** 26;

/** Rules of a path. @throws Problem bad-rules that lists every error */
export function rulesOf(path: string): LoadedRules {
  return usable(loadRules(path));
}

/**
 * Rules to compare with: a path, else a commit, branch or tag of git, at which `path` is read.
 * @throws Problem bad-rules; bad-option when it is neither, or holds no rules there
 */
export async function rulesAgainst(against: string, path: string): Promise<LoadedRules> {
  if (existsSync(against)) return rulesOf(against);
  return usable(compileRules(await textsAt(against, path)));
}

function usable(loaded: LoadedRules): LoadedRules {
  if (loaded.findings.some(isError)) throw findingsProblem('bad-rules', loaded.findings);
  return loaded;
}

async function textsAt(ref: string, path: string): Promise<RuleText[]> {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const [folder, name] = isFolder ? [path, '.'] : [dirname(path), basename(path)];
  const git = gitIn(folder);
  const commit = ref.startsWith('-')
    ? undefined
    : await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  if (commit === undefined) {
    throw new Problem(
      'bad-option',
      `--against: found "${ref}", expected a path, or a commit, branch or tag of git`,
      {
        cure: 'Write a folder of rules, or what `git log` knows, such as main or HEAD~1.',
      },
    );
  }
  const listed = await git('ls-tree', '-r', '-z', '--name-only', commit.trim(), name);
  const files = (listed ?? '')
    .split('\0')
    .filter((file) => file !== '' && isRead(file, isFolder))
    .sort();
  if (files.length === 0) {
    throw new Problem('bad-option', `--against: there are no rules in ${path} at ${ref}`, {
      cure: 'Name the folder in which they were then, with --rules, or a path.',
    });
  }
  return Promise.all(
    files.map(async (file) => ({
      file: `${ref}:${join(folder, file)}`,
      text: (await git('show', `${commit.trim()}:./${file}`)) ?? '',
    })),
  );
}

/** As in a folder on disk: no tests, nothing that begins with a dot. */
function isRead(file: string, isFolder: boolean): boolean {
  if (!isFolder) return true;
  return isRuleFile(basename(file)) && !file.split('/').some((part) => part.startsWith('.'));
}

/** Runs git in a folder; undefined when it fails. */
function gitIn(folder: string): (...command: string[]) => Promise<string | undefined> {
  return async (...command) => {
    try {
      const { stdout } = await promisify(execFile)('git', ['-C', folder, ...command], {
        maxBuffer: MOST_BYTES,
      });
      return stdout;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
      throw new Problem('bad-option', '--against: git is not installed', {
        cure: 'Install git, or name a folder of rules.',
      });
    }
  };
}
