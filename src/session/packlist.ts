/** How each pack is loaded, by its name. The build divides the simulator and fills this in; before that all is there. */
export const packList: Readonly<Record<string, () => Promise<unknown>>> = {};

/** Those that every cluster has. */
export const standing: readonly string[] = [];

/** The file of each, beside that of the thread. */
export const packFiles: Readonly<Record<string, string>> = {};
