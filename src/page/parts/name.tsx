import { hrefOf } from '../kit/router.js';

/** A name from outside: text of any direction, cut to its place, whole in the title. */
export function Name({ text }: { readonly text: string }) {
  return (
    <bdi class="name" title={text}>
      {text}
    </bdi>
  );
}

/** A node's name as the way to its view. */
export function NodeLink({ node }: { readonly node: string }) {
  return (
    <a class="name" href={hrefOf('nodes', node)} title={node}>
      <bdi>{node}</bdi>
    </a>
  );
}
