"""Each command's JSON document is one that docs/schema.json allows, and the schema refuses what it does not.

The other tests hold every document that they read against it, too.
"""

import copy
import os

import harness


class Schema(harness.CommandLineTest):
    def setUp(self):
        super().setUp()
        if harness.SCHEMA is None:
            self.skipTest("no jsonschema for this python3: scripts/setup installs Debian's (python3-jsonschema)")

    def document(self, *arguments):
        """What the command writes; reading it checks it."""
        result = harness.run(*arguments, "--json", "-")
        self.assert_exit(result, 0)
        return harness.strict_json(result.stdout)

    def test_what_measures_nothing(self):
        self.document("list")
        self.document("predict", "--np", "1us")
        self.document("predict", "--sync", "sleep", "--yp", "1ms", "--yc", "1ms")
        self.document("predict", "--vary", "wp=1us:4us:3")
        self.document("simulate", "--wp", "exp:2us", "--items", "10000", "--timeline", "5")
        self.document("simulate", "--sync", "busy-wait", "--vary", "wp=1us:4us:3")

    def test_what_measures(self):
        self.needs_two_cpus()
        self.document("doctor")
        self.document("run", *harness.SHORT, "--notify", "none", "--wp", "0ns", "--wc", "0ns", "--raw")
        self.document("run", *harness.SHORT, "--ring", "split,null", "--raw")
        known = ("--calibration", os.environ["CALIBRATION"])
        self.document("validate", *known, "--only", "BW", "--duration", "45ms", "--repetitions", "1")
        few = ("--benchmark_filter=BW|/FC/futex/", "--benchmark_repetitions=2", "--benchmark_min_time=0.05")
        self.document("bench", *known, *few, "--raw")
        self.document("bench", *known, "--benchmark_list_tests")

    def test_it_refuses_what_is_not_so(self):
        document = self.document("list")
        for path, value in (
            (("schema_version",), 2),
            (("tool", "command"), "lst"),
            (("rings", 0, "available"), "yes"),
            (("rings", 0, "new"), 1),
            (("new",), 1),
        ):
            changed = copy.deepcopy(document)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            self.assertTrue(list(harness.SCHEMA.iter_errors(changed)), path)


if __name__ == "__main__":
    harness.main()
