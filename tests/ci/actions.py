"""A composite action as GitHub's runner runs it, as far as action.yml needs: inputs, steps, outputs, conditions."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]  # what `shell: bash` is on a runner


def action() -> dict[str, Any]:
    """Return the action of this checkout."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return found


@dataclass
class Run:
    """One use of the action in a workspace; ``event`` is None for a push, else the number of a pull request."""

    workspace: Path
    temp: Path
    environment: dict[str, str]
    inputs: dict[str, str]
    event: int | None = None
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    skipped: list[str] = field(default_factory=list)

    def steps(self, *names: str) -> int:
        """Run the steps of these names, or all; the exit status of the first that fails, else 0."""
        for step in action()["runs"]["steps"]:
            if names and step["name"] not in names:
                continue
            if not self._holds(step.get("if", "")):
                self.skipped.append(step["name"])
                continue
            status = self._step(step)
            if status:
                return status
        return 0

    def output(self, name: str) -> str:
        """What a workflow sees of the action."""
        return self._value(EXPRESSION.fullmatch(action()["outputs"][name]["value"])[1])  # type: ignore[index]

    def _step(self, step: dict[str, Any]) -> int:
        files = {name: self.temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in files.values():
            path.write_text("")
        script = self.temp / "step.sh"
        script.write_text(step["run"])
        assert step["shell"] == "bash"
        given = {name: self._filled(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            [*BASH, str(script)],
            cwd=self.workspace / self._filled(step.get("working-directory", ".")),
            env={**self._runner(), **{name: str(path) for name, path in files.items()}, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        self.log += done.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        assert files["GITHUB_ENV"].read_text() == ""
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        self.outputs[step.get("id", step["name"])] = dict(line.split("=", 1) for line in lines)
        return done.returncode

    def _runner(self) -> dict[str, str]:
        fixed = {"RUNNER_TEMP": str(self.temp), "GITHUB_WORKSPACE": str(self.workspace), "GITHUB_ACTIONS": "true"}
        return {"PATH": os.environ["PATH"], **self.environment, **fixed}

    def _filled(self, text: str) -> str:
        """The text with its expressions replaced; one that this cannot tell is an error."""
        assert text.count("${{") == len(EXPRESSION.findall(text)), text
        return EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        kind, _, rest = name.partition(".")
        if kind == "inputs":
            return self.inputs[rest] if rest in self.inputs else self._default(rest)
        if kind == "steps":
            step, _, output = rest.partition(".outputs.")
            return self.outputs[step].get(output, "")
        return {
            "github.action_path": str(ROOT),
            "github.token": "token-of-the-job",
            "github.event_name": "push" if self.event is None else "pull_request",
            "github.event.pull_request.number": str(self.event or ""),
        }[name]

    def _default(self, name: str) -> str:
        declared = action()["inputs"][name]
        assert not declared.get("required"), f"{name} is required"
        return EXPRESSION.sub(lambda found: self._value(found[1]), declared["default"])

    def _holds(self, condition: str) -> bool:
        """``a == 'b' && c != 'd'``."""
        for part in filter(None, condition.split(" && ")):
            found = re.fullmatch(r"([\w.-]+) (==|!=) '([^']*)'", part)
            assert found is not None, part
            if (self._value(found[1]) == found[3]) != (found[2] == "=="):
                return False
        return True
