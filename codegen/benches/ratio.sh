#!/usr/bin/env bash
# How many times as fast as the reference DBML is read: the same generated file of 1,010 tables and 1.1 MB, in the same run.
#
# Both are measured inside of their process, without its start, and the best of several runs counts: of ours the time that passes, of
# the reference, whose runs are long enough for other processes to get in between, the time on the processor. Two things are compared:
# reading (`@dbml/parse`: tokens, tree, names and rules; here: `source::read`), and the model with it (`@dbml/core`: `Parser.parse`;
# here: `truthtable::read`).
#
# Needs Node.js with npm. Run it from anywhere: codegen/benches/ratio.sh
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" "@dbml/core@~10.2" "@dbml/parse@~10.2"
TRUTHTABLE_BENCH_FILE="$folder/generated.dbml" cargo bench --quiet --bench dbml | tee "$folder/ours"
cat > "$folder/theirs.cjs" <<'JS'
const fs = require('fs');
const { Parser } = require('@dbml/core');
const { Compiler, DEFAULT_ENTRY, MemoryProjectLayout } = require('@dbml/parse');
const text = fs.readFileSync('generated.dbml', 'utf8');
const best = (run) => {
  let least = Infinity;
  for (let i = 0; i < 3; i += 1) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1e3);
  }
  return least;
};
const [, read, model] = /read ([0-9.]+) ms, model ([0-9.]+) ms/.exec(fs.readFileSync('ours', 'utf8')).map(Number);
const tell = (what, theirs, ours) =>
  console.log(`${what}: reference ${theirs.toFixed(0)} ms, ours ${ours} ms, ${(theirs / ours).toFixed(0)} times as fast`);
const errors = () => {
  const layout = new MemoryProjectLayout();
  layout.setSource(DEFAULT_ENTRY, text);
  return new Compiler(layout).parse.errors(DEFAULT_ENTRY);
};
if (errors().length > 0) throw new Error('the reference refuses the generated file');
tell('reading', best(errors), read);
tell('model', best(() => Parser.parse(text, 'dbmlv2')), model);
JS
(cd "$folder" && node theirs.cjs)
