import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Fault, toFault } from '../kit/api.js';
import { useCell } from '../kit/cell.js';
import { hrefOf, matchPath, place } from '../kit/router.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import { VIEWS, type View, type ViewProps } from '../views.js';

/** The view of the address. */
export function Outlet() {
  const { path } = useCell(place);
  for (const view of VIEWS) {
    const params = matchPath(view.path, path);
    if (params) return <Shown key={view.path} view={view} params={params} />;
  }
  return (
    <Empty title="There is nothing at this address">
      <a href={hrefOf()}>To the fleet</a>
    </Empty>
  );
}

function Shown({ view, params }: ViewProps & { readonly view: View }) {
  const [loaded, setLoaded] = useState<{ readonly Component: ComponentType<ViewProps> }>();
  const [fault, setFault] = useState<Fault>();
  useEffect(() => {
    document.title = `${view.title} - Headroom`;
    view.load().then(
      (Component) => setLoaded({ Component }),
      // After an update of the service the file has another name.
      (error) => setFault({ ...toFault(error), cure: 'Load the page again.' }),
    );
  }, [view]);
  if (fault) return <ErrorNote fault={fault} />;
  return loaded ? <loaded.Component params={params} /> : null;
}
