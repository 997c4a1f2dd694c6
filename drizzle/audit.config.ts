import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/daemon/audit/schema.ts',
  out: './drizzle/audit',
});
