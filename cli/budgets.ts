/** What a page may weigh, gzipped, in kB (1,000 bytes). The browser tests measure those marked "measured". */
export const budgetsKb = {
  /** HTML of one page, with every drawing made at build. */
  html: 40,
  css: 14,
  /** Fonts preloaded by the page. */
  fonts: 52,
  /** JavaScript of a page after 5 s without input (measured; here: what the HTML asks for). */
  idleJs: 6,
  /** JavaScript of the main thread once the stage is awake (measured). */
  awakeJs: 45,
  /** The simulation thread without its `yaml`, CEL, explain and pack chunks. */
  worker: 60,
} as const;
