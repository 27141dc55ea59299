import { setup } from './setup.mjs'

await setup()
await import('../dist/local/start.js')
