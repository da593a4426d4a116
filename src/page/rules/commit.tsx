import { createTwoFilesPatch } from 'diff';
import { useMemo } from 'preact/hooks';
import { Snippet } from '../parts/snippet.js';

interface CommitProps {
  readonly name: string;
  readonly armed: string;
  readonly text: string;
  readonly usable: boolean;
}

/** The edit as it can be committed: as a unified diff, for `git apply`, and as the whole file. */
export function Commit({ name, armed, text, usable }: CommitProps) {
  const patch = useMemo(
    () =>
      armed === text
        ? ''
        : createTwoFilesPatch(`a/${name}`, `b/${name}`, armed, text, undefined, undefined, {
            context: 3,
          }).replace(/^=+\n/, ''),
    [name, armed, text],
  );
  if (patch === '') return null;
  const short = name.split('/').at(-1) ?? name;
  return (
    <section class="card commit" aria-labelledby="commit-title">
      <h2 id="commit-title">To commit</h2>
      {!usable && <p>The checker has not passed it; the service would refuse a set with an error.</p>}
      <h3>What changes</h3>
      <Snippet label="Unified diff" text={patch} />
      <p>
        <button type="button" class="plain" onClick={() => download(`${short}.patch`, patch)}>
          Download {short}.patch
        </button>
      </p>
      <h3>The whole file</h3>
      <Snippet label="Edited file" text={text} />
      <p>
        <button type="button" class="plain" onClick={() => download(short, text)}>
          Download {short}
        </button>
      </p>
    </section>
  );
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
