import { useEffect, useRef, useState } from 'preact/hooks';
import type { FindingShape, RuleFilesShape } from '../../serve/rules/shapes.js';
import { type Fault, toFault } from '../kit/api.js';
import { useCell } from '../kit/cell.js';
import { useAnswer } from '../kit/use-answer.js';
import { formatCount } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import { BacktestPanel } from './backtest/panel.js';
import { Commit } from './commit.js';
import { drafts, keepDraft, useDraftCheck } from './drafts.js';
import type { JsonSchema } from './editor/schema.js';
import type { EditorHandle, YamlEditor } from './editor/yaml-editor.js';
import { Findings } from './findings.js';

interface WorkbenchProps {
  readonly file: RuleFilesShape['files'][number];
  /** Where to begin, from 1. */
  readonly line: number;
}

/** A file that is edited: what the checker says, what it would have done, and what there is to commit. Writes nothing. */
export function Workbench({ file, line }: WorkbenchProps) {
  const text = useCell(drafts).get(file.file) ?? file.text;
  const isEdited = text !== file.text;
  const [turn, setTurn] = useState(0);
  const editor = useRef<EditorHandle>(null);
  const { YamlEditor: Editor, fault: missing } = useEditor();
  const schema = useAnswer<JsonSchema>('rules/schema', []);
  const { check, fault, isBehind } = useDraftCheck(file.file, text, file.hash);
  const base = useRef(file.text);
  // Files that are armed anew are shown, unless somebody edits.
  useEffect(() => {
    if (base.current === file.text) return;
    if (!drafts.value.has(file.file)) setTurn((count) => count + 1);
    base.current = file.text;
  }, [file]);
  const change = (next: string) => keepDraft(file.file, next === file.text ? undefined : next);
  const discard = () => {
    keepDraft(file.file, undefined);
    setTurn((count) => count + 1);
  };
  const show = (finding: FindingShape) => editor.current?.show(finding.line, finding.column);
  const findings = check?.findings ?? [];
  return (
    <>
      <section class="card workbench" aria-labelledby="edit-title">
        <div class="workbench-head">
          <h2 id="edit-title">
            Edit <bdi>{file.name}</bdi>
          </h2>
          <button type="button" class="plain" disabled={!isEdited} onClick={discard}>
            Discard the edit
          </button>
        </div>
        <p class="quiet">
          Nothing is written: take the text below and commit it where the files are kept. Ctrl+Space
          completes; Escape, then Tab leaves the editor.
        </p>
        {missing && <ErrorNote fault={missing} />}
        {Editor && (
          <Editor
            key={turn}
            handle={editor}
            label={`Text of ${file.name}`}
            text={text}
            line={line}
            schema={schema.answer}
            findings={findings.filter((finding) => finding.file === file.file)}
            onChange={change}
          />
        )}
        {fault && <ErrorNote fault={fault} />}
        <div role="status" class="check-status">
          {check && !fault && verdictOf(check.usable, findings.length, check.changed, isBehind)}
        </div>
        {findings.length > 0 && <Findings findings={findings} nothing="" onShow={show} />}
      </section>
      <BacktestPanel
        file={file.file}
        text={text}
        changed={check?.changed ?? []}
        whyNot={check && !check.usable && !isBehind ? 'Correct the errors first.' : undefined}
      />
      <Commit name={file.name} armed={file.text} text={text} usable={!isBehind && check?.usable === true} />
    </>
  );
}

function verdictOf(usable: boolean, count: number, changed: readonly string[], isBehind: boolean): string {
  if (isBehind) return 'The checker looks at it.';
  const said = count === 0 ? 'no check has anything to say' : formatCount(count, 'finding');
  if (!usable) return `It would be refused: ${said}.`;
  if (changed.length === 0) return `It says the same as what is armed; ${said}.`;
  return `It would be armed; ${said}. Changed: ${changed.join(', ')}.`;
}

/** The editor is most of the bytes of the page, so the rest of the view does not wait for it. */
function useEditor() {
  const [loaded, setLoaded] = useState<{ readonly YamlEditor?: typeof YamlEditor; readonly fault?: Fault }>(
    {},
  );
  useEffect(() => {
    import('./editor/yaml-editor.js').then(setLoaded, (error) =>
      // After an update of the service the file has another name.
      setLoaded({ fault: { ...toFault(error), cure: 'Load the page again.' } }),
    );
  }, []);
  return loaded;
}
