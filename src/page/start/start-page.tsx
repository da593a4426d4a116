import { useFleet } from '../fleet/fleet-store.js';
import { ErrorNote } from '../parts/notes.js';
import { Guide } from './guide.js';

/** How agents send their samples here; also for a fleet that has nodes already. */
export function StartPage() {
  const { fleet, fault } = useFleet();
  return (
    <>
      {fault && <ErrorNote fault={fault} />}
      <Guide {...(fleet ? { nodes: fleet.rows.size } : {})} />
    </>
  );
}
