import { isTyped } from '../../sim/index.ts';
import type { ScriptStep, ShellModel } from './model.ts';
import { placeOf, type SourceNode } from './source.ts';

/** The name in ```` ```yaml file=web.yaml ````; undefined for other fenced blocks. */
export function fileNameOf(node: SourceNode): string | undefined {
  return /(?:^|\s)file=(\S+)/.exec(node.meta ?? '')?.[1];
}

/** Whether the reader may change the file. */
export function isEditable(node: SourceNode): boolean {
  return /(?:^|\s)editable(?:\s|$)/.test(node.meta ?? '');
}

/** Commands of a fenced `sh` block, each with the lines printed after it. */
export function readShell(file: string, node: SourceNode): ShellModel['runs'] {
  const runs: { line: string; output: string[]; place: ScriptStep['place'] }[] = [];
  const { line: first } = placeOf(file, node);
  for (const [index, text] of (node.value ?? '').split('\n').entries()) {
    const command = text.replace(/^\$ /, '');
    if (isTyped(command)) runs.push({ line: command, output: [], place: { file, line: first + 1 + index, column: 1 } });
    else runs.at(-1)?.output.push(text);
  }
  return runs.map(({ output, ...run }) => ({ ...run, output: output.join('\n').replace(/\n+$/, '') }));
}

/** The steps of a Solution or a Wrong: one a line; `#` begins a comment. */
export function readSteps(file: string, node: SourceNode): readonly ScriptStep[] {
  const { line: first, column } = placeOf(file, node);
  return (node.value ?? '').split('\n').flatMap((text, index) => {
    const line = text.trim().split(/\s+/).join(' ');
    return line === '' || line.startsWith('#') ? [] : [{ line, place: { file, line: first + 1 + index, column } }];
  });
}
