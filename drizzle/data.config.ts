import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/daemon/data/schema.ts',
  out: './drizzle/data',
});
