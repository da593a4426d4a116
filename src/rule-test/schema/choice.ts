type Kind = 'text' | 'list' | 'map';

/**
 * The message of a choice (`z.union`) for a value that is of none of the kinds it takes. One that is of such a kind is
 * explained by the branch that it fits.
 */
export function choiceError(message: string, takes: readonly Kind[]) {
  return ({ input }: { readonly input?: unknown }) => {
    const kind =
      typeof input === 'string' ? 'text' : Array.isArray(input) ? 'list' : isMap(input) ? 'map' : undefined;
    return kind && takes.includes(kind) ? undefined : message;
  };
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
