import type { Command } from '../command.ts';
import { accessGenerators } from './accessgenerators.ts';
import { apply } from './apply.ts';
import { authCommands } from './auth.ts';
import { autoscale } from './autoscale.ts';
import { batchGenerators } from './batchgenerators.ts';
import { clusterInfo, resourcesOfServer, version, versionsOfServer } from './clusterinfo.ts';
import { configCommands } from './config.ts';
import { configEntries } from './configentries.ts';
import { cordon, uncordon } from './cordon.ts';
import { create } from './create.ts';
import { createIngress } from './createingress.ts';
import { createToken } from './createtoken.ts';
import { describe } from './describe.ts';
import { drain } from './drain.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { expose } from './expose.ts';
import { generators } from './generators.ts';
import { get } from './get.ts';
import { annotate, label } from './label.ts';
import { laterCommands } from './later.ts';
import { logs } from './logs.ts';
import { patch } from './patch.ts';
import { policyGenerators } from './policygenerators.ts';
import { remove } from './remove.ts';
import { rolloutHistory, rolloutUndo } from './rollouthistory.ts';
import { rolloutPause, rolloutRestart, rolloutResume } from './rolloutrestart.ts';
import { rolloutStatus } from './rolloutstatus.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { setImage } from './setimage.ts';
import { taint } from './taint.ts';
import { topNode, topPod } from './top.ts';
import { viewLastApplied } from './viewlastapplied.ts';
import { wait } from './wait.ts';

/** Every command of this kubectl. A new command is one file and one line here. */
export const commands: readonly Command[] = [
  annotate,
  ...authCommands,
  ...configCommands,
  ...configEntries,
  resourcesOfServer,
  versionsOfServer,
  apply,
  autoscale,
  clusterInfo,
  cordon,
  create,
  ...generators,
  ...accessGenerators,
  ...policyGenerators,
  ...batchGenerators,
  createIngress,
  createToken,
  remove,
  describe,
  drain,
  events,
  exec,
  explain,
  expose,
  get,
  label,
  ...laterCommands,
  logs,
  patch,
  rolloutHistory,
  rolloutPause,
  rolloutRestart,
  rolloutResume,
  rolloutStatus,
  rolloutUndo,
  run,
  scale,
  setImage,
  taint,
  topNode,
  topPod,
  uncordon,
  version,
  viewLastApplied,
  wait,
];

/** The command of this name; aliases do not count. */
export function findCommand(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
