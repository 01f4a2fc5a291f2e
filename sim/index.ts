/** The simulator as the site and the command line see it. Everything else in `sim/` is its own business. */
export { ledger, resources, servedVersions, serving } from './api/index.ts';
export { objectKey } from './api/meta.ts';
export { rootOf } from './api/roots.ts';
export { accessSchemas } from './api/schemas/accessschemas.ts';
export { schemas } from './api/schemas/clusterschemas.ts';
export {
  badRequest,
  methodNotAllowed,
  requestEntityTooLarge,
  type Status,
  tooManyRequests,
  unauthorized,
} from './api/status.ts';
export { type ClusterOptions, createCluster, openTimeline } from './cluster/boot.ts';
export { applyCommand, type ClusterCommand, deployment, isTyped } from './cluster/commands.ts';
export { FAULTS, type Fault, parseFault } from './cluster/faults.ts';
export { peekAt } from './cluster/peek.ts';
export { type ClusterShape, defaultShape, nodeShape, shapeOf } from './cluster/shape.ts';
export { createStorage } from './cluster/storage.ts';
export type { Question, Simulation } from './kernel/simulation.ts';
export { isAnswer, type LoggedCommand, type Timeline } from './kernel/timeline.ts';
export { hashTexts, hashTrace, type TraceRecord } from './kernel/trace.ts';
export { isEqual } from './kernel/value.ts';
export { forkWorld, parseWorld, READER, serializeWorld } from './kernel/world.ts';
export {
  API_SERVER,
  type Certificate,
  certificateOf,
  type HttpRequest,
  type HttpResponse,
  type WatchFrame,
} from './protocol/http.ts';
export { LAB_PROCESSES, type LabCall, type LabFailure, type LabKind, type LabReply } from './protocol/lab.ts';
export type { ParsedFile } from './protocol/terminal.ts';
export { act, type Files, HORIZON_MS, runPlan, runToExit, runToNextItem } from './scenario/ahead.ts';
export { begin } from './scenario/begin.ts';
export { durationWords, parseDuration } from './scenario/duration.ts';
export { type GoalSpec, parseExpectation } from './scenario/goals.ts';
export { checkManifests, type ManifestProblem } from './scenario/manifestcheck.ts';
export { decide, follow, type PlanItem, type Progress, type Reached, START } from './scenario/plan.ts';
export { type ScenarioFile, type ScenarioNode, shapeFromScenario, TIMINGS } from './scenario/scenario.ts';
export { type Move, Session, type SessionSpec } from './scenario/session.ts';
export { foldTerminals, type Terminal, type TerminalLine } from './scenario/terminals.ts';
export { type GoalState, isSolved, parseGoal } from './scenario/tracker.ts';
export { describe } from './view/describe.ts';
export { type LogEntry, logOf } from './view/log.ts';
export { allMatches, commandText, firstMatch, matches, parsePattern } from './view/pattern.ts';
export type { Peek } from './view/peek.ts';
export { project } from './view/project.ts';
export type { Focus, Scene } from './view/scene.ts';
export { exactPattern } from './view/selector.ts';
export type { Step } from './view/step.ts';
export { fold } from './view/steps.ts';
export { type Cells, cellsOf, type TableView, tablesOf } from './view/tables.ts';
export type { Answer } from './view/why/explain.ts';
