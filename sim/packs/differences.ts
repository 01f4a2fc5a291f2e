/** What differs between two clusters: a chunk of its own, loaded with the first pair of futures. */
export { differencesOf, type TableDifference } from '../view/differences.ts';
