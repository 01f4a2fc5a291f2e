import type { LabFile } from '../labfile.ts';

/** A project as files: `cluster-lab/index.js` to its text. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** The file of a project that the reader writes. */
export function programIn(files: ProjectFiles): LabFile {
  return 'program.yaml' in files ? 'program.yaml' : 'program.ts';
}

/** Where the site keeps the project of the lab of a lesson, as JSON. */
export function addressOfProject(lab: string): string {
  return `/lab/project/${lab}.json`;
}

/** What a lab's project is made of. Texts are those of the files beside the lesson. */
export interface ProjectParts {
  /** The last part of the lesson's address; the name of the folder. */
  readonly name: string;
  readonly title: string;
  /** What the reader writes. */
  readonly file: LabFile;
  readonly start: string;
  readonly cases: string;
  readonly scenario: string;
  /** The text of `api.ts`. */
  readonly api: string;
  /** The simulator and what runs programs in it, as one script. */
  readonly simulator: string;
  /** The exact version of vitest, the only package that comes from the registry. */
  readonly vitest: string;
}

/** The files of a project that `npm install && npm test` runs under Node. It begins with the author's start. */
export function projectOf(parts: ProjectParts): ProjectFiles {
  return {
    'README.md': readme(parts),
    'package.json': json({
      name: parts.name,
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { test: 'vitest run' },
      engines: { node: '>=22.12' },
      devDependencies: { 'cluster-lab': 'file:./cluster-lab', vitest: parts.vitest },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2023',
        module: 'ESNext',
        moduleResolution: 'Bundler',
        allowImportingTsExtensions: true,
        verbatimModuleSyntax: true,
        noEmit: true,
        strict: true,
      },
    }),
    [parts.file]: parts.start,
    'cases.ts': parts.cases,
    'lab.test.ts': testOf(parts.file),
    'scenario.yaml': parts.scenario,
    'cluster-lab/package.json': json({
      name: 'cluster-lab',
      version: '1.0.0',
      type: 'module',
      exports: { '.': { types: './index.d.ts', default: './index.js' } },
    }),
    'cluster-lab/index.d.ts': `${parts.api}\n${DECLARATION}`,
    'cluster-lab/index.js': parts.simulator,
  };
}

const DECLARATION = `/** Loads the text of a program, or of a file, for the cluster that the text of a scenario describes. */
export declare function openLab(program: string, scenario: string): OpenLab;
`;

function testOf(file: LabFile): string {
  return `import { readFileSync } from 'node:fs';
import { openLab } from 'cluster-lab';
import { expect, it } from 'vitest';
import { cases } from './cases.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const lab = openLab(read('${file}'), read('scenario.yaml'));

for (const test of cases) {
  it(test.says, { timeout: 60_000 }, async () => {
    expect.assertions(1);
    const problem = await lab.run(test);
    expect(problem, problem).toBe('');
  });
}
`;
}

/** What is to be known of a program, and of a file. */
const MANNERS: Readonly<Record<LabFile, string>> = {
  'program.ts': `Types are removed, not checked; an editor that knows TypeScript checks them by \`tsconfig.json\`. Each call evaluates
the program anew, so nothing but \`api.state\` is kept between two calls.`,
  'program.yaml': `Each test begins in a new cluster, to which \`kubectl apply\` has given your file.`,
};

function readme({ title, name, file }: ProjectParts): string {
  const what = file === 'program.yaml' ? 'objects' : 'program';
  return `# ${title}

A lab of the course *Kubernetes Architecture: The Operating System of the Cloud*, as a Node project.

\`\`\`sh
npm install
npm test
\`\`\`

| file | what it is |
| --- | --- |
| \`${file}\` | your ${what}: write here |
| \`cases.ts\` | the tests, as the lab's page runs them |
| \`scenario.yaml\` | the cluster that each test begins with |
| \`lab.test.ts\` | hands the tests to vitest |
| \`cluster-lab/index.d.ts\` | what programs and tests may use, with its documentation |
| \`cluster-lab/index.js\` | the simulator and what runs your ${what} in it; a real cluster is not needed |

${MANNERS[file]}

Paste \`${file}\` into the editor of the lab *${name}* to see it at work on the stage.
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
