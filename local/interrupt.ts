const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Has the process asked to end in good order by the first signal, and end at once by a second one. */
export function onFirstSignal(ask: () => void): void {
  let askedAt: number | undefined
  const hear = () => {
    // npm passes on the Ctrl-C that the terminal has sent us already: that is one wish, not two.
    if (askedAt !== undefined && Date.now() - askedAt > 1000) process.exit(130)
    askedAt ??= Date.now()
    ask()
  }
  for (const signal of signals) process.on(signal, hear)
}
