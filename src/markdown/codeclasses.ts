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
  },
  span(node) {
    const style = String(node.properties.style ?? '');
    delete node.properties.style;
    const token = /--[\w-]*token-([\w-]+)/.exec(style)?.[1];
    if (token) node.properties.class = `code-${token}`;
  },
};
