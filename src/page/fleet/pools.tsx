import { hrefOf } from '../kit/router.js';
import { formatFromNow } from '../kit/words.js';
import type { Group } from './arrange.js';

interface PoolsProps {
  readonly label: string;
  readonly groups: readonly Group[];
  readonly filter: string;
  readonly now: number;
}

/** More groups than these are no overview; the rest is in the table below. */
const MOST = 12;

/** One card a pool: how many of its nodes are ready and fire, and when the first of them is expected to breach. */
export function Pools({ label, groups, filter, now }: PoolsProps) {
  return (
    <section class="pools" aria-label={`By ${label}`}>
      {groups.slice(0, MOST).map((group) => (
        <a key={group.name} class="card pool" href={hrefFor(label, group.name, filter)}>
          <h2 title={`${label} ${group.name}`}>
            <bdi>{group.name || `without ${label}`}</bdi>
          </h2>
          <p>
            {group.rows.length} {group.rows.length === 1 ? 'node' : 'nodes'}
            {readyWords(group)}
          </p>
          <p class={group.firing > 0 ? 'state state-firing' : 'state state-well'}>
            {group.firing > 0 ? `${group.firing} firing` : 'none fires'}
          </p>
          <p class="quiet">
            {group.soonest === null
              ? 'no breach expected'
              : `first breach ${formatFromNow(group.soonest, now)}`}
          </p>
        </a>
      ))}
      {groups.length > MOST && <p class="quiet">and {groups.length - MOST} more</p>}
    </section>
  );
}

function readyWords({ rows, asked, ready }: Group): string {
  if (asked === 0) return '';
  return ready === rows.length ? ', all ready' : `, ${ready} of ${asked} ready`;
}

function hrefFor(label: string, value: string, filter: string): string {
  const url = new URL(hrefOf());
  const word = `${label}=${value}`;
  const words = filter.split(/\s+/).filter((each) => each !== '' && !each.startsWith(`${label}=`));
  url.searchParams.set('q', [...words, word].join(' '));
  return url.href;
}
