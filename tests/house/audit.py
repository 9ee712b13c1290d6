"""Audit: what is known against the pinned dependencies. An advisory fails; a service out of reach does not.

``python -m tests.house.audit``: used by ``make check``.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
ACCEPTED: Mapping[str, str] = {}
"""Advisories that do not concern the bot, and why."""
_PATIENCE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the report says."""

    advisories: Sequence[str]
    """A line for each that counts."""
    looked_at: int
    """Packages of which advisories could be read."""
    unknown: int
    """Packages of which they could not."""

    @property
    def line(self) -> str:
        """All of it in one line."""
        if not self.looked_at and not self.advisories:
            return "audit: advisories are out of reach, nothing was looked at"
        unknown = f", {self.unknown} could not be looked up" if self.unknown else ""
        return f"audit: {self.looked_at} packages looked at, {len(self.advisories)} advisories{unknown}"


def judge(report: Mapping[str, Any]) -> Verdict:
    """Read pip-audit's JSON."""
    packages = report.get("dependencies", [])
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or '–'}"
        for one in packages
        for flaw in one.get("vulns", ())
        if not {flaw["id"], *flaw.get("aliases", ())} & set(ACCEPTED)
    ]
    unknown = sum("skip_reason" in one for one in packages)
    return Verdict(advisories=found, looked_at=len(packages) - unknown, unknown=unknown)


def look(lock: Path = LOCK) -> Verdict:
    """Ask pip-audit about a lock file; a report that cannot be had says nothing against anything."""
    tool = Path(sys.executable).with_name("pip-audit")
    options = ["--format", "json", "--progress-spinner", "off", "--require-hashes", "--disable-pip"]
    try:
        done = subprocess.run(
            [tool, *options, "-r", lock], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        return judge(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return judge({})


def main() -> int:
    """Say it; 1 when something is known against a dependency."""
    verdict = look()
    sys.stdout.write("\n".join([*verdict.advisories, verdict.line, ""]))
    return 1 if verdict.advisories else 0


if __name__ == "__main__":
    sys.exit(main())
