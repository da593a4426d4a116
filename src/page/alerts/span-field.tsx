import { useId } from 'preact/hooks';
import { parseDuration } from '../../telemetry/units.js';
import { useNow } from '../kit/use-now.js';
import { formatExactly } from '../kit/words.js';

interface SpanFieldProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChange: (value: string) => void;
}

/** How long something lasts, such as `2h`, with the end that follows in both zones. */
export function SpanField({ label, value, choices, onChange }: SpanFieldProps) {
  const id = useId();
  const now = useNow(1000);
  const ms = parseDuration(value);
  const isBad = value !== '' && (ms === undefined || ms <= 0);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        list={`${id}-choices`}
        value={value}
        required
        aria-invalid={isBad}
        aria-describedby={`${id}-end`}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <datalist id={`${id}-choices`}>
        {choices.map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
      <p id={`${id}-end`} class="quiet">
        {ms !== undefined && ms > 0 ? `until ${formatExactly(now + ms)}` : 'a duration such as 30m, 2h or 1d'}
      </p>
    </div>
  );
}
