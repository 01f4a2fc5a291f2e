// On a lesson: remembers that it was the last one opened, for the card "Go on with".
import { LAST } from './progress.ts';

try {
  localStorage.setItem(LAST, location.pathname);
} catch {
  // Without storage there is nothing to go on with.
}
