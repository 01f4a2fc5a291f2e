import { goJson } from '../../api/json.ts';
import type { JsonObject } from '../../api/meta.ts';
import { LAST_APPLIED } from '../annotation.ts';
import { defineCommand, fail, failUsage, out } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { select } from '../targets.ts';
import { writeYaml } from '../yamlwriter.ts';

/** kubectl apply view-last-applied: what was applied to an object last. Follows pkg/cmd/apply/apply_view_last_applied.go. */
export const viewLastApplied = defineCommand({
  name: 'apply view-last-applied',
  usage: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  summary: 'View the latest last-applied-configuration annotations by resource/object',
  flags: 'all! filename/f* output/o?yaml selector/l',
  others: 'kustomize/k recursive/R!',
  start(job) {
    const format = flag(job.args, 'output') || 'yaml';
    if (!['json', 'yaml'].includes(format)) {
      const wrong = `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`;
      return failUsage('apply view-last-applied', wrong);
    }
    const selection = select(job, { allowsAll: isOn(job.args, 'all') });
    if ('error' in selection) return fail(selection.error);
    return {
      failure: selection.failures,
      visit: { targets: selection.targets, fetch: 'get', collect: true, stopOnFailure: true },
    };
  },
  stages: {
    item(job) {
      const text = job.item.object.metadata.annotations?.[LAST_APPLIED];
      // Upstream means to complain of an object without one, and says nothing.
      if (text === undefined) return { next: true };
      const applied = JSON.parse(text) as JsonObject;
      const shown = flag(job.args, 'output') === 'json' ? goJson(applied, '  ') : writeYaml(applied).replace(/\n$/, '');
      return { print: out(...shown.split('\n')), next: true };
    },
  },
});
