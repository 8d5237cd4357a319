/** Environment variable that carries the `RunConfig` (JSON) into a recorded process. */
export const CONFIG_VARIABLE = 'PAL_RUN_CONFIG';
