#!/usr/bin/env bash
# How many times as fast as the reference DBML is read: the same generated file, in the same run.
#
# Needs Node.js with npm. Run it from anywhere: codegen/benches/ratio.sh
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" "@dbml/core@~10.2"
TRUTHTABLE_BENCH_FILE="$folder/generated.dbml" cargo bench --quiet --bench dbml | tee "$folder/ours"
cat > "$folder/theirs.cjs" <<'JS'
const fs = require('fs');
const { Parser } = require('@dbml/core');
const text = fs.readFileSync('generated.dbml', 'utf8');
const start = process.hrtime.bigint();
Parser.parse(text, 'dbmlv2');
const theirs = Number(process.hrtime.bigint() - start) / 1e6;
const ours = Number(/written: ([0-9.]+) ms/.exec(fs.readFileSync('ours', 'utf8'))[1]);
console.log(`@dbml/core: ${theirs.toFixed(0)} ms, this reader: ${ours} ms, ${(theirs / ours).toFixed(0)} times as fast`);
JS
(cd "$folder" && node theirs.cjs)
