import type { Plugin, QueueSort } from '../plugin.ts';

/**
 * PrioritySort: the pod of the higher priority is next; of equal ones the one that has waited longer.
 * Reads: the entries of the queue.
 * Refuses: nothing.
 * Upstream: `pkg/scheduler/framework/plugins/queuesort/priority_sort.go`.
 * Leaves out: nothing.
 */
export const prioritySort: Plugin & QueueSort = {
  name: 'PrioritySort',
  weight: 0,
  less(a, b) {
    if (a.priority !== b.priority) return a.priority > b.priority;
    return a.since === b.since ? a.order < b.order : a.since < b.since;
  },
  requeueOn: [],
};
