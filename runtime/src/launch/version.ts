/** Version of the product, as recordings name it. */
import manifest from '../../package.json';

export const PAL_VERSION: string = manifest.version;
