// The process that makes load: autocannon with nothing else on its event loop. Takes one order at a time from
// load.js and answers what came of it.
import autocannon from 'autocannon';

/** How often autocannon looks whether it is done, in milliseconds; a second when left alone. */
const SAMPLE_MS = 100;

/**
 * @param {{ url: string, connections: { requests: object[] }[], amount: number, rate?: number }} order
 * @returns {Promise<object>}
 */
function shoot({ url, connections, amount, rate }) {
  return new Promise((resolve, reject) => {
    let given = 0;
    let first = 0;
    let last = 0;
    const latencies = [];
    const instance = autocannon(
      {
        url,
        connections: connections.length,
        amount,
        sampleInt: SAMPLE_MS,
        timeout: 30,
        ...(rate === undefined ? {} : { overallRate: rate }),
        setupClient(client) {
          client.setRequests(connections[given % connections.length].requests);
          given += 1;
        },
      },
      (error, result) => {
        if (error) reject(error);
        else
          resolve({
            ok: result['2xx'],
            failed: result.non2xx + result.errors + result.timeouts,
            seconds: (last - first) / 1000,
            latencies,
          });
      },
    );
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      last = performance.now();
      if (first === 0) first = last - milliseconds;
      latencies.push(milliseconds);
    });
  });
}

process.on('message', order => {
  shoot(order).then(
    outcome => process.send({ outcome }),
    error => process.send({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
