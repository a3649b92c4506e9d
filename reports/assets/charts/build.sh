#!/usr/bin/env bash
# Makes ../echarts.js and its licences anew, byte for byte, from the versions in package-lock.json. Needs npm.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cp "$here"/{charts.js,package.json,package-lock.json,zrender.patch} "$work"
cd "$work"
npm ci --silent --ignore-scripts --no-audit --no-fund
# Its cache of the widths of texts is a plain object, into whose prototype a file called __proto__ would reach.
patch --silent --strip=1 --directory=node_modules/zrender <zrender.patch
npx --no-install esbuild charts.js --bundle --minify --format=iife --global-name=echarts --charset=ascii \
    --legal-comments=none --target=es2022 --outfile=echarts.js --log-level=warning
install -m 644 echarts.js "$here/../echarts.js"
for package in echarts zrender tslib; do
    printf '=== %s %s\n\n' "$package" "$(node -p "require('./node_modules/$package/package.json').version")"
    cat "node_modules/$package"/LICENSE*
    if [[ -d node_modules/$package/licenses ]]; then cat "node_modules/$package"/licenses/*; fi
    printf '\n'
done >"$here/../echarts.LICENSES.txt"
