"""scripts/coverage: what it counts, over made-up runs, and that it runs, on a size that says nothing."""

import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys

import harness

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "coverage"


def cells():
    loader = importlib.machinery.SourceFileLoader("coverage_script", str(SCRIPT))
    script = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(script)
    return script.CELLS


def row(headline, half_width, kind="interleaved", line_class="mid"):
    return {
        "ns_per_item": headline,
        "lower_ns_per_item": headline - half_width,
        "upper_ns_per_item": headline + half_width,
        "interval_coverage_pct": 93.75,
        "interval_kind": kind,
        "line_class": line_class,
        "grade": "quiet",
    }


class Coverage(harness.CommandLineTest):
    def coverage(self, *arguments):
        command = [sys.executable, "-B", SCRIPT, "--kickbench", harness.BINARY, "--out", "runs.jsonl", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=harness.HANG_S, check=False)

    def report_of(self, rows):
        text = "".join(json.dumps({"FC": one}) + "\n" for one in rows)
        (self.folder / "runs.jsonl").write_text(text, encoding="utf-8")
        return self.coverage("--runs", "0")

    def test_intervals_that_hold_the_grand_median_are_counted(self):
        # The median of all is 100; an interval of +-3 holds it for 97 to 103, its ends included.
        result = self.report_of([row(100 + i, 3) for i in (-4, -3, -1, 0, 0, 0, 1, 3)])
        self.assert_exit(result, 1)
        self.assertIn("7 of 8 intervals hold the grand median of their class: 87.5 %", result.stdout)
        self.assert_exit(self.report_of([row(100 + i, 3) for i in (-4, -3, -1, 0, 0, 0, 1, 2, 3)]), 0)

    def test_an_interval_within_a_run_does_not_count(self):
        result = self.report_of([row(100, 3)] * 5 + [row(200, 3, kind="within_run")])
        self.assert_exit(result, 0)
        self.assertIn("5 of 5 intervals", result.stdout)

    def test_classes_are_apart_and_one_of_few_runs_says_nothing(self):
        far = [row(300, 3, line_class="far") for _ in range(5)]
        near = [row(50, 3, line_class="near"), row(90, 3, line_class="near")]
        result = self.report_of([row(100, 3)] * 5 + far + near)
        self.assert_exit(result, 0)
        self.assertIn("10 of 10 intervals", result.stdout)

    def test_it_runs(self):
        self.needs_two_cpus()
        result = self.coverage("--runs", "1", "--repetitions", "2", "--min-time", "0.01")
        self.assert_exit(result, 0)
        (line,) = (self.folder / "runs.jsonl").read_text(encoding="utf-8").splitlines()
        rows = harness.strict_json(line)
        self.assertEqual(set(rows), set(cells()))
        for one in rows.values():
            self.assertLessEqual(one["lower_ns_per_item"], one["ns_per_item"])
            self.assertLessEqual(one["ns_per_item"], one["upper_ns_per_item"])
        self.assertIn("no class has five runs", result.stdout)


if __name__ == "__main__":
    harness.main()
