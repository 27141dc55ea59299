/** The look of the page: no request leaves it, and it prints light. */
export const style = `
:root { --ink: #1d2433; --soft: #5b6475; --line: #d5dae3; --certified: #1f5fa8; --open: #b9c6da; --warn: #c4621a; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink);
  font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main, header { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
span[lang="en"] { color: var(--soft); font-size: .85em; }
h1 span[lang="en"] { display: block; font-weight: normal; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1rem 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dd { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.2; }
section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 1rem; }
.beside { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 5fr); gap: 2rem; align-items: start; }
figure { margin: 0; max-width: 36rem; }
figcaption { color: var(--soft); font-size: .85rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 13px; fill: var(--ink); }
svg text.note { font-size: 12px; fill: var(--soft); }
.certified { fill: var(--certified); } .rest { fill: var(--open); } .warn { fill: var(--warn); }
polyline { fill: none; stroke-width: 2.5; stroke: currentColor; }
polyline.certified { fill: none; stroke: var(--certified); } polyline.rest { fill: none; stroke: var(--soft); stroke-dasharray: 6 4; }
.mark { stroke: var(--ink); stroke-width: 2; } .grid { stroke: var(--line); }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .25em 0 .75em; border: 1px solid var(--ink); }
.key.certified { background: var(--certified); } .key.rest { background: var(--open); } .key.warn { background: var(--warn); }
.key.mark { width: 0; border-width: 0 0 0 3px; height: 1em; vertical-align: middle; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .4rem; border-bottom: 1px solid var(--line); text-align: right; }
th { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { vertical-align: bottom; } thead span[lang="en"] { display: block; font-weight: normal; }
tfoot { font-weight: 600; }
footer { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
@media (max-width: 60rem) { .beside { grid-template-columns: minmax(0, 1fr); } }
@media print { body { font-size: 11pt; } section { break-inside: avoid; } section.long { break-inside: auto; } .scroll { overflow: visible; } }
`
