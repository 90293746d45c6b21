/** Colours by what they are for. */
export interface Theme {
  readonly paper: string;
  readonly frame: string;
  /** Text. */
  readonly ink: string;
  /** Text that matters less, and what never came. */
  readonly faint: string;
  /** Lines that time runs along. */
  readonly axis: string;
  readonly grid: string;
  readonly box: string;
  readonly boxEdge: string;
  /** Labels of nothing in particular, and events. */
  readonly plain: string;
  readonly plainEdge: string;
  /** Errors. */
  readonly bad: string;
  readonly badEdge: string;
  /** Subscriptions and timers. */
  readonly life: string;
  /** Records, by their letters. */
  readonly hues: readonly (readonly [fill: string, edge: string])[];
}

export const light: Theme = {
  paper: '#ffffff',
  frame: '#d8dee4',
  ink: '#1f2328',
  faint: '#59636e',
  axis: '#59636e',
  grid: '#eaeef2',
  box: '#f3f0ff',
  boxEdge: '#8a75d6',
  plain: '#f6f8fa',
  plainEdge: '#b6bec8',
  bad: '#ffebe9',
  badEdge: '#cf222e',
  life: '#1a7f37',
  hues: [
    ['#ddf4ff', '#3d8fd1'],
    ['#fff0c7', '#bf8700'],
    ['#dafbe1', '#3f9a54'],
    ['#ffe4f3', '#cc5f9c'],
    ['#e4e1ff', '#7a6ad8'],
    ['#ffe6d1', '#cf6a1e'],
  ],
};

export const dark: Theme = {
  paper: '#0d1117',
  frame: '#30363d',
  ink: '#e6edf3',
  faint: '#9aa4af',
  axis: '#9aa4af',
  grid: '#21262d',
  box: '#1d1938',
  boxEdge: '#8a75d6',
  plain: '#161b22',
  plainEdge: '#57606a',
  bad: '#3c1618',
  badEdge: '#ff7b72',
  life: '#56d364',
  hues: [
    ['#0c2d4d', '#58a6ff'],
    ['#3a2a04', '#d29922'],
    ['#0f3320', '#3fb950'],
    ['#40162f', '#f778ba'],
    ['#271f52', '#a393f5'],
    ['#41200c', '#f0883e'],
  ],
};

const MONO = "ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
const SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/** Sizes of text. */
export const SIZE = { title: 15, label: 12, call: 13, small: 11 } as const;

function colours(theme: Theme): string {
  const { paper, frame, ink, faint, axis, grid, box, boxEdge, plain, plainEdge, bad, badEdge, life, hues } = theme;
  return [
    `.paper{fill:${paper};stroke:${frame}}`,
    `.gap{fill:${paper}}`,
    `text{fill:${ink}}`,
    `.faint{fill:${faint}}`,
    `.axis{stroke:${axis}}`,
    `.dot{fill:${axis}}`,
    `.grid{stroke:${grid}}`,
    `.box{fill:${box};stroke:${boxEdge}}`,
    `.plain{fill:${plain};stroke:${plainEdge}}`,
    `.bad{fill:${bad};stroke:${badEdge}}`,
    `.cross{stroke:${badEdge}}`,
    `.ghost{fill:${paper};stroke:${faint}}`,
    `.life{stroke:${life}}`,
    `.mark{stroke:${life}}`,
    ...hues.map(([fill, edge], at) => `.hue${at}{fill:${fill};stroke:${edge}}`),
  ].join('');
}

/** The style sheet of every diagram: colours that the theme of whoever looks at it decides, and fonts that are there. */
export const styleSheet = [
  `text{font:${SIZE.label}px ${MONO}}`,
  `.title{font:600 ${SIZE.title}px ${SANS}}`,
  `.note{font:${SIZE.label}px ${SANS}}`,
  `.call{font:600 ${SIZE.call}px ${MONO}}`,
  `.small{font:${SIZE.small}px ${MONO}}`,
  '.name{font-weight:600}',
  'path,line{fill:none}',
  '.axis{stroke-width:1.5}.mark,.life{stroke-width:2}.cross{stroke-width:2.5}.end{stroke-width:3}',
  '.mark,.cross{stroke-linecap:round}',
  '.grid,.ghost,.never{stroke-dasharray:3 3}',
  colours(light),
  `@media(prefers-color-scheme:dark){${colours(dark)}}`,
].join('');
