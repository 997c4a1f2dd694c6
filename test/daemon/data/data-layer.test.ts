// The data layer over SQLite passes the suite of any data layer.
import { dataLayerSuite } from '../../conformance/data-layer.js';
import { temporaryData } from './temporary-data.js';

dataLayerSuite('data layer', async () => {
  const it = await temporaryData();
  return {
    data: it.data,
    reopen: it.reopen,
    async dispose() {
      it.data.close();
    },
  };
});
