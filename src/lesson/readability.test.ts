import { expect, it } from 'vitest';
import { gradeOf } from './readability.ts';

it('short sentences of short words are for children, long ones of long words are not', () => {
  expect(gradeOf('The cat sat on the mat. It was warm.')).toBeLessThan(2);
  const heavy =
    'Administrative responsibilities for organizational infrastructure necessitate comprehensive documentation of interdependencies.';
  expect(gradeOf(heavy)).toBeGreaterThan(20);
});

it('code, list marks and addresses are not read aloud', () => {
  expect(gradeOf('Run `kubectl get pods --all-namespaces` now.')).toBe(gradeOf('Run code now.'));
  expect(gradeOf('See [the list](/a/very/long/unreadable/address/).')).toBe(gradeOf('See [the list].'));
  expect(gradeOf('- One thing\n- Two things')).toBe(gradeOf('One thing. Two things.'));
  expect(gradeOf('')).toBe(0);
});
