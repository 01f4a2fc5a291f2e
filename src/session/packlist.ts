/** How each pack is loaded, by its name. The build divides the simulator and fills this in; before that all is there. */
export const packList: Readonly<Record<string, () => Promise<unknown>>> = {};

/** Those that every cluster has. */
export const standing: readonly string[] = [];
