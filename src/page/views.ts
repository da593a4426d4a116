import type { ComponentType } from 'preact';

/** What a view is given: the parameters of its path. */
export interface ViewProps {
  readonly params: Readonly<Record<string, string>>;
}

export interface View {
  /** Must be among the addresses that the service answers with the page: src/serve/page/routes.ts. */
  readonly path: string;
  readonly title: string;
  readonly isInNav: boolean;
  /** Each view is a file of its own, loaded when it is first shown. */
  readonly load: () => Promise<ComponentType<ViewProps>>;
}

/** All views; the first is where the page begins. */
export const VIEWS: readonly View[] = [
  {
    path: '/',
    title: 'Fleet',
    isInNav: true,
    load: () => import('./fleet/fleet-page.js').then(({ FleetPage }) => FleetPage),
  },
  {
    path: '/nodes/:node',
    title: 'Node',
    isInNav: false,
    load: () => import('./node/node-page.js').then(({ NodePage }) => NodePage),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    isInNav: true,
    load: () => import('./alerts/alerts-page.js').then(({ AlertsPage }) => AlertsPage),
  },
  {
    path: '/alerts/:id',
    title: 'Alert',
    isInNav: false,
    load: () => import('./alerts/alert-page.js').then(({ AlertPage }) => AlertPage),
  },
  {
    path: '/rules',
    title: 'Rules',
    isInNav: true,
    load: () => import('./rules/rules-page.js').then(({ RulesPage }) => RulesPage),
  },
  {
    path: '/rules/:rule',
    title: 'Rule',
    isInNav: false,
    load: () => import('./rules/rule-page.js').then(({ RulePage }) => RulePage),
  },
  {
    path: '/delivery',
    title: 'Delivery',
    isInNav: true,
    load: () => import('./delivery/delivery-page.js').then(({ DeliveryPage }) => DeliveryPage),
  },
  {
    path: '/start',
    title: 'Send samples',
    isInNav: true,
    load: () => import('./start/start-page.js').then(({ StartPage }) => StartPage),
  },
];
