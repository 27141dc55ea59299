export { project } from './project.ts'
