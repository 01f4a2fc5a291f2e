import type { ShikiTransformer } from 'shiki';

/**
 * Turns the inline colours of Shiki's `css-variables` theme into classes (`code-keyword`, …; see styles/code.css),
 * because the site's Content-Security-Policy allows no style attributes, and so that one block serves day and night.
 */
export const codeClasses: ShikiTransformer = {
  name: 'code-classes',
  pre(node) {
    delete node.properties.style;
    node.properties.class = `code language-${this.options.lang}`;
    node.properties.tabindex = 0;
    node.properties.role = 'group';
    node.properties['aria-label'] = `Code: ${this.options.lang}`;
    const label = labelOf(this.options.meta?.__raw ?? '');
    if (label !== '') Object.assign(node.properties, { 'data-label': label, 'aria-label': label });
  },
  line(node) {
    // Astro sets the sign of a changed line apart with a style, so that it is not copied.
    const [part] = node.children;
    const [sign] = part?.type === 'element' ? part.children : [];
    if (sign?.type === 'element' && sign.properties.style !== undefined) sign.properties = { class: 'code-sign' };
  },
  span(node) {
    const style = String(node.properties.style ?? '');
    delete node.properties.style;
    const token = /--[\w-]*token-([\w-]+)/.exec(style)?.[1];
    if (token) node.properties.class = `code-${token}`;
  },
};

/** What the blocks of the handbook are, after the words that its test goes by: `edit=index.mdx`, `prints`. */
function labelOf(meta: string): string {
  const [, verb = '', file = ''] = /^(run|prints|fails|edit|new|scenario|exercise)(?:=(\S+))?$/.exec(meta) ?? [];
  const labels: Readonly<Record<string, string>> = {
    run: 'Run',
    prints: 'It prints',
    fails: 'It fails, and prints',
    edit: `Change ${file}`,
    new: `Write ${file}`,
    scenario: 'scenario.recipe.yaml',
    exercise: 'In the lesson',
  };
  return labels[verb] ?? '';
}
