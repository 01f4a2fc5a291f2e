export function reconcile(): void {}
