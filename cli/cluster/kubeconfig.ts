import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Certificate, certificateOf } from '../../sim/index.ts';

/** The people who may come in by a token. */
export interface Users {
  readonly admin: string;
  readonly developer: string;
}

/** As whom each of them is known to the cluster. */
export const CERTIFICATES: Readonly<Record<keyof Users, Certificate>> = {
  admin: certificateOf('kubernetes-admin', 'kubeadm:cluster-admins'),
  developer: certificateOf('developer'),
};

/** New tokens: they are worth something only until the server stops. */
export function newTokens(): Users {
  const token = () => randomBytes(24).toString('base64url');
  return { admin: token(), developer: token() };
}

/** Writes a kubeconfig with one context a person; `admin` is the current one. Only its owner may read the file. */
export function writeKubeconfig(file: string, server: string, certificate: string, tokens: Users): void {
  const names = Object.keys(tokens) as (keyof Users)[];
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '  - name: simulated',
    '    cluster:',
    `      server: ${server}`,
    `      certificate-authority-data: ${Buffer.from(certificate).toString('base64')}`,
    'users:',
    ...names.flatMap((name) => [`  - name: ${name}`, '    user:', `      token: ${tokens[name]}`]),
    'contexts:',
    ...names.flatMap((name) => [
      `  - name: ${name}`,
      '    context:',
      '      cluster: simulated',
      `      user: ${name}`,
    ]),
    'current-context: admin',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}
