import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the folder of a new lesson, with a text that passes the check. Gives its path, or a sentence when it cannot. */
export function newLesson(title: string, chapter: string): { readonly folder: string } | { readonly problem: string } {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug === '') return { problem: `"${title}" has no letter to name a folder after.` };
  if (!existsSync(chapter)) return { problem: `there is no chapter ${chapter}: make the folder first.` };
  const others = readdirSync(chapter).filter((name) => /^\d+-/.test(name));
  const taken = others.find((name) => name.replace(/^\d+-/, '') === slug);
  if (taken !== undefined) return { problem: `${join(chapter, taken)} is there already.` };
  const number = Math.max(0, ...others.map((name) => Number.parseInt(name, 10))) + 1;
  const folder = join(chapter, `${String(number).padStart(2, '0')}-${slug}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.mdx'), textOf(title));
  writeFileSync(join(folder, 'scenario.start.yaml'), SCENARIO);
  return { folder };
}

const SCENARIO = `# The cluster as the reader finds it.
title: Two ships
seed: 1
nodes: 2
`;

const FENCE = '```';

function textOf(title: string): string {
  return `---
title: ${JSON.stringify(title)}
description: What this lesson is about, in one sentence.
---

What the reader will wonder about.

<Stage id="start" scenario="start" tools="terminal" />

<Predict ask="Who decides where the pod runs?" reveal="bound">
  <Option when="POST kube-scheduler pod/web/binding">The scheduler</Option>
  <Option when="POST kubelet/* pod/web/binding">A kubelet</Option>
</Predict>

Now <Do run="kubectl run web --image=nginx:1.27">run a pod</Do>.

<Beats for="start">
  <Beat id="post" at="POST kubectl pod/web">**A wish.** kubectl posts a pod without a node.</Beat>
  <Beat id="bound" at="note scheduler/bound pod/web">**A node.** The scheduler has named one.</Beat>
</Beats>

<Exercise id="second" scenario="start" rung="do">
  Run a pod called second.

  <Goal reach="pod/second condition=Ready">A pod called second is ready</Goal>

  <Hint>You have just run one.</Hint>

  <Solution>
  ${FENCE}sh
  kubectl run second --image=nginx:1.27
  ${FENCE}
  </Solution>
</Exercise>
`;
}
