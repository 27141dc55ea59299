import { chromium, type Browser } from 'playwright-core'
import { environment } from '../../server/config.ts'
import { candidatesOnPath } from '../../local/engines/provide-binary.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Starts the Chromium of this machine, without a window. */
export function openBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ]
  return chromium.launch({ executablePath: findChromium(), args })
}

function findChromium(): string {
  const [found] = names.flatMap((name) => candidatesOnPath(name, environment))
  if (found === undefined) throw new Error(`install Chromium: none of ${names.join(', ')} is on PATH`)
  return found
}
