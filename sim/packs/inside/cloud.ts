import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import type { Service } from '../../api/kinds/service.ts';
import { ANNOTATIONS } from '../../api/volumes/claims.ts';
import { cacheOf } from '../../client/calls.ts';
import type { CloudState } from '../../cloud/cloudcontrollermanager.ts';
import type { Loop } from '../../cloud/loop.ts';
import type { ProvisionerState } from '../../cloud/provisioner.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { cachesOf } from './caches.ts';
import { itemsOf } from './controllers.ts';
import { cell, count, type Inside, type Section, table } from './section.ts';

/** cloud-controller-manager, opened: its queue, and what the cloud behind it has made. */
export function insideCloud({ world, simulation, now }: Timeline, part: string): Inside {
  const { loop, election, balancers } = world.states.get(part) as unknown as CloudState;
  const services = [...cacheOf<Service>(loop.client, 'services')];
  const rows = [...balancers].map(([uid, ip]) => {
    const [key, service] = services.find(([, { metadata }]) => metadata.uid === uid) ?? [];
    const isTold = service?.status?.loadBalancer?.ingress?.some((one) => one.ip === ip) ?? false;
    const stands = service === undefined ? cell('left over', 'bad') : cell(isTold ? 'in its status' : 'not told yet');
    return [cell(ip), cell(key ?? 'a Service that is gone'), stands];
  });
  const note = 'They are the cloud’s own, and outlive this process. The cloud is imagined: it takes a few seconds.';
  return {
    part,
    title: `Inside ${part}`,
    summary: election.isLeader
      ? `It looks after Services of type LoadBalancer. The cloud has made ${count(balancers.size, 'load balancer')} for it.`
      : `It does not hold the lease ${election.name}, so it only watches.`,
    sections: [
      queueOf(loop, now),
      table('Load balancers of the cloud', note, ['Address', 'Service', 'Stands'], rows, 'None is made.'),
      cachesOf(loop.client, simulation),
    ],
  };
}

/** An external provisioner, opened: its queue, and the volumes that it made. */
export function insideProvisioner({ world, simulation, now }: Timeline, part: string): Inside {
  const { config, loop } = world.states.get(part) as unknown as ProvisionerState;
  const all = [...cacheOf<never>(loop.client, 'persistentvolumes').values()] as readonly PersistentVolume[];
  const own = all.filter(({ metadata }) => metadata.annotations?.[ANNOTATIONS.provisionedBy] === config.provisioner);
  const rows = own.map(({ metadata, spec, status }) => [
    cell(metadata.name),
    cell(spec.claimRef === undefined ? 'nobody' : `${spec.claimRef.namespace}/${spec.claimRef.name}`),
    cell(status?.phase ?? 'Pending', status?.phase === 'Bound' ? 'ok' : 'wait'),
    cell(spec.persistentVolumeReclaimPolicy ?? 'Retain'),
  ]);
  return {
    part,
    title: `Inside ${part}`,
    summary: `Its name in StorageClasses is ${config.provisioner}. It makes a volume for each claim that the binder has given to it; ${count(own.length, 'volume')} of its own exist${own.length === 1 ? 's' : ''}.`,
    sections: [
      queueOf(loop, now),
      table(
        'Its volumes',
        'As its cache has them. When a claim is gone, a volume that says Delete goes too.',
        ['Volume', 'Claim', 'Phase', 'Then'],
        rows,
        'None is there.',
      ),
      cachesOf(loop.client, simulation),
    ],
  };
}

function queueOf({ queue }: Loop, now: Millis): Section {
  const items = itemsOf({ queue, jobs: new Map(), delayed: new Map() }, now);
  const shown = new Set(items.map(({ key }) => key));
  const later = [...queue.failures]
    .filter(([key]) => !shown.has(key))
    .map(([key, times]) => ({ key, is: cell('backing off', 'bad', `failed ${count(times, 'time')} in a row`) }));
  const rows = [...items, ...later].map(({ key, is }) => [cell(key), is]);
  const note = 'A key stays in work until whoever was asked has answered: the API server, or who makes the thing.';
  return table('Work queue', note, ['Key', 'Stands'], rows, 'It is empty.');
}
