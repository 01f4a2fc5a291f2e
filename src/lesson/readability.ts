/** Words, sentences and syllables of a text, as far as a machine hears them. */
interface Counts {
  readonly words: number;
  readonly sentences: number;
  readonly syllables: number;
}

/**
 * The Flesch-Kincaid grade of a lesson's prose: about so many years of school in English. Short sentences of short
 * words give a low one. Code counts as one short word, since nobody reads it letter by letter; names such as
 * kube-controller-manager count as they are spoken. One decimal; 0 for a text without a sentence.
 */
export function gradeOf(prose: string): number {
  const { words, sentences, syllables } = countsOf(prose);
  if (words === 0 || sentences === 0) return 0;
  return Math.round((0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59) * 10) / 10;
}

function countsOf(prose: string): Counts {
  const plain = prose
    .replace(/`[^`]*`/g, 'code')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/^\s*([-*]|\d+\.|\|)\s*/gm, '\n\n');
  let counts = { words: 0, sentences: 0, syllables: 0 };
  for (const sentence of plain.split(/[.!?:;]+[”"')*_]*(?=\s|$)|\n\s*\n/)) {
    const words = sentence.match(/[\p{L}\p{N}’']+/gu) ?? [];
    if (words.length === 0) continue;
    const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
    counts = {
      words: counts.words + words.length,
      sentences: counts.sentences + 1,
      syllables: counts.syllables + syllables,
    };
  }
  return counts;
}

/** Groups of vowels, without the silent e at the end; at least one. */
function syllablesOf(word: string): number {
  const lower = word.toLowerCase().replace(/['’]s$/, '');
  const groups = lower.replace(/(?<=[^l])e$|(?<=[^dt])ed$/, '').match(/[aeiouyäöü]+/g);
  return Math.max(1, groups?.length ?? 1);
}
