import { listOf } from './names.ts';
import type { Scene, SceneNode, ScenePod } from './scene.ts';

/** The cluster now, in a few lines, rebuilt from the picture: for those who ask "describe the cluster now". */
export function describe(scene: Scene): readonly string[] {
  const stopped = scene.actors.filter((actor) => !actor.isUp).map((actor) => actor.title);
  const ready = scene.nodes.filter((node) => node.isReady).length;
  const control = stopped.length === 0 ? 'All parts of the control plane run.' : `Stopped: ${listOf(stopped)}.`;
  return [
    `At ${scene.clock}, ${ready} of ${scene.nodes.length} nodes are Ready. ${control}`,
    ...memberLines(scene),
    ...scene.nodes.map(nodeLine),
    ...(scene.unscheduled.length === 0 ? [] : [`On no node: ${listOf(scene.unscheduled.map(podWords))}.`]),
    ...scene.services.map((service) => {
      return `Service ${service.name}: ${service.readyEndpoints} of ${service.endpoints} endpoints ready.`;
    }),
    ...flightLines(scene),
  ];
}

/** The copies of the ledger, when there are several. */
function memberLines({ etcd }: Scene): readonly string[] {
  if (etcd.members.length === 0) return [];
  const copies = etcd.members.map(({ id, isUp, role, fault, term, last }) => {
    const trouble = { '': '', power: ' without power', cable: ' cut off', link: ' with a line cut' }[fault];
    return `${id} ${isUp ? role : 'stopped'}${trouble}, term ${term}, log ${last}`;
  });
  return [`etcd at revision ${etcd.revision}: ${copies.join('; ')}.`];
}

function nodeLine(node: SceneNode): string {
  const fault = { '': '', power: ', without power', cable: ', cut off from the network' }[node.fault];
  const stopped = [node.kubelet, node.proxy, node.runtime].filter((process) => !process.isUp).map(({ title }) => title);
  const down = node.fault === 'power' || stopped.length === 0 ? '' : `, ${listOf(stopped)} stopped`;
  const used = `${node.cpuUsedMilli / 1000} of ${node.cpuMilli / 1000} CPUs requested`;
  const pods =
    node.podCount === 0
      ? 'no pods'
      : node.pods.length === 0
        ? `${node.podCount} pods`
        : listOf(node.pods.map(podWords));
  return `${node.name}, ship ${node.ship}, ${node.status}${fault}${down}, ${used}: ${pods}.`;
}

function podWords(pod: ScenePod): string {
  return `${pod.name} ${pod.status}`;
}

function flightLines(scene: Scene): readonly string[] {
  const told = scene.flights.filter((flight) => !flight.routine);
  if (told.length === 0) return ['No message is on its way, routine traffic apart.'];
  return told.slice(0, 4).map(({ from, to, label }) => `On its way from ${from} to ${to}: ${label.join(', ')}.`);
}
