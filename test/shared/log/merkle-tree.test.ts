import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_ROOT, leafHash, nodeHash } from '#src/shared/log/merkle-hash.js';
import { provesConsistency, provesInclusion } from '#src/shared/log/merkle-proof.js';
import { consistencyProof, inclusionProof, rootAt, splitOf } from '#src/shared/log/merkle-tree.js';
import { edgeAt, grow, rootOf, subtreesOf, type TreeEdge } from '#src/shared/log/tiles.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const hexOf = (hashes: readonly Uint8Array[]) => hashes.map(hash => Buffer.from(hash).toString('hex'));

// The published example of RFC 6962 implementations (certificate-transparency-go, transparency-dev/merkle).
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** Grows a tree in tiles. */
function treeOf(leaves: readonly Uint8Array[]) {
  const tiles = new Map<string, Uint8Array[]>();
  const subtrees = subtreesOf((level, index) => {
    const tile = tiles.get(`${level} ${index}`);
    return tile && Buffer.concat(tile);
  });
  const edge: TreeEdge = { size: 0, subtrees: [] };
  const widths: number[] = [];
  const roots = [rootOf(edge)];
  for (const leaf of leaves) {
    grow(edge, leaf, (level, hash) => {
      const index = Math.floor((widths[level] ?? 0) / 256);
      widths[level] = (widths[level] ?? 0) + 1;
      const tile = tiles.get(`${level} ${index}`) ?? [];
      tiles.set(`${level} ${index}`, [...tile, hash]);
    });
    roots.push(rootOf(edge));
  }
  return { tiles, subtrees, edge, roots };
}

/** RFC 6962 §2.1 word for word. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const split = splitOf(leaves.length);
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

test('the published tree of eight leaves has its published roots', () => {
  const { subtrees, roots } = treeOf(INPUTS.map(leafHash));
  for (const [size, root] of ROOTS.entries()) {
    assert.is(Buffer.from(rootAt(size, subtrees)).toString('hex'), root);
    if (size > 0) assert.is(Buffer.from(roots[size]!).toString('hex'), root);
  }
});

test('the published inclusion proofs are made and accepted', () => {
  const { subtrees } = treeOf(INPUTS.map(leafHash));
  const published: [index: number, size: number, proof: string[]][] = [
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ];
  for (const [index, size, proof] of published) {
    assert.equal(hexOf(inclusionProof(index, size, subtrees)), proof);
    const tree = { size, root: hex(ROOTS[size]!) };
    assert.ok(provesInclusion(leafHash(INPUTS[index]!), index, tree, proof.map(hex)));
  }
});

test('the published consistency proofs are made and accepted', () => {
  const { subtrees } = treeOf(INPUTS.map(leafHash));
  const published: [from: number, to: number, proof: string[]][] = [
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ];
  for (const [from, to, proof] of published) {
    assert.equal(hexOf(consistencyProof(from, to, subtrees)), proof);
    const earlier = { size: from, root: hex(ROOTS[from]!) };
    assert.ok(provesConsistency(earlier, { size: to, root: hex(ROOTS[to]!) }, proof.map(hex)));
  }
});

test('a tree that grew past two levels of tiles has the roots of the definition', () => {
  const leaves = Array.from({ length: 66_000 }, (_, number) => leafHash(Buffer.from(String(number))));
  const { subtrees, tiles, roots, edge } = treeOf(leaves);
  for (const size of [1, 255, 256, 257, 511, 513, 4_095, 65_536, 65_537, 66_000]) {
    const root = definedRoot(leaves.slice(0, size));
    assert.equal(rootAt(size, subtrees), root, `at ${size}`);
    assert.equal(roots[size], root, `growing to ${size}`);
  }
  assert.is(tiles.get('1 0')!.length, 256);
  assert.is(tiles.get('1 1')!.length, 1);
  assert.is(tiles.get('2 0')!.length, 1);
  assert.equal(rootOf(edgeAt(edge.size, subtrees)), rootOf(edge));
  assert.throws(() => rootAt(66_001, subtrees), /has no hash/);
});

test('every proof of any tree is accepted, and none for another place, another size or with a bit changed', () => {
  const leaves = Array.from({ length: 600 }, (_, number) => leafHash(Buffer.from(String(number))));
  const { subtrees } = treeOf(leaves);
  const head = (size: number) => ({ size, root: rootAt(size, subtrees) });
  const flipped = (proof: Uint8Array[], pick: number) => {
    const changed = proof.map(hash => Buffer.from(hash));
    const hash = changed[pick % changed.length]!;
    hash[pick % 32]! ^= 1 << (pick % 8);
    return changed;
  };
  fc.assert(
    fc.property(fc.nat(599), fc.nat(599), fc.nat(), (a, b, pick) => {
      const index = Math.min(a, b);
      const size = Math.max(a, b) + 1;
      const proof = inclusionProof(index, size, subtrees);
      assert.ok(provesInclusion(leaves[index]!, index, head(size), proof));
      assert.not.ok(provesInclusion(leaves[index]!, index + 1, head(size), proof));
      assert.not.ok(provesInclusion(leaves[(index + 1) % 600]!, index, head(size), proof));
      assert.not.ok(provesInclusion(leaves[index]!, index, head(size), [...proof, leaves[0]!]));
      assert.not.ok(provesInclusion(leaves[index]!, index, head(size), proof.slice(0, -1)) && size > 1);
      if (proof.length > 0)
        assert.not.ok(provesInclusion(leaves[index]!, index, head(size), flipped(proof, pick)));

      const growth = consistencyProof(index, size, subtrees);
      assert.ok(provesConsistency(head(index), head(size), growth));
      assert.not.ok(provesConsistency(head(index), head(size), [...growth, leaves[0]!]));
      assert.not.ok(provesConsistency({ size: index, root: leaves[1]! }, head(size), growth));
      assert.not.ok(provesConsistency(head(index), { size, root: leaves[1]! }, growth) && index > 0);
      if (growth.length > 0) assert.not.ok(provesConsistency(head(index), head(size), flipped(growth, pick)));
    }),
    { numRuns: 300 },
  );
});

test.run();
