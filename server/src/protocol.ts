/**
 * What client and server of the language server agree on beside the protocol itself. The client imports types from here and nothing else
 * of the server; every field is optional, so that any editor can start the server without knowing it.
 */
export interface PalInitializationOptions {
  /**
   * Another YAML language server (Red Hat's) handles the same files: leave to it what it does as well, which is syntax errors.
   */
  readonly otherYamlServer?: boolean;
}
