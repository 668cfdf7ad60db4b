"""`validate`: the grid, what is refused, what is kept of a run that is interrupted or whose cells fail."""

import json
import resource

import calibration
import harness
from result import UNIT, numeric_keys

# Needs no calibration, and little time.
SILENT = (*harness.SHORT, "--only", "BW,sFC")
REGIMES = {"BW", "sFC"}
# Room for a queue of 256 slots, and not for one of 1024.
LARGEST_QUEUE_BYTES = 32 * 1024


class Validate(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.needs_two_cpus()

    def document(self):
        return harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))

    def refused(self, arguments, *fragments, code=2):
        """Before anything is measured or written."""
        files = self.files()
        result = harness.run("validate", "--json", "out.json", *arguments.split())
        self.assert_exit(result, code)
        self.assert_says(result.stderr, *fragments)
        self.assertNotIn("calibrating", result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), files)

    # --- what comes of it

    def assert_counts_agree(self, document):
        """Every cell is in one summary, and the summaries add up."""
        cells = document["cells"]
        self.assertEqual(document["planned_count"], len(cells))
        for part in ("not_spoiled", "spoiled"):
            of_regimes = sum(regime[part]["cells_count"] for regime in document["regimes"])
            self.assertEqual(document["all"][part]["cells_count"], of_regimes)
            self.assertEqual(of_regimes, sum((cell["grade"] == "spoiled") == (part == "spoiled") for cell in cells))
        self.assertEqual({regime["regime_intended"] for regime in document["regimes"]}, REGIMES)
        self.assertEqual(document["all"]["failed_count"], 0)

    def test_report_and_document(self):
        result = harness.run("validate", *SILENT, "--json", "out.json")
        self.assert_exit(result, 0)
        self.assertEqual(self.files(), ["out.json"])
        self.assert_says(result.stdout, "closed form, %", "simulator, %", "forecast, %")
        self.assert_says(result.stdout, "median error of the simulator", "<= 1 %", "median error of the forecast")
        self.assert_says(result.stdout, "busy-wait/BW/none/split/", "placement ", "in the order of seed 1")
        document = self.document()
        self.assertIs(document["complete"], True)
        self.assertIs(document["interrupted"], False)
        self.assert_counts_agree(document)
        self.assertEqual(len(document["targets"]), 4)
        for target in document["targets"]:
            self.assert_keys(target, "value_pct", "holds")
        for cell in document["cells"]:
            self.assertIn(cell["regime_intended"], REGIMES)
            self.assertGreater(cell["ns_per_item"], 0)
            self.assert_keys(cell, "scenario", "regime_observed", "model_error_pct", "simulator_error_pct")
            for broken in cell["broken_assumptions"]:
                self.assertTrue(broken["name"] and broken["evidence"])
        for part in ("regimes", "all", "targets"):
            for key in numeric_keys(document[part], part):
                self.assertRegex(key, UNIT)

    def test_order_is_the_seeds(self):
        def order(seed):
            result = harness.run("validate", *harness.SHORT, "--only", "BW", "--seed", seed, "--json", "-")
            self.assert_exit(result, 0)
            return [cell["name"] for cell in harness.strict_json(result.stdout)["cells"]]

        first = order("1")
        self.assertEqual(first, order("1"))
        others = [order(seed) for seed in ("2", "3")]
        self.assertTrue(any(other != first for other in others))
        for other in others:
            self.assertEqual(sorted(other), sorted(first))

    def test_several_places(self):
        first, second = harness.cpus()[:2]
        places = (f"{first},{second}", f"{second},{first}")
        given = [argument for place in (*places, f"{first},4095") for argument in ("--place", place)]
        result = harness.run("validate", *harness.SHORT, "--only", "BW", *given, "--json", "out.json")
        self.assert_exit(result, 0)
        document = self.document()
        self.assertEqual([place["name"] for place in document["placements"]], list(places))
        self.assertEqual({cell["placement"]["name"] for cell in document["cells"]}, set(places))
        (skipped,) = document["skipped"]
        self.assert_says(skipped["reason"], "CPU 4095", "not usable")
        self.assert_says(result.stdout, "skipped: place ", "CPU 4095")

    def test_calibration_from_a_file(self):
        here = json.loads(harness.run("run", *harness.SHORT, "--json", "-").stdout)["fingerprint"]
        path = self.folder / "c.json"
        path.write_text(json.dumps(calibration.calibration(here, ("eventfd",))), encoding="utf-8")
        result = harness.run(
            "validate", *harness.SHORT, "--only", "EQ", "--calibration", "c.json", "--json", "out.json"
        )
        self.assert_exit(result, 0)
        self.assertNotIn("calibrating", result.stderr)
        self.assertEqual({cell["scenario"]["kick"] for cell in self.document()["cells"]}, {"eventfd"})
        self.assertIn("it is not in the calibration", {part["reason"] for part in self.document()["skipped"]})
        self.refused("--calibration c.json --place l3 --place auto", "--calibration c.json", "give one --place")
        path.write_text(json.dumps(calibration.calibration("0" * 16)), encoding="utf-8")
        (self.folder / "out.json").unlink()
        self.refused("--calibration c.json --only EQ", "another host", "--force", code=4)

    # --- what does not go well

    def test_cells_that_fail_are_rows_with_their_error(self):
        def short_queues_only():
            resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_QUEUE_BYTES, LARGEST_QUEUE_BYTES))

        result = harness.run("validate", *SILENT, "--json", "-", preexec_fn=short_queues_only)
        self.assert_exit(result, 3)
        document = harness.strict_json(result.stdout)
        self.assertIs(document["complete"], True)
        failed = [cell for cell in document["cells"] if "error" in cell]
        self.assertEqual({cell["scenario"]["queue_size"] for cell in failed}, {1024})
        self.assertEqual(document["all"]["failed_count"], len(failed))
        self.assertEqual(len(document["cells"]), document["planned_count"])
        self.assert_says(result.stderr, "File too large", failed[0]["name"])

    def test_interrupt_keeps_what_is_complete(self):
        arguments = ["validate", "--only", "BW,sFC", "--duration", "300ms", "--json", "out.json"]
        code, output, errors = harness.interrupted(arguments, "cell 2 of")
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assert_says(errors, "cells are complete and kept")
        self.assertEqual(self.files(), ["out.json"])
        document = self.document()
        self.assertIs(document["complete"], False)
        self.assertIs(document["interrupted"], True)
        self.assertGreaterEqual(len(document["cells"]), 2)
        self.assertLess(len(document["cells"]), document["planned_count"])
        for cell in document["cells"]:
            self.assertGreater(cell["ns_per_item"], 0)
        self.assert_says(output, "cells of the grid 'quick'")

    def test_interrupt_while_calibrating(self):
        code, output, errors = harness.interrupted(["validate", "--json", "out.json"], "calibrating", pause_s=0.1)
        self.assertEqual(code, 130, f"standard error:\n{errors}")
        self.assertEqual(output, "")
        self.assertEqual(self.document()["cells"], [])

    def test_bad_input(self):
        self.refused("--grid fast", "--grid 'fast'", "quick, full")
        self.refused("--only FC,EX", "--only 'EX'", "did you mean 'EQ'?")
        self.refused("--only NL", "--only 'NL'")
        self.refused("--place l4", "--place 'l4'", "did you mean 'l")
        self.refused("--seed 0", "--seed 0", "at least 1")
        self.refused("--duration 0ms", "--duration 0ms")
        self.refused("--calibration none.json", "--calibration none.json", "No such file")

    def test_the_same_place_twice(self):
        pair = ",".join(map(str, harness.cpus()[:2]))
        self.refused(f"--place {pair} --place {pair}", f"--place {pair}", "again")

    def test_unwritable_file(self):
        result = harness.run("validate", "--json", "nowhere/out.json")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--json nowhere/out.json", "cannot be written")
        self.assertNotIn("info:", result.stderr)

    def test_help_states_the_grid(self):
        result = harness.run("validate", "--help")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "SCS", "sLS", "quick", "full", "--only", "docs/validation.md", "exit code")


if __name__ == "__main__":
    harness.main()
