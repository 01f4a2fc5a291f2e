import type { Plugin } from '../plugin.ts';

/**
 * DynamicResources: devices that pods claim.
 * Reads: nothing, for no pod here may have claims.
 * Refuses: nothing; when no node fits it says that no claim could be given back.
 * Upstream: `pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go`.
 * Leaves out: claims, classes and slices of devices, that is all but its words in FailedScheduling.
 */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  weight: 2,
  postFilter: () => ({ isSuccess: false, reasons: ['no new claims to deallocate'] }),
  requeueOn: [],
};
