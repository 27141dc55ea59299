export { batch } from './batch.ts'
export { calendarRollout } from './calendar-rollout.ts'
export { project } from './project.ts'
export { upkeep } from './upkeep.ts'
