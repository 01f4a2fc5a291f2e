// fails: creates
export function reconcile(): void {}
