import { useState } from 'preact/hooks';
import type { ExplainShape, FindingShape } from '../../serve/rules/shapes.js';
import { useAnswer } from '../kit/use-answer.js';
import { Dialog } from '../parts/dialog.js';
import { ErrorNote } from '../parts/notes.js';

interface FindingsProps {
  readonly findings: readonly FindingShape[];
  /** What stands there when there are none. */
  readonly nothing: string;
  /** Shows a finding in the editor; without it, places are text. */
  readonly onShow?: (finding: FindingShape) => void;
}

/** Findings with their place, the line, the cure, and the page of their code. */
export function Findings({ findings, nothing, onShow }: FindingsProps) {
  const [code, setCode] = useState<string>();
  if (findings.length === 0) return <p>{nothing}</p>;
  return (
    <>
      <ul class="findings">
        {findings.map((finding) => {
          const { file, line, column, message, cure, excerpt, severity, path } = finding;
          const place = `${file.split('/').at(-1)}:${line}:${column}`;
          return (
            <li key={`${file} ${line} ${column} ${message}`} class={`finding-${severity}`}>
              <p>
                <strong>{severity}</strong>{' '}
                {onShow ? (
                  <button type="button" class="as-link" title={file} onClick={() => onShow(finding)}>
                    {place}
                  </button>
                ) : (
                  <span title={file}>
                    <bdi>{place}</bdi>
                  </span>
                )}{' '}
                <bdi>
                  {path === '' ? '' : `${path.slice(path.lastIndexOf('.') + 1)}: `}
                  {message}
                </bdi>
                {cure && (
                  <>
                    ; <bdi>{cure}</bdi>
                  </>
                )}
              </p>
              {excerpt && (
                <code class="excerpt">
                  <bdi>{excerpt.trim()}</bdi>
                </code>
              )}
              <button type="button" class="as-link" onClick={() => setCode(finding.code)}>
                {finding.code}
              </button>
            </li>
          );
        })}
      </ul>
      {code && <Explanation code={code} onClose={() => setCode(undefined)} />}
    </>
  );
}

function Explanation({ code, onClose }: { readonly code: string; readonly onClose: () => void }) {
  const { answer, fault, reload } = useAnswer<ExplainShape>(
    `rules/explain?code=${encodeURIComponent(code)}`,
    [],
  );
  return (
    <Dialog title={code} onClose={onClose}>
      {fault && <ErrorNote fault={fault} onRetry={reload} />}
      {answer && <PageText text={answer.text} />}
    </Dialog>
  );
}

/** A page of the documentation: its examples as they stand, the rest as paragraphs. The dialog has its title already. */
function PageText({ text }: { readonly text: string }) {
  const pieces = text.split(/^```.*\n?/m);
  return (
    <div class="page-text">
      {pieces.map((piece, index) =>
        index % 2 === 1 ? (
          <pre key={piece}>{piece.trimEnd()}</pre>
        ) : (
          piece
            .split(/\n{2,}/)
            .map((each) => each.trim())
            .filter((each) => each !== '' && !each.startsWith('# '))
            .map((each) =>
              each.startsWith('#') ? (
                <h3 key={each}>{each.replace(/^#+ /, '')}</h3>
              ) : (
                <p key={each}>{each}</p>
              ),
            )
        ),
      )}
    </div>
  );
}
