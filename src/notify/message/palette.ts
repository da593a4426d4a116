import type { Tone } from './story.js';

/** Colours of one scheme. Text has a contrast of at least 4.5 on what it stands on (WCAG 2.2, 1.4.3); a test computes it. */
export interface Palette {
  readonly back: string;
  readonly card: string;
  readonly edge: string;
  readonly rule: string;
  readonly ink: string;
  readonly quiet: string;
  readonly link: string;
  /** What a button is made of: its ground, on which `buttonInk` stands, and its edge. */
  readonly button: string;
  readonly buttonInk: string;
  readonly notice: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export const PALETTES = {
  light: {
    back: '#eef1f5',
    card: '#ffffff',
    edge: '#d5dbe3',
    rule: '#e4e8ee',
    ink: '#1b2430',
    quiet: '#56616f',
    link: '#1558b0',
    button: '#1558b0',
    buttonInk: '#ffffff',
    notice: '#fff4d6',
    tones: { danger: '#c62828', warning: '#945400', good: '#1f7a4d', neutral: '#1558b0' },
  },
  dark: {
    back: '#12161c',
    card: '#1c222b',
    edge: '#333c49',
    rule: '#333c49',
    ink: '#e8ecf1',
    quiet: '#a3afbc',
    link: '#8ab8ff',
    button: '#2a4a78',
    buttonInk: '#ffffff',
    notice: '#3d3312',
    tones: { danger: '#ff8a80', warning: '#ffb74d', good: '#6fcf97', neutral: '#8ab8ff' },
  },
} as const satisfies Record<'light' | 'dark', Palette>;
