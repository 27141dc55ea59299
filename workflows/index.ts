export { calendarRollout } from './calendar-rollout.ts'
export { project } from './project.ts'
export { upkeep } from './upkeep.ts'
