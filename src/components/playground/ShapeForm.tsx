import type { JSX } from 'preact';
import type { Ground } from './ground.ts';
import { MOST_NODES, type Shape, scenarioOf, USUAL } from './shape.ts';

const ADDONS = [
  ['dns', 'CoreDNS: Services have names'],
  ['network-policy', 'A network plugin that enforces NetworkPolicies'],
  ['cloud', 'A cloud: load balancers get addresses'],
  ['provisioner', 'A provisioner: claims get volumes'],
  ['extensions', 'Kinds and admission policies of your own'],
] as const;

/** What a cluster is made of. Making one is the only deed; nothing changes while the form is filled in. */
export function ShapeForm({ ground }: { readonly ground?: Ground | undefined }): JSX.Element {
  const make = (event: SubmitEvent) => {
    event.preventDefault();
    const shape = shapeOf(new FormData(event.currentTarget as HTMLFormElement));
    void ground?.chooseScenario(scenarioOf(shape));
  };
  return (
    <form class="shape" onSubmit={make}>
      <fieldset>
        <legend>Nodes</legend>
        <Count name="nodes" label="How many" value={USUAL.nodes} least={1} most={MOST_NODES} />
        <Choice name="cpu" label="CPUs of each" value={USUAL.cpu} options={[1, 2, 4, 8, 16]} />
        <Choice name="memoryGi" label="Memory of each, in Gi" value={USUAL.memoryGi} options={[1, 2, 4, 8, 16, 32]} />
      </fieldset>
      <fieldset>
        <legend>Control plane</legend>
        <Choice name="members" label="Members of etcd" value={USUAL.members} options={[1, 3, 5]} />
        <Choice name="apiServers" label="API servers" value={USUAL.apiServers} options={[1, 2, 3]} />
        <Choice
          name="proxyMode"
          label="How kube-proxy writes rules"
          value={USUAL.proxyMode}
          options={['iptables', 'nftables', 'ipvs']}
        />
      </fieldset>
      <fieldset>
        <legend>Processes besides</legend>
        {ADDONS.map(([addon, label]) => (
          <label class="tick" key={addon}>
            <input type="checkbox" name="addons" value={addon} defaultChecked={USUAL.addons.includes(addon)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <Timings />
      <p class="now-deeds">
        <button type="submit" class="button button-primary">
          Make this cluster
        </button>
        <button type="reset" class="button">
          As it was
        </button>
      </p>
    </form>
  );
}

function Timings(): JSX.Element {
  return (
    <details>
      <summary>Chance and timings</summary>
      <fieldset>
        <legend class="visually-hidden">Chance and timings</legend>
        <Count name="seed" label="Seed: decides all chance" value={USUAL.seed} least={0} most={999_999} />
        <Count name="graceS" label="A silent node is NotReady after, in s" value={USUAL.graceS} least={5} most={3600} />
        <Count name="fsyncMs" label="A disk write of etcd, in ms" value={USUAL.fsyncMs} least={1} most={1000} />
        <Count
          name="latencyMs"
          label="A message between machines, in ms"
          value={USUAL.latencyMs}
          least={1}
          most={500}
        />
        <Count name="jitterMs" label="Added to it at random, in ms" value={USUAL.jitterMs} least={0} most={500} />
        <Count
          name="lossPerMille"
          label="Messages lost, of a thousand"
          value={USUAL.lossPerMille}
          least={0}
          most={200}
        />
      </fieldset>
    </details>
  );
}

interface CountProps {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

function Count({ name, label, value, least, most }: CountProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <input type="number" name={name} defaultValue={String(value)} min={least} max={most} step={1} required />
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: number | string;
  readonly options: readonly (number | string)[];
}

function Choice({ name, label, value, options }: ChoiceProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {options.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function shapeOf(data: FormData): Shape {
  const count = (name: string) => Number(data.get(name));
  return {
    nodes: count('nodes'),
    cpu: count('cpu'),
    memoryGi: count('memoryGi'),
    members: count('members'),
    apiServers: count('apiServers'),
    proxyMode: String(data.get('proxyMode')),
    addons: data.getAll('addons').map(String),
    seed: count('seed'),
    graceS: count('graceS'),
    fsyncMs: count('fsyncMs'),
    latencyMs: count('latencyMs'),
    jitterMs: count('jitterMs'),
    lossPerMille: count('lossPerMille'),
  };
}
