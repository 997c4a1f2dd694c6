// Where the installed package lies, found from this file and not from the working directory.
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, bin/, dist/ and drizzle/. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));
