import { describe, expect, it, test } from 'vitest';
import { addKinds } from '../../packs/kinds.ts';
import { decode } from '../decode.ts';
import { resourceOfWord } from '../index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../meta.ts';
import { applyMergePatch } from '../patch/mergepatch.ts';
import { renderFieldError } from '../status.ts';

addKinds();

const backend = { service: { name: 'web', port: { number: 80 } } };
const good: Readonly<Record<string, JsonObject>> = {
  pv: {
    metadata: { name: 'disk' },
    spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/mnt/data' } },
  },
  pvc: {
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  sc: { metadata: { name: 'fast' }, provisioner: 'example.org/disks' },
  netpol: { metadata: { name: 'rules', namespace: 'default' }, spec: { podSelector: {} } },
  ing: {
    metadata: { name: 'site', namespace: 'default' },
    spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  },
  ingressclass: { metadata: { name: 'outer' }, spec: { controller: 'example.org/ingress' } },
};

function prepare(word: string, change: JsonValue) {
  const resource = resourceOfWord(word);
  if (resource === undefined) throw new Error(`no kind ${word}`);
  const { object, problems } = decode(applyMergePatch(good[word], change), resource.schema);
  expect(problems).toEqual([]);
  return { resource, object: resource.prepareForCreate(resource.defaults(object as unknown as KubeObject)) };
}

function texts(word: string, change: JsonValue, old?: JsonValue): readonly string[] {
  const { resource, object } = prepare(word, change);
  const before = old === undefined ? undefined : prepare(word, old).object;
  const next = before === undefined ? object : { ...object, status: before.status };
  return resource.validate(next as KubeObject, before).map(renderFieldError);
}

test.each(Object.keys(good))('a good %s has no errors, and may stay as it is', (word) => {
  expect(texts(word, {})).toEqual([]);
  expect(texts(word, {}, {})).toEqual([]);
});

const path = (fields: JsonObject) => ({
  spec: { rules: [{ http: { paths: [{ pathType: 'Exact', backend, ...fields }] } }] },
});
const at = 'spec.rules[0].http.paths[0]';
const MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"';

test.each<[string, JsonValue, readonly string[]]>([
  [
    'pv',
    { spec: { capacity: null } },
    ['spec.capacity: Required value', 'spec.capacity: Unsupported value: null: supported values: "storage"'],
  ],
  [
    'pv',
    { spec: { capacity: { storage: '0' } } },
    ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
  ],
  ['pv', { spec: { accessModes: null } }, ['spec.accessModes: Required value']],
  [
    'pv',
    { spec: { accessModes: ['Many'] } },
    [`spec.accessModes: Unsupported value: "Many": supported values: ${MODES}`],
  ],
  [
    'pv',
    { spec: { accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] } },
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  ],
  ['pv', { spec: { hostPath: null } }, ['spec: Required value: must specify a volume type']],
  [
    'pv',
    { spec: { nfs: { server: 'a', path: '/b' } } },
    ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    'pv',
    { spec: { hostPath: { path: '/a/../b' } } },
    ['spec.hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
  ],
  [
    'pv',
    { spec: { hostPath: null, local: { path: '/a' } } },
    ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
  ],
  [
    'pv',
    { spec: { nodeAffinity: { required: { nodeSelectorTerms: [] } } } },
    ['spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term'],
  ],
  [
    'pv',
    { spec: { persistentVolumeReclaimPolicy: 'Keep' } },
    ['spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"'],
  ],
  ['pvc', { spec: { accessModes: null } }, ['spec.accessModes: Required value: at least 1 access mode is required']],
  ['pvc', { spec: { resources: null } }, ['spec.resources[storage]: Required value']],
  [
    'pvc',
    { spec: { resources: { requests: { storage: '-1' } } } },
    ['spec.resources[storage]: Invalid value: "-1": must be greater than zero'],
  ],
  [
    'pvc',
    { spec: { volumeMode: 'Tape' } },
    ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'],
  ],
  ['sc', { provisioner: null }, ['provisioner: Required value']],
  [
    'sc',
    { volumeBindingMode: 'Late' },
    ['volumeBindingMode: Unsupported value: "Late": supported values: "Immediate", "WaitForFirstConsumer"'],
  ],
  [
    'sc',
    { reclaimPolicy: 'Recycle' },
    ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ],
  [
    'netpol',
    { spec: { policyTypes: ['Outgress'] } },
    ['spec.policyTypes[0]: Unsupported value: "Outgress": supported values: "Ingress", "Egress"'],
  ],
  ['netpol', { spec: { ingress: [{ from: [{}] }] } }, ['spec.ingress[0].from[0]: Required value: must specify a peer']],
  [
    'netpol',
    { spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0' } }] }] } },
    [
      'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ],
  [
    'netpol',
    { spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/9'] } }] }] } },
    ['spec.egress[0].to[0].ipBlock.except[1]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`'],
  ],
  [
    'netpol',
    { spec: { ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }] }] } },
    [],
  ],
  [
    'netpol',
    { spec: { ingress: [{ ports: [{ port: 'http', endPort: 9 }] }] } },
    ['spec.ingress[0].ports[0].endPort: Invalid value: 9: may not be specified when `port` is non-numeric'],
  ],
  [
    'netpol',
    { spec: { ingress: [{ ports: [{ port: 80, endPort: 9 }] }] } },
    ['spec.ingress[0].ports[0].endPort: Invalid value: 9: must be greater than or equal to `port`'],
  ],
  [
    'ing',
    { spec: { rules: null } },
    ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  ],
  ['ing', path({ path: 'a' }), [`${at}.path: Invalid value: "a": must be an absolute path`]],
  ['ing', path({ path: '/a//b' }), [`${at}.path: Invalid value: "/a//b": must not contain '//'`]],
  [
    'ing',
    path({ path: '/', pathType: 'Regex' }),
    [`${at}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
  ],
  [
    'ing',
    path({ path: '/', backend: {} }),
    [`${at}.backend: Invalid value: "": resource or service backend is required`],
  ],
  [
    'ing',
    path({ path: '/', backend: { service: { name: 'a' } } }),
    [`${at}.backend: Required value: port name or number is required`],
  ],
  [
    'ing',
    { spec: { rules: [{ host: '10.0.0.1' }] } },
    ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
  ],
  [
    'ingressclass',
    { spec: { controller: 'nginx' } },
    ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'ingressclass',
    { spec: { parameters: { kind: 'A', name: 'b', scope: 'Namespace' } } },
    ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
  ],
])('a wrong %s: %j', (word, change, errors) => expect(texts(word, change)).toEqual(errors));

describe('updates', () => {
  it.each<[string, JsonValue, JsonValue, readonly string[]]>([
    [
      'pv',
      { spec: { hostPath: { path: '/other' } } },
      {},
      ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
    ],
    [
      'pvc',
      { spec: { accessModes: ['ReadWriteMany'] } },
      {},
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    ['pvc', { spec: { volumeName: 'disk', storageClassName: 'a' } }, {}, []],
    [
      'sc',
      { provisioner: 'example.org/others', parameters: { a: 'b' } },
      {},
      [
        'parameters: Forbidden: updates to parameters are forbidden.',
        'provisioner: Forbidden: updates to provisioner are forbidden.',
      ],
    ],
    [
      'ingressclass',
      { spec: { controller: 'example.org/b' } },
      {},
      ['spec.controller: Invalid value: "example.org/b": field is immutable'],
    ],
  ])('%s: %j', (word, change, old, errors) => expect(texts(word, change, old)).toEqual(errors));
});

it('fills in what upstream fills in', () => {
  const specOf = (word: string, change: JsonValue = {}) => prepare(word, change).object.spec;
  expect(specOf('pv')).toMatchObject({
    hostPath: { type: '' },
    persistentVolumeReclaimPolicy: 'Retain',
    volumeMode: 'Filesystem',
  });
  expect(specOf('pvc')).toMatchObject({ volumeMode: 'Filesystem' });
  expect(prepare('sc', {}).object).toMatchObject({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  expect(specOf('netpol', { spec: { egress: [{ ports: [{ port: 53 }] }] } })).toMatchObject({
    policyTypes: ['Ingress', 'Egress'],
    egress: [{ ports: [{ protocol: 'TCP' }] }],
  });
  expect(specOf('netpol')).toMatchObject({ policyTypes: ['Ingress'] });
});

it('prints the columns of upstream', () => {
  const names = (word: string) =>
    resourceOfWord(word)?.columns.map(({ name, priority }) => (priority === 1 ? `${name}*` : name));
  expect(names('pv')?.join()).toBe(
    'Name,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,VolumeMode*',
  );
  expect(names('pvc')?.join()).toBe(
    'Name,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,VolumeMode*',
  );
  expect(names('sc')?.join()).toBe('Name,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age');
  expect(names('netpol')?.join()).toBe('Name,Pod-Selector,Age');
  expect(names('ing')?.join()).toBe('Name,Class,Hosts,Address,Ports,Age');
  expect(names('ingressclass')?.join()).toBe('Name,Controller,Parameters,Age');
});
