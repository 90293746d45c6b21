/**
 * Installs the programs that tests start and npm has not: `node scripts/system-packages.ts [name …]`, all of them without a name.
 * Does nothing where they are there. Elsewhere than on Debian and what is made of it, it says what is missing, and fails.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface SystemPackage {
  /** The program that is looked for. */
  readonly command: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  /** A service that comes with them, and that is neither started nor left to start with the machine. */
  readonly service?: string;
}

const table: Readonly<Record<string, SystemPackage>> = {
  chromium: { command: 'chromium', packages: ['chromium'] },
  'redis-server': { command: 'redis-server', packages: ['redis-server'], service: 'redis-server' },
};

/**
 * A package's service is not started where `policy-rc.d` says 101 (Debian Policy, 9.3.3). The list of packages is only brought where it is
 * missing or too old.
 */
const install = `
set -e
packages=$1 service=$2
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
get() { apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"; }
get install -y --no-install-recommends $packages 2> /dev/null || {
  get update
  get install -y --no-install-recommends $packages
}
if [ -n "$service" ] && command -v systemctl > /dev/null; then
  systemctl disable --now "$service" > /dev/null 2>&1 || true
fi
`;

function has(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function fail(reason: string): void {
  console.error(`system-packages: ${reason}`);
  process.exitCode = 1;
}

function ensure(name: string, { command, packages, service = '' }: SystemPackage): void {
  if (has(command)) return;
  const byHand = `install it, so that ${command} is in PATH`;
  if (!has('apt-get')) {
    fail(`${name} is missing, and there is no apt-get: ${byHand}`);
    return;
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !has('sudo')) {
    fail(`${name} is missing, and only root may install it: ${byHand}`);
    return;
  }
  console.log(`system-packages: installs ${packages.join(', ')}`);
  const shell = ['sh', '-c', install, 'sh', packages.join(' '), service];
  const [program = 'sh', ...rest] = isRoot ? shell : ['sudo', '-n', ...shell];
  const { status, signal, error } = spawnSync(program, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    fail(`${name} could not be installed (${error?.message ?? signal ?? `exit ${status ?? ''}`}): ${byHand}`);
  else if (!has(command)) fail(`${name} is installed, but ${command} is not in PATH`);
}

const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(table) : asked) {
  const entry = table[name];
  if (entry === undefined) fail(`must be one of ${Object.keys(table).join(', ')}; got ${name}`);
  else ensure(name, entry);
}
