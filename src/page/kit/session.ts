import type { SessionShape } from '../../serve/shapes.js';
import { ask } from './api.js';
import { Cell } from './cell.js';

/** Who is signed in; undefined before the first answer. */
export const session = new Cell<SessionShape | undefined>(undefined);

/** @throws ApiFault */
export async function loadSession(): Promise<void> {
  session.set(await ask<SessionShape>('session'));
}

/** @throws ApiFault not-signed-in, too-many-attempts, not-allowed */
export async function signIn(token: string): Promise<void> {
  session.set(await ask<SessionShape>('session', { method: 'POST', body: { token } }));
}

/** @throws ApiFault */
export async function signOut(): Promise<void> {
  await ask('session', { method: 'DELETE' });
  await loadSession();
}

/** Why nothing may be changed; undefined where it may. For the title of a button that is off. */
export function whyReadOnly(who: SessionShape | undefined): string | undefined {
  if (who?.role === 'admin') return undefined;
  if (!who?.holder) return 'Sign in with an admin token to change anything.';
  return `The token "${who.holder}" may only read; an admin token is needed.`;
}
