import type { Simulation } from '../../../sim/index.ts';
import type { RuntimeState } from '../../../sim/runtime/state.ts';
import type { Truth } from './truth.ts';

/** A StatefulSet's pod never runs twice, unless somebody forced it; gives a sentence when it does. */
export function runsTwice({ world }: Simulation, truth: Truth, forced: ReadonlySet<string>): string {
  const running = new Map<string, string>();
  for (const { name, component, machine } of world.actors) {
    if (component !== 'containerd' || world.machinesDown.has(machine)) continue;
    const { containers } = world.states.get(name) as RuntimeState;
    for (const { phase, namespace, podName, podUid } of containers.values()) {
      const set = podName.replace(/-\d+$/, '');
      const key = `${namespace}/${podName}`;
      if (phase !== 'running' || set === podName || !truth.of('statefulsets').has(`${namespace}/${set}`)) continue;
      const other = running.get(key);
      running.set(key, podUid);
      if (other !== undefined && other !== podUid && !forced.has(key))
        return `pod ${key} runs twice, on ${machine} too`;
    }
  }
  return '';
}
