export { calendarRollout } from './calendar-rollout.ts'
export { errands } from './errands.ts'
export { project } from './project.ts'
export { upkeep } from './upkeep.ts'
