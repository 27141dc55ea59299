export { calendarRollout } from './calendar-rollout.ts'
export { operation } from './operation.ts'
export { project } from './project.ts'
export { scheduledJob } from './scheduled-job.ts'
