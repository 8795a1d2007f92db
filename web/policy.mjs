import fs from 'fs';
import path from 'path';

/// The Content-Security-Policy that a site's index.html brings, which headers of its other files repeat, since workers take theirs from what
/// they come with; empty where it brings none.
export function policyOf(site) {
  const file = path.join(site, 'index.html');
  if (!fs.existsSync(file)) return '';
  return /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? '';
}
