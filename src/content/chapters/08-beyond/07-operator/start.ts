import type { OperatorApi } from 'cluster-lab';

/** Called whenever the Kiosk with this key, or an object that it controls, may have changed. */
export function reconcile(key: string, api: OperatorApi): void {
  const kiosk = api.kiosks.get(key);
  if (kiosk === undefined) return;
  api.log(`${kiosk.metadata.name} wants ${kiosk.spec.windows} windows of ${kiosk.spec.image}`);
  // What should there be? What is there? What do you write?
}
